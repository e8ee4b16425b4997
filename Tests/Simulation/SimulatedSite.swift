import Foundation
package import Records
import Replication

/// One branch server: its disk and clock, and the agent's process that lives and dies on it, as the agent's replicator and
/// intake are. What it does with `SiteSession`'s decisions is the step that the agent takes: `SiteExchange`.
package final class SimulatedSite {
    /// What one life of the process holds in memory.
    final class Process {
        let log: SimulatedLog
        var exchange: SiteExchange<SimulatedLog>?
        var connection: SimulatedNetwork.Connection?
        var wakes = 0
        var isAlive = true
        /// Written, waiting for the next synchronization; who gave them waits for "saved".
        var waiting: [Entry] = []
        var isSynchronizing = false
        var inbox: InboxReceiver
        /// A synchronization of the inbox failed.
        var isInboxSuspect = false

        init(log: SimulatedLog, inbox: InboxReceiver) { (self.log, self.inbox) = (log, inbox) }
    }

    package let site: SiteID
    package let key: LogSigningKey
    package let disk: SimulatedDisk<SimulatedLog.Volume>
    /// What headquarters handed on; a file of its own on the same disk.
    package let inboxDisk = SimulatedDisk(SimulatedInbox())
    package var clock: SimulatedClock
    /// How much longer the disk takes for everything.
    package var stall: Duration = .zero
    unowned let fleet: Fleet
    var simulation: Simulation { fleet.simulation }
    private var process: Process?
    private var issued = 0

    init(_ site: SiteID, key: LogSigningKey, fleet: Fleet) {
        (self.site, self.key, self.fleet) = (site, key, fleet)
        let simulation = fleet.simulation
        disk = SimulatedDisk(
            SimulatedLog.Volume(MemoryLog(site: site, epoch: Epoch(using: &simulation.random))))
        disk.neverSynchronizes = fleet.lie == .siteNeverSynchronizes
        let year = 31_536_000_000
        let error = simulation.chance(0.5) ? simulation.milliseconds(-year...year) : simulation.milliseconds(-900...900)
        clock = SimulatedClock(error: error, drift: simulation.number(-200...200))
    }

    package var isAlive: Bool { process != nil }

    /// Whether headquarters is known to have everything.
    package var isDrained: Bool {
        guard let process, let session = process.exchange?.session else { return false }
        return process.waiting.isEmpty && process.log.isIdle && session.sender.acknowledged == process.log.head
    }

    // MARK: Life

    package func start() {
        guard process == nil else { return }
        do {
            let log = try SimulatedLog(
                on: disk, lie: fleet.lie?.ofLog, newEpoch: { [unowned self] in Epoch(using: &simulation.random) })
            inboxDisk.condition = disk.condition
            try inboxDisk.rewrite()
            let inbox = InboxReceiver(site: site, durable: inboxDisk.current.position)
            let process = Process(log: log, inbox: inbox)
            self.process = process
            let session = SiteSession(
                site: site, epochs: log.extents, signingKey: key, boot: Epoch(using: &simulation.random),
                seed: simulation.random.next(), programVersion: "simulated", memory: log.sessionMemory)
            process.exchange = SiteExchange(
                session, log: log, clock: { [unowned self] in moment },
                isIntakeIdle: { [unowned process] in process.waiting.isEmpty })
            log.reach = { [unowned self, unowned process] in reach($0, process) }
            log.onAcknowledged = { [unowned self] in fleet.acknowledged($0, at: site) }
            handle(.tick, process)
            search(process)
        } catch {
            simulation.note("\(site) does not start: \(error)")
            simulation.after(.seconds(1)) { [self] in start() }
        }
    }

    /// The process ends here and now; with the power, the disk forgets what it may.
    package func stop(power: Bool) {
        guard let process else { return }
        self.process = nil
        process.isAlive = false
        if let connection = process.connection { fleet.network.close(connection) }
        if power {
            disk.losePower(using: &simulation.random)
            inboxDisk.losePower(using: &simulation.random)
        }
        for entry in process.waiting { retry(entry) }
    }

    private var moment: Moment {
        Moment(uptime: simulation.now + .seconds(1000), wall: clock.wall(at: simulation.now))
    }

    /// Whether the process lives on beyond this point.
    func reach(_ point: CrashPoint, _ process: Process) -> Bool {
        guard process.isAlive else { return false }
        guard let power = fleet.meets(point) else { return true }
        fleet.crash(.site(site), power: power, at: point.rawValue)
        return false
    }

    // MARK: Intake

    /// Somebody writes a record down.
    package func issue() {
        issued += 1
        let size = simulation.chance(0.05) ? 3000 : simulation.number(0...400)
        let entry = Entry.test("\(site) record \(issued)", padding: size)
        fleet.ledger.issued(entry, at: site, simulation.now)
        save(entry)
    }

    private func save(_ entry: Entry) {
        guard let process else { return retry(entry) }
        do {
            _ = try process.log.write(entry)
            if fleet.lie == .savedBeforeSync { fleet.ledger.saved(entry, simulation.now) }
            if fleet.lie == .toldBeforeSync { handle(.appended(process.log.head), process) }
            process.waiting.append(entry)
            guard !process.isSynchronizing else { return }
            process.isSynchronizing = true
            simulation.after(stall + simulation.milliseconds(0...30)) { [self] in
                if process.isAlive { synchronize(process) }
            }
        } catch {
            if error != .nobody { simulation.note("\(site) refuses a record: \(error)") }
            retry(entry)
        }
    }

    private func synchronize(_ process: Process) {
        process.isSynchronizing = false
        do {
            let head = try process.log.synchronize()
            for entry in process.waiting { fleet.ledger.saved(entry, simulation.now) }
            process.waiting = []
            handle(.appended(head), process)
        } catch {
            guard process.isAlive else { return }
            simulation.note("\(site) cannot save: \(error)")
            for entry in process.waiting { retry(entry) }
            process.waiting = []
        }
    }

    /// Who was told nothing, or "not saved", gives the same record again, or gives up.
    private func retry(_ entry: Entry) {
        guard simulation.chance(0.8) else { return }
        simulation.after(simulation.milliseconds(200...3000)) { [self] in save(entry) }
    }

    // MARK: The exchange's shell

    func handle(_ event: SiteSession.Event, _ process: Process) {
        guard process.isAlive else { return }
        process.exchange?.handle(event) { perform($0, process) }
    }

    private func perform(_ effect: SiteExchange<SimulatedLog>.Effect, _ process: Process) -> SiteSession.Event? {
        guard process.isAlive else { return nil }
        switch effect {
        case .connect:
            if reach(.siteConnect, process) { connect(process) }
        case .disconnect:
            process.inbox.closed()
            guard reach(.siteDisconnect, process), let connection = process.connection else { return nil }
            fleet.network.close(connection)
            process.connection = nil
        case .send(let message): return send(message, process)
        case .clockMeasured(let offset, let uncertainty):
            fleet.clockMeasured(self, offset: offset, uncertainty: uncertainty)
        case .keys: break  // no keys are replaced here
        case .fetched(let slice): mend(with: slice, process)
        case .quarantine: break  // headquarters reads everything
        case .opened:
            return perform(process.inbox.welcomed(logEpoch: process.log.head.epoch), process)
        case .down(let batch):
            let keys = process.exchange?.session.believedKeys ?? []
            return perform(process.inbox.received(batch, keys: keys), process)
        case .heartbeat: return perform(process.inbox.heartbeat(logEpoch: process.log.head.epoch), process)
        case .note(let text): simulation.note("\(site): \(text)")
        case .wake(let uptime):
            process.wakes += 1
            let current = process.wakes
            simulation.after(uptime - moment.uptime) { [self] in
                if process.wakes == current { handle(.tick, process) }
            }
        case .branched(let branch): fleet.branched(site, branch)
        case .unreadable(let error): simulation.note("\(site) cannot read its log: \(error)")
        }
        return nil
    }

    private func send(_ message: Exchange, _ process: Process) -> SiteSession.Event? {
        let point: CrashPoint =
            switch message.body {
            case .hello: .siteHello
            case .data: .siteData
            case .locate: .siteLocate
            default: .sitePing
            }
        guard reach(point, process), let connection = process.connection else { return nil }
        simulation.note("\(site) → \(message.summary)")
        return fleet.network.sendToHeadquarters(message.frame(), over: connection)
            ? nil : .closed("the connection takes nothing")
    }

    private func connect(_ process: Process) {
        let connection = fleet.network.connect(as: site) { [self] works in
            handle(works ? .connected : .unreachable, process)
        }
        connection.onClosed = { [self] in handle(.unreachable, process) }
        connection.onFrame = { [self] frame in
            guard let message = try? frame.withUnsafeBytes({ try Exchange(frame: $0) }) else {
                return fleet.ledger.broken("\(site) got a frame that is no message")
            }
            handle(.received(message), process)
        }
        process.connection = connection
    }
}
