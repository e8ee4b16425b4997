import Handbooks
import Records
import Rules
import Testing

/// Resolution, confirmation and reopening. The complaint is made on 2019-07-01 at 08:00.
@Suite struct CaseStateTests {
    @Test func resolutionIsConfirmedByAWeekOfSilence() throws {
        var made = try CaseBuilder()
        try made.step(.resolved, "2019-07-02 08:00")
        let resolved = try made.time("2019-07-02 08:00")
        let silent = try made.time("2019-07-09 08:00")
        var view = try made.view(at: "2019-07-09 07:59")
        #expect(view.state == .resolved(at: resolved))
        #expect(view.nextReview == silent)
        view = try made.view(at: "2019-07-09 08:00")
        #expect(view.state == .confirmed(at: silent, resolvedAt: resolved, bySilence: true))
        #expect(view.resolvedAt == resolved)
        #expect(view.nextReview == nil)
    }

    @Test func silenceOfALostLinkConfirmsNothing() throws {
        var made = try CaseBuilder()
        try made.step(.resolved, "2019-07-02 08:00")
        let view = try made.view(at: "2019-07-20 08:00", heard: "2019-07-05 08:00")
        #expect(view.state == .resolved(at: try made.time("2019-07-02 08:00")))
        #expect(view.awaitsWord == (try made.time("2019-07-09 08:00")))
    }

    @Test func followUpVisitConfirms() throws {
        var made = try CaseBuilder()
        try made.step(.resolved, "2019-07-02 08:00")
        try made.visit(confirms: true, "2019-07-03 08:00", reached: false)
        try made.visit(confirms: nil, "2019-07-03 09:00")
        try made.visit(confirms: true, "2019-07-04 08:00")
        #expect(try made.view(at: "2019-07-04 08:00").confirmedAt == (try made.time("2019-07-04 08:00")))
    }

    @Test func customerWhoSaysNoReopensAndWithinAWeekItWasAFalseClosing() throws {
        var made = try CaseBuilder()
        try made.step(.resolved, "2019-07-02 08:00")
        let no = try made.visit(confirms: false, "2019-07-09 08:00")
        let view = try made.view(at: "2019-07-09 09:00")
        #expect(view.isOpen)
        #expect(view.reopenedCount == 1)
        #expect(view.falseClosings.map(\.closedAt) == [try made.time("2019-07-02 08:00")])
        #expect(view.falseClosings.map(\.reopenedAt) == [try made.time("2019-07-09 08:00")])
        #expect(view.falseClosings.map(\.evidence) == [no])
    }

    @Test func reopenedAfterMoreThanAWeekIsNoFalseClosing() throws {
        var made = try CaseBuilder()
        try made.step(.resolved, "2019-07-02 08:00")
        try made.step(.reopened, "2019-07-09 08:01")
        let view = try made.view(at: "2019-07-09 09:00")
        #expect(view.isOpen)
        #expect(view.falseClosings.isEmpty)
        #expect(view.openPeriods.count == 2)
    }

    @Test func stepsThatCannotFollowSayNothingNew() throws {
        var made = try CaseBuilder()
        try made.step(.reopened, "2019-07-01 09:00")
        try made.step(.resolved, "2019-07-02 08:00")
        try made.step(.resolved, "2019-07-03 08:00")
        try made.step(.closedUnreachable, "2019-07-03 09:00")
        let view = try made.view(at: "2019-07-04 08:00")
        #expect(view.state == .resolved(at: try made.time("2019-07-02 08:00")))
        #expect(view.reopenedCount == 0)
    }

    @Test func confirmationOfWhatNobodyCalledResolvedSaysBoth() throws {
        var made = try CaseBuilder()
        try made.step(.confirmed, "2019-07-02 08:00")
        let at = try made.time("2019-07-02 08:00")
        #expect(try made.view(at: "2019-07-03 08:00").state == .confirmed(at: at, resolvedAt: at, bySilence: false))
    }

    @Test func stepsFromBeforeTheComplaintCountAsOfItsMoment() throws {
        var made = try CaseBuilder()
        try made.step(.answered, "2018-01-01 08:00")
        try made.step(.resolved, "2018-01-02 08:00")
        let view = try made.view(at: "2019-07-01 08:00")
        #expect(view.answeredAt == made.complaint.occurred)
        #expect(view.resolvedAt == made.complaint.occurred)
        #expect(view.openDuration(at: try made.time("2019-08-01 08:00")) == .zero)
    }

    @Test func siteThatWasNeverGivenTheCaseCannotEndIt() throws {
        var made = try CaseBuilder()
        let foreign = try made.step(.resolved, "2019-07-02 08:00", site: "B7")
        var view = try made.view(at: "2019-07-03 08:00")
        #expect(view.isOpen)
        #expect(view.disregarded == [foreign])
        try made.step(.dispatched, "2019-07-01 09:00", site: "hq") { $0.toSite = "B7" }
        view = try made.view(at: "2019-07-03 08:00")
        #expect(view.resolvedAt == (try made.time("2019-07-02 08:00")))
        #expect(view.responsibleSite.text == "B7")
        #expect(view.disregarded.isEmpty)
        try made.step(.refused, "2019-07-01 10:00", site: "B7")
        #expect(try made.view(at: "2019-07-03 08:00").responsibleSite.text == "A0")
    }

    @Test func stepsOfAnotherCaseAreLeftOut() throws {
        var made = try CaseBuilder()
        try made.step(.resolved, "2019-07-02 08:00") { $0.caseID = RecordID(high: 9, low: 9).data }
        #expect(try made.view(at: "2019-07-03 08:00").isOpen)
    }

    @Test func absurdTimesDoNotStopTheRules() throws {
        for at in [Int64.min, -1, 0, Int64.max] {
            var made = try CaseBuilder()
            try made.step(.resolved, "2019-07-02 08:00")
            var hostile = try made.evidence(heard: "2019-07-03 08:00")
            hostile.steps[0].occurred = Timestamp(milliseconds: at)
            hostile.complaint.occurred = Timestamp(milliseconds: at == 0 ? .max : 0 &- at)
            for now in [Int64.min, 0, .max] {
                hostile.heardUntil = Timestamp(milliseconds: now)
                let view = CaseBuilder.rules.view(of: hostile, at: Timestamp(milliseconds: now))
                #expect(view.resolvedAt != nil)
            }
        }
    }

    @Test func newComplaintUrgesAnOpenCaseAndIsASecondOneWithinThreeMonthsAfter() throws {
        var made = try CaseBuilder()
        try made.step(.resolved, "2019-07-31 08:00")
        let earlier = try made.view(at: "2019-12-01 08:00")
        func kind(_ at: String) throws -> RepeatEvidence.Kind? {
            CaseBuilder.rules.repeatEvidence(of: try made.time(at), after: earlier, zone: made.zone)?.kind
        }
        #expect(try kind("2019-06-30 08:00") == nil)
        #expect(try kind("2019-07-31 07:59") == .urgedAgain)
        #expect(try kind("2019-07-31 08:00") == .secondComplaint)
        #expect(try kind("2019-10-31 08:00") == .secondComplaint)
        #expect(try kind("2019-10-31 08:01") == nil)
    }
}
