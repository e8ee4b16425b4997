import Records
import Testing

@testable import Digests

/// Days, touchpoints, the map of impact and control, earlier months and outcomes.
@Suite struct PlacesTests {
    private func sum(_ digest: Digest, _ prefix: String, _ suffix: String) -> Int {
        digest.figures.filter { $0.name.text.hasPrefix(prefix) && $0.name.text.hasSuffix(suffix) }
            .reduce(0) { $0 + $1.value.observations }
    }

    private func varied(_ seed: UInt64) -> DigestInput {
        var input = DigestInput.random(seed: seed)
        var generator = SeededGenerator(seed: seed)
        for place in input.cases.indices {
            input.cases[place].impact = [.small, .large, .unspecified].randomElement(using: &generator)!
            input.cases[place].control = [.weak, .strong, .unspecified].randomElement(using: &generator)!
            input.cases[place].touchpoint = [nil, "handover", "gate"].randomElement(using: &generator)!
        }
        for place in input.visits.indices where place % 3 == 0 { input.visits[place].touchpoints = ["gate": 2] }
        return input
    }

    @Test(arguments: 1...8) func daysAndCellsSumToTheWhole(seed: Int) {
        let input = varied(UInt64(seed))
        let digest = Digest(input)
        #expect(digest.days.count == 31)
        #expect(digest.days.reduce(0, +) == digest.count("complaints.received"))
        #expect(sum(digest, "matrix.impact.", ".received") == digest.count("complaints.received"))
        #expect(sum(digest, "touchpoints.site.", ".complaints") == input.cases.count { $0.touchpoint != nil })
        #expect(
            sum(digest, "touchpoints.site.", ".problems")
                == input.visits.reduce(0) { $0 + ($1.touchpoints["gate"] ?? 0) })
    }

    @Test func daysThatHaveNotComeAreNotToldAsZero() {
        var input = DigestInput.random(seed: 1, cases: 0)
        input.asOf = at("2019-07-10 12:00")
        #expect(Digest(input)["complaints.day.10.received"] == .count(0))
        #expect(Digest(input)["complaints.day.11.received"] == nil)
        input.asOf = at("2019-06-30 12:00")
        #expect(Digest(input)["complaints.day.01.received"] == nil)
    }

    @Test func limitsComeFromTheMonthBeforeAndFindTheUnusualDay() throws {
        var input = DigestInput.random(seed: 1, cases: 0)
        input.sites = [complete("S0")]
        input.cases = (0..<12).map { CaseSummary(id: record($0), site: site("S0"), madeAt: at("2019-07-05 08:00")) }
        input.previous = PreviousMonth(
            month: july.preceding, sites: [], days: Array(repeating: 2, count: 15) + Array(repeating: 3, count: 15))
        let limits = try #require(Digest(input).dayLimits)
        // Mean 2.5; of 29 moving ranges one is 1: 2.5 + 2.66 / 29.
        #expect(limits.month == "2019-06" && limits.centre == 2.5)
        #expect(limits.upper == 2.5917 && limits.lower == 2.4083)
        #expect(Digest(input).markdown(.english).contains("1 day above the limit of 2.6"))
        input.previous?.days = [1, 2, 3]
        #expect(Digest(input).dayLimits?.month == "2019-07")
    }

    @Test func earlierMonthsStandInOrderAndLastYearIsComparedApart() throws {
        var input = DigestInput.random(seed: 2)
        let earlier = { (month: Month, received: Int) in
            PreviousMonth(
                month: month,
                sites: [.init(id: site("S0"), complete: true, received: received, distinct: received, reached: 1)])
        }
        input.earlier = [earlier(july.preceding, 7), earlier(Month(year: 2018, month: 7), 5)]
        input.previous = input.earlier[0]
        input.yearBefore = input.earlier[1]
        let digest = Digest(input)
        #expect(digest.trend?.map(\.month) == ["2018-07", "2019-06"])
        #expect(digest.count("comparison.received.before") == 7)
        #expect(digest.count("year_before.received.before") == 5)
        #expect(digest.count("year_before.received.now") == digest.count("complaints.site.S0.received"))
        #expect(digest.markdown(.chinese).contains("与2018年7月相比"))
    }

    @Test func outcomesAreCountedByWhatCameOfThem() {
        var input = DigestInput.random(seed: 2)
        input.outcomes = [outcome(1), outcome(2, effect: .init(verdict: .worked, ratio: 0.5, low: 0.3, high: 0.8))]
        input.outcomes[1].state = .done
        let digest = Digest(input)
        #expect(digest.count("outcomes.all") == 2)
        #expect(digest.count("outcomes.state.overdue") == 1 && digest.count("outcomes.state.done") == 1)
        #expect(digest.count("outcomes.effect.worked") == 1)
        let text = digest.markdown(.english)
        #expect(text.contains("worked (×0.50, 0.30–0.80)") && text.contains("overdue"))
    }

    @Test func digestOfAnOlderVersionIsStillRead() throws {
        var digest = Digest(.random(seed: 3))
        (digest.trend, digest.outcomes, digest.dayLimits) = (nil, nil, nil)
        digest.figures.removeAll { $0.name.text.hasPrefix("complaints.day.") }
        let read = try Digest(json: Array(digest.json.utf8))
        #expect(read == digest && read.days == [])
        #expect(read.html(.chinese).contains("<svg"))
    }
}
