import Foundation
import Handbooks
import Records
import Rules
import Testing

@Suite struct FlagTests {
    private let rules = CaseBuilder.rules

    @Test func everyRiseThatStandsIsAFlagWithItsEvidence() throws {
        let made = try CaseBuilder()
        let flags = rules.flags(for: try made.view(at: "2019-08-01 08:00")).filter { $0.kind == .gradeRaised }
        #expect(flags.map(\.grade) == [.hot, .critical])
        #expect(flags.map(\.rule) == ["open_one_week", "open_one_month"])
        #expect(flags.map(\.at) == [try made.time("2019-07-08 08:00"), try made.time("2019-08-01 08:00")])
        #expect(
            flags.allSatisfy { $0.evidence == [made.id] && $0.delayNotStated == true && $0.sites.map(\.text) == ["A0"] }
        )
    }

    @Test func identityStaysThroughRecomputation() throws {
        let made = try CaseBuilder { $0.groupSize = 10 }
        let early = rules.flags(for: try made.view(at: "2019-07-01 08:00"))
        let late = rules.flags(for: try made.view(at: "2019-07-01 09:00"))
        #expect(early == late)
        #expect(early.map(\.id) == [Flag.identity(.gradeRaised, subject: made.id.description, key: "critical")])
        #expect(Set(late.map(\.id)).count == late.count)
    }

    @Test func warningTurnsIntoABreachAndAKeptLimitIntoNothing() throws {
        var made = try CaseBuilder()
        #expect(rules.flags(for: try made.view(at: "2019-07-01 09:29")).isEmpty)
        let warned = rules.flags(for: try made.view(at: "2019-07-01 09:30"))
        #expect(warned.map(\.kind) == [.limitWarning])
        #expect(warned[0].reference == (try made.time("2019-07-01 10:00")))
        let breached = rules.flags(for: try made.view(at: "2019-07-01 10:00"))
        #expect(breached.map(\.kind) == [.limitBreached])
        #expect(breached[0].id != warned[0].id)
        try made.step(.investigationBegun, "2019-07-01 09:45")
        #expect(rules.flags(for: try made.view(at: "2019-07-01 10:00")).isEmpty)
        #expect(FlagKind.limitWarning.passes && !FlagKind.limitBreached.passes)
    }

    @Test func agesAreWarnedOfAsLongAsTheyWouldRaise() throws {
        let plain = rules.flags(for: try CaseBuilder().view(at: "2019-07-06 14:00"))
        #expect(plain.contains { $0.kind == .limitWarning && $0.rule == "open_one_week" && $0.grade == .hot })
        let hot = rules.flags(for: try CaseBuilder { $0.groupSize = 3 }.view(at: "2019-07-06 14:00"))
        #expect(!hot.contains { $0.kind == .limitWarning })
    }

    @Test func unheardSiteIsNeitherWarnedNorBreached() throws {
        let view = try CaseBuilder().view(at: "2019-12-01 08:00", heard: "2019-07-01 08:00")
        #expect(rules.flags(for: view).isEmpty)
    }

    @Test func loweredGradeWithdrawsTheFlagsAboveIt() throws {
        var made = try CaseBuilder {
            $0.groupSize = 10
            $0.support = .company
        }
        try made.step(.factsChanged, "2019-07-01 08:30") { $0.support = .adviser }
        try made.step(.gradeLowered, "2019-07-01 09:00") { $0.grade = 2 }
        #expect(!rules.flags(for: try made.view(at: "2019-07-01 09:00")).contains { $0.kind == .gradeRaised })
    }

    @Test func falseClosingIsAFlag() throws {
        var made = try CaseBuilder()
        try made.step(.answered, "2019-07-01 08:30")
        try made.step(.resolved, "2019-07-01 09:00")
        let no = try made.visit(confirms: false, "2019-07-02 09:00")
        let flags = rules.flags(for: try made.view(at: "2019-07-02 10:00"))
        #expect(flags.map(\.kind) == [.falseClosing])
        #expect(flags[0].evidence == [made.id, no])
    }

    @Test func wordsNameCodesTimesAndCountsInBothLanguages() throws {
        let made = try CaseBuilder()
        let flags = rules.flags(for: try made.view(at: "2019-07-08 08:00"))
        let raised = try #require(flags.first { $0.kind == .gradeRaised })
        let id = made.id.description
        #expect(
            raised.text(.chinese, handbook: .standard)
                == "A0：投诉 \(id) 于 2019-07-08 08:00 升为热点：超过一周未解决，延误在我方（延误原因未说明，按我方计）")
        #expect(
            raised.text(.english, handbook: .standard)
                == "A0: complaint \(id) rose to hot at 2019-07-08 08:00: unresolved after one week, the delay being ours "
                + "(cause of the delay not stated, counted as ours)")
        let hot = Flag.hotIssue(
            HotEvidence(issue: "i7", complaints: [made.id], complainants: 3, completedAt: made.complaint.occurred),
            anonymous: 2, sites: [try SiteID("A1"), try SiteID("A0"), try SiteID("A1")], grade: .hot,
            rule: "same_complaint")
        #expect(
            hot.text(.english, handbook: .standard)
                == "A0, A1: issue i7 is hot: 3 different complainants, 1 complaints (+2 anonymous), reached at 2019-07-01 08:00"
        )
        for flag in flags + [hot] {
            for language in Language.allCases { #expect(!flag.text(language, handbook: .standard).isEmpty) }
        }
    }

    @Test func flagSurvivesItsCoding() throws {
        let flags = rules.flags(for: try CaseBuilder().view(at: "2019-08-01 08:00"))
        let decoded = try JSONDecoder().decode([Flag].self, from: JSONEncoder().encode(flags))
        #expect(decoded == flags)
    }
}
