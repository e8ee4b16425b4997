import Records
import Replication

/// A whole fleet in one process under one seed: the production state machines over a simulated network and disks.
///
/// Faults happen for a while, then stop; everything drains; the ledger judges.
final class Fleet {
    /// How often what goes wrong.
    struct Faults {
        /// Of each effect that a side performs: its process is killed before it.
        var siteKill = 0.0
        var headquartersKill = 0.0
        /// Of each group that headquarters commits.
        var commitFailure = 0.0
        var network = SimulatedNetwork.Faults.none

        static let none = Faults()

        static let all = Faults(
            siteKill: 0.008, headquartersKill: 0.004, commitFailure: 0.03,
            network: SimulatedNetwork.Faults(cut: 0.02, repetition: 0.01, refusal: 0.2, delay: 1...60))
    }

    /// A mistake that is built in, to see that the ledger finds it.
    enum Lie: CaseIterable {
        case savedBeforeSync, acknowledgedBeforeSync, noCompareAndSet
    }

    let simulation: Simulation
    let network: SimulatedNetwork
    let lie: Lie?
    private(set) var faults: Faults
    var ledger = Ledger()
    private(set) var keys: [SiteID: LogSigningKey] = [:]
    private var sites: [SimulatedSite] = []
    private var headquarters: SimulatedHeadquarters!

    /// How long things go wrong, and how long the fleet has to recover.
    static let troubled: Duration = .seconds(15)
    static let recovery: Duration = .seconds(60)

    init(seed: UInt64, sites count: Int, faults: Faults = .all, lie: Lie? = nil) {
        simulation = Simulation(seed: seed)
        network = SimulatedNetwork(simulation)
        self.faults = faults
        self.lie = lie
        network.faults = faults.network
        headquarters = SimulatedHeadquarters(fleet: self)
        for number in 0..<count {
            // A text of these letters is always a site id.
            let site = try! SiteID("S\(number)")
            keys[site] = LogSigningKey(bytes: [UInt8](repeating: UInt8(number + 1), count: 32))!
            sites.append(SimulatedSite(site, key: keys[site]!, fleet: self))
        }
    }

    /// Runs to the end and says what was wrong; nothing when all is well.
    func run(records: Int) -> [String] {
        headquarters.start()
        for site in sites {
            site.start()
            for _ in 0..<records {
                simulation.after(simulation.milliseconds(0...Int(Self.troubled.wholeMilliseconds))) { site.issue() }
            }
        }
        simulation.run(until: Self.troubled)
        simulation.note("faults stop")
        faults = .none
        network.faults = .none
        // Restarts that are under way come within two seconds; then a fresh record must get through.
        simulation.after(.seconds(3)) { [sites] in
            for site in sites { site.issue() }
        }
        simulation.run(until: Self.troubled + Self.recovery)
        let own = Dictionary(uniqueKeysWithValues: sites.map { ($0.site, $0.disk.durable) })
        ledger.settle(headquarters.disk.durable, own: own)
        if ledger.savedCount < sites.count { ledger.broken("not even the fresh records were saved") }
        return ledger.violations
    }

    /// What happened, for a failure's message and for comparing two runs of one seed.
    var traceOfRun: [String] { simulation.trace }

    func kill(_ site: SimulatedSite) {
        site.kill()
        simulation.after(simulation.milliseconds(10...2000)) { site.start() }
    }

    func killHeadquarters() {
        headquarters.kill()
        simulation.after(simulation.milliseconds(10...2000)) { [self] in headquarters.start() }
    }

    func acknowledged(_ position: LogPosition, at site: SiteID) {
        ledger.acknowledged(position, at: site, durable: headquarters.disk.durable[site])
    }

    func heard(_ site: SiteID, until: Timestamp) {
        let true0 = simulation.wall - simulation.now
        ledger.heard(
            site, until: until - true0, stored: headquarters.disk.durable[site],
            tolerance: .milliseconds(network.faults.delay.upperBound))
    }
}
