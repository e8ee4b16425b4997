import Crypto
import Foundation
package import GRDB
package import Records

/// What follows from the records under the handbook, kept in a file of its own together with the cursor of the fold.
///
/// Written by the fold alone; read by everybody. Losing the last transactions in a crash costs a little folding, as the
/// cursor moves with what it counts.
package final class Views: Sendable {
    package let path: String
    package let pool: DatabasePool

    /// Opens the views in `folder`, or makes them empty.
    package init(folder: DataFolder) throws(StorageError) {
        path = folder.file("views.sqlite")
        do {
            pool = try DurableDatabase.open(path, durability: .consistent)
            try pool.write { try ViewsSchema.prepare($0) }
        } catch {
            throw .database(error, path: path, doing: "opening the views")
        }
    }

    /// Runs `body` in one transaction.
    package func write<Value>(_ body: (ViewWriter) throws -> Value) throws -> Value {
        try pool.write { try body(ViewWriter($0)) }
    }

    /// Forgets everything, to be folded anew.
    package func reset() throws {
        try pool.write { database in
            try ViewsSchema.drop(database)
            try database.execute(sql: "PRAGMA user_version = 0")
            try ViewsSchema.prepare(database)
        }
    }

    /// The version of the handbook that the views were judged by; nil before it was noted.
    package func handbook() throws -> String? {
        try pool.read { try String.fetchOne($0, sql: "SELECT handbook FROM judged_by") }
    }

    /// Notes what the views are judged by from now on.
    package func note(handbook version: String) throws {
        try pool.write { database in
            try database.execute(sql: "DELETE FROM judged_by")
            try database.execute(sql: "INSERT INTO judged_by VALUES (?)", arguments: [version])
        }
    }

    /// SHA-256 over the rows of every view in the order of their keys: equal for equal views. What is left out is history (whether
    /// a flag was announced, flags that no longer stand, when a record arrived) or what a site says of its disk, which no entry does.
    package func checksum() throws -> String {
        try pool.read { database in
            var hash = SHA256()
            for table in try ViewsSchema.tableNames(database) {
                hash.update(data: Array(table.utf8))
                let columns = try database.columns(in: table).map(\.name).filter {
                    $0 != "announced" && $0 != "received"
                }
                let list = columns.joined(separator: ", ")
                let compared = table == "flag" ? "WHERE withdrawn = 0 AND kind <> 'trimmed_early'" : ""
                let rows = try Row.fetchCursor(
                    database, sql: "SELECT \(list) FROM \(table) \(compared) ORDER BY \(list)")
                while let row = try rows.next() {
                    for value in row.databaseValues { hash.update(data: Array("\(value)|".utf8)) }
                }
            }
            // Pages of the index depend on the order in which they were written, terms do not.
            let terms = try Row.fetchCursor(database, sql: "SELECT term, doc FROM term_count ORDER BY term")
            while let row = try terms.next() { hash.update(data: Array("\(row[0] as String)|\(row[1] as Int)|".utf8)) }
            return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }

    /// The write-ahead log holds pages as they were before an erasure.
    package func forgetOldPages() {
        // A reader that keeps it from being emptied delays this until the next checkpoint that is complete.
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }

    package func close() throws { try pool.close() }
}

extension Month {
    /// A number that counts months: year * 12 + month - 1.
    package var index: Int64 { Int64(year * 12 + month - 1) }

    /// The month of such a number.
    package init(index: Int64) {
        let month = (index % 12 + 12) % 12
        self.init(year: Int((index - month) / 12), month: Int(month) + 1)
    }
}
