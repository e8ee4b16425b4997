import Foundation
import Records
import Replication

/// The aggregator: its disk, and the process that lives and dies on it. Performs what the sites' `SiteReceiver`s decide, as
/// `ExchangeServer` does, over a store that compares and sets.
final class SimulatedHeadquarters {
    private struct Job {
        var batch: SiteReceiver.StagedBatch
        var life: Int
    }

    /// What one life of the process holds in memory.
    private struct Process {
        var receivers: [SiteID: SiteReceiver] = [:]
        var routes: [SiteID: SimulatedNetwork.Connection] = [:]
        var pending: [Job] = []
        var sessions: UInt64 = 0
    }

    private(set) var disk = SimulatedDisk<[SiteID: MemoryLog]>([:])
    private let fleet: Fleet
    private let epoch: Epoch
    private let receiptKey = LogSigningKey(bytes: [UInt8](repeating: 9, count: 32))!
    private var process: Process?
    private var life = 0

    init(fleet: Fleet) {
        self.fleet = fleet
        epoch = Epoch(using: &fleet.simulation.random)
    }

    var isAlive: Bool { process != nil }

    func start() {
        life += 1
        process = Process()
        // A block of numbers for each life: never given out twice.
        process?.sessions = UInt64(life) << 32
        fleet.network.listener = { [self] connection, frame in receive(frame, connection) }
    }

    func kill() {
        fleet.simulation.note("headquarters killed")
        process = nil
        life += 1
        fleet.network.cutAll()
        disk.crash(using: &fleet.simulation.random)
    }

    private func receive(_ frame: Data, _ route: SimulatedNetwork.Connection) {
        guard isAlive else { return }
        let site = route.site
        let moment = Moment(uptime: fleet.simulation.now, wall: fleet.simulation.wall)
        guard let message = try? frame.withUnsafeBytes({ try Exchange(frame: $0) }) else {
            return fleet.ledger.broken("headquarters got a frame that is no message")
        }
        if case .hello(let hello) = message.body {
            let stored = disk.current[site].map { [$0.epoch: $0.head] } ?? [:]
            var receiver = SiteReceiver(
                site: site, durable: process?.receivers[site]?.durable ?? stored,
                verifyingKeys: [fleet.keys[site]!.verifyingKey], receiptKey: receiptKey,
                window: SiteReceiver.Window(entries: 12, bytes: 4000))
            process?.sessions += 1
            var token = epoch.data
            withUnsafeBytes(of: process?.sessions.bigEndian) { token.append(contentsOf: $0) }
            let effects = receiver.hello(
                hello, token: token, headquarters: Greeting(name: "hq", epoch: epoch), at: moment)
            process?.receivers[site] = receiver
            process?.routes[site] = route
            return perform(effects, site, route)
        }
        guard process?.routes[site] === route, process?.receivers[site] != nil else {
            var reset = Exchange()
            reset.reset.detail = "greet first"
            return send(reset, route)
        }
        perform(process?.receivers[site]?.receive(message, at: moment) ?? [], site, route)
    }

    private func perform(_ effects: [SiteReceiver.Effect], _ site: SiteID, _ route: SimulatedNetwork.Connection) {
        for effect in effects {
            guard isAlive else { return }
            if fleet.simulation.chance(fleet.faults.headquartersKill) { return fleet.killHeadquarters() }
            switch effect {
            case .send(let message): send(message, route)
            case .commit(let batch): commit(batch)
            case .compare(let position):
                let stored = disk.current[site]?.hash(at: position.sequence)
                perform(process?.receivers[site]?.compared(stored) ?? [], site, route)
            case .newEpoch(let epoch, let parent):
                guard disk.current[site] == nil else { continue }
                disk.write { $0[site] = MemoryLog(site: site, epoch: epoch, parent: parent) }
                disk.synchronize()
            case .heard(let until): fleet.heard(site, until: until)
            case .misbehaved(let what): fleet.ledger.broken("\(site) counts as misbehaving: \(what)")
            }
        }
    }

    private func send(_ message: Exchange, _ route: SimulatedNetwork.Connection) {
        fleet.network.sendToSite(message.frame(), over: route)
    }

    // MARK: The store

    private func commit(_ batch: SiteReceiver.StagedBatch) {
        process?.pending.append(Job(batch: batch, life: life))
        guard process?.pending.count == 1 else { return }
        later(fleet.simulation.milliseconds(1...10)) { [self] in writeGroup() }
    }

    private func writeGroup() {
        let jobs = process?.pending ?? []
        process?.pending = []
        let fails = fleet.simulation.chance(fleet.faults.commitFailure)
        let outcomes = jobs.map { append($0.batch) }
        if fleet.lie == .acknowledgedBeforeSync { return answer(jobs, outcomes, failed: fails) }
        later(fleet.simulation.milliseconds(1...10)) { [self] in
            // What a failed commit wrote may be there all the same.
            disk.synchronize()
            answer(jobs, outcomes, failed: fails)
        }
    }

    /// Compare-and-set; says where the log is when it was not where the batch begins.
    private func append(_ batch: SiteReceiver.StagedBatch) -> LogPosition? {
        let before = LogPosition(
            epoch: batch.slice.epoch, sequence: SequenceNumber(batch.slice.first.value - 1), hash: batch.slice.previous)
        guard let stored = disk.current[batch.site]?.head else { return before }
        guard stored == before || fleet.lie == .noCompareAndSet else { return stored }
        disk.write { logs in
            for entry in batch.slice.entries { logs[batch.site]?.append(entry) }
        }
        return nil
    }

    private func answer(_ jobs: [Job], _ conflicts: [LogPosition?], failed: Bool) {
        for (job, conflict) in zip(jobs, conflicts) where isAlive && job.life == life {
            let site = job.batch.site
            let effects: [SiteReceiver.Effect]
            if failed {
                effects = process?.receivers[site]?.commitFailed(.overload, "simulated") ?? []
            } else if let conflict {
                effects = process?.receivers[site]?.conflicted(at: conflict) ?? []
            } else {
                effects = process?.receivers[site]?.committed(job.batch.slice.end) ?? []
            }
            if let route = process?.routes[site] { perform(effects, site, route) }
        }
    }

    private func later(_ delay: Duration, _ body: @escaping () -> Void) {
        let current = life
        fleet.simulation.after(delay) { [self] in
            if life == current { body() }
        }
    }
}
