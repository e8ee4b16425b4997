import Foundation
package import Records
package import Replication

/// A site's log on a simulated disk, as one process has it open: what `SiteLog` is on SQLite.
///
/// Counts as saved, and tells the head, only what was synchronized; after a failed synchronization only what was written anew.
package final class SimulatedLog: ReplicatedLog {
    /// What is on the disk.
    package struct Volume {
        package var log: MemoryLog
        package init(_ log: MemoryLog) { self.log = log }
    }

    /// Mistakes built in, to see that they are found.
    package enum Lie: String, CaseIterable {
        /// The head is told, and entries are sent, before they are synchronized.
        case toldBeforeSync
        /// What a failed synchronization left behind is believed once the next one says "done".
        case believedAfterFailure
        /// A record that comes again is written again.
        case writtenTwice
    }

    /// What became of a record.
    package enum Outcome {
        /// It is written; `synchronize` makes it durable.
        case written
        /// The same record is there already.
        case known
    }

    package private(set) var extents: [EpochExtent]
    /// Called where a process may die, with what it is about to do; false when it did.
    package var reach: (CrashPoint) -> Bool = { _ in true }
    package var onAcknowledged: (LogPosition) -> Void = { _ in }
    private let disk: SimulatedDisk<Volume>
    private let lie: Lie?
    /// A synchronization failed: nothing counts as saved until the whole was written anew.
    private var isSuspect = false
    private var identities: Set<Data>
    private var acknowledged: LogPosition?

    /// Opens the log. Writes it anew first: what a reader sees need not be what a loss of power would leave.
    package init(on disk: SimulatedDisk<Volume>, lie: Lie? = nil) throws(DiskFailure) {
        self.disk = disk
        self.lie = lie
        if lie != .believedAfterFailure { try disk.rewrite() }
        extents = [disk.current.log.extent]
        identities = Set(disk.current.log.entries.map(\.facts))
    }

    package var head: LogPosition { extents[extents.count - 1].head }

    /// Whether everything that was written is durable and told.
    package var isIdle: Bool { disk.current.log.head == head && !isSuspect }

    /// Writes a record; it is not saved before `synchronize` returned.
    package func write(_ entry: Entry) throws(DiskFailure) -> Outcome {
        guard reach(.logWrite) else { throw .nobody }
        if isSuspect { try recover() }
        if lie != .writtenTwice, identities.contains(entry.facts) { return .known }
        let hash = disk.current.log.next(entry)
        try disk.write { $0.log.append(entry, hash: hash) }
        identities.insert(entry.facts)
        if lie == .toldBeforeSync { extents = [disk.current.log.extent] }
        guard reach(.logWritten) else { throw .nobody }
        return .written
    }

    /// Makes durable what was written; answers with the new head.
    package func synchronize() throws(DiskFailure) -> LogPosition {
        do {
            if isSuspect { try recover() } else { try disk.synchronize() }
        } catch {
            isSuspect = lie != .believedAfterFailure
            throw error
        }
        extents = [disk.current.log.extent]
        guard reach(.logSynchronized) else { throw .nobody }
        return head
    }

    private func recover() throws(DiskFailure) {
        try disk.rewrite()
        isSuspect = false
        extents = [disk.current.log.extent]
    }

    package func hash(at sequence: SequenceNumber, of epoch: Epoch) throws -> ChainHash? {
        guard reach(.logCompare) else { throw DiskFailure.nobody }
        guard epoch == disk.current.log.epoch, sequence <= head.sequence else { return nil }
        return disk.current.log.hash(at: sequence)
    }

    package func read(_ request: LogRead) throws -> LogSlice {
        guard reach(.logRead) else { throw DiskFailure.nobody }
        let log = disk.current.log
        guard request.epoch == log.epoch, request.after <= head.sequence else { throw Damaged(sequence: request.after) }
        let room = Int(head.sequence.value - request.after.value)
        var slice = log.slice(
            LogRead(
                epoch: request.epoch, after: request.after, entries: min(request.entries, room), bytes: request.bytes))
        // Verified as it is read, as far as the first entry that is not what it was.
        let computed = LogChain.hashes(of: slice.entries, after: slice.previous, first: slice.first) ?? []
        let stored = log.hashes[Int(request.after.value)..<Int(slice.end.sequence.value)]
        let sound = zip(computed, stored).prefix { $0 == $1 }.count
        if sound < slice.entries.count {
            guard sound > 0 else { throw Damaged(sequence: slice.first) }
            slice.entries.removeLast(slice.entries.count - sound)
            slice.last = computed[sound - 1]
        }
        return slice
    }

    package func noteAcknowledged(_ position: LogPosition) {
        guard reach(.logAcknowledge), acknowledged.map({ $0.sequence < position.sequence }) ?? true else { return }
        acknowledged = position
        onAcknowledged(position)
    }

    /// An entry that is missing or not what it was.
    package struct Damaged: Error {
        package var sequence: SequenceNumber
    }
}
