import Handbooks
import Records
import Rules
import Testing

/// Grades by age. The complaint is made on 2019-07-01 at 08:00 unless said otherwise.
@Suite struct CaseAgeingTests {
    @Test func weekOpenIsHotAtTheLimitMomentItself() throws {
        let made = try CaseBuilder()
        #expect(try made.view(at: "2019-07-08 07:59").grade == .ordinary)
        let view = try made.view(at: "2019-07-08 08:00")
        #expect(view.grade == .hot)
        #expect(view.rises.map(\.at) == [try made.time("2019-07-08 08:00")])
        #expect(view.ruleCodes == ["open_one_week"])
    }

    @Test func monthOpenIsCritical() throws {
        let made = try CaseBuilder()
        #expect(try made.view(at: "2019-08-01 07:59").grade == .hot)
        let view = try made.view(at: "2019-08-01 08:00")
        #expect(view.grade == .critical)
        #expect(view.ruleCodes == ["open_one_week", "open_one_month"])
        #expect(view.nextReview == nil)
    }

    @Test(arguments: [
        ("2019-01-31 10:00", "2019-02-28 10:00"), ("2020-01-31 10:00", "2020-02-29 10:00"),
        ("2019-03-31 23:59", "2019-04-30 23:59"), ("2019-12-31 00:00", "2020-01-31 00:00"),
    ])
    func monthIsClampedToTheMonthsEnd(start: String, due: String) throws {
        let made = try CaseBuilder(made: start)
        let view = try made.view(at: due)
        #expect(view.grade == .critical)
        #expect(view.rises.last?.at == (try made.time(due)))
        let before = CaseBuilder.rules.view(
            of: try made.evidence(heard: due), at: try made.time(due) - .milliseconds(1))
        #expect(before.grade == .hot)
    }

    @Test func monthGoesByTheSitesZoneNotTheOrganisations() throws {
        // In Shanghai this is 1 March, in Los Angeles still 28 February: a month later is 28 March there.
        let there = try CaseBuilder(made: "2019-02-28T20:00:00-08:00", zone: "America/Los_Angeles")
        let view = try there.view(at: "2019-03-28 20:00")
        #expect(view.rises.last?.rule.code == "open_one_month")
        #expect(view.rises.last?.at == (try there.time("2019-03-28 20:00")))
        // Daylight saving began between: same local time, an hour less in all.
        let exact = try there.time("2019-03-28 20:00") - there.complaint.occurred
        #expect(exact == .days(28) - .hours(1))
    }

    @Test func notStatedCountsAsOursAndSaysSo() throws {
        let notStated = try CaseBuilder().view(at: "2019-07-08 08:00")
        #expect(notStated.rises.map(\.delayNotStated) == [true])
        let ours = try CaseBuilder { $0.delayCause = .ours }.view(at: "2019-07-08 08:00")
        #expect(ours.rises.map(\.delayNotStated) == [false])
    }

    @Test(arguments: [DelayCause.customer, .thirdParty, .forceMajeure])
    func delayOfOthersDoesNotAge(cause: DelayCause) throws {
        let view = try CaseBuilder { $0.delayCause = cause }.view(at: "2019-09-01 08:00")
        #expect(view.grade == .ordinary)
        #expect(view.status("open_one_week") == .notApplicable)
        #expect(view.nextReview == nil)
    }

    @Test func delayThatBecomesOursAfterTheAgeRaisesAtThatMoment() throws {
        var made = try CaseBuilder { $0.delayCause = .customer }
        let change = try made.step(.delayCause, "2019-07-20 12:00") { $0.delayCause = .ours }
        let view = try made.view(at: "2019-07-21 12:00")
        #expect(view.rises.map(\.at) == [try made.time("2019-07-20 12:00")])
        #expect(view.rises[0].evidence == [made.id, change])
    }

    @Test func excuseAtTheLimitMomentComesTooLateAndOneBeforeInTime() throws {
        var late = try CaseBuilder()
        try late.step(.delayCause, "2019-07-08 08:00") { $0.delayCause = .customer }
        #expect(try late.view(at: "2019-07-09 08:00").grade == .hot)
        var timely = try CaseBuilder()
        try timely.step(.delayCause, "2019-07-08 07:59") { $0.delayCause = .customer }
        #expect(try timely.view(at: "2019-07-09 08:00").grade == .ordinary)
    }

    @Test func resolvedBeforeTheAgeStopsItAndAtTheMomentDoesNot() throws {
        var timely = try CaseBuilder()
        try timely.step(.resolved, "2019-07-08 07:59")
        let view = try timely.view(at: "2019-09-09 08:00")
        #expect(view.grade == .ordinary)
        #expect(view.status("open_one_week") == .met(at: try timely.time("2019-07-08 07:59"), recordedLate: false))
        var late = try CaseBuilder()
        try late.step(.resolved, "2019-07-08 08:00")
        #expect(try late.view(at: "2019-09-09 08:00").ruleCodes == ["open_one_week"])
    }

    @Test func lateNewsOfAResolutionWithdrawsTheRise() throws {
        var made = try CaseBuilder()
        #expect(try made.view(at: "2019-07-10 08:00").grade == .hot)
        try made.step(.resolved, "2019-07-05 08:00", recorded: "2019-07-10 08:00")
        let view = try made.view(at: "2019-07-10 08:00")
        #expect(view.grade == .ordinary)
        #expect(view.peak == .ordinary)
        #expect(view.rises.isEmpty)
    }

    @Test func onlyOpenTimeCounts() throws {
        var made = try CaseBuilder()
        try made.step(.resolved, "2019-07-03 08:00")
        try made.step(.reopened, "2019-07-13 08:00")
        // Two days before, so five remain.
        #expect(try made.view(at: "2019-07-18 07:59").grade == .ordinary)
        let view = try made.view(at: "2019-07-18 08:00")
        #expect(view.grade == .hot)
        #expect(view.openDuration(at: try made.time("2019-07-18 08:00")) == .days(7))
    }

    @Test func reopenedCaseHasAtLeastADayLeft() throws {
        var made = try CaseBuilder()
        try made.step(.resolved, "2019-07-08 07:00")
        try made.step(.reopened, "2019-07-09 10:00")
        #expect(try made.view(at: "2019-07-10 09:59").grade == .ordinary)
        let view = try made.view(at: "2019-07-10 10:00")
        #expect(view.grade == .hot)
        #expect(view.rises[0].at == (try made.time("2019-07-10 10:00")))
    }

    @Test func excusedPastTheAgeThenReopenedAsOursHasADayLeft() throws {
        var made = try CaseBuilder { $0.delayCause = .customer }
        try made.step(.resolved, "2019-07-15 08:00")
        try made.step(.delayCause, "2019-07-16 08:00") { $0.delayCause = .ours }
        try made.step(.reopened, "2019-07-17 08:00")
        #expect(try made.view(at: "2019-07-18 07:59").grade == .ordinary)
        #expect(try made.view(at: "2019-07-18 08:00").rises.map(\.at) == [try made.time("2019-07-18 08:00")])
    }

    @Test func siteThatWasNotHeardIsUnknownAndNotRaised() throws {
        let made = try CaseBuilder()
        let view = try made.view(at: "2019-07-20 08:00", heard: "2019-07-08 07:59")
        #expect(view.grade == .ordinary)
        #expect(view.status("open_one_week") == .unknown(heardUntil: try made.time("2019-07-08 07:59")))
        #expect(view.awaitsWord == (try made.time("2019-07-08 08:00")))
        #expect(try made.view(at: "2019-07-20 08:00", heard: "2019-07-08 08:00").grade == .hot)
    }
}
