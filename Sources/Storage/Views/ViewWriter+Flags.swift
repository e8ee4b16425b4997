import Foundation
import GRDB
package import Records

extension ViewWriter {
    /// Makes `wanted` what stands of a subject. Flags that no longer stand are withdrawn, never deleted.
    package func setFlags(_ wanted: [FlagRow], of subject: RecordID, withdraw: (FlagRow) -> FlagRow) throws {
        var known: [RecordID: FlagRow] = [:]
        let rows = try BoundStatement(database, "SELECT id FROM flag WHERE subject = ? LIMIT 1")
        var isKnown = false
        try rows.forEach({ $0.bind(subject.data) }) { _ in
            isKnown = true
            return false
        }
        if isKnown {
            for row in try Row.fetchAll(
                database, sql: "SELECT * FROM flag WHERE subject = ?", arguments: [subject.data])
            {
                let flag = try FlagRow(row)
                known[flag.id] = flag
            }
        } else if wanted.isEmpty {
            return
        }
        for flag in wanted {
            if known.removeValue(forKey: flag.id) == flag { continue }
            try put(flag)
        }
        for flag in known.values.sorted(by: { $0.id < $1.id }) where !flag.withdrawn { try put(withdraw(flag)) }
    }

    /// A flag as it was set last, standing or not.
    package func flag(_ id: RecordID) throws -> FlagRow? {
        try Row.fetchOne(database, sql: "SELECT * FROM flag WHERE id = ?", arguments: [id.data]).map { try FlagRow($0) }
    }

    /// What flags of a kind that stand are about.
    package func standingSubjects(of kind: String) throws -> [RecordID] {
        try Data.fetchAll(
            database, sql: "SELECT DISTINCT subject FROM flag WHERE kind = ? AND withdrawn = 0", arguments: [kind]
        ).compactMap { RecordID(bytes: $0) }
    }

    /// Flags that the feed does not know yet, in the order of what they are about.
    package func unannouncedFlags(limit: Int) throws -> [FlagRow] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM flag WHERE announced = 0 ORDER BY at, id LIMIT ?", arguments: [limit]
        )
        .map { try FlagRow($0) }
    }

    package func markAnnounced(_ flags: [FlagRow]) throws {
        for flag in flags {
            // Only if it has not changed since it was read.
            try database.execute(
                sql: "UPDATE flag SET announced = 1 WHERE id = ? AND payload = ?",
                arguments: [flag.id.data, flag.payload])
        }
    }

    private func put(_ flag: FlagRow) throws {
        let statement = try BoundStatement(
            database,
            """
            INSERT OR REPLACE INTO flag (id, subject, kind, at, sites, payload, withdrawn, announced)
            VALUES (?, ?, ?, ?, ?, ?, ?, 0)
            """)
        try statement.run { bind in
            bind.bind(flag.id.data)
            bind.bind(flag.subject.data)
            bind.bind(flag.kind)
            bind.bind(flag.at.milliseconds)
            bind.bind(flag.sites.map(\.text).joined(separator: " "))
            bind.bind(flag.payload)
            bind.bind(flag.withdrawn ? 1 : 0)
        }
    }
}
