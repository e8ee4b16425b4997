import Foundation
import GRDB
package import Records
package import struct Records.Record

/// Lawful erasure of what was handed on to this site.
extension InboxLog {
    /// Records that are looked at in one transaction when something is erased.
    private static let sweep: Int64 = 1000

    /// The erasures that were handed on.
    package func erasures() throws -> [Record] {
        try pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM item WHERE is_erasure ORDER BY number")
                .compactMap { Self.item($0)?.record }
        }
    }

    /// Removes the personal parts that are to be gone. Durable when it returns.
    /// - Parameter isErased: whether an erasure takes a record's.
    /// - Returns: how many had one.
    package func sweep(erasing isErased: (Record) -> Bool) throws -> Int {
        var (after, erased): (Int64, Int) = (0, 0)
        while true {
            let rows = try pool.read {
                try Row.fetchAll(
                    $0, sql: "SELECT * FROM item WHERE number > ? ORDER BY number LIMIT ?",
                    arguments: [after, Self.sweep])
            }
            guard let last = rows.last else { break }
            try pool.write { database in
                for row in rows where Self.item(row).map({ $0.record.personal != nil && isErased($0.record) }) ?? false
                {
                    var entry = Entry()
                    (entry.nonce, entry.personal) = (row["nonce"], row["personal"])
                    guard let left = entry.withoutPersonalPart else { continue }
                    try database.execute(
                        sql: "UPDATE item SET nonce = x'', personal = x'', personal_digest = ? WHERE number = ?",
                        arguments: [left.personalDigest, row["number"] as Int64])
                    erased += 1
                }
            }
            after = last["number"]
        }
        if erased > 0 {
            // The write-ahead log holds the pages as they were. A reader that keeps it from being emptied delays this.
            _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        }
        return erased
    }
}
