import Replication
import Simulation
import Testing

/// Whole fleets under random faults; each run is its seed. `huiyin-simulate` runs more of them.
struct FleetTests {
    private static let parts: UInt64 = 8
    private static let seeds: UInt64 = 160
    /// Each meets what hardly any other does: a batch of the session before that is stored in between; a signature that does
    /// not fit.
    private static let rare: [UInt64] = [830, 882]

    @Test(arguments: 0..<parts)
    func nothingIsLostOrDoubledUnderAnyFault(part: UInt64) {
        for seed in (0..<Self.seeds).filter({ $0 % Self.parts == part }) {
            let result = Fleet(seed: seed).run()
            if result.violations.isEmpty { continue }
            let trace = result.trace.whatLed(lines: 60).joined(separator: "\n")
            Issue.record("seed \(seed): \(result.violations.joined(separator: "; "))\n\(trace)")
            return
        }
    }

    /// What the seeds are meant to meet, they meet: otherwise the test above would say nothing.
    @Test func everyNamedPointIsHitAndEveryFaultHappens() {
        var crashes: [CrashPoint: Int] = [:]
        var missing = Set(
            [
                "weather", "wall full", "wall toSite", "wall toHeadquarters", "wall halfOpen", "disk is full",
                "disk is readOnly", "disk is failing", "disk stalls", "clock is set", "key is revoked", "at once",
                "malformed", "silent for", "did not answer", "no connection to headquarters", "could not be stored",
                "cannot save",
                "greet first", "unknown session", "moved on", "REJECT unknown", "REJECT signature", "REJECT diverged",
                "does not start", "unnoticed", "S0 is rolled back", "new disk", "headquarters is rolled back",
                "headquarters was restored", "rolledBack after", "fenced after", "admits", "LOCATED",
                "rots", "FETCHED 1", "FETCHED 0", "mends its log", "hq mends the log", "has lost an entry",
                "lacks what is damaged at hq",
            ] + Intrusion.Kind.allCases.map { "intruder: \($0.rawValue)" })
        for seed in Array(0..<Self.seeds * 2) + Self.rare {
            let result = Fleet(seed: seed).run()
            crashes.merge(result.crashes, uniquingKeysWith: +)
            for line in result.trace.lines where !missing.isEmpty { missing = missing.filter { !line.contains($0) } }
        }
        #expect(CrashPoint.allCases.filter { crashes[$0] == nil } == [])
        #expect(missing.isEmpty)
    }

    @Test func aRunIsItsSeed() {
        let (first, second) = (Fleet(seed: 7).run(), Fleet(seed: 7).run())
        #expect(first.trace.hash == second.trace.hash)
        #expect(first.trace.lines == second.trace.lines)
        #expect(Fleet(seed: 8).run().trace.hash != first.trace.hash)
    }

    @Test func aHundredSitesDrain() {
        let result = Fleet(seed: 1, sites: 100).run(records: 3)
        #expect(result.violations == [])
        #expect(result.saved > 300)
    }

    @Test func aFleetWithoutFaultsDrainsInOneSessionEach() {
        let result = Fleet(seed: 1, sites: 3, isTroubled: false).run(records: 50)
        #expect(result.violations == [])
        #expect(result.trace.lines.count { $0.contains("welcomed") } == 3)
    }

    /// The oracle would notice: each of these mistakes is found within a few seeds.
    @Test(arguments: Fleet.Lie.allCases)
    func aLieIsCaught(lie: Fleet.Lie) {
        let caught = (0..<Self.seeds * 3).contains { seed in !Fleet(seed: seed, lie: lie).run().violations.isEmpty }
        #expect(caught)
    }
}
