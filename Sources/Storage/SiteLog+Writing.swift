import Foundation
import GRDB
import Records
import Replication
import SwiftProtobuf
import Synchronization

extension SiteLog {
    /// Writes a group of jobs in one transaction and answers them. Runs on the writer's queue.
    func write(_ jobs: [Job], _ database: Database) {
        let before = head
        do {
            try recoverIfSuspect(database)
            var next = state.withLock { $0 }
            var outcomes: [[Outcome]] = []
            try database.inTransaction(.immediate) {
                let writer = try EntryWriter(database, site: site)
                for job in jobs {
                    outcomes.append(try job.drafts.map { try writer.write($0, at: job.now, &next) })
                }
                return .commit
            }
            let (head, notify) = state.withLock { state in
                // Acknowledgements may have come in meanwhile.
                state.newest.extent.head = next.newest.extent.head
                state.clock = next.clock
                return (next.newest.extent.head, next.newest.extent.head == before ? nil : state.onAppend)
            }
            for (job, outcome) in zip(jobs, outcomes) { job.answer(.success(outcome)) }
            notify?(head)
        } catch {
            let failure = StorageError.database(error, path: path, doing: "saving records")
            state.withLock { $0.isSuspect = true }
            for job in jobs { job.answer(.failure(failure)) }
        }
    }

    /// After a failed commit: what the write-ahead log holds is believed only once a checkpoint has synced it into the
    /// database; reopening would prove nothing. Then the state is read again, as the failed rows may be among it.
    func recoverIfSuspect(_ database: Database) throws {
        guard state.withLock({ $0.isSuspect }) else { return }
        // Not by the pragma, which only reports in its row that readers kept it from finishing.
        _ = try database.checkpoint(.truncate)
        let loaded = try Self.load(database, site: site, newEpoch: nil, path: path)
        state.withLock { state in
            state.epochs = loaded.epochs
            state.clock = loaded.clock
            state.isSuspect = false
        }
    }

    /// Reads the state from the database, or makes the first epoch.
    static func load(_ database: Database, site: SiteID, newEpoch: Epoch?, path: String) throws -> State {
        if let owner = try String.fetchOne(database, sql: "SELECT site FROM owner"), owner != site.text {
            throw StorageError.foreign(path: path, reason: "this is the log of site \(owner), not of \(site)")
        }
        if let newEpoch, try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM epoch") == 0 {
            let origin = LogChain.origin(site: site, epoch: newEpoch, parent: nil)
            try database.execute(sql: "INSERT INTO owner VALUES (?)", arguments: [site.text])
            try database.execute(
                sql: "INSERT INTO epoch (id, origin, acknowledged, acknowledged_hash) VALUES (?, ?, 0, ?)",
                arguments: [newEpoch.data, origin.data, origin.data])
        }
        let rows = try Row.fetchAll(database, sql: "SELECT * FROM epoch WHERE superseded = 0 ORDER BY number")
        let epochs = try rows.map { try epoch($0, database, path: path) }
        guard !epochs.isEmpty else { throw StorageError.damaged(path: path, reason: "there is no epoch") }
        // A damaged entry must not stop the log: the clock goes on from those that can be read.
        let newest = try Data.fetchAll(
            database, sql: "SELECT facts FROM entry ORDER BY epoch DESC, sequence DESC LIMIT 16")
        let times = newest.compactMap { try? HybridTime(value: Facts(serializedBytes: $0).clock) }
        return State(
            epochs: epochs, clock: HybridClock(last: times.max() ?? HybridTime(value: 0)),
            session: try session(database))
    }

    private static func epoch(_ row: Row, _ database: Database, path: String) throws -> EpochState {
        guard let epoch = Epoch(bytes: row["id"] as Data), let origin = ChainHash(bytes: row["origin"] as Data),
            let acknowledgedHash = ChainHash(bytes: row["acknowledged_hash"] as Data)
        else { throw StorageError.damaged(path: path, reason: "an epoch has no name") }
        let number: Int64 = row["number"]
        var head = LogPosition(epoch: epoch, sequence: .zero, hash: origin)
        if let last = try Row.fetchOne(
            database, sql: "SELECT sequence, hash FROM entry WHERE epoch = ? ORDER BY sequence DESC LIMIT 1",
            arguments: [number])
        {
            guard let hash = ChainHash(bytes: last["hash"] as Data)
            else { throw StorageError.damaged(path: path, reason: "the last entry has no hash") }
            head = LogPosition(epoch: epoch, sequence: SequenceNumber(UInt64(last["sequence"] as Int64)), hash: hash)
        } else if let hash = (row["trimmed_hash"] as Data?).flatMap({ ChainHash(bytes: $0) }) {
            // What followed what was trimmed was issued again elsewhere.
            head = LogPosition(epoch: epoch, sequence: SequenceNumber(UInt64(row["trimmed"] as Int64)), hash: hash)
        }
        var extent = EpochExtent(
            head: head, cause: EpochRange.Cause(rawValue: row["cause"]) ?? .unspecified)
        if let parent = (row["parent_epoch"] as Data?).flatMap({ Epoch(bytes: $0) }),
            let hash = (row["parent_hash"] as Data?).flatMap({ ChainHash(bytes: $0) })
        {
            let sequence = SequenceNumber(UInt64(row["parent_sequence"] as Int64))
            extent.parent = LogPosition(epoch: parent, sequence: sequence, hash: hash)
        }
        if let sequence = row["receipt_sequence"] as Int64?,
            let hash = (row["receipt_hash"] as Data?).flatMap({ ChainHash(bytes: $0) })
        {
            var signature = Signature()
            signature.keyID = row["receipt_key"]
            signature.value = row["receipt_value"]
            extent.receipt = Receipt(
                position: LogPosition(epoch: epoch, sequence: SequenceNumber(UInt64(sequence)), hash: hash),
                signature: signature)
        }
        let acknowledged = LogPosition(
            epoch: epoch, sequence: SequenceNumber(UInt64(row["acknowledged"] as Int64)), hash: acknowledgedHash)
        return EpochState(number: number, extent: extent, acknowledged: acknowledged)
    }
}

/// Writes entries within one transaction.
private struct EntryWriter {
    private let entry: BoundStatement
    private let identity: BoundStatement
    private let lookUp: BoundStatement
    private let site: SiteID

    init(_ database: Database, site: SiteID) throws {
        self.site = site
        entry = try BoundStatement(
            database,
            "INSERT INTO entry (epoch, sequence, facts, nonce, personal, personal_digest, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        identity = try BoundStatement(
            database, "INSERT OR IGNORE INTO record (id, epoch, sequence, content) VALUES (?, ?, ?, ?)")
        lookUp = try BoundStatement(database, "SELECT content FROM record WHERE id = ?")
    }

    func write(_ draft: EncodedDraft, at now: Timestamp, _ state: inout SiteLog.State) throws -> SiteLog.Outcome {
        let sequence = state.newest.extent.head.sequence.next
        let isNew = try identity.run { bind in
            bind.bind(draft.id.data)
            bind.bind(state.newest.number)
            bind.bind(Int64(sequence.value))
            bind.bind(draft.content)
        }
        guard isNew == 1 else {
            var known = Data()
            try lookUp.forEach({ $0.bind(draft.id.data) }) { row in
                known = row.data(0)
                return false
            }
            return known == draft.content ? .known(draft.id) : .conflict(draft.id)
        }
        let written = draft.entry(at: state.clock.tick(at: now))
        guard let leaf = LogChain.leaf(written) else { preconditionFailure("an entry made here is well formed") }
        let hash = LogChain.next(after: state.newest.extent.head.hash, sequence: sequence, leaf: leaf)
        try entry.run { bind in
            bind.bind(state.newest.number)
            bind.bind(Int64(sequence.value))
            bind.bind(written.facts)
            bind.bind(written.nonce)
            bind.bind(written.personal)
            bind.bind(nil as Data?)
            bind.bind(hash)
        }
        state.newest.extent.head = LogPosition(epoch: state.newest.extent.head.epoch, sequence: sequence, hash: hash)
        return .saved(draft.id, sequence)
    }
}
