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
        /// Where it branched from its parent.
        package var parent: LogPosition?
        /// The furthest entry that the site ever said it has.
        package var claimed: SequenceNumber
    }

    /// What is written in one transaction with what others wait for.
    enum Job: Sendable {
        case batch(SiteReceiver.StagedBatch, receivedAt: Timestamp, answer: @Sendable (StoreOutcome) -> Void)
        case opening(
            SessionOpening, at: Timestamp, answer: @Sendable ((any StoreFailure)?) -> Void)
        case tokens(SessionTokens, SiteID)
        case fence(Data, SiteID, Incident, at: Timestamp)

        /// Bytes, about.
        var weight: Int {
            if case .batch(let batch, _, _) = self { batch.slice.size } else { 512 }
        }
    }

    package let folder: DataFolder
    package let path: String
    package let pool: DatabasePool
    /// Which life of headquarters this is.
    struct Life: Sendable {
        /// Begun anew by a restore.
        var epoch: Epoch
        var feedEpoch: Epoch
    }

    let life: Mutex<Life>
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
            commits = GroupCommit(pool, bound: Self.groupBound) { $0.weight }
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
            life = Mutex(Life(epoch: stored, feedEpoch: feed))
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

    /// Hands a verified batch over; the answer comes on the writer's queue, after the commit.
    package func append(
        _ batch: SiteReceiver.StagedBatch, receivedAt: Timestamp, answer: @escaping @Sendable (StoreOutcome) -> Void
    ) {
        enqueue(.batch(batch, receivedAt: receivedAt, answer: answer))
    }

    func enqueue(_ job: Job) { commits.enqueue(job) { [self] in write($0, $1) } }

    /// Headquarters' epoch: begun anew by a restore.
    package var headquartersEpoch: Epoch { life.withLock { $0.epoch } }

    /// The feed's epoch: begun anew with headquarters'.
    package var feedEpoch: Epoch { life.withLock { $0.feedEpoch } }

    /// What is durable of every log.
    package func storedLogs() throws -> [StoredLog] { try pool.read { try storedLogs($0) } }

    func storedLogs(_ database: Database) throws -> [StoredLog] {
        try Row.fetchAll(database, sql: "SELECT * FROM log ORDER BY number").map { row in
            guard let epoch = Epoch(bytes: row["epoch"] as Data), let hash = ChainHash(bytes: row["hash"] as Data)
            else { throw StorageError.damaged(path: path, reason: "log \(row["number"] as Int64) has no epoch") }
            let sequence = SequenceNumber(UInt64(row["sequence"] as Int64))
            var log = StoredLog(
                number: row["number"], site: try SiteID(row["site"]),
                durable: LogPosition(epoch: epoch, sequence: sequence, hash: hash),
                claimed: SequenceNumber(UInt64(row["claimed"] as Int64)))
            if let parent = (row["parent_epoch"] as Data?).flatMap({ Epoch(bytes: $0) }),
                let hash = (row["parent_hash"] as Data?).flatMap({ ChainHash(bytes: $0) })
            {
                let sequence = SequenceNumber(UInt64(row["parent_sequence"] as Int64))
                log.parent = LogPosition(epoch: parent, sequence: sequence, hash: hash)
            }
            return log
        }
    }

    /// The stored chain's hash at a place, `h(0)` at zero; nil when there is no such entry.
    package func hash(at position: LogPosition, of site: SiteID) throws -> ChainHash? {
        let (sequence, epoch) = (position.sequence, position.epoch)
        guard let number = logs.withLock({ $0[SiteEpoch(site: site, epoch: epoch)] }) else { return nil }
        return try pool.read { database in
            guard sequence != .zero else {
                return try Data.fetchOne(database, sql: "SELECT origin FROM log WHERE number = ?", arguments: [number])
            }
            return try Data.fetchOne(
                database, sql: "SELECT hash FROM entry WHERE log = ? AND sequence = ?",
                arguments: [number, Int64(clamping: sequence.value)])
        }.flatMap { ChainHash(bytes: $0) }
    }

    /// Whether no batch is waiting or being written.
    package var isIdle: Bool { commits.isIdle }

    /// Closes the database and gives the folder back; the views are closed before.
    package func close() throws {
        // So that the database alone is the whole store, where somebody copies it; otherwise the next start does this.
        try? pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try pool.close()
        folder.release()
    }
}
