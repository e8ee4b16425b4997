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

    @Test func standardsAreMetMissedOrNotToldOfTooFew() throws {
        var input = DigestInput.random(seed: 2)
        let standard = { (code: String, figure: FigureName?, scale: Double, isAtLeast: Bool, target: Double) in
            StandardTarget(
                code: code, term: Term(code, code), metric: Term("指标", "metric"), figure: figure, scale: scale,
                isAtLeast: isAtLeast, target: target)
        }
        input.standards = [
            standard("met", "satisfaction.visits.mean", 1, true, 1.5),
            standard("missed", "visits.reach", 100, true, 99.9),
            standard("low", "resolution.median", 1 / 86_400_000, false, 400), standard("none", nil, 1, true, 1),
            standard("few", "satisfaction.survey.none", 1, true, 1),
        ]
        let digest = Digest(input)
        #expect(digest.standards?.map(\.state) == [.met, .missed, .met, .notMeasured, .notMeasured])
        input.policy.smallSample = 1000
        #expect(Digest(input).standards?.prefix(3).map(\.state) == [.tooFew, .tooFew, .tooFew])
        #expect(digest.count("standards.state.met") == 2)
        #expect(digest.markdown(.english).contains("| **missed**"))
        #expect(digest.html(.chinese).contains("<strong>未达标</strong>"))
    }

    @Test func medianThatIsNotReachedCannotBeToldYet() {
        var input = DigestInput.empty(sites: [complete("A1")])
        input.policy.smallSample = 3
        input.cases = (1...3).map { CaseSummary(id: record($0), site: site("A1"), madeAt: at("2019-07-05 10:00")) }
        input.standards = [
            StandardTarget(
                code: "median", term: Term("时间", "time"), metric: Term("指标", "metric"), figure: "resolution.median",
                scale: 1 / 86_400_000, isAtLeast: false, target: 3)
        ]
        #expect(Digest(input).standards?.map(\.state) == [.cannotTell])
        #expect(Digest(input).markdown(.chinese).contains("尚不能判断"))
        input.cases.removeLast()
        #expect(Digest(input).standards?.map(\.state) == [.tooFew])
    }

    @Test(arguments: [
        (1997, 2103, 95.0, "≥ 95", "94.96"), (968, 1019, 95, "≥ 95", "94.995"), (1, 40, 4.25, "≥ 4.25", "2.50"),
    ])
    func standardThatIsMissedDoesNotLookMet(part: Int, whole: Int, target: Double, shown: String, value: String) {
        var input = DigestInput.empty(sites: [complete("A1")])
        input.visits = (0..<whole).map { VisitSummary(id: record($0), site: site("A1"), reached: $0 < part) }
        input.standards = [
            StandardTarget(
                code: "reach", term: Term("接通", "reach"), metric: Term("指标", "metric"), figure: "visits.reach",
                scale: 100, isAtLeast: true, target: target)
        ]
        let text = Digest(input).markdown(.english)
        #expect(text.contains(shown + " ") && text.contains("| \(value) (n="), "\(text)")
    }

    @Test func daysThatHaveNotBegunAreNotDaysWithoutComplaints() {
        var input = DigestInput.empty(sites: [complete("A1")])
        input.asOf = at("2019-07-05 12:00")
        input.cases = [CaseSummary(id: record(1), site: site("A1"), madeAt: at("2019-07-05 10:00"))]
        #expect(Digest(input).days == [0, 0, 0, 0, 1])
        #expect(Digest(input).asPreviousMonth.days.count == 5)
    }

    @Test func weekIsDecidedOnlyWhereItIsKnown() {
        var input = DigestInput.random(seed: 1, cases: 0)
        input.sites = [complete("S0"), complete("S1")]
        input.sites[1].coverage = .partial(heardUntil: at("2019-07-12 00:00"))
        let made = { (number: Int, place: String, day: String, state: CaseState) in
            CaseSummary(id: record(number), site: site(place), madeAt: at("2019-07-\(day) 08:00"), state: state)
        }
        input.cases = [
            made(1, "S0", "01", .resolved(at: at("2019-07-08 07:59"))),
            made(2, "S0", "01", .resolved(at: at("2019-07-08 08:00"))),
            made(6, "S0", "01", .closed(at: at("2019-07-08 07:59"))),
            made(3, "S0", "01", .open), made(4, "S1", "10", .open), made(5, "S1", "02", .open),
        ]
        guard case .share(1, 4, _) = Digest(input)["resolution.within_week"] else {
            Issue.record("\(String(describing: Digest(input)["resolution.within_week"]))")
            return
        }
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
