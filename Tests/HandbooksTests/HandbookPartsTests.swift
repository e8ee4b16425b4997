import Foundation
import Handbooks
import Records
import StrictYAML
import Testing

/// The parts that a handbook may have beside the rules: what they say, and what is refused or warned of.
@Suite struct HandbookPartsTests {
    private var text: String { Handbook.bundledText(named: "property-management") ?? "" }

    private func examined(_ text: String) -> YAMLReading<Handbook> { Handbook.examine(yaml: text, file: "h.yaml") }
    private func faults(_ text: String) -> [String] { examined(text).faults.map(\.description) }
    private func warnings(_ text: String) -> [String] { examined(text).warnings.map(\.description) }

    private let hours = """
        working_hours:
          week:
            - {days: [monday, tuesday, wednesday, thursday, friday], periods: ["13:30-18:00", "08:30-12:00"]}
            - {days: [saturday], periods: ["22:00-06:00"]}
          holidays: [2026-10-01]
          exceptions:
            - {day: 2026-10-04, periods: ["09:00-12:00"]}
          sites:
            - site: A7
              week:
                - {days: [sunday], periods: ["00:00-24:00"]}

        """

    @Test func workingHoursAreReadWithBreaksHolidaysAndSites() throws {
        let handbook = try #require(examined(text + hours).value)
        let week = try #require(handbook.workingHours).schedule
        func periods(_ day: String) throws -> [String] {
            let moment = try #require(Timestamp(day, in: .utc))
            return week.periods(onDay: Int(moment.milliseconds / 86_400_000)).map(\.description)
        }
        #expect(try periods("2026-09-30") == ["08:30-12:00", "13:30-18:00"])
        #expect(try periods("2026-10-01") == [])
        #expect(try periods("2026-10-03") == ["22:00-06:00"])
        // A Sunday that is worked, 调休.
        #expect(try periods("2026-10-04") == ["09:00-12:00"])
        #expect(try periods("1969-12-31") == ["08:30-12:00", "13:30-18:00"])
        let own = try #require(handbook.workingHours).schedule(of: try SiteID("A7"))
        #expect(own.week.map(\.count) == [0, 0, 0, 0, 0, 0, 1])
    }

    @Test func brokenWorkingHoursAreRefused() {
        let found = faults(
            text
                + hours.replacing("08:30-12:00", with: "08:30-14:00").replacing("22:00-06:00", with: "22:00")
                .replacing("2026-10-01", with: "2026-13-01").replacing("site: A7", with: "site: A 7"))
        #expect(found.contains { $0.hasSuffix("working_hours.week: the periods of monday overlap") })
        #expect(found.contains { $0.contains("periods[0]: must be a period such as 08:30-12:00") })
        #expect(found.contains { $0.contains("holidays[0]: must be a day such as 2026-10-01") })
        #expect(found.contains { $0.contains("site: must be a site's id") })
        #expect(
            WorkingPeriod("08:00-08:00") == nil && WorkingPeriod("24:00-08:00") == nil
                && WorkingPeriod("8:00-9:00") == nil)
    }

    @Test func limitByWorkingHoursNeedsThem() {
        let working = text.replacing("met_by: [arrived]", with: "met_by: [arrived]\n      clock: working")
        #expect(faults(working).contains { $0.hasSuffix("on_site goes by working hours: name them in working_hours") })
        #expect(faults(working + hours) == [])
        // A site whose own week is empty would have no limit at all.
        let idle = hours.replacing(
            "week:\n        - {days: [sunday], periods: [\"00:00-24:00\"]}", with: "week: []")
        #expect(idle != hours)
        #expect(faults(text + idle) == [])
        #expect(faults(working + idle).contains { $0.contains("working_hours gives the site A7 none") })
    }

    @Test func limitMayDifferByTierAndStandStill() throws {
        let changed = text.replacing(
            "met_by: [arrived]",
            with: "met_by: [arrived]\n      paused_by: [customer]\n      tiers: [{tier: vip, within: 30m}]")
        let limit = try #require(examined(changed).value?.timeLimits.limit("on_site"))
        #expect(limit.within(tier: "vip") == .duration(.seconds(1800)))
        #expect(limit.within(tier: "ordinary") == .duration(.hours(2)))
        #expect(limit.within(tier: nil) == .duration(.hours(2)))
        #expect(limit.pausedBy == [.customer])
        let unknown = changed.replacing("tier: vip,", with: "tier: vips,")
        #expect(faults(unknown).contains { $0.hasSuffix("on_site: there is no customer tier vips") })
    }

    @Test func ladderMustLeadUpwards() {
        let broken = text.replacing("en: branch manager, after: 5d", with: "en: branch manager, after: 3d")
        #expect(
            faults(broken).contains {
                $0.hasSuffix("escalation[0].rungs[1]: must be reached later than the one before it")
            })
    }

    @Test func weakStandardIsWarnedOfInEveryRespect() {
        let weak = """
              - {code: be_nice, zh: 友好, en: be nice}

            """
        let found = warnings(text.replacing("standards:\n", with: "standards:\n" + weak))
        for reason in [
            "is not customer-centred", "is not measurable", "is not concrete", "is nobody's", "is not tied to a goal",
            "is not documented",
        ] {
            #expect(found.contains { $0.contains("the standard be_nice \(reason)") }, "\(reason)")
        }
    }

    @Test func standardMustBeChallengingAndFeasible() {
        #expect(
            warnings(text.replacing("current: 88", with: "current: 96")).contains {
                $0.contains("answer_in_time is not challenging")
            })
        #expect(
            warnings(text.replacing("best: 99", with: "best: 94")).contains {
                $0.contains("answer_in_time is not feasible")
            })
        #expect(
            warnings(
                text.replacing(
                    "metric: answered_in_time_percent\n    comparison: at_least",
                    with: "metric: answered_in_time_percent\n    comparison: at_most")
            )
            .contains { $0.contains("met by doing worse") })
        #expect(
            faults(text.replacing("target: 95", with: "target: 101")).contains { $0.contains("standards[0].target") })
    }

    @Test func commitmentBelowTheIndustrysIsWarnedOf() {
        let line = text.replacing("ours: 5, industry: 5", with: "ours: 3, industry: 5")
        #expect(warnings(line).contains { $0.hasSuffix("the commitment waterproofing_years is below the industry's") })
        // Of hours until somebody comes, fewer are better.
        let slow = text.replacing("ours: 4, industry: 24", with: "ours: 48, industry: 24")
        #expect(warnings(slow).contains { $0.hasSuffix("the commitment repair_hours is below the industry's") })
    }

    @Test func questionThatLeadsAndInterviewThatTakesTooLongAreWarnedOf() {
        let leading = text.replacing("zh: 您对处理的结果满意吗？", with: "zh: 您一定对处理的结果满意吧？")
        #expect(warnings(leading).contains { $0.hasSuffix("outcome is leading: 您一定") })
        let long = text.replacing("code: problems, takes: 3m", with: "code: problems, takes: 15m")
        #expect(warnings(long).contains { $0.hasSuffix("ideas takes 21m on the telephone, longer than 20m") })
        let rare = text.replacing("third_party_every: 6mo", with: "third_party_every: 7mo")
        #expect(warnings(rare).contains { $0.hasSuffix("a third party should ask at least every half year") })
    }

    @Test func mapAsksForEachCellOnce() {
        let broken = text.replacing(
            "control: weak\n      kind: service_accident", with: "control: strong\n      kind: service_accident")
        let found = faults(broken)
        #expect(found.contains { $0.hasSuffix("has no cell for impact small, control weak") })
        #expect(found.contains { $0.hasSuffix("has 2 cells for impact small, control strong") })
    }

    @Test func mapTellsCrisisFromOmenByTheGrade() throws {
        let map = try #require(Handbook.standard.impactControl)
        #expect(map.kind(impact: .large, control: .weak, grade: .hot) == .majorEventOrOmen)
        #expect(map.kind(impact: .large, control: .weak, grade: .critical) == .crisis)
        #expect(map.kind(impact: .small, control: .weak, grade: .critical) == .serviceAccident)
        #expect(map.kind(impact: .unspecified, control: .weak, grade: .critical) == nil)
    }

    @Test func referencesOfTheGuidesMustLeadSomewhere() {
        let found = faults(
            text.replacing("principles: [self_esteem,", with: "principles: [self_esteam,")
                .replacing("within: 2h, role: branch_manager", with: "within: 2h, role: manager")
                .replacing("categories: [cracks]", with: "categories: [crack]")
                .replacing("touchpoint: hotline, countermeasure", with: "touchpoint: hotlines, countermeasure")
                .replacing("{from: call_centre, to: property", with: "{from: call_center, to: property")
                .replacing("owner: call_centre", with: "owner: calls"))
        for reason in [
            "guidance.cards[0]: there is no principle self_esteam", "there is no role manager",
            "crack_misjudged: there is no category crack", "line_busy: there is no touchpoint hotlines",
            "there is no department call_center", "visits_done: there is no department calls",
        ] {
            #expect(found.contains { $0.hasSuffix(reason) }, "\(reason)")
        }
    }

    @Test func waterfallMapsAnswersAndFallsDownwardsOnly() throws {
        let waterfall = try #require(Handbook.standard.customers.waterfall)
        #expect(waterfall.state(satisfaction: 5, recommendation: 9) == .loyal)
        #expect(waterfall.state(satisfaction: 5, recommendation: nil) == .verySatisfied)
        #expect(waterfall.state(satisfaction: 3, recommendation: 10) == .satisfied)
        #expect(waterfall.state(satisfaction: 1, recommendation: nil) == .angry)
        let up = text.replacing("{from: satisfied, to: dissatisfied", with: "{from: satisfied, to: loyal")
        #expect(faults(up).contains { $0.hasSuffix("waterfall.decay[2]: must lead downwards") })
    }

    @Test func segmentGoesByBrandFirstThenByRevenue() throws {
        let policy = Handbook.standard.customers
        #expect(policy.segment(brand: "任何", arpu: 500)?.code == "high_value")
        #expect(policy.segment(brand: "", arpu: 499)?.code == "middle")
        #expect(policy.segment(brand: "", arpu: nil)?.code == "general")
        let branded = text.replacing("code: high_value\n", with: "code: high_value\n      brands: [银杏]\n")
        let own = try #require(examined(branded).value?.customers)
        #expect(own.segment(brand: "银杏", arpu: 900)?.code == "high_value")
        #expect(own.segment(brand: "其他", arpu: 900)?.code == "middle")
    }

    @Test func tiersEndWithOneForAllOthers() {
        let broken = text.replacing("top_percent: 20", with: "top_percent: 4")
        #expect(faults(broken).contains { $0.hasSuffix("tiers[2]: top_percent must grow from tier to tier") })
        let open = text.replacing("        top_percent: 20\n", with: "")
        #expect(faults(open).contains { $0.hasSuffix("tiers[2]: every tier but the last has a top_percent") })
    }

    @Test func partsMayBeLeftOut() throws {
        let ending = try #require(text.range(of: "# 服务蓝图"))
        let shared = try #require(text.range(of: "# ---------"))
        let bare = String(text[..<ending.lowerBound]) + String(text[shared.lowerBound...])
        let handbook = try #require(examined(bare).value)
        #expect(handbook.blueprint == .empty)
        #expect(handbook.standards.isEmpty)
    }

    @Test func scalesAreMappedToFivePointsWhicheverEndIsBest() {
        #expect(Questionnaire.Scale(worst: 1, best: 7).mapped(4) == 3)
        // Many voice menus use 1 for very satisfied.
        #expect(Questionnaire.Scale(worst: 5, best: 1).mapped(1) == 5)
        #expect(Questionnaire.Scale(worst: 0, best: 10).mapped(11) == nil)
    }
}
