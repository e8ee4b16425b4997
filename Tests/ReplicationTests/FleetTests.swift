import Records
import Replication
import Testing

/// Whole fleets under random faults; each run is its seed.
struct FleetTests {
    private static let seeds: UInt64 = 300

    @Test(arguments: 0..<10)
    func nothingIsLostOrDoubledUnderAnyFault(part: Int) {
        for seed in Self.seeds(of: part) {
            let fleet = Fleet(seed: seed, sites: Int(seed % 3) + 1)
            let violations = fleet.run(records: 12)
            if violations.isEmpty { continue }
            let trace = fleet.traceOfRun.suffix(Simulation.traceBound).joined(separator: "\n")
            Issue.record("seed \(seed): \(violations.joined(separator: "; "))\n\(trace)")
            return
        }
    }

    /// What the seeds are meant to meet, they meet: otherwise the test above would say nothing.
    @Test func theFaultsReallyHappen() {
        let trace = (0..<20).flatMap { (seed: UInt64) in
            let fleet = Fleet(seed: seed, sites: 2)
            _ = fleet.run(records: 12)
            return fleet.traceOfRun
        }
        for word in [
            "S0 killed", "headquarters killed", "cut", "unnoticed", "connection refused", "silent", "did not answer",
            "simulated", "unknown session", "greet first", "moved on",
        ] {
            #expect(trace.contains { $0.contains(word) }, "\(word)")
        }
    }

    @Test func aRunIsItsSeed() {
        let (first, second) = (Fleet(seed: 7, sites: 3), Fleet(seed: 7, sites: 3))
        _ = (first.run(records: 20), second.run(records: 20))
        #expect(first.traceOfRun == second.traceOfRun)
        #expect(first.traceOfRun.count > 10)
    }

    @Test func aFleetWithoutFaultsDrainsWithoutANewSession() {
        let fleet = Fleet(seed: 1, sites: 3, faults: .none)
        #expect(fleet.run(records: 50) == [])
        #expect(fleet.traceOfRun.count { $0.contains("welcomed") } == 3)
    }

    /// The oracle would notice: each of these mistakes is found within a few seeds.
    @Test(arguments: Fleet.Lie.allCases)
    func aLieIsCaught(lie: Fleet.Lie) {
        let caught = (0..<60).contains { seed in !Fleet(seed: seed, sites: 2, lie: lie).run(records: 12).isEmpty }
        #expect(caught)
    }

    private static func seeds(of part: Int) -> [UInt64] { (0..<seeds).filter { $0 % 10 == UInt64(part) } }
}
