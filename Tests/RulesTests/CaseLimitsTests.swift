import Handbooks
import Records
import Rules
import Testing

/// Time limits. The complaint is made on 2019-07-01 at 08:00.
@Suite struct CaseLimitsTests {
    @Test func limitGoesFromNotDueThroughWarningToBreach() throws {
        let made = try CaseBuilder()
        let warnAt = try made.time("2019-07-01 09:30")
        let due = try made.time("2019-07-01 10:00")
        var view = try made.view(at: "2019-07-01 08:00")
        #expect(view.status("investigation") == .notYetDue(warnAt: warnAt))
        #expect(view.nextReview == warnAt)
        view = try made.view(at: "2019-07-01 09:30")
        #expect(view.status("investigation") == .dueSoon(since: warnAt))
        #expect(view.nextReview == due)
        view = try made.view(at: "2019-07-01 10:00")
        #expect(view.status("investigation") == .missed(since: due, done: nil))
        #expect(view.status("answer") == .notYetDue(warnAt: try made.time("2019-07-02 02:00")))
    }

    @Test func stepBeforeTheLimitKeepsItAndAtTheMomentDoesNot() throws {
        var timely = try CaseBuilder()
        try timely.step(.investigationBegun, "2019-07-01 09:59")
        let kept = try timely.view(at: "2019-07-01 12:00")
        #expect(kept.status("investigation") == .met(at: try timely.time("2019-07-01 09:59"), recordedLate: false))
        #expect(kept.firstReaction == (try timely.time("2019-07-01 09:59")))
        var late = try CaseBuilder()
        try late.step(.investigationBegun, "2019-07-01 10:00")
        let due = try late.time("2019-07-01 10:00")
        #expect(try late.view(at: "2019-07-01 12:00").status("investigation") == .missed(since: due, done: due))
    }

    @Test func arrivalCountsAsInvestigationBegun() throws {
        var made = try CaseBuilder()
        try made.step(.arrived, "2019-07-01 09:00")
        #expect(
            try made.view(at: "2019-07-01 12:00").status("investigation")
                == .met(at: try made.time("2019-07-01 09:00"), recordedLate: false))
    }

    @Test func urgentComplaintNeedsSomeoneOnSiteAndHasNoOtherLimits() throws {
        var made = try CaseBuilder { $0.urgent = true }
        try made.step(.investigationBegun, "2019-07-01 09:00")
        let view = try made.view(at: "2019-07-01 10:00")
        #expect(view.limits.map(\.code) == ["on_site"])
        #expect(view.status("on_site") == .missed(since: try made.time("2019-07-01 10:00"), done: nil))
    }

    @Test func complaintThatBecomesUrgentCountsFromThen() throws {
        var made = try CaseBuilder()
        try made.step(.factsChanged, "2019-07-01 09:00") { $0.urgent = true }
        let view = try made.view(at: "2019-07-01 10:30")
        #expect(view.status("on_site") == .dueSoon(since: try made.time("2019-07-01 10:30")))
        #expect(view.limits.first { $0.code == "on_site" }?.dueAt == (try made.time("2019-07-01 11:00")))
        #expect(view.status("investigation") == .notApplicable)
    }

    @Test func siteThatWasNotHeardUpToTheLimitIsUnknown() throws {
        let made = try CaseBuilder()
        let heard = try made.time("2019-07-01 09:59")
        let view = try made.view(at: "2019-07-03 08:00", heard: "2019-07-01 09:59")
        #expect(view.status("investigation") == .unknown(heardUntil: heard))
        #expect(view.awaitsWord == (try made.time("2019-07-01 10:00")))
        #expect(
            try made.view(at: "2019-07-03 08:00", heard: "2019-07-01 10:00").status("investigation")
                == .missed(since: try made.time("2019-07-01 10:00"), done: nil))
    }

    @Test func siteThatWasNotHeardIsNotWarnedAbout() throws {
        let made = try CaseBuilder()
        let view = try made.view(at: "2019-07-01 09:45", heard: "2019-07-01 09:00")
        #expect(view.status("investigation") == .notYetDue(warnAt: try made.time("2019-07-01 09:30")))
        #expect(view.awaitsWord == (try made.time("2019-07-01 09:30")))
        #expect(view.nextReview == (try made.time("2019-07-01 10:00")))
    }

    @Test func recordsThatArriveLateDecideByTheirOwnTimeAndSaySo() throws {
        var made = try CaseBuilder()
        try made.step(.investigationBegun, "2019-07-01 09:00", recorded: "2019-07-04 09:00")
        #expect(
            try made.view(at: "2019-07-05 08:00").status("investigation")
                == .met(at: try made.time("2019-07-01 09:00"), recordedLate: true))
    }

    @Test func resolutionAnswersTheCustomerToo() throws {
        var made = try CaseBuilder()
        try made.step(.resolved, "2019-07-01 12:00")
        #expect(
            try made.view(at: "2019-07-05 08:00").status("answer")
                == .met(at: try made.time("2019-07-01 12:00"), recordedLate: false))
    }

    @Test func withdrawnComplaintHasNoLimitsLeft() throws {
        var made = try CaseBuilder()
        try made.step(.closedWithdrawn, "2019-07-01 09:00")
        let view = try made.view(at: "2019-07-05 08:00")
        #expect(view.limits.map(\.status) == [.notApplicable, .notApplicable])
        #expect(view.state == .closed(at: try made.time("2019-07-01 09:00"), reason: .withdrawn))
    }

    @Test func reopenedCaseHasAtLeastADayOfItsLimitsLeft() throws {
        var made = try CaseBuilder { $0.urgent = true }
        try made.step(.resolved, "2019-07-01 09:00")
        try made.step(.reopened, "2019-07-02 09:00")
        let view = try made.view(at: "2019-07-02 10:00")
        #expect(view.limits.map(\.dueAt) == [try made.time("2019-07-03 09:00")])
    }
}
