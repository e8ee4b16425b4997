import Foundation
import GRDB
package import Records

/// What is to be announced in the feed.
package struct Announcement: Sendable, Equatable {
    /// "flag" or "digest".
    package var kind: String
    /// Deterministic, so that the same flag keeps it through every recomputation.
    package var subject: RecordID
    package var sites: [SiteID]
    /// A JSON object with sorted keys.
    package var payload: String

    package init(kind: String, subject: RecordID, sites: [SiteID], payload: String) {
        self.kind = kind
        self.subject = subject
        self.sites = sites
        self.payload = payload
    }
}

extension RecordStore {
    /// Appends what differs from the newest entry of the same subject, so that announcing again changes nothing.
    /// Returns how many entries were appended.
    @discardableResult
    package func announce(_ announcements: [Announcement], at now: Timestamp) throws(StorageError) -> Int {
        guard !announcements.isEmpty else { return 0 }
        do {
            return try pool.write { database in
                var appended = 0
                for announcement in announcements {
                    guard try newest(of: announcement.subject, database) != announcement else { continue }
                    try database.execute(
                        sql: "INSERT INTO feed (appended_at, kind, subject, sites, payload) VALUES (?, ?, ?, ?, ?)",
                        arguments: [
                            now.milliseconds, announcement.kind, announcement.subject.data,
                            announcement.sites.map(\.text).joined(separator: " "), announcement.payload,
                        ])
                    appended += 1
                }
                return appended
            }
        } catch {
            throw .database(error, path: path, doing: "appending to the feed")
        }
    }

    /// What the feed said last of a subject; nil when it never did.
    package func newest(of subject: RecordID) throws -> Announcement? {
        try pool.read { try newest(of: subject, $0) }
    }

    private func newest(of subject: RecordID, _ database: Database) throws -> Announcement? {
        try Row.fetchOne(
            database, sql: "SELECT kind, sites, payload FROM feed WHERE subject = ? ORDER BY sequence DESC LIMIT 1",
            arguments: [subject.data]
        ).map { row in
            Announcement(
                kind: row["kind"], subject: subject,
                sites: try (row["sites"] as String).split(separator: " ").map { try SiteID(String($0)) },
                payload: row["payload"])
        }
    }

    /// Entries of the feed that are looked at, and rewritten, in one transaction.
    private static let rewriting = 1000

    /// Takes words out of the feed that an erasure took elsewhere; numbers, times and subjects stay.
    /// - Parameter body: what an entry says from now on; nil when it says the same.
    package func rewriteFeed(_ body: (String) -> String?) throws {
        var after: UInt64 = 0
        while case let entries = try feed(after: after, limit: Self.rewriting), let last = entries.last {
            let changed = entries.compactMap { entry in body(entry.payload).map { (entry.sequence, $0) } }
            try pool.write { database in
                for (sequence, payload) in changed {
                    try database.execute(
                        sql: "UPDATE feed SET payload = ? WHERE sequence = ?", arguments: [payload, Int64(sequence)])
                }
            }
            after = last.sequence
        }
    }

    /// Entries of the feed after a sequence number, oldest first.
    package func feed(after sequence: UInt64, limit: Int) throws -> [FeedEntry] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM feed WHERE sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [Int64(clamping: sequence), limit]
            ).map { row in
                var entry = FeedEntry()
                entry.sequence = UInt64(row["sequence"] as Int64)
                entry.appendedAt = row["appended_at"]
                entry.kind = row["kind"]
                entry.subjectID = row["subject"]
                entry.sites = (row["sites"] as String).split(separator: " ").map(String.init)
                entry.payload = row["payload"]
                return entry
            }
        }
    }

    /// The feed's last sequence number; 0 when it is empty.
    package func feedHead() throws -> UInt64 {
        try pool.read { UInt64(try Int64.fetchOne($0, sql: "SELECT COALESCE(MAX(sequence), 0) FROM feed") ?? 0) }
    }

    /// The number of the last entry that was appended before a moment; 0 when there is none.
    package func feedNumber(before moment: Timestamp) throws -> UInt64 {
        try pool.read { database in
            // Headquarters' clock may have been set back: the first entry at or after the moment decides.
            let first = try Int64.fetchOne(
                database, sql: "SELECT MIN(sequence) FROM feed WHERE appended_at >= ?", arguments: [moment.milliseconds]
            )
            let last = try Int64.fetchOne(database, sql: "SELECT COALESCE(MAX(sequence), 0) FROM feed") ?? 0
            return UInt64(first.map { $0 - 1 } ?? last)
        }
    }

    /// The number of each subject's newest entry.
    package func feedNumbers(of subjects: [RecordID]) throws -> [RecordID: UInt64] {
        try pool.read { database in
            var numbers: [RecordID: UInt64] = [:]
            for subject in subjects {
                if let number = try Int64.fetchOne(
                    database, sql: "SELECT MAX(sequence) FROM feed WHERE subject = ?", arguments: [subject.data])
                {
                    numbers[subject] = UInt64(number)
                }
            }
            return numbers
        }
    }
}
