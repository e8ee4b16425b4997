import Handbooks
import Records
import Rules
import Testing

@Suite struct CaseOrderTests {
    @Test func anyPermutationOfTheFactsGivesTheSameView() throws {
        var made = try CaseBuilder { $0.groupSize = 2 }
        try made.step(.dispatched, "2019-07-01 08:30") { $0.toSite = "B1" }
        try made.step(.investigationBegun, "2019-07-01 09:00", site: "B1")
        try made.step(.delayCause, "2019-07-02 09:00", site: "B1") { $0.delayCause = .customer }
        try made.step(.factsChanged, "2019-07-03 09:00") { $0.groupSize = 4 }
        try made.step(.gradeLowered, "2019-07-03 09:00", site: "hq") { $0.grade = 1 }
        try made.step(.resolved, "2019-07-04 09:00", site: "B1")
        try made.step(.delayCause, "2019-07-05 09:00") { $0.delayCause = .ours }
        try made.visit(confirms: false, "2019-07-06 09:00")
        try made.step(.urgedAgain, "2019-07-06 09:00")
        try made.step(.resolved, "2019-08-30 09:00", site: "C9")
        let evidence = try made.evidence(heard: "2019-09-01 08:00")
        let now = try made.time("2019-09-01 08:00")
        let expected = CaseBuilder.rules.view(of: evidence, at: now)
        #expect(expected.grade == .critical)
        var generator = SeededGenerator(seed: 42)
        for _ in 0..<300 {
            var shuffled = evidence
            shuffled.steps.shuffle(using: &generator)
            shuffled.visits.shuffle(using: &generator)
            #expect(CaseBuilder.rules.view(of: shuffled, at: now) == expected)
        }
    }

    @Test func reviewingOnlyWhenTheViewAsksMissesNoChange() throws {
        var made = try CaseBuilder { $0.groupSize = 2 }
        try made.step(.investigationBegun, "2019-07-01 09:40")
        try made.step(.resolved, "2019-07-06 09:00")
        try made.step(.reopened, "2019-07-07 09:00")
        let start = made.complaint.occurred
        // Everything is heard at once: only time moves.
        let evidence = try made.evidence(heard: "2019-12-31 08:00")
        var current = CaseBuilder.rules.view(of: evidence, at: start)
        for minute in 1...(45 * 24 * 4) {
            let now = start + .seconds(minute * 900)
            let fresh = CaseBuilder.rules.view(of: evidence, at: now)
            if let review = current.nextReview, review <= now { current = fresh }
            #expect(fresh == current)
            if fresh != current { return }
        }
        #expect(current.grade == .critical)
    }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
