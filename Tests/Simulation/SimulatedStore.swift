package import Foundation
package import Records
package import Replication

/// Headquarters' store on a simulated disk, as one process has it open: what `RecordStore` is on SQLite.
///
/// Batches of many sites gather and are written as a group; each is answered when the group is durable.
package final class SimulatedStore: ReplicatedStore {
    /// What is on the disk.
    package struct Volume {
        package var epoch: Epoch
        package var ancestors: Set<Epoch> = []
        /// Of each site, in the order of their beginning.
        package var logs: [SiteID: [MemoryLog]] = [:]
        package var claimed: [Epoch: SequenceNumber] = [:]
        package var tokens: [SiteID: SessionTokens] = [:]
        package var fences: [SiteID: [Data: FenceDecision]] = [:]
        package var incidents: [SiteID: [Incident]] = [:]
        package var sessions: UInt64 = 0
        /// What was decided for sites, in the order of its writing.
        package var decisions: [Decision] = []
        package var outboxes: [SiteID: SimulatedOutbox] = [:]

        package init(epoch: Epoch) { self.epoch = epoch }

        package func log(_ epoch: Epoch, of site: SiteID) -> MemoryLog? { logs[site]?.first { $0.epoch == epoch } }

        mutating func change(_ epoch: Epoch, of site: SiteID, _ body: (inout MemoryLog) -> Void) {
            guard let place = logs[site]?.firstIndex(where: { $0.epoch == epoch }) else { return }
            body(&logs[site]![place])  // it is there: its place was found
        }

        fileprivate mutating func keep(_ incident: Incident, of site: SiteID) {
            if incidents[site]?.contains(incident) != true { incidents[site, default: []].append(incident) }
        }

        fileprivate mutating func open(_ opening: SessionOpening) {
            let site = opening.site
            for new in opening.epochs where log(new.epoch, of: site) == nil {
                logs[site, default: []].append(
                    MemoryLog(site: site, epoch: new.epoch, parent: new.parent, cause: new.cause))
            }
            for claim in opening.claims { claimed[claim.epoch] = max(claimed[claim.epoch] ?? .zero, claim.sequence) }
            for epoch in opening.settled { claimed[epoch] = log(epoch, of: site)?.head.sequence }
            for incident in opening.incidents { keep(incident, of: site) }
            if let admitted = opening.admitted { fences[site]?[admitted] = nil }
            tokens[site] = opening.tokens
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

    private enum Job {
        case batch(SiteReceiver.StagedBatch, (StoreOutcome) -> Void)
        case opening(SessionOpening, ((any StoreFailure)?) -> Void)
        /// Nobody waits for it.
        case note((inout Volume) -> Void)
    }

    /// What became of a job.
    private enum Outcome {
        case batch(StoreOutcome)
        case written
    }

    /// Called where a process may die, with what it is about to do; false when it did.
    package var reach: (CrashPoint) -> Bool = { _ in true }
    /// How long each of the two steps of a commit takes.
    package var pace: () -> Duration = { .milliseconds(1) }
    /// Called when a site has its outbox up to a place.
    package var onOutboxAcknowledged: (LogPosition, SiteID) -> Void = { _, _ in }
    let disk: SimulatedDisk<Volume>
    private let later: (Duration, @escaping () -> Void) -> Void
    private let newEpoch: () -> Epoch
    private let lie: Lie?
    private var pending: [Job] = []
    private var isWriting = false
    /// Damaged entries that their sites do not have either.
    var lacking: Set<EntryRange> = []
    /// A synchronization failed: nothing is acknowledged until the whole was written anew.
    private var isSuspect = false

    /// Opens the store; writes it anew first, as what a reader sees need not be what a loss of power would leave.
    /// - Parameters:
    ///   - newEpoch: names an epoch, never the same.
    ///   - later: runs something so much later, while this process lives.
    package init(
        on disk: SimulatedDisk<Volume>, lie: Lie? = nil, newEpoch: @escaping () -> Epoch,
        later: @escaping (Duration, @escaping () -> Void) -> Void
    ) throws(DiskFailure) {
        self.disk = disk
        self.lie = lie
        self.newEpoch = newEpoch
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
                    durable: log.head, parent: log.parent, claimed: volume.claimed[log.epoch] ?? .zero)
            }
        }
        for (site, tokens) in volume.tokens { memories[site, default: SiteMemory()].tokens = tokens }
        for (site, fences) in volume.fences { memories[site, default: SiteMemory()].fences = fences }
        return memories
    }

    package func nextSession() throws -> UInt64 { disk.current.sessions }

    package func open(
        _ opening: SessionOpening, at moment: Timestamp, answer: @escaping @Sendable ((any StoreFailure)?) -> Void
    ) {
        open(opening) { answer($0) }
    }

    /// The same, on this thread.
    package func open(_ opening: SessionOpening, answer: @escaping ((any StoreFailure)?) -> Void) {
        enqueue(.opening(opening, answer))
    }

    /// A change that nobody waits for.
    func note(_ change: @escaping (inout Volume) -> Void) { enqueue(.note(change)) }

    package func note(_ tokens: SessionTokens, of site: SiteID) { enqueue(.note { $0.tokens[site] = tokens }) }

    package func fence(_ token: Data, of site: SiteID, _ incident: Incident, at moment: Timestamp) {
        enqueue(
            .note { volume in
                if volume.fences[site]?[token] == nil { volume.fences[site, default: [:]][token] = .open }
                volume.keep(incident, of: site)
            })
    }

    package func beginEpoch(after told: Epoch?, at moment: Timestamp) throws -> (epoch: Epoch, ancestors: Set<Epoch>) {
        guard reach(.storeBegin) else { throw DiskFailure.nobody }
        let (epoch, old) = (newEpoch(), disk.current.epoch)
        try commit { volume in
            volume.ancestors.formUnion([old, told].compactMap(\.self))
            (volume.epoch, volume.sessions) = (epoch, 0)
        }
        guard reach(.storeBegun) else { throw DiskFailure.nobody }
        return (epoch, disk.current.ancestors)
    }

    package func append(
        _ batch: SiteReceiver.StagedBatch, receivedAt: Timestamp, answer: @escaping @Sendable (StoreOutcome) -> Void
    ) {
        append(batch) { answer($0) }
    }

    /// The same, on this thread.
    package func append(_ batch: SiteReceiver.StagedBatch, answer: @escaping (StoreOutcome) -> Void) {
        enqueue(.batch(batch, answer))
    }

    private func enqueue(_ job: Job) {
        pending.append(job)
        schedule()
    }

    package func hash(at position: LogPosition, of site: SiteID) throws -> ChainHash? {
        guard reach(.storeCompare) else { throw DiskFailure.nobody }
        if lie == .overlapUnread, let asked { return asked }
        return disk.current.log(position.epoch, of: site)?.hash(at: position.sequence)
    }

    /// The hash that is compared just now: only looked at by a lie.
    package var asked: ChainHash?

    /// A small transaction of its own.
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
        var outcomes: [Outcome] = []
        do {
            if isSuspect { try recover() }
            for job in group { outcomes.append(try write(job)) }
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

    private func write(_ job: Job) throws(DiskFailure) -> Outcome {
        switch job {
        case .batch(let batch, _): return .batch(try write(batch))
        case .opening(let opening, _):
            let keepsNumber = lie != .sessionNumbersReused
            try disk.write { volume in
                volume.open(opening)
                if keepsNumber, let token = SessionToken(opening.token) {
                    volume.sessions = max(volume.sessions, token.number + 1)
                }
            }
        case .note(let change): try disk.write(change)
        }
        return .written
    }

    private func answer(_ group: [Job], _ outcomes: [Outcome]) {
        for (job, outcome) in zip(group, outcomes) {
            switch (job, outcome) {
            case (.batch(_, let answer), .batch(let outcome)): answer(outcome)
            case (.opening(_, let answer), _): answer(nil)
            default: break
            }
        }
    }

    private func finish(_ group: [Job], failed error: DiskFailure) {
        isSuspect = lie != .believedAfterFailure
        isWriting = false
        if lie != .acknowledgedBeforeSync {
            for job in group {
                switch job {
                case .batch(let batch, let answer): answer(.failed(batch.site, batch.slice.epoch, error))
                case .opening(_, let answer): answer(error)
                case .note: break
                }
            }
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
