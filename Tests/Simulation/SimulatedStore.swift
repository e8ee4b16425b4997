package import Foundation
package import Records
package import Replication

/// Headquarters' store on a simulated disk, as one process has it open: what `RecordStore` is on SQLite.
///
/// Batches of many sites gather and are written as a group; each is answered when the group is durable.
package final class SimulatedStore: ReplicatedStore {
    /// What is on the disk.
    package struct Volume {
        /// Of each site, in the order of their beginning.
        package var logs: [SiteID: [MemoryLog]] = [:]
        package var sessions: UInt64 = 0
        package var tokens: [SiteID: SessionTokens] = [:]
        package var fences: [SiteID: [Data: FenceDecision]] = [:]
        package var incidents: [Incident] = []
        /// Headquarters' epochs that are over; the present one is after them.
        package var ancestors: [Epoch] = []
        package init() {}

        package func log(_ epoch: Epoch, of site: SiteID) -> MemoryLog? { logs[site]?.first { $0.epoch == epoch } }

        mutating func change(_ epoch: Epoch, of site: SiteID, _ body: (inout MemoryLog) -> Void) {
            guard let place = logs[site]?.firstIndex(where: { $0.epoch == epoch }) else { return }
            body(&logs[site]![place])  // it is there: its place was found
        }
    }

    /// Mistakes built in, to see that they are found.
    package enum Lie: String, CaseIterable {
        case acknowledgedBeforeSync
        /// What a failed synchronization left behind is believed once the next one says "done".
        case believedAfterFailure
        case noCompareAndSet
        /// An overlap counts as equal, unread.
        case overlapUnread
        case sessionNumbersReused
        case personalPartDropped
    }

    private struct Job {
        var batch: SiteReceiver.StagedBatch
        var answer: (StoreOutcome) -> Void
    }

    /// Called where a process may die, with what it is about to do; false when it did.
    package var reach: (CrashPoint) -> Bool = { _ in true }
    /// How long each of the two steps of a commit takes.
    package var pace: () -> Duration = { .milliseconds(1) }
    private let disk: SimulatedDisk<Volume>
    private let later: (Duration, @escaping () -> Void) -> Void
    private let lie: Lie?
    private var pending: [Job] = []
    private var isWriting = false
    /// A synchronization failed: nothing is acknowledged until the whole was written anew.
    private var isSuspect = false

    /// Opens the store; writes it anew first, as what a reader sees need not be what a loss of power would leave.
    /// - Parameter later: runs something so much later, while this process lives.
    package init(
        on disk: SimulatedDisk<Volume>, lie: Lie? = nil, later: @escaping (Duration, @escaping () -> Void) -> Void
    ) throws(DiskFailure) {
        self.disk = disk
        self.lie = lie
        self.later = later
        if lie != .believedAfterFailure { try disk.rewrite() }
    }

    /// Whether no batch is waiting or being written.
    package var isIdle: Bool { pending.isEmpty && !isWriting }

    package func siteMemories() throws -> [SiteID: SiteMemory] {
        let volume = disk.current
        var memories: [SiteID: SiteMemory] = [:]
        for (site, logs) in volume.logs {
            for log in logs {
                memories[site, default: SiteMemory()].epochs[log.epoch] = SiteMemory.StoredEpoch(
                    durable: log.head, parent: log.parent)
            }
        }
        for (site, tokens) in volume.tokens { memories[site, default: SiteMemory()].tokens = tokens }
        for (site, fences) in volume.fences { memories[site, default: SiteMemory()].fences = fences }
        return memories
    }

    package func nextSession() throws -> UInt64 { disk.current.sessions }

    package func open(
        _ opening: SessionOpening, at moment: Timestamp,
        answer: @escaping @Sendable ((any StoreFailure)?) -> Void
    ) {
        open(opening) { answer($0) }
    }

    /// The same, on this thread.
    package func open(_ opening: SessionOpening, answer: @escaping ((any StoreFailure)?) -> Void) {
        later(pace()) { [self] in
            guard reach(.storeReserve) else { return }
            do throws(DiskFailure) {
                let keepsNumbers = lie != .sessionNumbersReused
                try commit { volume in
                    for epoch in opening.epochs where volume.log(epoch.epoch, of: opening.site) == nil {
                        volume.logs[opening.site, default: []].append(
                            MemoryLog(site: opening.site, epoch: epoch.epoch, parent: epoch.parent))
                    }
                    if keepsNumbers, let number = SessionToken(opening.token)?.number {
                        volume.sessions = max(volume.sessions, number + 1)
                    }
                    if let admitted = opening.admitted { volume.fences[opening.site]?[admitted] = nil }
                    volume.tokens[opening.site] = opening.tokens
                    volume.incidents += opening.incidents
                }
            } catch {
                return error == .nobody ? () : answer(error)
            }
            guard reach(.storeReserved) else { return }
            answer(nil)
        }
    }

    package func note(_ tokens: SessionTokens, of site: SiteID) {
        later(pace()) { [self] in
            // What is not kept is confirmed by the next HELLO.
            try? commit { $0.tokens[site] = tokens }
        }
    }

    package func fence(_ token: Data, of site: SiteID, _ incident: Incident, at moment: Timestamp) {
        later(pace()) { [self] in
            // What is not kept is found again at the next HELLO.
            try? commit { volume in
                volume.fences[site, default: [:]][token] = .open
                volume.incidents.append(incident)
            }
        }
    }

    package func beginEpoch(after told: Epoch?, at moment: Timestamp) throws -> (epoch: Epoch, ancestors: Set<Epoch>) {
        try commit { volume in
            volume.ancestors += [told].compactMap(\.self)
            volume.sessions = 0
        }
        // As unlike any other as the number of those before.
        let count = UInt8(truncatingIfNeeded: disk.current.ancestors.count)
        guard let epoch = Epoch(bytes: [UInt8](repeating: 200 &+ count, count: 16)) else { throw DiskFailure.nobody }
        return (epoch, Set(disk.current.ancestors))
    }

    package func begin(_ epoch: Epoch, of site: SiteID, parent: LogPosition?) throws {
        guard reach(.storeBegin) else { throw DiskFailure.nobody }
        if disk.current.log(epoch, of: site) == nil {
            try commit { $0.logs[site, default: []].append(MemoryLog(site: site, epoch: epoch, parent: parent)) }
        }
        guard reach(.storeBegun) else { throw DiskFailure.nobody }
    }

    package func append(
        _ batch: SiteReceiver.StagedBatch, receivedAt: Timestamp, answer: @escaping @Sendable (StoreOutcome) -> Void
    ) {
        append(batch) { answer($0) }
    }

    /// The same, on this thread.
    package func append(_ batch: SiteReceiver.StagedBatch, answer: @escaping (StoreOutcome) -> Void) {
        pending.append(Job(batch: batch, answer: answer))
        schedule()
    }

    package func hash(at position: LogPosition, of site: SiteID) throws -> ChainHash? {
        guard reach(.storeCompare) else { throw DiskFailure.nobody }
        if lie == .overlapUnread { return position.hash }
        return disk.current.log(position.epoch, of: site)?.hash(at: position.sequence)
    }

    /// A small transaction of its own.
    private func commit(_ change: @escaping (inout Volume) -> Void) throws(DiskFailure) {
        do {
            if isSuspect { try recover() }
            try disk.write(change)
            try disk.synchronize()
        } catch {
            isSuspect = lie != .believedAfterFailure
            throw error
        }
    }

    private func recover() throws(DiskFailure) {
        try disk.rewrite()
        isSuspect = false
    }

    private func schedule() {
        guard !isWriting, !pending.isEmpty else { return }
        isWriting = true
        later(pace()) { [self] in writeGroup() }
    }

    private func writeGroup() {
        let group = pending
        pending = []
        var outcomes: [StoreOutcome] = []
        do {
            if isSuspect { try recover() }
            for job in group { outcomes.append(try write(job.batch)) }
        } catch {
            return finish(group, failed: error)
        }
        guard reach(.storeWritten) else { return }
        if lie == .acknowledgedBeforeSync { answer(group, outcomes) }
        later(pace()) { [self] in
            do throws(DiskFailure) {
                try disk.synchronize()
            } catch {
                return finish(group, failed: error)
            }
            guard reach(.storeSynchronized) else { return }
            isWriting = false
            if lie != .acknowledgedBeforeSync { answer(group, outcomes) }
            schedule()
        }
    }

    private func answer(_ group: [Job], _ outcomes: [StoreOutcome]) {
        for (job, outcome) in zip(group, outcomes) { job.answer(outcome) }
    }

    private func finish(_ group: [Job], failed error: DiskFailure) {
        isSuspect = lie != .believedAfterFailure
        isWriting = false
        if lie != .acknowledgedBeforeSync {
            for job in group { job.answer(.failed(job.batch.site, job.batch.slice.epoch, error)) }
        }
        schedule()
    }

    /// Compare-and-set.
    private func write(_ batch: SiteReceiver.StagedBatch) throws(DiskFailure) -> StoreOutcome {
        let (site, slice) = (batch.site, batch.slice)
        guard let head = disk.current.log(slice.epoch, of: site)?.head else {
            return .conflict(site, slice.epoch, stored: nil)
        }
        let fits = head.sequence.next == slice.first && head.hash == slice.previous
        guard fits || lie == .noCompareAndSet else { return .conflict(site, slice.epoch, stored: head) }
        let drops = lie == .personalPartDropped
        try disk.write { volume in
            volume.change(slice.epoch, of: site) { log in
                for (entry, hash) in zip(slice.entries, batch.hashes) {
                    var entry = entry
                    if drops { entry.personal = Data() }
                    log.append(entry, hash: hash)
                }
            }
        }
        return .committed(site, slice.end)
    }
}
