import Foundation
import GRDB
package import Records
package import Replication
import Synchronization

/// A site's durable log: appends with one fsync for many writers, reads for the sender.
///
/// An appended record is on the disk when `append` returns. The chain, the hybrid clock and the identity index move in the same
/// transaction as the entry.
package final class SiteLog: ReplicatedLog, Sendable {
    /// What is to be written down.
    package struct Draft: Sendable {
        package var facts: Facts
        package var personal: Personal
        /// Nil: a new UUIDv7.
        package var id: RecordID?

        package init(facts: Facts, personal: Personal = Personal(), id: RecordID? = nil) {
            self.facts = facts
            self.personal = personal
            self.id = id
        }
    }

    /// What became of a draft.
    package enum Outcome: Sendable, Equatable {
        /// It is on the disk, at this place.
        case saved(RecordID, SequenceNumber)
        /// The same record was saved before; nothing was written.
        case known(RecordID)
        /// Another record was saved under this identity; nothing was written.
        case conflict(RecordID)

        package var id: RecordID {
            switch self {
            case .saved(let id, _), .known(let id), .conflict(let id): id
            }
        }
    }

    struct Job: Sendable {
        var drafts: [EncodedDraft]
        var now: Timestamp
        var answer: @Sendable (Result<[Outcome], StorageError>) -> Void
    }

    struct State {
        /// What is retained, oldest first; never empty. Only the last is written.
        var epochs: [EpochState]
        var clock: HybridClock
        /// The session that was remembered last.
        var session = SessionMemory()
        /// There was no room for it in the database yet.
        var isSessionDue = false
        /// A commit failed: nothing counts as saved until a checkpoint was synced.
        var isSuspect = false
        var onAppend: (@Sendable (LogPosition) -> Void)?

        /// The epoch that is written.
        var newest: EpochState {
            get { epochs[epochs.count - 1] }
            set { epochs[epochs.count - 1] = newValue }
        }
    }

    /// A transaction is closed when it holds this many drafts; a greater job has one of its own.
    static let groupBound = 1000

    package let site: SiteID
    package let folder: DataFolder
    let pool: DatabasePool
    let state: Mutex<State>
    let trimming = Mutex(TrimmingState())
    let damage = Mutex(DamageState())
    let path: String
    private let commits: GroupCommit<Job>

    /// Opens the log in `folder`, or begins its first epoch there.
    package init(folder: DataFolder, site: SiteID, using generator: inout some RandomNumberGenerator)
        throws(StorageError)
    {
        self.folder = folder
        self.site = site
        path = folder.file("log.sqlite")
        do {
            pool = try DurableDatabase.open(path, durability: .full)
            commits = GroupCommit(pool, bound: Self.groupBound) { $0.drafts.count }
            try SiteLogSchema.migrate(pool)
            let epoch = Epoch(using: &generator)
            let (path, site) = (path, site)
            let loaded = try pool.write { try Self.load($0, site: site, newEpoch: epoch, path: path) }
            state = Mutex(loaded)
            let kept = try pool.read { try TrimmingState($0) }
            trimming.withLock { $0 = kept }
        } catch {
            throw .database(error, path: path, doing: "opening the log")
        }
        try folder.synchronize()
    }

    /// The last entry.
    package var head: LogPosition { state.withLock { $0.newest.extent.head } }

    /// What headquarters has durably of the newest epoch.
    package var acknowledged: LogPosition { state.withLock { $0.newest.acknowledged } }

    /// Whether no draft is waiting or being written.
    package var isIdle: Bool { commits.isIdle }

    /// Called on the writer's queue after each commit that moved the head.
    package func onAppend(_ body: @escaping @Sendable (LogPosition) -> Void) { state.withLock { $0.onAppend = body } }

    /// Saves drafts, all in one transaction, and returns when they are on the disk. Takes none when one is too large.
    /// - Parameter now: the wall clock.
    package func append(_ drafts: [Draft], at now: Timestamp) async throws(StorageError) -> [Outcome] {
        let result = await withCheckedContinuation { continuation in
            append(drafts, at: now) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// The same, with the answer on the writer's queue.
    package func append(
        _ drafts: [Draft], at now: Timestamp, answer: @escaping @Sendable (Result<[Outcome], StorageError>) -> Void
    ) {
        var encoded: [EncodedDraft] = []
        encoded.reserveCapacity(drafts.count)
        do {
            try folder.requireRoom()
            var random = RandomPool()
            for draft in drafts { encoded.append(try EncodedDraft(draft, at: now, using: &random)) }
        } catch {
            return answer(.failure(error))
        }
        let job = Job(drafts: encoded, now: now, answer: answer)
        commits.enqueue(job) { [self] in write($0, $1) }
    }

    /// Notes what headquarters has durably; a lower position than before is not taken. Kept in memory until
    /// `persistAcknowledged`, as losing it costs a comparison at the next greeting and nothing else.
    package func noteAcknowledged(_ position: LogPosition) {
        state.withLock { state in
            guard let index = state.epochs.lastIndex(where: { $0.extent.head.epoch == position.epoch }),
                position.sequence > state.epochs[index].acknowledged.sequence
            else { return }
            state.epochs[index].acknowledged = position
        }
    }

    /// Keeps headquarters' receipt, as `noteAcknowledged` keeps the position.
    package func note(_ receipt: Receipt) {
        state.withLock { state in
            guard let index = state.epochs.lastIndex(where: { $0.extent.head.epoch == receipt.position.epoch }),
                receipt.position.sequence > state.epochs[index].extent.receipt?.position.sequence ?? .zero
            else { return }
            state.epochs[index].extent.receipt = receipt
        }
    }

    /// Writes down what headquarters acknowledged.
    package func persistAcknowledged() async throws(StorageError) {
        let (epochs, session, isDue) = state.withLock { ($0.epochs, $0.session, $0.isSessionDue) }
        do {
            let marks = trimming.withLock { $0.backedUp.marks }
            try await pool.write { database in
                try TrimmingState.persist(marks, database)
                for epoch in epochs { try Self.persist(epoch, database) }
                if isDue { try Self.persist(session, database) }
            }
            // Another session may have been remembered meanwhile.
            if isDue { state.withLock { $0.isSessionDue = $0.isSessionDue && $0.session != session } }
        } catch {
            throw .database(error, path: path, doing: "noting an acknowledgement")
        }
    }

    private static func persist(_ epoch: EpochState, _ database: Database) throws {
        let (position, receipt) = (epoch.acknowledged, epoch.extent.receipt)
        try database.execute(
            sql: "UPDATE epoch SET acknowledged = ?, acknowledged_hash = ? WHERE number = ? AND acknowledged < ?",
            arguments: [
                Int64(position.sequence.value), position.hash.data, epoch.number, Int64(position.sequence.value),
            ])
        guard let receipt else { return }
        try database.execute(
            sql: """
                UPDATE epoch SET receipt_sequence = ?, receipt_hash = ?, receipt_key = ?, receipt_value = ?
                WHERE number = ? AND COALESCE(receipt_sequence, 0) < ?
                """,
            arguments: [
                Int64(receipt.position.sequence.value), receipt.position.hash.data, receipt.signature.keyID,
                receipt.signature.value, epoch.number, Int64(receipt.position.sequence.value),
            ])
    }

    /// Closes the database and gives the folder back.
    package func close() throws {
        // So that the database alone is the whole log, where somebody copies it; otherwise the next start does this.
        try? pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try pool.close()
        folder.release()
    }
}
