import Foundation
package import Records
package import Replication

/// A site's log on a simulated disk, as one process has it open: what `SiteLog` is on SQLite.
///
/// Counts as saved, and tells the head, only what was synchronized; after a failed synchronization only what was written anew.
package final class SimulatedLog: ReplicatedLog {
    /// What is on the disk.
    package struct Volume {
        /// The newest epoch.
        package var log: MemoryLog
        /// The epochs before, oldest first.
        package var older: [MemoryLog] = []
        package var session = SessionMemory()
        package init(_ log: MemoryLog) { self.log = log }

        var extents: [EpochExtent] { (older + [log]).map(\.extent) }

        func log(_ epoch: Epoch) -> MemoryLog? { epoch == log.epoch ? log : older.last { $0.epoch == epoch } }
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
        extents = disk.current.extents
        identities = Set((disk.current.older + [disk.current.log]).flatMap(\.entries).map(\.facts))
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
        if lie == .toldBeforeSync { extents = disk.current.extents }
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
        extents = disk.current.extents
        guard reach(.logSynchronized) else { throw .nobody }
        return head
    }

    private func recover() throws(DiskFailure) {
        try disk.rewrite()
        isSuspect = false
        extents = disk.current.extents
    }

    package func hash(at sequence: SequenceNumber, of epoch: Epoch) throws -> ChainHash? {
        guard reach(.logCompare) else { throw DiskFailure.nobody }
        guard epoch != head.epoch || sequence <= head.sequence else { return nil }
        return disk.current.log(epoch)?.hash(at: sequence)
    }

    package func read(_ request: LogRead) throws -> LogSlice {
        guard reach(.logRead) else { throw DiskFailure.nobody }
        let end = request.epoch == head.epoch ? head.sequence : disk.current.log(request.epoch)?.head.sequence
        guard let log = disk.current.log(request.epoch), let end, request.after <= end else {
            throw Damaged(sequence: request.after)
        }
        let room = Int(end.value - request.after.value)
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

    package func note(_ receipt: Receipt) {}

    package var sessionMemory: SessionMemory { disk.current.session }

    package func remember(_ memory: SessionMemory) throws {
        guard reach(.logRemember) else { throw DiskFailure.nobody }
        try change { $0.session = memory }
        guard reach(.logRemembered) else { throw DiskFailure.nobody }
    }

    package func branch(_ branch: LogBranch) throws -> [EpochExtent] {
        guard reach(.logRemember), branch.epoch == disk.current.log.epoch else { throw DiskFailure.nobody }
        try change { volume in
            let old = volume.log
            let common = branch.after?.sequence ?? .zero
            // Unlike any other: it follows from where it branches, and from how many there are.
            let name = old.position(common).hash.bytes.prefix(15) + [UInt8(truncatingIfNeeded: volume.older.count)]
            guard let epoch = Epoch(bytes: Array(name)) else { preconditionFailure("these are 16 bytes") }
            volume.log = MemoryLog(site: old.site, epoch: epoch, parent: branch.after)
            for entry in old.entries.dropFirst(Int(common.value)) { volume.log.append(entry) }
            volume.older.append(old.prefix(common))
        }
        guard reach(.logRemembered) else { throw DiskFailure.nobody }
        return extents
    }

    /// A small transaction of its own; what was written before is durable with it.
    private func change(_ body: @escaping (inout Volume) -> Void) throws(DiskFailure) {
        do {
            if isSuspect { try recover() }
            try disk.write(body)
            try disk.synchronize()
        } catch {
            isSuspect = lie != .believedAfterFailure
            throw error
        }
        extents = disk.current.extents
    }

    /// An entry that is missing or not what it was.
    package struct Damaged: Error {
        package var sequence: SequenceNumber
    }
}
