import Foundation
import GRDB
package import Records
package import struct Records.Record
package import Replication
import SwiftProtobuf
import Synchronization

extension SiteLog {
    /// One epoch of the log, as it is held.
    struct EpochState: Sendable {
        /// Its short name in the database.
        var number: Int64
        var extent: EpochExtent
        /// What headquarters has of it.
        var acknowledged: LogPosition

        var isComplete: Bool { acknowledged.sequence >= extent.head.sequence }
    }

    /// Epochs that headquarters has whole are named to it as long as they are among so many newest.
    private static let namedEpochs = 16

    /// What headquarters is told of, oldest first: the newest epochs, and all of which it lacks something.
    package var extents: [EpochExtent] {
        state.withLock { state in
            let older = state.epochs.dropLast(Self.namedEpochs).filter { !$0.isComplete }
            let named = older + state.epochs.suffix(Self.namedEpochs)
            return named.suffix(ReplicationProtocol.greatestEpochs).map(\.extent)
        }
    }

    /// Begins a new epoch after the last common entry and issues there what followed it here, in one transaction with the end
    /// of the old branch. Sequence numbers of the old branch are never used again, as nothing is ever written there.
    package func branch(_ branch: LogBranch) throws -> [EpochExtent] {
        var random = SystemRandomNumberGenerator()
        return try self.branch(branch, as: Epoch(using: &random))
    }

    /// The same, with the new epoch's name.
    func branch(_ branch: LogBranch, as epoch: Epoch) throws(StorageError) -> [EpochExtent] {
        do {
            try pool.writeWithoutTransaction { database in
                try recoverIfSuspect(database)
                var moved = state.withLock { $0 }
                do {
                    try database.inTransaction(.immediate) {
                        try begin(epoch, branch, &moved, database)
                        return .commit
                    }
                } catch {
                    state.withLock { $0.isSuspect = true }
                    throw error
                }
                state.withLock { $0.epochs = moved.epochs }
            }
        } catch {
            throw .database(error, path: path, doing: "beginning a new epoch")
        }
        return extents
    }

    private func begin(_ epoch: Epoch, _ branch: LogBranch, _ state: inout State, _ database: Database) throws {
        guard let index = state.epochs.firstIndex(where: { $0.extent.head.epoch == branch.epoch }) else {
            throw StorageError.damaged(path: path, reason: "epoch \(branch.epoch) is not in this log")
        }
        let origin = LogChain.origin(site: site, epoch: epoch, parent: branch.after)
        try database.execute(
            sql: """
                INSERT INTO epoch (id, origin, parent_epoch, parent_sequence, parent_hash, acknowledged,
                    acknowledged_hash, cause) VALUES (?, ?, ?, ?, ?, 0, ?, ?)
                """,
            arguments: [
                epoch.data, origin.data, branch.after?.epoch.data,
                branch.after.map { Int64(clamping: $0.sequence.value) }, branch.after?.hash.data, origin.data,
                branch.cause.rawValue,
            ])
        let number = database.lastInsertedRowID
        var fresh = EpochState(
            number: number,
            extent: EpochExtent(
                head: LogPosition(epoch: epoch, sequence: .zero, hash: origin), parent: branch.after,
                cause: branch.cause),
            acknowledged: LogPosition(epoch: epoch, sequence: .zero, hash: origin))
        let writer = try Reissue(database)
        // The branch itself after its last common entry, then whatever came in later epochs that only we have.
        fresh.extent.head = try writer.move(
            state.epochs[index], after: branch.after ?? state.epochs[index].beginning(site), to: fresh)
        state.epochs[index].end(at: branch.after)
        var superseded: [Int64] = branch.after == nil ? [state.epochs[index].number] : []
        for later in state.epochs[(index + 1)...] where !branch.untouched.contains(later.extent.head.epoch) {
            fresh.extent.head = try writer.move(later, after: later.beginning(site), to: fresh)
            superseded.append(later.number)
        }
        try database.execute(
            sql: """
                UPDATE epoch SET acknowledged = ?, acknowledged_hash = ?, receipt_sequence = NULL, receipt_hash = NULL,
                    receipt_key = NULL, receipt_value = NULL WHERE number = ? AND acknowledged > ?
                """,
            arguments: [
                Int64(clamping: branch.after?.sequence.value ?? 0), branch.after?.hash.data ?? origin.data,
                state.epochs[index].number, Int64(clamping: branch.after?.sequence.value ?? 0),
            ])
        for number in superseded {
            try database.execute(sql: "UPDATE epoch SET superseded = 1 WHERE number = ?", arguments: [number])
        }
        state.epochs.removeAll { superseded.contains($0.number) }
        state.epochs.append(fresh)
    }
}

extension SiteLog.EpochState {
    /// The place before its first entry.
    fileprivate func beginning(_ site: SiteID) -> LogPosition {
        let epoch = extent.head.epoch
        return LogPosition(
            epoch: epoch, sequence: .zero, hash: LogChain.origin(site: site, epoch: epoch, parent: extent.parent))
    }

    /// What followed is elsewhere now.
    fileprivate mutating func end(at position: LogPosition?) {
        guard let position, position.sequence < extent.head.sequence else { return }
        extent.head = position
        guard acknowledged.sequence > position.sequence else { return }
        acknowledged = position
        extent.receipt = nil
    }
}

/// Issues entries again: moves them to the end of a new epoch, and keeps where they stood.
private struct Reissue {
    /// Entries moved at a time; bounds memory.
    private static let batch = 500

    private let database: Database
    private let keep: BoundStatement
    private let place: BoundStatement
    private let identity: BoundStatement

    init(_ database: Database) throws {
        self.database = database
        keep = try BoundStatement(database, "INSERT INTO superseded VALUES (?, ?, ?, ?, ?)")
        place = try BoundStatement(
            database, "UPDATE entry SET epoch = ?, sequence = ?, hash = ? WHERE epoch = ? AND sequence = ?")
        identity = try BoundStatement(
            database, "UPDATE record SET epoch = ?, sequence = ? WHERE id = ? AND epoch = ? AND sequence = ?")
    }

    /// Returns the new epoch's head.
    func move(
        _ source: SiteLog.EpochState, after start: LogPosition, to target: SiteLog.EpochState
    ) throws -> LogPosition {
        var (head, previous) = (target.extent.head, start)
        while true {
            let rows = try Row.fetchAll(
                database, sql: "SELECT * FROM entry WHERE epoch = ? AND sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [source.number, Int64(clamping: start.sequence.value), Self.batch])
            guard !rows.isEmpty else { return head }
            for row in rows {
                head = try move(row, from: source.number, to: target.number, after: head, previous: &previous)
            }
        }
    }

    /// - Parameter previous: the entry before in the old epoch; becomes this one.
    private func move(
        _ row: Row, from old: Int64, to new: Int64, after head: LogPosition, previous: inout LogPosition
    ) throws -> LogPosition {
        var entry = Entry()
        entry.facts = row["facts"]
        entry.nonce = row["nonce"]
        entry.personal = row["personal"]
        entry.personalDigest = row["personal_digest"] ?? Data()
        let (oldSequence, oldHash): (Int64, Data) = (row["sequence"], row["hash"])
        let sequence = head.sequence.next
        // An entry that is damaged gets a hash that it does not fit either, so that it is found when it is read.
        let isWhole = LogChain.leaf(entry).map {
            LogChain.next(after: previous.hash, sequence: previous.sequence.next, leaf: $0).data == oldHash
        }
        let leaf = isWhole == true ? LogChain.leaf(entry) ?? LogChain.unknownLeaf : LogChain.unknownLeaf
        previous.sequence = SequenceNumber(UInt64(oldSequence))
        previous.hash = ChainHash(bytes: oldHash) ?? previous.hash
        let hash = LogChain.next(after: head.hash, sequence: sequence, leaf: leaf)
        try keep.run { bind in
            bind.bind(old)
            bind.bind(oldSequence)
            bind.bind(oldHash)
            bind.bind(new)
            bind.bind(Int64(sequence.value))
        }
        try place.run { bind in
            bind.bind(new)
            bind.bind(Int64(sequence.value))
            bind.bind(hash)
            bind.bind(old)
            bind.bind(oldSequence)
        }
        // A damaged entry may not say which record it was; its record is then sought where nothing stands.
        let id = (try? Facts(serializedBytes: entry.facts).recordID) ?? Data()
        try identity.run { bind in
            bind.bind(new)
            bind.bind(Int64(sequence.value))
            bind.bind(id)
            bind.bind(old)
            bind.bind(oldSequence)
        }
        return LogPosition(epoch: head.epoch, sequence: sequence, hash: hash)
    }
}

extension SiteLog {
    /// A place over all epochs of the log, in the order in which they were begun.
    package struct Place: Hashable, Comparable, Sendable {
        /// The epoch's short name in this log: 1, 2, 3 …
        let epoch: Int64
        let sequence: Int64

        init(epoch: Int64, _ sequence: SequenceNumber) {
            self.epoch = epoch
            self.sequence = Int64(clamping: sequence.value)
        }

        /// Before everything.
        package static let beginning = Place(epoch: 0, .zero)

        /// Bits of the number below the epoch: a number stays below 2⁵³ for 8,191 epochs, and is the sequence number in the
        /// first.
        private static let shift = 40

        /// As one number, for a client to give back.
        package var number: UInt64 { UInt64(max(0, epoch - 1)) << Self.shift | UInt64(sequence) }

        /// The place of a number that a client gave back.
        package init(number: UInt64) {
            epoch = Int64(number >> Self.shift) + 1
            sequence = Int64(number & (1 << Self.shift - 1))
        }

        package static func < (left: Place, right: Place) -> Bool {
            (left.epoch, left.sequence) < (right.epoch, right.sequence)
        }
    }

    /// Where a record of this log stands; the beginning for one of an epoch that is not retained.
    package func place(of record: Record) -> Place {
        let epochs = state.withLock { $0.epochs }
        guard let epoch = epochs.first(where: { $0.extent.head.epoch == record.epoch }) else { return .beginning }
        return Place(epoch: epoch.number, record.sequence)
    }

    /// A record with its place over all epochs.
    package struct PlacedRecord: Sendable {
        package var record: Record
        package var place: Place
    }

    /// What was last remembered of the sessions with headquarters.
    package var sessionMemory: SessionMemory { state.withLock { $0.session } }

    /// Remembers a session; durable when it returns. A disk that is full must not keep the log from flowing, which is what
    /// makes room: then the session is kept in memory and written down with the next acknowledgement that can be. Should the
    /// process die before, headquarters takes it for a copy and a person decides: late, but nothing is lost.
    package func remember(_ memory: SessionMemory) throws(StorageError) {
        do {
            try pool.write { try Self.persist(memory, $0) }
            state.withLock { ($0.session, $0.isSessionDue) = (memory, false) }
        } catch {
            let failure = StorageError.database(error, path: path, doing: "remembering a session")
            guard failure.isDiskFull else { throw failure }
            state.withLock { ($0.session, $0.isSessionDue) = (memory, true) }
        }
    }

    static func persist(_ memory: SessionMemory, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO session VALUES (1, ?, ?, ?, ?)",
            arguments: [
                memory.token, memory.headquartersEpoch, memory.receiptKey.map { Data($0.bytes) },
                memory.reconnect.wholeMilliseconds,
            ])
        guard let key = memory.receiptKey else { return }
        try database.execute(
            sql: "INSERT OR IGNORE INTO receipt_key (key) VALUES (?)", arguments: [Data(key.bytes)])
    }

    /// Reads what was remembered.
    static func session(_ database: Database) throws -> SessionMemory {
        var memory = SessionMemory()
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM session") else { return memory }
        memory.token = row["token"]
        memory.headquartersEpoch = row["headquarters_epoch"]
        memory.receiptKey = (row["receipt_key"] as Data?).flatMap { LogVerifyingKey(bytes: $0) }
        memory.reconnect = .milliseconds(row["reconnect"] as Int64)
        return memory
    }
}
