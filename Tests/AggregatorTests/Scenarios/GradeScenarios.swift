import Aggregator
import Handbooks
import Records
import Rules
import Testing

/// 投诉分级: every row of the table of grades, at its edges.
@Suite struct GradeScenarios {
    @Test func lawsuitMakesItCriticalAndTheThreatOfOneHot() throws {
        var story = Story()
        story.complaint("threat", "2019-07-01 08:00", ["lawsuit": "threatened"])
        story.complaint("lawsuit", "2019-07-01 09:00", ["lawsuit": "happened"])
        story.step("facts_changed", of: "threat", "2019-07-02 10:00", id: "writ", ["lawsuit": "happened"])
        let before = try story.at("2019-07-01 12:00")
        #expect(try before.grade("threat") == .hot)
        #expect(try before.grade("lawsuit") == .critical)
        let after = try story.at("2019-07-02 12:00")
        #expect(
            try after.rises("threat") == [
                "lawsuit_threatened 2019-07-01 08:00 [threat]", "lawsuit_begun 2019-07-02 10:00 [threat, writ]",
            ])
    }

    @Test func exposureByMediaMakesItCriticalAndTheThreatOfItHot() throws {
        var story = Story()
        story.complaint("threat", "2019-07-01 08:00", ["media": "threatened"])
        story.complaint("press", "2019-07-01 09:00", ["media": "happened"])
        let outcome = try story.at("2019-07-01 12:00")
        #expect(try outcome.rises("threat") == ["media_threatened 2019-07-01 08:00 [threat]"])
        #expect(try outcome.rises("press") == ["media_exposed 2019-07-01 09:00 [press]"])
    }

    @Test(arguments: [(1, Grade.ordinary), (2, .ordinary), (3, .hot), (9, .hot), (10, .critical)])
    func groupIsHotFromThreePeopleAndCriticalFromTen(people: Int, grade: Grade) throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00", ["group_size": people])
        #expect(try story.at("2019-07-01 12:00").grade("c1") == grade)
    }

    @Test func groupThatGrowsRisesWhenTheTenthJoins() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00", ["group_size": 9])
        story.step("facts_changed", of: "c1", "2019-07-03 08:00", id: "tenth", ["group_size": 10])
        #expect(
            try story.at("2019-07-04 08:00").rises("c1") == [
                "group_small 2019-07-01 08:00 [c1]", "group_large 2019-07-03 08:00 [c1, tenth]",
            ])
    }

    @Test func supportFromOutsideMakesItImportant() throws {
        var story = Story()
        for (id, support) in [("a", "adviser"), ("b", "company"), ("c", "branch"), ("n", "none")] {
            story.complaint(id, "2019-07-01 08:00", about: "另一件事 \(id)", ["support": support])
        }
        let outcome = try story.at("2019-07-01 12:00")
        for id in ["a", "b", "c"] { #expect(try outcome.grade(id) == .important) }
        #expect(try outcome.grade("n") == .ordinary)
    }

    @Test func graverGradeIsNeverTakenBackByALighterReason() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00", ["media": "happened", "support": "adviser"])
        story.step("facts_changed", of: "c1", "2019-07-02 08:00", ["support": "company"])
        #expect(try story.at("2019-07-03 08:00").rises("c1") == ["media_exposed 2019-07-01 08:00 [c1]"])
    }
}

/// 超过一周、一个月未解决: grades that a complaint takes by staying open.
@Suite struct AgeScenarios {
    @Test func weekEndsAtItsLastMomentAndThatMomentIsTooLate() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00")
        #expect(try story.at("2019-07-08 07:59:59").grade("c1") == .ordinary)
        #expect(try story.at("2019-07-08 08:00").rises("c1") == ["open_one_week 2019-07-08 08:00 [c1]"])
    }

    @Test(arguments: [
        ("2019-01-31 08:00", "2019-02-28 08:00"), ("2020-01-31 08:00", "2020-02-29 08:00"),
        ("2019-05-31 08:00", "2019-06-30 08:00"), ("2019-07-15 08:00", "2019-08-15 08:00"),
    ]) func monthIsACalendarMonthClampedToItsEnd(made: String, due: String) throws {
        var story = Story()
        story.complaint("c1", made)
        #expect(try story.at(due).rises("c1").last == "open_one_month \(due) [c1]")
        let before = try #require(Timestamp(due, in: story.handbook.zone)) - .milliseconds(1)
        #expect(try story.at(before.text(in: story.handbook.zone)).grade("c1") == .hot)
    }

    @Test func ageStopsAtResolution() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00")
        story.step("resolved", of: "c1", "2019-07-08 07:59:59")
        #expect(try story.at("2019-09-01 08:00").grade("c1") == .ordinary)
        // Resolved at the limit moment itself: too late.
        var late = Story()
        late.complaint("c1", "2019-07-01 08:00")
        late.step("resolved", of: "c1", "2019-07-08 08:00")
        #expect(try late.at("2019-09-01 08:00").grade("c1") == .hot)
    }

    @Test func delayThatIsNotOursRaisesNothing() throws {
        for cause in ["customer", "third_party", "force_majeure"] {
            var story = Story()
            story.complaint("c1", "2019-07-01 08:00")
            story.step("delay_cause", of: "c1", "2019-07-02 08:00", ["delay_cause": cause])
            #expect(try story.at("2019-09-01 08:00").grade("c1") == .ordinary, "\(cause)")
        }
    }

    @Test func delayThatBecomesOursRaisesFromThenOn() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00", ["delay_cause": "customer"])
        story.step("delay_cause", of: "c1", "2019-07-12 09:00", id: "ours", ["delay_cause": "ours"])
        #expect(try story.at("2019-07-20 08:00").rises("c1") == ["open_one_week 2019-07-12 09:00 [c1, ours]"])
    }

    @Test func causeThatNobodyStatedCountsAsOursAndIsSaid() throws {
        var story = Story()
        story.complaint("silent", "2019-07-01 08:00", about: "没有说明")
        story.complaint("ours", "2019-07-01 08:00", about: "说明是我方", ["delay_cause": "ours"])
        let outcome = try story.at("2019-07-10 08:00")
        #expect(try outcome.view("silent").rises.map(\.delayNotStated) == [true])
        #expect(try outcome.view("ours").rises.map(\.delayNotStated) == [false])
    }

    @Test func reopenedComplaintGoesOnAgeingByTheSameClock() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00")
        story.step("resolved", of: "c1", "2019-07-03 08:00")
        story.step("reopened", of: "c1", "2019-07-05 08:00", id: "again")
        let outcome = try story.at("2019-07-20 08:00")
        // Two days of the week were used up; the two days in between do not count.
        #expect(try outcome.rises("c1") == ["open_one_week 2019-07-10 08:00 [c1]"])
        #expect(outcome.flags(.falseClosing) == ["c1 2019-07-05 08:00"])
    }

    @Test func reopenedComplaintHasADayLeftAtTheLeast() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00")
        story.step("resolved", of: "c1", "2019-07-08 07:00")
        story.step("reopened", of: "c1", "2019-07-20 08:00")
        let outcome = try story.at("2019-08-20 08:00")
        #expect(try outcome.rises("c1").first == "open_one_week 2019-07-21 08:00 [c1]")
        // Twelve days after it was closed: no false closing.
        #expect(outcome.flags(.falseClosing) == [])
    }
}
