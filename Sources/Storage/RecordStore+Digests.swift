import Foundation
import GRDB
package import Records

/// One closed revision of a month's digest.
package struct StoredDigest: Sendable {
    package var month: Month
    /// 1, 2, 3 …
    package var revision: Int
    package var closedAt: Timestamp
    /// Canonical JSON of the digest.
    package var content: String
    /// JSON of what changed since the revision before; empty in the first.
    package var changes: String

    package init(month: Month, revision: Int, closedAt: Timestamp, content: String, changes: String) {
        self.month = month
        self.revision = revision
        self.closedAt = closedAt
        self.content = content
        self.changes = changes
    }
}

extension RecordStore {
    /// Keeps a revision for good. Throws when that revision is there already.
    package func keep(_ digest: StoredDigest) throws(StorageError) {
        do {
            try pool.write { database in
                try database.execute(
                    sql: "INSERT INTO digest VALUES (?, ?, ?, ?, ?)",
                    arguments: [
                        digest.month.description, digest.revision, digest.closedAt.milliseconds, digest.content,
                        digest.changes,
                    ])
            }
        } catch {
            throw .database(error, path: path, doing: "keeping the digest of \(digest.month)")
        }
    }

    /// The revisions of a month, oldest first.
    package func digests(of month: Month) throws -> [StoredDigest] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM digest WHERE month = ? ORDER BY revision", arguments: [month.description]
            ).map { row in
                StoredDigest(
                    month: month, revision: row["revision"], closedAt: Timestamp(milliseconds: row["closed_at"]),
                    content: row["content"], changes: row["changes"])
            }
        }
    }

    /// Every closed revision without its content, by month and revision.
    package func digestRevisions() throws -> [(month: Month, revision: Int, closedAt: Timestamp, changes: String)] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT month, revision, closed_at, changes FROM digest ORDER BY month, revision"
            ).compactMap { row in
                Month(row["month"]).map {
                    ($0, row["revision"], Timestamp(milliseconds: row["closed_at"]), row["changes"])
                }
            }
        }
    }

    /// The months that have been closed, oldest first, with their newest revision.
    package func closedMonths() throws -> [(month: Month, revision: Int, closedAt: Timestamp)] {
        try pool.read { database in
            try Row.fetchAll(
                database,
                sql:
                    "SELECT month, MAX(revision) AS revision, MAX(closed_at) AS closed_at FROM digest GROUP BY month ORDER BY month"
            ).compactMap { row in
                Month(row["month"]).map { ($0, row["revision"], Timestamp(milliseconds: row["closed_at"])) }
            }
        }
    }
}
