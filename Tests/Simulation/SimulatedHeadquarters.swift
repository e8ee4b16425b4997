import Foundation
package import Records
import Replication

/// The aggregator: its disk and clock, and the process that lives and dies on it, as its exchange server is. What it does with
/// the `SiteReceiver`s' decisions is the step that the aggregator takes: `HeadquartersExchange`.
package final class SimulatedHeadquarters {
    /// The address of a connection.
    typealias Route = Int
    typealias Step = HeadquartersExchange<SimulatedStore, Route>

    /// What one life of the process holds in memory.
    final class Process {
        let store: SimulatedStore
        var exchange: Step?
        var downlink: HeadquartersDownlink<SimulatedStore>?
        var connections: [Route: SimulatedNetwork.Connection] = [:]
        var isAlive = true

        init(store: SimulatedStore) { self.store = store }
    }

    package let disk: SimulatedDisk<SimulatedStore.Volume>
    package var clock = SimulatedClock()
    /// How much longer the disk takes for everything.
    package var stall: Duration = .zero
    /// The sites whose key is let in.
    package var registered: [SiteID: LogVerifyingKey] = [:]
    unowned let fleet: Fleet
    var simulation: Simulation { fleet.simulation }
    private let receiptKey: LogSigningKey
    private let window: SiteReceiver.Window
    private(set) var process: Process?

    init(fleet: Fleet) {
        self.fleet = fleet
        let simulation = fleet.simulation
        disk = SimulatedDisk(SimulatedStore.Volume(epoch: Epoch(using: &simulation.random)))
        // 32 bytes are always a key.
        receiptKey = LogSigningKey(bytes: [UInt8](repeating: 255, count: 32))!
        // Narrow more often than wide, so that credit is what holds a site back.
        window = simulation.pick([
            SiteReceiver.Window(entries: 4, bytes: 900), SiteReceiver.Window(entries: 12, bytes: 4000),
            SiteReceiver.Window(),
        ])
        disk.neverSynchronizes = fleet.lie == .headquartersNeverSynchronizes
    }

    package var isAlive: Bool { process != nil }

    /// Bytes of entries that a site may have under way by the credit that it was given.
    package var greatestUnderWay: Int { window.bytes + ReplicationProtocol.greatestEntry }

    package func start() {
        guard process == nil else { return }
        do {
            let process = Process(
                store: try SimulatedStore(
                    on: disk, lie: fleet.lie?.ofStore,
                    newEpoch: { [unowned self] in Epoch(using: &simulation.random) },
                    later: { [unowned self] delay, body in
                        let current = self.process
                        simulation.after(delay) {
                            if current?.isAlive ?? false { body() }
                        }
                    }))
            process.store.reach = { [unowned self, unowned process] in reach($0, process) }
            process.store.pace = { [unowned self] in stall + simulation.milliseconds(1...10) }
            process.exchange = try HeadquartersExchange(
                store: process.store,
                greeting: Greeting(name: "hq", epoch: disk.current.epoch, ancestors: disk.current.ancestors),
                receiptKey: receiptKey,
                window: window, clock: { [unowned self] in moment })
            process.downlink = HeadquartersDownlink(process.store, key: receiptKey)
            process.store.onOutboxAcknowledged = { [unowned self] in fleet.handedOn($0, at: $1) }
            self.process = process
            fleet.network.listener = { [unowned self] connection, frame in receive(frame, connection, process) }
            search(process)
        } catch {
            simulation.note("headquarters does not start: \(error)")
            simulation.after(.seconds(1)) { [self] in start() }
        }
    }

    /// The process ends here and now; with the power, the disk forgets what it may.
    package func stop(power: Bool) {
        guard let process else { return }
        self.process = nil
        process.isAlive = false
        fleet.network.cutAll()
        if power { disk.losePower(using: &simulation.random) }
    }

    /// The administrator says of every copy that was refused that it is the site.
    package func resolve() {
        guard let process else { return }
        for (site, fences) in disk.current.fences.sorted(by: { $0.key < $1.key }) where fences.values.contains(.open) {
            let decided = fences.mapValues { $0 == .open ? FenceDecision.sameSite : $0 }
            // A decision that cannot be kept is given again.
            guard (try? disk.write { $0.fences[site] = decided }) != nil else { continue }
            simulation.note("an administrator admits \(site)")
            process.exchange?.decided(decided, of: site)
        }
    }

    private var moment: Moment {
        Moment(uptime: simulation.now + .seconds(500), wall: clock.wall(at: simulation.now))
    }

    /// Whether the process lives on beyond this point.
    private func reach(_ point: CrashPoint, _ process: Process) -> Bool {
        guard process.isAlive else { return false }
        guard let power = fleet.meets(point) else { return true }
        fleet.crash(.headquarters, power: power, at: point.rawValue)
        return false
    }

    // MARK: The exchange's shell

    private func receive(_ frame: Data, _ connection: SimulatedNetwork.Connection, _ process: Process) {
        guard process.isAlive else { return }
        // Who it is: the connection's key, looked up anew for each frame, before anything is decoded.
        guard registered[connection.key] != nil || fleet.lie == .revocationIgnored else {
            guard process.connections.removeValue(forKey: connection.number) != nil else { return }
            var bye = Exchange()
            bye.bye.detail = "this key is not registered any more"
            _ = fleet.network.sendToSite(bye.frame(), over: connection)
            return
        }
        guard let message = try? frame.withUnsafeBytes({ try Exchange(frame: $0) }) else {
            return simulation.note("headquarters got a malformed message of \(connection.key)")
        }
        process.connections[connection.number] = connection
        var site = connection.key
        if fleet.lie == .payloadSiteTrusted, case .hello(let hello) = message.body,
            let claimed = try? SiteID(hello.site)
        {
            site = claimed
            trusted[connection.number] = claimed
        }
        site = trusted[connection.number] ?? site
        let key = fleet.key(of: connection.key).verifyingKey
        if case .data(let batch) = message.body {
            asked = (site, batch)
            process.store.asked = batch.lastHash
        }
        defer { (asked, process.store.asked) = (nil, nil) }
        process.exchange?.receive(message, from: site, keys: [key], over: connection.number) { perform($0, process) }
    }

    /// The batch that is being looked at.
    private var asked: (site: SiteID, batch: Exchange.Batch)?

    /// Who a connection says it is: only looked at by a lie.
    private var trusted: [Route: SiteID] = [:]

    func perform(_ effect: Step.Effect, _ process: Process) {
        guard process.isAlive else { return }
        switch effect {
        case .send(let message, let route): send(message, route, process)
        case .commit(let batch):
            guard reach(.storeHandOver, process) else { return }
            fleet.handedOver(batch)
            process.store.append(batch) { [unowned self] outcome in
                guard process.isAlive else { return }
                process.exchange?.stored(outcome) { perform($0, process) }
            }
        case .open(let opening):
            guard reach(.storeOpen, process) else { return }
            process.store.open(opening) { [unowned self] failure in
                guard process.isAlive else { return }
                process.exchange?.opened(opening, failure) { perform($0, process) }
            }
        case .fenced(let site): simulation.note("a copy of \(site) is fenced")
        case .restored(let epoch): simulation.note("headquarters was restored; its epoch is \(epoch)")
        case .greeted(let site, _):
            process.downlink?.greeted(site)
            simulation.note("\(site) greeted")
        case .began(let site, let epoch): simulation.note("a new log of \(site): \(epoch)")
        case .heard(let site, let until):
            if reach(.noteHeard, process) { fleet.heard(site, until: until) }
        case .fetched(let site, let slice): mend(site, with: slice, process)
        case .downlink(let site, let message):
            process.downlink?.received(message, from: site) { perform($0, process) }
        case .misbehaved(let site, let what): fleet.misbehaved(site, what)
        case .failed(let site, let doing, let error):
            simulation.note("headquarters failed at \(doing) for \(site): \(error)")
        }
    }

    private func send(_ message: Exchange, _ route: Route, _ process: Process) {
        let point: CrashPoint =
            switch message.body {
            case .welcome: .sendWelcome
            case .acknowledgement: .sendAcknowledgement
            case .pong: .sendPong
            default: .sendOther
            }
        guard reach(point, process), let connection = process.connections[route] else { return }
        simulation.note("hq → \(connection.key) \(message.summary)")
        if case .welcome = message.body { fleet.ledger.opened(message.session) }
        if case .acknowledgement = message.body, let (site, batch) = asked {
            // It brought nothing new, or so it seems.
            fleet.ledger.answered(batch, of: site, stored: disk.durable)
        }
        guard !fleet.network.sendToSite(message.frame(), over: connection) else { return }
        // A peer that takes nothing is gone; it will greet anew.
        process.connections[route] = nil
        process.exchange?.closed(route, of: connection.key)
    }
}

extension Exchange.Batch {
    /// The chain's hash at its last entry, as its own bytes make it; nil when they make none.
    var lastHash: ChainHash? {
        guard let before = ChainHash(bytes: previousHash) else { return nil }
        return LogChain.hashes(of: entries, after: before, first: SequenceNumber(firstSequence))?.last
    }
}

extension Exchange {
    /// What it is, for the trace.
    package var summary: String {
        switch body {
        case .hello(let hello): "HELLO \(hello.epochs.map { String($0.head.sequence) }.joined(separator: " "))"
        case .welcome(let welcome): "WELCOME \(welcome.durable.map { String($0.sequence) }.joined(separator: " "))"
        case .reject(let reject): "REJECT \(reject.reason) \(reject.detail)"
        case .data(let batch):
            "DATA \(batch.firstSequence)..\(batch.firstSequence + UInt64(max(1, batch.entries.count)) - 1)"
        case .acknowledgement(let acknowledgement): "ACK \(acknowledgement.durable.sequence)"
        case .ping(let ping): "PING \(ping.head.sequence)"
        case .pong(let pong): "PONG \(pong.durable.sequence)"
        case .reset(let reset): "RESET \(reset.detail)"
        case .locate(let locate): "LOCATE \(locate.sequences.count)"
        case .located(let located): "LOCATED \(located.sequences.count)"
        case .down(let batch):
            "DOWN \(batch.firstSequence)..\(batch.firstSequence + UInt64(max(1, batch.entries.count)) - 1)"
        case .downAcknowledgement(let message): "DOWNACK \(message.durable.sequence)"
        case .fetch(let fetch): "FETCH \(fetch.first)..\(fetch.last)"
        case .fetched(let fetched): "FETCHED \(fetched.entries.count)"
        case .bye: "BYE"
        default: "another message"
        }
    }
}
