import Foundation
import Records
import Replication

/// One branch server: its disk, and the agent process that lives and dies on it. Performs what `SiteSession` decides, as
/// `Replicator` does.
final class SimulatedSite {
    let site: SiteID
    let key: LogSigningKey
    private(set) var disk: SimulatedDisk<MemoryLog>
    private let fleet: Fleet
    /// The site's clock minus the true time.
    private let clockError: Duration
    private var session: SiteSession?
    /// Grows with each life, so that what an earlier life scheduled does nothing.
    private var life = 0
    private var connection: SimulatedNetwork.Connection?
    private var wakes = 0
    private var issued = 0

    init(_ site: SiteID, key: LogSigningKey, fleet: Fleet) {
        (self.site, self.key, self.fleet) = (site, key, fleet)
        let epoch = Epoch(using: &fleet.simulation.random)
        disk = SimulatedDisk(MemoryLog(site: site, epoch: epoch))
        clockError = fleet.simulation.milliseconds(-31_536_000_000...31_536_000_000)
    }

    var isAlive: Bool { session != nil }

    func start() {
        life += 1
        let boot = Epoch(using: &fleet.simulation.random)
        session = SiteSession(
            site: site, epochs: [disk.durable.extent], signingKey: key, boot: boot,
            seed: fleet.simulation.random.next(), programVersion: "simulated")
        handle(.tick)
    }

    /// The process ends here and now; the machine may, too.
    func kill() {
        fleet.simulation.note("\(site) killed")
        session = nil
        life += 1
        if let connection { fleet.network.close(connection) }
        connection = nil
        disk.crash(using: &fleet.simulation.random)
    }

    /// Somebody writes a record down; it is told as saved once it is synchronized.
    func issue() {
        guard isAlive else { return }
        issued += 1
        let text = "\(site) record \(issued) of life \(life)"
        let entry = Entry.test(text, padding: Int.random(in: 0...400, using: &fleet.simulation.random))
        fleet.ledger.issued(entry, at: site, fleet.simulation.now)
        disk.write { $0.append(entry) }
        if fleet.lie == .savedBeforeSync { fleet.ledger.saved(entry) }
        later(fleet.simulation.milliseconds(0...30)) { [self] in
            if fleet.simulation.chance(fleet.faults.siteKill * 4) { return fleet.kill(self) }
            disk.synchronize()
            for saved in disk.durable.entries { fleet.ledger.saved(saved) }
            handle(.appended(disk.durable.head))
        }
    }

    private func handle(_ event: SiteSession.Event) {
        var events = [event]
        while !events.isEmpty, isAlive {
            let moment = Moment(uptime: fleet.simulation.now, wall: fleet.simulation.wall + clockError)
            // Nothing is on its way into the log, and the session knows its head.
            let isIdle = disk.isSynchronized && session?.sender.head == disk.durable.head
            session?.vitals.isIdle = isIdle
            for effect in session?.handle(events.removeFirst(), at: moment) ?? [] {
                if fleet.simulation.chance(fleet.faults.siteKill) { return fleet.kill(self) }
                if let next = perform(effect) { events.append(next) }
            }
        }
    }

    private func perform(_ effect: SiteSession.Effect) -> SiteSession.Event? {
        switch effect {
        case .connect: connect()
        case .disconnect:
            if let connection { fleet.network.close(connection) }
            connection = nil
        case .send(let message):
            if let connection { fleet.network.sendToHeadquarters(message.frame(), over: connection) }
        case .log(.compare(_, let sequence)): return .compared(disk.durable.hash(at: sequence))
        case .log(.read(let request)): return .read(disk.durable.slice(request))
        case .log(.acknowledged(let position)): fleet.acknowledged(position, at: site)
        case .log(.diverged(let position)): fleet.ledger.broken("\(site) diverged at entry \(position.sequence)")
        case .clockMeasured(let offset, let uncertainty):
            let error = offset + clockError
            if error > uncertainty || error < .zero - uncertainty {
                fleet.ledger.broken("\(site) measured its clock \(error) wrong, and said ± \(uncertainty)")
            }
        case .note(let text): fleet.simulation.note("\(site): \(text)")
        case .wake(let time): wake(at: time)
        }
        return nil
    }

    private func connect() {
        let attempt = fleet.network.connect(from: site) { [self] works in
            handle(works ? .connected : .closed("connection refused"))
        }
        attempt.onClosed = { [self] in handle(.closed("connection lost")) }
        attempt.onFrame = { [self] frame in
            guard let message = try? frame.withUnsafeBytes({ try Exchange(frame: $0) }) else {
                return fleet.ledger.broken("\(site) got a frame that is no message")
            }
            handle(.received(message))
        }
        connection = attempt
    }

    private func wake(at time: Duration) {
        wakes += 1
        let current = wakes
        later(max(.zero, time - fleet.simulation.now)) { [self] in
            if wakes == current { handle(.tick) }
        }
    }

    /// Does nothing when the process died in between.
    private func later(_ delay: Duration, _ body: @escaping () -> Void) {
        let current = life
        fleet.simulation.after(delay) { [self] in
            if life == current { body() }
        }
    }
}
