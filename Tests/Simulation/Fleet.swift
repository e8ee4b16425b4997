import Foundation
package import Records
import Replication

/// A whole fleet in one process under one seed: the production state machines and the step that performs what they decide,
/// over a simulated network, disks and clocks.
///
/// Things go wrong for a while, then no more; everything drains; the ledger judges.
package final class Fleet {
    /// A mistake that is built in, to see that the ledger finds it.
    package enum Lie: String, CaseIterable {
        case savedBeforeSync, siteNeverSynchronizes, toldBeforeSync, siteBelievesAfterFailure, writtenTwice
        case acknowledgedBeforeSync, headquartersNeverSynchronizes, headquartersBelievesAfterFailure
        case noCompareAndSet, overlapUnread, sessionNumbersReused, personalPartDropped
        case payloadSiteTrusted, revocationIgnored
        case downAcknowledgedBeforeSync
        case damageUnread, damageNotFetched, damageAtHeadquartersNotFetched

        var ofLog: SimulatedLog.Lie? {
            switch self {
            case .toldBeforeSync: .toldBeforeSync
            case .siteBelievesAfterFailure: .believedAfterFailure
            case .writtenTwice: .writtenTwice
            case .damageUnread: .damageUnread
            default: nil
            }
        }

        var ofStore: SimulatedStore.Lie? {
            switch self {
            case .acknowledgedBeforeSync: .acknowledgedBeforeSync
            case .headquartersBelievesAfterFailure: .believedAfterFailure
            case .noCompareAndSet: .noCompareAndSet
            case .overlapUnread: .overlapUnread
            case .sessionNumbersReused: .sessionNumbersReused
            case .personalPartDropped: .personalPartDropped
            default: nil
            }
        }
    }

    private enum Image {
        case site(SimulatedLog.Volume, SimulatedInbox)
        case headquarters(SimulatedStore.Volume)
    }

    /// What came of a run.
    package struct Result {
        package var seed: UInt64
        package var sites: Int
        package var issued: Int
        package var saved: Int
        /// How long everything took to drain once nothing went wrong any more.
        package var drained: Duration
        package var violations: [String]
        package var trace: Trace
        /// Visits of each crash point, and crashes there.
        package var visits: [CrashPoint: Int]
        package var crashes: [CrashPoint: Int]
    }

    package let simulation: Simulation
    package let network: SimulatedNetwork
    package let lie: Lie?
    package var ledger = Ledger()
    private let seed: UInt64
    private var plan: FaultPlan
    private var isTroubled = true
    private var keys: [SiteID: LogSigningKey] = [:]
    private(set) var sites: [SimulatedSite] = []
    /// Some entry's bytes changed on a disk.
    var hasRot = false
    private(set) var headquarters: SimulatedHeadquarters!  // made last, as it looks at the fleet
    private var visits: [CrashPoint: Int] = [:]
    private var crashes: [CrashPoint: Int] = [:]
    /// Sites whose log may go on in a new epoch: they were rolled back, or headquarters was.
    private var rewritten: Set<SiteID> = []
    /// What was on a disk when a later rollback goes back to, by the fault's place in the plan.
    private var images: [Int: Image] = [:]
    /// Sites whose key somebody else used, or whose frames came again: they may count as misbehaving.
    private var suspects: Set<SiteID> = []
    private var lastHeard: [SiteID: Duration] = [:]
    /// How long a message can have been under way.
    private var longestDelay: Duration = .milliseconds(20)

    /// How long things go wrong, and how long the fleet has to recover.
    package static let troubled: Duration = .seconds(25)
    package static let recovery: Duration = .seconds(120)

    /// - Parameter sites: nil: drawn from the seed.
    package init(seed: UInt64, sites count: Int? = nil, isTroubled: Bool = true, lie: Lie? = nil) {
        simulation = Simulation(seed: seed)
        self.seed = seed
        self.lie = lie
        self.isTroubled = isTroubled
        network = SimulatedNetwork(simulation)
        ledger.onBroken = { [unowned simulation] in simulation.note(Trace.violation + $0) }
        let count = count ?? Self.size(using: &simulation.random)
        // A text of these letters is always a site id.
        let names = (0..<count).map { try! SiteID("S\($0)") }
        plan =
            isTroubled
            ? FaultPlan(seed: seed, sites: names, length: Self.troubled, using: &simulation.random) : .none
        headquarters = SimulatedHeadquarters(fleet: self)
        for (number, site) in names.enumerated() {
            let key = LogSigningKey(bytes: [UInt8](repeating: UInt8(number + 1), count: 32))!
            keys[site] = key
            headquarters.registered[site] = key.verifyingKey
            sites.append(SimulatedSite(site, key: key, fleet: self))
        }
    }

    /// Mostly few, as few find most and run quickly; sometimes a whole company.
    private static func size(using random: inout SplitMix64) -> Int {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: 100
        case 1...4: Int.random(in: 6...20, using: &random)
        default: Int.random(in: 1...4, using: &random)
        }
    }

    /// Runs to the end and says what was wrong; nothing when all is well.
    /// - Parameter records: of each site; nil: drawn from the seed.
    package func run(records: Int? = nil) -> Result {
        headquarters.start()
        for site in sites {
            site.start()
            let count = records ?? simulation.number(1...max(2, 40 / sites.count))
            for _ in 0..<count {
                simulation.after(simulation.milliseconds(0...Int(Self.troubled.wholeMilliseconds))) { site.issue() }
            }
        }
        for number in 0..<simulation.number(1...12) {
            let chosen = Set(sites.map(\.site).filter { _ in simulation.chance(0.6) })
            simulation.after(simulation.milliseconds(0...Int(Self.troubled.wholeMilliseconds))) { [self] in
                decide("decision \(number)", for: chosen)
            }
        }
        for (number, (time, fault)) in plan.faults.enumerated() {
            if let age = fault.age { simulation.after(time - age) { [self] in images[number] = image(for: fault) } }
            simulation.after(time) { [self] in begin(fault, images[number]) }
        }
        simulation.run(until: Self.troubled)
        calm()
        let drained = drain()
        settle()
        return Result(
            seed: seed, sites: sites.count, issued: ledger.counts.issued, saved: ledger.counts.saved, drained: drained,
            violations: ledger.violations, trace: simulation.trace, visits: visits, crashes: crashes)
    }

    /// Nothing goes wrong from here on; every site gets one more record once all that was down is up again.
    private func calm() {
        simulation.note("from here on nothing goes wrong")
        isTroubled = false
        plan = .none
        network.clear()
        for site in sites {
            (site.disk.condition, site.stall) = (.sound, .zero)
            headquarters.registered[site.site] = site.key.verifyingKey
        }
        (headquarters.disk.condition, headquarters.stall) = (.sound, .zero)
        simulation.after(.seconds(4)) { [self] in
            for site in sites { site.issue() }
            decide("last decision", for: Set(sites.map(\.site)))
        }
    }

    private func decide(_ text: String, for sites: Set<SiteID>) {
        let entry = Entry.test(text, padding: simulation.number(0...300))
        ledger.decided(entry, for: sites)
        headquarters.decide(Decision(entry: entry, sites: sites))
    }

    private func drain() -> Duration {
        let end = Self.troubled + Self.recovery
        simulation.run(until: Self.troubled + .seconds(6))
        while simulation.now < end, !isDrained {
            headquarters.resolve()
            simulation.run(until: simulation.now + .seconds(1))
        }
        let drained = simulation.now - Self.troubled
        // What is under way still comes, and the next PING says that all is there.
        simulation.run(until: simulation.now + .seconds(8))
        return drained
    }

    private var isDrained: Bool {
        sites.allSatisfy { $0.isDrained && holdsDecisions($0) } && isMended
            && ledger.isComplete(headquarters.disk.durable.logs)
    }

    /// Whether the site has all that headquarters knows it decided for it.
    private func holdsDecisions(_ site: SimulatedSite) -> Bool {
        headquarters.disk.durable.decisions.allSatisfy { decision in
            !decision.sites.contains(site.site) || site.inboxDisk.durable.known.contains(decision.entry.facts)
        }
    }

    private func settle() {
        for site in sites {
            if !holdsDecisions(site) { ledger.broken("\(site.site) lacks what was decided for it") }
            ledger.settle(inbox: site.inboxDisk.durable.entries, of: site.site)
        }
        if !isMended { ledger.broken("a damaged entry was not fetched from the side that has it whole") }
        for site in sites where !site.isDrained { ledger.broken("\(site.site) did not drain") }
        for site in sites where (lastHeard[site.site] ?? .zero) < Self.troubled {
            ledger.broken("\(site.site) is not heard of since nothing goes wrong any more")
        }
        let own = Dictionary(uniqueKeysWithValues: sites.map { ($0.site, $0.disk.durable.epochs) })
        ledger.settle(headquarters.disk.durable.logs, own: own, branched: rewritten.union(suspects))
        if ledger.counts.saved < sites.count { ledger.broken("not even the fresh records were saved") }
    }

    package func key(of site: SiteID) -> LogSigningKey { keys[site] ?? Intruder.key }

    // MARK: Faults

    /// Notes a visit; whether the process ends here, and if so whether the power fails with it.
    func meets(_ point: CrashPoint) -> Bool? {
        visits[point, default: 0] += 1
        guard plan.crashes > 0 else { return nil }
        let chance = plan.focus?.point == point ? plan.focus?.chance ?? 0 : plan.crash
        guard simulation.chance(chance) else { return nil }
        plan.crashes -= 1
        crashes[point, default: 0] += 1
        return simulation.chance(0.6)
    }

    func crash(_ machine: Machine, power: Bool, at place: String) {
        simulation.note("\(machine) \(power ? "loses power" : "is killed") at \(place)")
        switch machine {
        case .site(let id):
            guard let site = sites.first(where: { $0.site == id }) else { return }
            site.stop(power: power)
            simulation.after(simulation.milliseconds(10...3000)) { site.start() }
        case .headquarters:
            headquarters.stop(power: power)
            simulation.after(simulation.milliseconds(10...3000)) { [self] in headquarters.start() }
        }
    }

    private func begin(_ fault: Fault, _ image: Image?) {
        simulation.note("fault: \(fault)")
        switch fault {
        case .crash(let machine, let power): crash(machine, power: power, at: "rest")
        case .weather(let site, let storm, let time):
            network.change(site, storm.hit)
            if [.slow, .slowConsumer, .lossy].contains(storm) { longestDelay = .seconds(600) }
            if [.repeating, .replaying].contains(storm) { suspects.insert(site) }
            passes(after: time) { [self] in network.change(site) { $0 = .init() } }
        case .wall(let site, let wall, let time):
            longestDelay = .seconds(600)
            network.change(site) { $0.wall = wall }
            passes(after: time) { [self] in network.change(site) { $0.wall = .none } }
        case .isolation(let wall, let time):
            longestDelay = .seconds(600)
            for site in sites { network.change(site.site) { $0.wall = wall } }
            passes(after: time) { [self] in
                for site in sites { network.change(site.site) { $0.wall = .none } }
            }
        case .disk(let machine, let condition, let time):
            change(machine) {
                $0.condition = condition
            } _: {
                $0.condition = condition
            }
            passes(after: time) { [self] in
                change(machine) {
                    $0.condition = .sound
                } _: {
                    $0.condition = .sound
                }
            }
        case .stall(let machine, let delay, let time):
            stall(machine, delay)
            passes(after: time) { [self] in stall(machine, .zero) }
        case .clock(.headquarters, let amount): headquarters.clock.step(by: amount, at: simulation.now)
        case .clock(.site(let id), let amount):
            sites.first { $0.site == id }?.clock.step(by: amount, at: simulation.now)
        case .revocation(let site, let time):
            headquarters.registered[site] = nil
            passes(after: time) { [self] in headquarters.registered[site] = key(of: site).verifyingKey }
        case .burst(let id, let records):
            guard let site = sites.first(where: { $0.site == id }) else { return }
            for _ in 0..<records { site.issue() }
        case .intruder(let intrusion): intrude(intrusion)
        case .rollback, .newDisk, .headquartersRestored: replace(fault, image)
        case .rot(let machine, let entries): rot(machine, entries: entries)
        }
    }

    private func image(for fault: Fault) -> Image? {
        switch fault {
        case .rollback(let id, _):
            sites.first { $0.site == id }.map { .site($0.disk.current, $0.inboxDisk.current) }
        case .headquartersRestored: .headquarters(headquarters.disk.current)
        default: nil
        }
    }

    /// A disk's content becomes another one, while the machine is down.
    private func replace(_ fault: Fault, _ image: Image?) {
        switch (fault, image) {
        case (.rollback(let id, _), .site(let volume, let inbox)):
            crash(.site(id), power: false, at: "rest")
            sites.first { $0.site == id }?.disk.replace(with: volume)
            sites.first { $0.site == id }?.inboxDisk.replace(with: inbox)
            rewritten.insert(id)
        case (.newDisk(let id), _):
            crash(.site(id), power: false, at: "rest")
            let log = MemoryLog(site: id, epoch: Epoch(using: &simulation.random))
            sites.first { $0.site == id }?.disk.replace(with: SimulatedLog.Volume(log))
            sites.first { $0.site == id }?.inboxDisk.replace(with: SimulatedInbox())
            rewritten.insert(id)
        case (.headquartersRestored, .headquarters(let volume)):
            crash(.headquarters, power: false, at: "rest")
            headquarters.disk.replace(with: volume)
            ledger.forgetTokens()
            rewritten.formUnion(sites.map(\.site))
        default: return
        }
        for site in sites {
            ledger.excuse(
                besides: site.disk.durable.epochs, headquarters.disk.durable.logs[site.site] ?? [], of: site.site)
        }
    }

    private func passes(after time: Duration, _ body: @escaping () -> Void) {
        simulation.after(time) { [self] in
            if isTroubled { body() }
        }
    }

    private func change(
        _ machine: Machine, _ site: (SimulatedDisk<SimulatedLog.Volume>) -> Void,
        _ store: (SimulatedDisk<SimulatedStore.Volume>) -> Void
    ) {
        switch machine {
        case .headquarters: store(headquarters.disk)
        case .site(let id): sites.first { $0.site == id }.map { site($0.disk) }
        }
    }

    private func stall(_ machine: Machine, _ delay: Duration) {
        switch machine {
        case .headquarters: headquarters.stall = delay
        case .site(let id): sites.first { $0.site == id }?.stall = delay
        }
    }

    private func intrude(_ intrusion: Intrusion) {
        guard let site = sites.first(where: { $0.site == intrusion.site }),
            let victim = sites.first(where: { $0.site == intrusion.victim })
        else { return }
        suspects.insert(intrusion.site)
        let (own, stored) = (site.disk.current.log, headquarters.disk.durable)
        Intruder(
            intrusion: intrusion, fleet: self, own: own, victim: victim.disk.current.log,
            stored: stored.log(own.epoch, of: intrusion.site), session: site.disk.current.session
        ).begin()
    }

    // MARK: What the machines report

    func branched(_ site: SiteID, _ branch: LogBranch) {
        simulation.note("\(site) goes on in a new epoch: \(branch.cause) after \(branch.after?.sequence.value ?? 0)")
        if !rewritten.contains(site), !suspects.contains(site) {
            ledger.broken("\(site) issued its log again, and nothing was rolled back")
        }
    }

    func acknowledged(_ position: LogPosition, at site: SiteID) {
        ledger.acknowledged(position, at: site, durable: headquarters.disk.durable.log(position.epoch, of: site))
    }

    /// Headquarters believes that the site has its outbox up to here: it must be where no crash can take it.
    func handedOn(_ position: LogPosition, at id: SiteID) {
        guard position.sequence > .zero, !rewritten.contains(id), !suspects.contains(id),
            let held = sites.first(where: { $0.site == id })?.inboxDisk.durable.position
        else { return }
        if held.epoch == position.epoch && held.sequence < position.sequence {
            ledger.broken("\(id) counts as having entry \(position.sequence) of its outbox, and it could lose it")
        }
    }

    func handedOver(_ batch: SiteReceiver.StagedBatch) {
        if headquarters.registered[batch.site] == nil {
            ledger.broken("entries of \(batch.site) were taken, a revoked site")
        }
    }

    func misbehaved(_ site: SiteID, _ what: String) {
        simulation.note("\(site) misbehaved: \(what)")
        if !suspects.contains(site) { ledger.broken("\(site) counts as misbehaving: \(what)") }
    }

    func clockMeasured(_ site: SimulatedSite, offset: Duration, uncertainty: Duration) {
        // Set in between, on either side: what was measured is of no time.
        let earlier = simulation.now - .seconds(30)
        guard site.clock.isSteady(since: earlier), headquarters.clock.isSteady(since: earlier) else { return }
        let error = offset - (headquarters.clock.error(at: simulation.now) - site.clock.error(at: simulation.now))
        // The clocks drift while the message is under way.
        let bound = uncertainty + .milliseconds(5)
        if error > bound || error < .zero - bound {
            ledger.broken("\(site.site) measured its clock \(error) wrong, and said ± \(uncertainty)")
        }
    }

    func heard(_ site: SiteID, until: Timestamp) {
        lastHeard[site] = simulation.now
        // By a clock that was set nothing can be judged; nor where messages are under way for long.
        guard headquarters.clock.lastSet == nil else { return }
        let stored = headquarters.disk.durable.logs[site] ?? []
        let clock = headquarters.clock.error(at: simulation.now)
        ledger.heard(
            site, until: until - SimulatedClock.beginning - clock, stored: stored,
            tolerance: longestDelay)
    }
}
