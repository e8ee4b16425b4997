import Foundation
package import GRDB
package import Records
package import Replication
import Synchronization

/// Headquarters' durable file: every site's raw entries, who the sites are, the feed and the closed digests.
///
/// What is here was acknowledged or announced and is never computed again; views live in a file of their own.
package final class RecordStore: ReplicatedStore, Sendable {
    /// One site's log as it is stored here.
    package struct StoredLog: Sendable {
        /// Short name of (site, epoch) within this store.
        package var number: Int64
        package var site: SiteID
        package var durable: LogPosition
    }

    struct Job: Sendable {
        var batch: SiteReceiver.StagedBatch
        var receivedAt: Timestamp
        var answer: @Sendable (StoreOutcome) -> Void
    }

    package let folder: DataFolder
    package let path: String
    package let pool: DatabasePool
    /// Bumped by a restore.
    package let headquartersEpoch: Epoch
    package let feedEpoch: Epoch
    let logs: Mutex<[SiteEpoch: Int64]>
    let isSuspect = Mutex(false)
    private let commits: GroupCommit<Job>

    /// A transaction is closed when its batches hold this many bytes.
    static let groupBound = 4 << 20

    struct SiteEpoch: Hashable {
        var site: SiteID
        var epoch: Epoch
    }

    /// Opens the store in `folder`, or makes it.
    package init(folder: DataFolder, using generator: inout some RandomNumberGenerator) throws(StorageError) {
        self.folder = folder
        path = folder.file("log.sqlite")
        do {
            pool = try DurableDatabase.open(path, durability: .full)
            commits = GroupCommit(pool, bound: Self.groupBound) { $0.batch.slice.size }
            try RecordStoreSchema.migrate(pool)
            let (epoch, feedEpoch) = (Epoch(using: &generator), Epoch(using: &generator))
            let row = try pool.write { database in
                if try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM headquarters") == 0 {
                    try database.execute(
                        sql: "INSERT INTO headquarters VALUES (?, ?, 0)", arguments: [epoch.data, feedEpoch.data])
                }
                return try Row.fetchOne(database, sql: "SELECT * FROM headquarters")
            }
            guard let row, let stored = Epoch(bytes: row["epoch"] as Data),
                let feed = Epoch(bytes: row["feed_epoch"] as Data)
            else { throw StorageError.damaged(path: path, reason: "headquarters has no epoch") }
            (headquartersEpoch, self.feedEpoch) = (stored, feed)
            logs = Mutex(
                try pool.read { database in
                    var logs: [SiteEpoch: Int64] = [:]
                    for row in try Row.fetchAll(database, sql: "SELECT number, site, epoch FROM log") {
                        guard let epoch = Epoch(bytes: row["epoch"] as Data) else { continue }
                        logs[SiteEpoch(site: try SiteID(row["site"]), epoch: epoch)] = row["number"]
                    }
                    return logs
                })
        } catch {
            throw .database(error, path: path, doing: "opening the record store")
        }
        try folder.synchronize()
    }

    /// The first of `count` session numbers that were never given out before, durable before they are used.
    package func reserveSessions(_ count: UInt64) throws -> UInt64 {
        try pool.write { database in
            let first = UInt64(try Int64.fetchOne(database, sql: "SELECT sessions FROM headquarters") ?? 0)
            try database.execute(sql: "UPDATE headquarters SET sessions = ?", arguments: [Int64(first + count)])
            return first
        }
    }

    /// Hands a verified batch over; the answer comes on the writer's queue, after the commit.
    package func append(
        _ batch: SiteReceiver.StagedBatch, receivedAt: Timestamp, answer: @escaping @Sendable (StoreOutcome) -> Void
    ) {
        let job = Job(batch: batch, receivedAt: receivedAt, answer: answer)
        commits.enqueue(job) { [self] in write($0, $1) }
    }

    /// Notes a log that was not known before, so that its first batch finds it.
    package func begin(_ epoch: Epoch, of site: SiteID, parent: LogPosition?) throws(StorageError) {
        let origin = LogChain.origin(site: site, epoch: epoch, parent: parent)
        do {
            let number = try pool.write { database in
                try database.execute(
                    sql: """
                        INSERT OR IGNORE INTO log
                        (site, epoch, origin, parent_epoch, parent_sequence, parent_hash, sequence, hash)
                        VALUES (?, ?, ?, ?, ?, ?, 0, ?)
                        """,
                    arguments: [
                        site.text, epoch.data, origin.data, parent?.epoch.data,
                        parent.map { Int64(clamping: $0.sequence.value) }, parent?.hash.data, origin.data,
                    ])
                return try Int64.fetchOne(
                    database, sql: "SELECT number FROM log WHERE site = ? AND epoch = ?",
                    arguments: [site.text, epoch.data])
            }
            logs.withLock { $0[SiteEpoch(site: site, epoch: epoch)] = number }
        } catch {
            throw .database(error, path: path, doing: "beginning a log of site \(site)")
        }
    }

    /// What is durable of every log.
    package func storedLogs() throws -> [StoredLog] {
        try pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM log ORDER BY number").map { row in
                guard let epoch = Epoch(bytes: row["epoch"] as Data), let hash = ChainHash(bytes: row["hash"] as Data)
                else { throw StorageError.damaged(path: path, reason: "log \(row["number"] as Int64) has no epoch") }
                let sequence = SequenceNumber(UInt64(row["sequence"] as Int64))
                return StoredLog(
                    number: row["number"], site: try SiteID(row["site"]),
                    durable: LogPosition(epoch: epoch, sequence: sequence, hash: hash))
            }
        }
    }

    /// What is durable of every log that is known.
    package func durablePositions() throws -> [SiteID: [Epoch: LogPosition]] {
        try storedLogs().reduce(into: [:]) { $0[$1.site, default: [:]][$1.durable.epoch] = $1.durable }
    }

    /// The stored chain's hash at a place, `h(0)` at zero; nil when there is no such entry.
    package func hash(at position: LogPosition, of site: SiteID) throws -> ChainHash? {
        guard let number = logs.withLock({ $0[SiteEpoch(site: site, epoch: position.epoch)] }) else { return nil }
        return try pool.read { database in
            guard position.sequence != .zero else {
                return try Data.fetchOne(database, sql: "SELECT origin FROM log WHERE number = ?", arguments: [number])
            }
            return try Data.fetchOne(
                database, sql: "SELECT hash FROM entry WHERE log = ? AND sequence = ?",
                arguments: [number, Int64(clamping: position.sequence.value)])
        }.flatMap { ChainHash(bytes: $0) }
    }

    /// Whether no batch is waiting or being written.
    package var isIdle: Bool { commits.isIdle }

    /// Closes the database and gives the folder back; the views are closed before.
    package func close() throws {
        try pool.close()
        folder.release()
    }
}
