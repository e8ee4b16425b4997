import Foundation
package import Records
package import Replication

/// A site's log on a simulated disk, as one process has it open: what `SiteLog` is on SQLite.
///
/// Counts as saved, and tells the head, only what was synchronized; after a failed synchronization only what was written anew.
package final class SimulatedLog: ReplicatedLog {
    /// What is on the disk.
    package struct Volume {
        /// Oldest first; only the newest is written.
        package var epochs: [MemoryLog]
        package var session = SessionMemory()
        package var receipts: [Epoch: Receipt] = [:]

        package init(_ log: MemoryLog) { epochs = [log] }

        /// The newest epoch.
        package var log: MemoryLog {
            get { epochs[epochs.count - 1] }
            set { epochs[epochs.count - 1] = newValue }
        }

        package func log(_ epoch: Epoch) -> MemoryLog? { epochs.first { $0.epoch == epoch } }

        var extents: [EpochExtent] {
            epochs.map { log in
                var extent = log.extent
                extent.receipt = receipts[log.epoch].flatMap { $0.position.sequence > extent.head.sequence ? nil : $0 }
                return extent
            }
        }

        /// The records' identities, in a table of their own: they do not rot with the entries.
        var identities: Set<Data> {
            Set(
                epochs.flatMap { log in
                    log.entries.enumerated().map { index, entry in
                        log.isWhole(SequenceNumber(UInt64(index) + 1)) ? entry.facts : entry.beforeRot.facts
                    }
                })
        }

        mutating func change(_ epoch: Epoch, _ body: (inout MemoryLog) -> Void) {
            guard let place = epochs.firstIndex(where: { $0.epoch == epoch }) else { return }
            body(&epochs[place])
        }

        /// What `SiteLog` does with a branch: the old one ends at the last common entry, and what followed is issued again.
        mutating func begin(_ epoch: Epoch, _ branch: LogBranch) {
            guard let index = epochs.firstIndex(where: { $0.epoch == branch.epoch }), let site = epochs.first?.site
            else {
                return
            }
            var fresh = MemoryLog(site: site, epoch: epoch, parent: branch.after, cause: branch.cause)
            let kept = branch.after?.sequence ?? .zero
            var moved = epochs[index].entriesWithDamage(after: kept)
            epochs[index].end(at: kept)
            var superseded: Set<Epoch> = branch.after == nil ? [branch.epoch] : []
            for later in epochs[(index + 1)...] where !branch.untouched.contains(later.epoch) {
                moved += later.entriesWithDamage(after: .zero)
                superseded.insert(later.epoch)
            }
            for (entry, isWhole) in moved {
                // One that is damaged gets a hash that it does not fit either, so that it is found when it is read.
                let hash = LogChain.next(
                    after: fresh.head.hash, sequence: fresh.head.sequence.next, leaf: LogChain.unknownLeaf)
                fresh.append(entry, hash: isWhole ? fresh.next(entry) : hash)
            }
            epochs.removeAll { superseded.contains($0.epoch) }
            epochs.append(fresh)
        }
    }

    /// Mistakes built in, to see that they are found.
    package enum Lie: String, CaseIterable {
        /// The head is told, and entries are sent, before they are synchronized.
        case toldBeforeSync
        /// What a failed synchronization left behind is believed once the next one says "done".
        case believedAfterFailure
        /// A record that comes again is written again.
        case writtenTwice
        /// Entries are sent as they are read, whether or not they are what was written.
        case damageUnread
    }

    /// What became of a record.
    package enum Outcome {
        /// It is written; `synchronize` makes it durable.
        case written
        /// The same record is there already.
        case known
    }

    package private(set) var extents: [EpochExtent]
    package private(set) var sessionMemory: SessionMemory
    /// Called where a process may die, with what it is about to do; false when it did.
    package var reach: (CrashPoint) -> Bool = { _ in true }
    package var onAcknowledged: (LogPosition) -> Void = { _ in }
    let disk: SimulatedDisk<Volume>
    private let lie: Lie?
    /// A synchronization failed: nothing counts as saved until the whole was written anew.
    private var isSuspect = false
    private var identities: Set<Data>
    private(set) var acknowledged: [Epoch: LogPosition] = [:]
    /// Damaged entries that headquarters does not have either.
    var lost: Set<LogPlace> = []
    private let newEpoch: () -> Epoch

    /// Opens the log. Writes it anew first: what a reader sees need not be what a loss of power would leave.
    /// - Parameter newEpoch: names an epoch, never the same.
    package init(
        on disk: SimulatedDisk<Volume>, lie: Lie? = nil, newEpoch: @escaping () -> Epoch
    ) throws(DiskFailure) {
        self.disk = disk
        self.lie = lie
        self.newEpoch = newEpoch
        if lie != .believedAfterFailure { try disk.rewrite() }
        extents = disk.current.extents
        sessionMemory = disk.current.session
        identities = disk.current.identities
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
        guard let end = end(of: epoch), sequence <= end else { return nil }
        return disk.current.log(epoch)?.hash(at: sequence)
    }

    /// As far as the epoch was told; nil when it was not.
    private func end(of epoch: Epoch) -> SequenceNumber? {
        extents.first { $0.head.epoch == epoch }?.head.sequence
    }

    package func read(_ request: LogRead) throws -> LogSlice {
        guard reach(.logRead) else { throw DiskFailure.nobody }
        guard let log = disk.current.log(request.epoch), let end = end(of: request.epoch), request.after <= end else {
            throw Damaged(sequence: request.after)
        }
        let room = Int(end.value - request.after.value)
        var slice = log.slice(
            LogRead(
                epoch: request.epoch, after: request.after, entries: min(request.entries, room), bytes: request.bytes))
        // Verified as it is read: it ends before the first entry that is not what it was, or begins with it.
        let stored = log.hashes[Int(request.after.value)..<Int(slice.end.sequence.value)]
        let read = slice.entries
        (slice.entries, slice.last) = ([], slice.previous)
        for (entry, hash) in zip(read, stored) {
            let computed = LogChain.hashes(of: [entry], after: slice.last, first: slice.end.sequence.next)?.last
            if computed != hash, lie != .damageUnread {
                guard slice.entries.allSatisfy(\.damaged) else { break }
                slice.append(Entry(lost: hash), hash)
            } else {
                slice.append(entry, hash)
            }
        }
        return slice
    }

    package func noteAcknowledged(_ position: LogPosition) {
        guard reach(.logAcknowledge) else { return }
        guard acknowledged[position.epoch].map({ $0.sequence < position.sequence }) ?? true else { return }
        acknowledged[position.epoch] = position
        onAcknowledged(position)
    }

    package func note(_ receipt: Receipt) {
        guard reach(.logReceipt) else { return }
        // One that cannot be kept is replaced by the next.
        try? disk.write { $0.receipts[receipt.position.epoch] = receipt }
    }

    package func remember(_ memory: SessionMemory) throws {
        guard reach(.logRemember) else { throw DiskFailure.nobody }
        try commit { $0.session = memory }
        sessionMemory = memory
        guard reach(.logRemembered) else { throw DiskFailure.nobody }
    }

    package func branch(_ branch: LogBranch) throws -> [EpochExtent] {
        guard reach(.logBranch) else { throw DiskFailure.nobody }
        let epoch = newEpoch()
        try commit { $0.begin(epoch, branch) }
        extents = disk.current.extents
        guard reach(.logBranched) else { throw DiskFailure.nobody }
        return extents
    }

    /// A transaction of its own.
    func commit(_ change: @escaping (inout Volume) -> Void) throws(DiskFailure) {
        do {
            if isSuspect { try recover() }
            try disk.write(change)
            try disk.synchronize()
        } catch {
            isSuspect = lie != .believedAfterFailure
            throw error
        }
    }

    /// An entry that is missing or not what it was.
    package struct Damaged: Error {
        package var sequence: SequenceNumber
    }
}

extension MemoryLog {
    /// What follows a place, and whether it is what was written.
    fileprivate func entriesWithDamage(after sequence: SequenceNumber) -> [(Entry, isWhole: Bool)] {
        entries.indices.dropFirst(Int(sequence.value)).map {
            (entries[$0], isWhole(SequenceNumber(UInt64($0) + 1)))
        }
    }
}
