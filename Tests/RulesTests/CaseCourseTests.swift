import Records
import Testing

@testable import Handbooks
@testable import Rules

/// What people do with a case, and how it goes the wrong way. The complaint is made on 2019-07-01 at 08:00.
@Suite struct CaseCourseTests {
    private func flags(_ view: CaseView, _ kind: FlagKind) -> [Flag] {
        CaseBuilder.rules.flags(for: view).filter { $0.kind == kind }
    }

    @Test func refusedOnceGoesBackAndRefusedTwiceIsFlagged() throws {
        var made = try CaseBuilder()
        try made.step(.dispatched, "2019-07-01 09:00", site: "hq") { $0.toSite = "B1" }
        let first = try made.step(.refused, "2019-07-01 10:00", site: "B1")
        var view = try made.view(at: "2019-07-01 12:00")
        #expect(view.responsibleSite.text == "A0")
        #expect(flags(view, .passedOn).isEmpty)
        try made.step(.transferred, "2019-07-01 11:00", site: "hq") { $0.toSite = "C2" }
        let second = try made.step(.refused, "2019-07-01 13:00", site: "C2")
        view = try made.view(at: "2019-07-01 14:00")
        let flag = try #require(flags(view, .passedOn).first)
        #expect(flag.evidence == [first, second])
        #expect(flag.at == (try made.time("2019-07-01 13:00")))
        #expect(flag.text(.chinese, handbook: .standard).contains("推诿"))
    }

    @Test func whoAcceptsHasItInHandAndTheClocksKeepRunning() throws {
        var made = try CaseBuilder()
        try made.step(.dispatched, "2019-07-01 09:00", site: "hq") { $0.toSite = "B1" }
        try made.step(.accepted, "2019-07-01 09:30", site: "B1") { $0.toPerson = "李工" }
        let view = try made.view(at: "2019-07-01 10:00")
        #expect((view.responsibleSite.text, view.responsiblePerson) == ("B1", "李工"))
        #expect(view.status("investigation") == .missed(since: try made.time("2019-07-01 10:00"), done: nil))
    }

    @Test func anExogenousComplaintThatTurnsOnUsIsADrift() throws {
        var made = try CaseBuilder { $0.origin = .exogenous }
        try made.step(.resolved, "2019-07-02 08:00")
        #expect(try made.view(at: "2019-07-03 08:00").drifts.isEmpty)
        let visit = try made.visit(confirms: false, "2019-07-03 09:00")
        let view = try made.view(at: "2019-07-03 10:00")
        #expect(view.drifts.map(\.kind) == [.inward])
        #expect(view.drifts.first?.evidence == [made.id, visit])
        #expect(flags(view, .driftInward).count == 1)
    }

    @Test func risingByTwoGradesIsADriftAndByOneIsNot() throws {
        var made = try CaseBuilder()
        try made.step(.factsChanged, "2019-07-01 09:00") { $0.support = .adviser }
        #expect(try made.view(at: "2019-07-01 10:00").drifts.isEmpty)
        try made.step(.factsChanged, "2019-07-01 11:00") { $0.lawsuit = .threatened }
        let view = try made.view(at: "2019-07-01 12:00")
        #expect(view.drifts.map(\.kind) == [.worse])
        #expect(view.drifts.first?.at == (try made.time("2019-07-01 11:00")))
    }

    @Test func aCaseThatWasGraveFromTheStartDidNotGrowWorse() throws {
        let made = try CaseBuilder { $0.lawsuit = .happened }
        #expect(try made.view(at: "2019-07-01 09:00").drifts.isEmpty)
    }

    @Test func oneCustomersProblemThatReachesOthersIsADrift() throws {
        var made = try CaseBuilder()
        try made.step(.factsChanged, "2019-07-01 09:00") { $0.groupSize = 2 }
        let view = try made.view(at: "2019-07-01 10:00")
        #expect(view.drifts.map(\.kind) == [.spread])
        #expect(flags(view, .driftSpread).first?.text(.english, handbook: .standard).contains("spread") == true)
    }

    @Test func theCurveTellsImpactOverTheStages() throws {
        var made = try CaseBuilder { $0.impact = .small }
        try made.step(.stageEntered, "2019-07-01 09:00") { $0.stage = .latent }
        try made.step(.stageEntered, "2019-07-02 09:00") {
            $0.stage = .outbreak
            $0.impact = .large
        }
        try made.step(.stageEntered, "2019-07-03 09:00") { $0.stage = .handling }
        let view = try made.view(at: "2019-07-04 08:00")
        #expect(view.curve.map(\.stage) == [.latent, .outbreak, .handling])
        #expect(view.curve.map(\.impact) == [.small, .large, .small])
    }

    @Test func powersAndCausesAreTold() throws {
        var made = try CaseBuilder()
        try made.step(.powerUsed, "2019-07-01 09:00", site: "hq") { $0.power = .urging }
        try made.step(.rootCause, "2019-07-02 09:00") {
            $0.causes = [.structure, .noCommunication]
            $0.gap = 3
        }
        let view = try made.view(at: "2019-07-03 08:00")
        #expect(view.powers.map(\.power) == [.urging])
        #expect(view.powers.first?.site == .headquarters)
        #expect(view.rootCause?.causes == [.structure, .noCommunication])
        #expect(view.rootCause?.gap == 3)
    }

    @Test func aLadderIsClimbedWhileTheCaseIsOpen() throws {
        var made = try CaseBuilder()
        try made.step(.answered, "2019-07-01 09:00")
        #expect(try made.view(at: "2019-07-04 07:59").escalations.isEmpty)
        var view = try made.view(at: "2019-07-04 08:00")
        #expect(view.escalations.map(\.rung.code) == ["team_leader"])
        #expect(flags(view, .escalated).count == 1)
        try made.step(.resolved, "2019-07-05 08:00")
        view = try made.view(at: "2019-07-20 08:00")
        #expect(view.escalations.map(\.rung.code) == ["team_leader"])
    }

    @Test func aLimitStandsStillWhileItWaitsForTheCustomer() throws {
        var handbook = Handbook.standard
        let index = try #require(handbook.timeLimits.limits.firstIndex { $0.code == "answer" })
        handbook.timeLimits.limits[index].pausedBy = [.customer]
        let rules = CaseRules(handbook: handbook)
        var made = try CaseBuilder()
        try made.step(.delayCause, "2019-07-01 14:00") { $0.delayCause = .customer }
        let paused = try made.view(at: "2019-07-03 08:00", rules: rules)
        #expect(paused.status("answer") == .paused(since: try made.time("2019-07-01 14:00")))
        try made.step(.delayCause, "2019-07-03 14:00") { $0.delayCause = .ours }
        let running = try made.view(at: "2019-07-03 15:00", rules: rules)
        #expect(running.limits.first { $0.code == "answer" }?.dueAt == (try made.time("2019-07-04 08:00")))
        let missed = try made.view(at: "2019-07-04 08:00", rules: rules)
        #expect(missed.status("answer") == .missed(since: try made.time("2019-07-04 08:00"), done: nil))
    }

    @Test func aLimitByWorkingHoursFallsDueInThem() throws {
        var handbook = Handbook.standard
        let index = try #require(handbook.timeLimits.limits.firstIndex { $0.code == "investigation" })
        handbook.timeLimits.limits[index].clock = .working
        let office = [WorkingPeriod("08:30-12:00"), WorkingPeriod("13:30-18:00")].compactMap(\.self)
        handbook.workingHours = WorkingHours(
            schedule: WorkingSchedule(
                week: [[WorkingPeriod]](repeating: office, count: 5) + [[], []], holidays: [], exceptions: [:]),
            sites: [])
        // 2019-07-05 was a Friday.
        let made = try CaseBuilder(made: "2019-07-05 17:00")
        let view = try made.view(at: "2019-07-06 08:00", rules: CaseRules(handbook: handbook))
        let limit = try #require(view.limits.first { $0.code == "investigation" })
        #expect(limit.dueAt == (try made.time("2019-07-08 09:30")))
        #expect(limit.status == .notYetDue(warnAt: try made.time("2019-07-08 09:00")))
    }

    @Test func aTransferDoesNotMoveALimitByWorkingHours() throws {
        var handbook = Handbook.standard
        let index = try #require(handbook.timeLimits.limits.firstIndex { $0.code == "investigation" })
        handbook.timeLimits.limits[index].clock = .working
        let schedule = { (period: String) in
            WorkingSchedule(
                week: [[WorkingPeriod]](repeating: [WorkingPeriod(period)].compactMap(\.self), count: 7), holidays: [],
                exceptions: [:])
        }
        handbook.workingHours = WorkingHours(
            schedule: schedule("08:00-18:00"),
            sites: [WorkingHours.SiteSchedule(site: try SiteID("B1"), schedule: schedule("20:00-24:00"))])
        let rules = CaseRules(handbook: handbook)
        var made = try CaseBuilder(made: "2019-07-01 09:00")
        let due = try made.time("2019-07-01 11:00")
        try made.step(.transferred, "2019-07-01 12:00", site: "hq") { $0.toSite = "B1" }
        let view = try made.view(at: "2019-07-01 13:00", rules: rules)
        #expect(view.responsibleSite.text == "B1")
        #expect(view.status("investigation") == .missed(since: due, done: nil))
    }

    @Test func aLimitMayDifferByTheCustomersTier() throws {
        var handbook = Handbook.standard
        let index = try #require(handbook.timeLimits.limits.firstIndex { $0.code == "answer" })
        handbook.timeLimits.limits[index].tiers = [
            TimeLimit.TierSpan(tier: "vip", within: .duration(.seconds(4 * 3600)))
        ]
        let rules = CaseRules(handbook: handbook)
        #expect(rules.dependsOnTiers)
        let made = try CaseBuilder()
        var evidence = try made.evidence(heard: "2019-07-01 13:00")
        evidence.tier = "vip"
        let now = try made.time("2019-07-01 13:00")
        #expect(
            rules.view(of: evidence, at: now).status("answer")
                == .missed(since: try made.time("2019-07-01 12:00"), done: nil))
        evidence.tier = nil
        #expect(
            rules.view(of: evidence, at: now).limits.first { $0.code == "answer" }?.dueAt
                == (try made.time("2019-07-02 08:00")))
    }

    @Test func theStoryTellsEverySitesStepsInOrderAndWhatFollowed() throws {
        var made = try CaseBuilder { $0.groupSize = 2 }
        try made.step(.dispatched, "2019-07-01 09:00", site: "hq") { $0.toSite = "B1" }
        try made.step(.investigationBegun, "2019-07-01 09:30", site: "B1")
        let stranger = try made.step(.resolved, "2019-07-01 09:40", site: "C9")
        try made.step(.factsChanged, "2019-07-01 11:00", site: "B1") { $0.groupSize = 3 }
        let evidence = try made.evidence(heard: "2019-07-02 12:00")
        let view = CaseBuilder.rules.view(of: evidence, at: try made.time("2019-07-02 12:00"))
        let story = CaseStory(evidence, view, handbook: .standard)
        #expect(story.lines.map(\.at) == story.lines.map(\.at).sorted())
        #expect(story.lines.prefix(4).compactMap { $0.site?.text } == ["A0", "hq", "B1", "C9"])
        #expect(story.lines.first { $0.records == [stranger] }?.counts == false)
        let rise = try #require(story.lines.first { $0.kind == .rise })
        #expect(rise.text.chinese.contains("热点"))
        #expect(rise.records.first == made.id)
        #expect(story.lines.contains { $0.kind == .breach && $0.at == (try? made.time("2019-07-02 08:00")) })
    }
}
