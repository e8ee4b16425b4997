import Foundation
import GRDB
package import Records
package import struct Records.Record
package import Replication
import SwiftProtobuf
import Synchronization

/// What of a site's log was trimmed, and what may be.
struct TrimmingState: Sendable {
    var retention = Retention()
    /// As headquarters said last.
    var backedUp = BackedUp()

    init() {}

    init(_ database: Database) throws {
        for row in try Row.fetchAll(database, sql: "SELECT id, trimmed, trimmed_early, backed_up FROM epoch") {
            guard let epoch = Epoch(bytes: row["id"] as Data) else { continue }
            let trimmed = UInt64(clamping: row["trimmed"] as Int64)
            if trimmed > 0 { retention.first[epoch] = SequenceNumber(trimmed + 1) }
            retention.trimmedEarly += UInt64(clamping: row["trimmed_early"] as Int64)
            backedUp.marks[epoch] = SequenceNumber(UInt64(clamping: row["backed_up"] as Int64))
        }
    }

    /// Writes down how far headquarters allows trimming.
    static func persist(_ marks: [Epoch: SequenceNumber], _ database: Database) throws {
        for (epoch, mark) in marks.sorted(by: { $0.key < $1.key }) {
            try database.execute(
                sql: "UPDATE epoch SET backed_up = ?1 WHERE id = ?2 AND backed_up <> ?1",
                arguments: [Int64(clamping: mark.value), epoch.data])
        }
    }
}

extension SiteLog {
    /// What one round of trimming did.
    package struct TrimReport: Sendable {
        package var trimmed = 0
        /// Of them those that were not backed up.
        package var early = 0
        /// The first entry that is left, of the epoch that was trimmed last.
        fileprivate var first: (epoch: Epoch, sequence: SequenceNumber)?

        package init() {}
    }

    /// Entries of one transaction. A few, so that nobody who saves waits long.
    private static let trimBatch = 500
    /// Pages given back to the file system in one transaction: 1 MiB.
    private static let vacuumPages = 256
    /// What is backed up goes when the log is larger than so many hundredths of its budget.
    private static let lowWater: UInt64 = 75

    package var retention: Retention { trimming.withLock { $0.retention } }

    /// How far headquarters allows trimming, as it said last.
    package var backedUp: BackedUp { trimming.withLock { $0.backedUp } }

    package func note(_ backedUp: BackedUp) {
        trimming.withLock { state in
            state.backedUp.policy = backedUp.policy
            state.backedUp.marks.merge(backedUp.marks) { _, new in new }
        }
    }

    /// Bytes that the log uses on the disk, without what its file holds for later.
    package func usedBytes() throws(StorageError) -> UInt64 {
        do {
            return try pool.read { try Self.usedBytes($0) }
        } catch {
            throw .database(error, path: path, doing: "asking for the log's size")
        }
    }

    /// Trims until the log keeps to its budget, in small transactions, and gives the room back to the file system.
    ///
    /// Beyond three quarters of the budget the oldest go that are acknowledged and backed up; beyond the budget the oldest that
    /// are acknowledged, counted as early. What is not acknowledged stays, whatever the budget is, and so does the last entry of
    /// an epoch and the identity of every record.
    package func trim(budget: UInt64) async throws(StorageError) -> TrimReport {
        var report = TrimReport()
        var batch = Self.trimBatch
        while true {
            do {
                let done = try await pool.write { [batch] database in try self.trimOnce(budget, batch, database) }
                trimming.withLock { state in
                    if let (epoch, sequence) = done.first { state.retention.first[epoch] = sequence }
                    state.retention.trimmedEarly += UInt64(done.early)
                }
                report.trimmed += done.trimmed
                report.early += done.early
                if done.trimmed == 0 { break }
            } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL && batch > 1 {
                // The write-ahead log takes the room that trimming needs: empty it, and take smaller steps.
                try? await pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }  // tried again either way
                batch = max(1, batch / 10)
            } catch {
                throw .database(error, path: path, doing: "trimming the log")
            }
        }
        if report.trimmed > 0 { try await giveBack() }
        return report
    }

    private func trimOnce(_ budget: UInt64, _ batch: Int, _ database: Database) throws -> TrimReport {
        let used = try Self.usedBytes(database)
        var report = TrimReport()
        guard used > budget / 100 * Self.lowWater else { return report }
        for row in try Row.fetchAll(database, sql: "SELECT * FROM epoch ORDER BY number") {
            guard let epoch = Epoch(bytes: row["id"] as Data) else { continue }
            let (number, trimmed): (Int64, Int64) = (row["number"], row["trimmed"])
            let backedUp = trimming.withLock { $0.backedUp.marks[epoch] }.map { Int64(clamping: $0.value) } ?? 0
            let head = try Int64.fetchOne(
                database, sql: "SELECT MAX(sequence) FROM entry WHERE epoch = ?", arguments: [number])
            let acknowledged = min(row["acknowledged"] as Int64, (head ?? 0) - 1)
            let limit = used > budget ? acknowledged : min(acknowledged, backedUp)
            guard limit > trimmed else { continue }
            let end = min(limit, trimmed + Int64(batch))
            let early = Int(max(0, end - max(trimmed, backedUp)))
            try remember(number, trimmed, through: end, database)
            try database.execute(
                sql: """
                    UPDATE epoch SET trimmed = ?2, trimmed_early = trimmed_early + ?3,
                        trimmed_hash = (SELECT hash FROM entry WHERE epoch = ?1 AND sequence = ?2) WHERE number = ?1
                    """, arguments: [number, end, early])
            try database.execute(
                sql: "DELETE FROM entry WHERE epoch = ? AND sequence <= ?", arguments: [number, end])
            report.trimmed = Int(end - trimmed)
            report.early = early
            report.first = (epoch, SequenceNumber(UInt64(end) + 1))
            return report
        }
        return report
    }

    /// Keeps what the due list needs of entries that go.
    private func remember(_ number: Int64, _ trimmed: Int64, through end: Int64, _ database: Database) throws {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT sequence, facts, personal FROM entry WHERE epoch = ? AND sequence > ? AND sequence <= ?",
            arguments: [number, trimmed, end])
        for row in rows {
            // What cannot be read is in no due list.
            guard let facts = try? Facts(serializedBytes: row["facts"] as Data), facts.isForDueList else { continue }
            var kept = Personal()
            if let personal = try? Personal(serializedBytes: row["personal"] as Data), personal.hasCustomer {
                kept.customer = personal.customer
            }
            try database.execute(
                sql: "INSERT OR REPLACE INTO remembered VALUES (?, ?, ?, ?)",
                arguments: [number, row["sequence"] as Int64, row["facts"] as Data, try kept.serializedData()])
        }
    }

    /// Gives free pages back, a little at a time, and cuts the file to its size.
    private func giveBack() async throws(StorageError) {
        do {
            while true {
                let isMore = try await pool.write { database in
                    let before = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
                    try database.execute(sql: "PRAGMA incremental_vacuum(\(Self.vacuumPages))")
                    let after = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
                    return after > 0 && after < before
                }
                if !isMore { break }
            }
            try await pool.writeWithoutTransaction { _ = try $0.checkpoint(.passive) }
        } catch {
            throw .database(error, path: path, doing: "giving room back")
        }
    }

    private static func usedBytes(_ database: Database) throws -> UInt64 {
        let size = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
        let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
        return UInt64(max(0, pages - free)) * UInt64(size)
    }

    /// What is left of records that were trimmed, without texts, oldest first, and those only that the due list needs.
    package func remembered() throws -> [Record] {
        try pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, sequence, facts, personal FROM remembered JOIN epoch ON number = epoch
                    ORDER BY epoch, sequence
                    """
            ).compactMap { row in
                guard let epoch = Epoch(bytes: row["id"] as Data) else { return nil }
                var entry = Entry()
                entry.facts = row["facts"]
                entry.personal = row["personal"]
                let sequence = SequenceNumber(UInt64(clamping: row["sequence"] as Int64))
                // Could be read when it was kept.
                return try? Record(entry, site: site, epoch: epoch, sequence: sequence)
            }
        }
    }
}

extension Facts {
    /// Whether the due list follows from it.
    fileprivate var isForDueList: Bool {
        switch body {
        case .customer, .visit, .complaint, .step: true
        default: false
        }
    }
}
