import Aggregator
import Foundation
import Handbooks
import Records
import Rules
import Testing

/// A grade follows from the facts: what late news, corrections and people make of it.
@Suite struct NewsScenarios {
    @Test func lateNewsOfAResolutionTakesTheRiseAway() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00")
        #expect(try story.at("2019-07-09 08:00").grade("c1") == .hot)
        // Written down on the 9th: it was resolved on the 5th.
        story.step("resolved", of: "c1", "2019-07-05 08:00", ["recorded_at": "2019-07-09 07:00"])
        let outcome = try story.at("2019-07-09 08:00")
        #expect(try outcome.grade("c1") == .ordinary)
        #expect(try outcome.rises("c1") == [])
    }

    @Test func orderInWhichRecordsAreToldChangesNothing() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00", ["group_size": 3])
        story.step("resolved", of: "c1", "2019-07-05 08:00")
        story.step("reopened", of: "c1", "2019-07-06 08:00")
        story.complaint("c2", "2019-07-02 08:00", by: "K2", about: "电梯困人")
        let told = try story.at("2019-08-09 08:00")
        var other = Story()
        // What happened, told backwards: recorded in another order.
        for line in story.lines.reversed() { other.add(try form(line)) }
        let retold = try other.at("2019-08-09 08:00")
        for id in ["c1", "c2"] { #expect(try told.rises(id) == retold.rises(id)) }
    }

    @Test func managerLowersAGradeUntilThereIsNewEvidence() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00", ["group_size": 3])
        story.step(
            "grade_lowered", of: "c1", "2019-07-02 08:00", id: "word",
            ["grade": "ordinary", "text": "三人是一家", "role": "manager"])
        let lowered = try story.at("2019-07-03 08:00")
        #expect(try lowered.grade("c1") == .ordinary)
        #expect(try lowered.view("c1").peak == .hot)
        story.step("facts_changed", of: "c1", "2019-07-04 08:00", id: "press", ["media": "threatened"])
        #expect(try story.at("2019-07-05 08:00").rises("c1").last == "media_threatened 2019-07-04 08:00 [c1, press]")
    }

    @Test func clerksLoweringIsAProposalOnly() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00", ["group_size": 3])
        story.step("grade_lowered", of: "c1", "2019-07-02 08:00", ["grade": "ordinary", "text": "三人是一家"])
        let outcome = try story.at("2019-07-03 08:00")
        #expect(try outcome.grade("c1") == .hot)
        #expect(outcome.flags(.amendmentProposed) == ["c1 2019-07-02 08:00"])
    }

    @Test func resolutionIsConfirmedBySevenDaysOfSilenceOrByTheCustomer() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00", by: "K1")
        story.step("resolved", of: "c1", "2019-07-02 08:00")
        let zone = story.handbook.zone
        func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text, in: zone)) }
        #expect(try story.at("2019-07-09 07:59").view("c1").state == .resolved(at: time("2019-07-02 08:00")))
        #expect(
            try story.at("2019-07-09 08:00").view("c1").state
                == .confirmed(
                    at: time("2019-07-09 08:00"), resolvedAt: time("2019-07-02 08:00"), bySilence: true))
        story.visit("2019-07-03 10:00", to: "K1", ["case": "c1", "confirms_resolution": true])
        #expect(
            try story.at("2019-07-04 08:00").view("c1").state
                == .confirmed(
                    at: time("2019-07-03 10:00"), resolvedAt: time("2019-07-02 08:00"), bySilence: false))
    }

    @Test func customerWhoSaysNoReopensItAndTheClosingWasFalse() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00", by: "K1")
        story.step("resolved", of: "c1", "2019-07-02 08:00")
        story.visit("2019-07-09 08:00", to: "K1", ["case": "c1", "confirms_resolution": false])
        let outcome = try story.at("2019-07-09 09:00")
        #expect(try outcome.view("c1").isOpen)
        #expect(outcome.flags(.falseClosing) == ["c1 2019-07-09 08:00"])
    }

    private func form(_ line: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
}

/// 时限: limits on reacting, and sites that were not heard from.
@Suite struct LimitScenarios {
    @Test func urgentComplaintWantsSomebodyOnSiteWithinTwoHours() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00", ["urgent": true])
        #expect(try story.at("2019-07-01 09:29").limit("on_site", of: "c1") == "2019-07-01 10:00 not_yet_due")
        #expect(try story.at("2019-07-01 09:30").limit("on_site", of: "c1") == "2019-07-01 10:00 due_soon")
        #expect(try story.at("2019-07-01 10:00").limit("on_site", of: "c1") == "2019-07-01 10:00 missed")
        story.step("arrived", of: "c1", "2019-07-01 09:59")
        #expect(try story.at("2019-07-01 10:00").limit("on_site", of: "c1") == "2019-07-01 10:00 met")
    }

    @Test func otherComplaintsWantInvestigationInTwoHoursAndAnAnswerInADay() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00")
        story.step("investigation_begun", of: "c1", "2019-07-01 10:00")
        story.step("answered", of: "c1", "2019-07-02 07:59")
        let outcome = try story.at("2019-07-03 08:00")
        // At the limit moment itself: too late.
        #expect(try outcome.limit("investigation", of: "c1") == "2019-07-01 10:00 missed")
        #expect(try outcome.limit("answer", of: "c1") == "2019-07-02 08:00 met")
        #expect(outcome.flags(.limitBreached) == ["c1 2019-07-01 10:00"])
    }

    @Test func siteThatWasNotHeardIsUnknownAndNeverLate() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00", site: "A2")
        let silent = try story.at("2019-07-10 08:00", heard: ["A2": "2019-07-01 09:00"])
        #expect(try silent.limit("investigation", of: "c1") == "2019-07-01 10:00 unknown")
        #expect(try silent.grade("c1") == .ordinary)
        let heard = try story.at("2019-07-10 08:00")
        #expect(try heard.limit("investigation", of: "c1") == "2019-07-01 10:00 missed")
        #expect(try heard.grade("c1") == .hot)
    }
}

/// 回访计划: visits that fall due by the plan.
@Suite struct VisitScenarios {
    @Test func resolvedComplaintAsksForAFollowUp() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00", by: "K1")
        story.step("resolved", of: "c1", "2019-07-02 08:00")
        #expect(try story.at("2019-07-02 09:00").visits == ["1 K1 2019-07-03 08:00 upcoming"])
        #expect(try story.at("2019-07-03 08:00").visits == ["1 K1 2019-07-03 08:00 due"])
        #expect(try story.at("2019-07-06 08:01").visits == ["1 K1 2019-07-03 08:00 overdue"])
        story.visit("2019-07-04 08:00", to: "K1", ["case": "c1", "confirms_resolution": true])
        #expect(try story.at("2019-07-06 08:01").visits == ["1 K1 2019-07-03 08:00 done"])
    }

    @Test func threeAttemptsInVainAreUnreachableAndNeverDone() throws {
        var story = Story()
        story.complaint("c1", "2019-07-01 08:00", by: "K1")
        story.step("resolved", of: "c1", "2019-07-02 08:00")
        for day in 3...5 { story.visit("2019-07-0\(day) 09:00", to: "K1", reached: false, ["case": "c1"]) }
        #expect(try story.at("2019-07-04 10:00").visits == ["1 K1 2019-07-03 08:00 due"])
        #expect(try story.at("2019-07-05 10:00").visits == ["1 K1 2019-07-03 08:00 unreachable"])
    }
}
