import Foundation
import GRDB
package import Records
import Synchronization

extension RecordStore {
    /// One raw entry as the fold reads it.
    package struct StoredEntry: Sendable {
        package var sequence: SequenceNumber
        package var entry: Entry
        /// When its batch arrived, by headquarters' clock.
        package var receivedAt: Timestamp
    }

    /// The entries of one log after a place, oldest first.
    package func entries(of log: Int64, after sequence: SequenceNumber, limit: Int) throws -> [StoredEntry] {
        try pool.read { database in
            var entries: [StoredEntry] = []
            let statement = try BoundStatement(
                database,
                """
                SELECT sequence, facts, nonce, personal, personal_digest,
                    (SELECT received_at FROM batch WHERE batch.log = entry.log AND last >= entry.sequence
                     ORDER BY last LIMIT 1)
                FROM entry WHERE log = ? AND sequence > ? ORDER BY sequence LIMIT ?
                """)
            try statement.forEach({ bind in
                bind.bind(log)
                bind.bind(Int64(clamping: sequence.value))
                bind.bind(Int64(limit))
            }) { row in
                var entry = Entry()
                entry.facts = row.data(1)
                entry.nonce = row.data(2)
                entry.personal = row.data(3)
                if !row.isNull(4) { entry.personalDigest = row.data(4) }
                entry.markIfLost(hash: Data())
                entries.append(
                    StoredEntry(
                        sequence: SequenceNumber(UInt64(row.integer(0))), entry: entry,
                        receivedAt: Timestamp(milliseconds: row.integer(5))))
                return true
            }
            return entries
        }
    }

    /// One entry; nil when it is not here.
    package func entry(of log: Int64, _ sequence: SequenceNumber) throws -> Entry? {
        try pool.read { database in
            var found: Entry?
            let statement = try BoundStatement(
                database,
                "SELECT facts, nonce, personal, personal_digest FROM entry WHERE log = ? AND sequence = ?")
            try statement.forEach({ bind in
                bind.bind(log)
                bind.bind(Int64(clamping: sequence.value))
            }) { row in
                var entry = Entry()
                entry.facts = row.data(0)
                entry.nonce = row.data(1)
                entry.personal = row.data(2)
                if !row.isNull(3) { entry.personalDigest = row.data(3) }
                entry.markIfLost(hash: Data())
                found = entry
                return false
            }
            return found
        }
    }

    /// Whose log it is and which, by its number here.
    package func owner(of log: Int64) -> (site: SiteID, epoch: Epoch)? {
        logs.withLock { logs in logs.first { $0.value == log }.map { ($0.key.site, $0.key.epoch) } }
    }

    /// The epoch of a log by its number here.
    package func epoch(of log: Int64) -> Epoch? {
        logs.withLock { logs in logs.first { $0.value == log }?.key.epoch }
    }

    /// Number of stored entries, of one site or of all; counts of records and of the log's own entries together.
    package func entryCount(of site: SiteID? = nil) throws -> Int {
        try pool.read { database in
            try Int.fetchOne(
                database, sql: "SELECT COALESCE(SUM(sequence), 0) FROM log" + (site == nil ? "" : " WHERE site = ?"),
                arguments: site.map { [$0.text] } ?? []) ?? 0
        }
    }
}
