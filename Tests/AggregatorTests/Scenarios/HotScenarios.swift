import Aggregator
import Handbooks
import Records
import Rules
import Testing

/// 同类投诉: the same complaint from three different complainants within one month, across all sites.
@Suite struct HotScenarios {
    private static let lock = "智联S2门锁没电打不开"

    /// Complaints of the same kind, and three of others, so that it is not all one issue.
    private func story(_ complaints: [(id: String, at: String, by: String?, site: String)]) -> Story {
        var story = Story()
        for (index, text) in ["食堂的饭菜太贵，希望降价", "宽带安装预约了两周还没有师傅来", "快递柜超时收费不合理"].enumerated() {
            story.complaint("other\(index)", "2019-07-01 07:0\(index)", by: "Z\(index)", about: text)
        }
        for complaint in complaints {
            story.complaint(
                complaint.id, complaint.at, by: complaint.by, site: complaint.site, about: Self.lock)
        }
        return story
    }

    @Test func twoComplainantsAreNotEnoughAndTheThirdMakesAllHot() throws {
        let story = story([
            ("c1", "2019-07-01 08:00", "K1", "A1"), ("c2", "2019-07-05 08:00", "K2", "A2"),
            ("c3", "2019-07-06 08:00", "K3", "A3"),
        ])
        #expect(try story.at("2019-07-05 12:00").grade("c2") == .ordinary)
        let outcome = try story.at("2019-07-06 12:00")
        for id in ["c1", "c2", "c3"] {
            #expect(try outcome.rises(id) == ["same_complaint 2019-07-06 08:00 [c1, c2, c3]"], "\(id)")
        }
        #expect(outcome.flags(.hotIssue).count == 1)
        let flag = try #require(outcome.rehearsal.flags.first { $0.kind == .hotIssue })
        #expect(flag.complainants == 3)
        #expect(flag.sites.map(\.text) == ["A1", "A2", "A3"])
    }

    @Test func oneCustomerAtTwoSitesCountsOnce() throws {
        let story = story([
            ("c1", "2019-07-01 08:00", "K1", "A1"), ("c2", "2019-07-05 08:00", "K1", "A2"),
            ("c3", "2019-07-06 08:00", "K3", "A3"),
        ])
        #expect(try story.at("2019-07-06 12:00").flags(.hotIssue) == [])
    }

    @Test func anonymousComplaintsAreShownAndNeverCounted() throws {
        var complaints: [(id: String, at: String, by: String?, site: String)] = [
            ("c1", "2019-07-01 08:00", "K1", "A1"), ("c2", "2019-07-05 08:00", "K2", "A2"),
            ("c3", "2019-07-06 08:00", nil, "A3"),
        ]
        #expect(try story(complaints).at("2019-07-07 08:00").flags(.hotIssue) == [])
        complaints.append(("c4", "2019-07-06 09:00", "K4", "A1"))
        let flag = try #require(
            try story(complaints).at("2019-07-07 08:00").rehearsal.flags.first { $0.kind == .hotIssue })
        #expect(flag.complainants == 3)
        #expect(flag.anonymous == 1)
    }

    @Test func groupCountsAsOneComplainantWhateverItsSize() throws {
        var story = story([("c1", "2019-07-01 08:00", "K1", "A1")])
        story.complaint("c2", "2019-07-02 08:00", by: "K2", about: Self.lock, ["group_size": 2])
        #expect(try story.at("2019-07-03 08:00").flags(.hotIssue) == [])
    }

    @Test func momentAMonthLaterIsWithinTheMonthAndTheNextIsNot() throws {
        let within = story([
            ("c1", "2019-01-31 08:00", "K1", "A1"), ("c2", "2019-02-10 08:00", "K2", "A2"),
            ("c3", "2019-02-28 08:00", "K3", "A3"),
        ])
        #expect(try within.at("2019-03-01 08:00").flags(.hotIssue).count == 1)
        let beyond = story([
            ("c1", "2019-01-31 08:00", "K1", "A1"), ("c2", "2019-02-10 08:00", "K2", "A2"),
            ("c3", "2019-02-28 08:00:01", "K3", "A3"),
        ])
        #expect(try beyond.at("2019-03-01 08:00").flags(.hotIssue) == [])
    }

    @Test func retractedComplaintNoLongerCounts() throws {
        var story = story([
            ("c1", "2019-07-01 08:00", "K1", "A1"), ("c2", "2019-07-05 08:00", "K2", "A2"),
            ("c3", "2019-07-06 08:00", "K3", "A3"),
        ])
        story.add([
            "kind": "retraction", "record": "A3/c3", "site": "A3", "occurred_at": "2019-07-07 08:00", "reason": "录错了",
        ])
        #expect(try story.at("2019-07-06 12:00").flags(.hotIssue).count == 1)
        let after = try story.at("2019-07-08 08:00")
        #expect(after.flags(.hotIssue) == [])
        #expect(try after.rises("c1") == ["open_one_week 2019-07-08 08:00 [c1]"])
    }

    @Test func problemsFromVisitsCountOnlyWhereTheHandbookSaysSo() throws {
        var story = story([
            ("c1", "2019-07-01 08:00", "K1", "A1"), ("c2", "2019-07-05 08:00", "K2", "A2"),
        ])
        story.visit("2019-07-06 08:00", to: "K3", ["problems": [["text": Self.lock]]])
        #expect(try story.at("2019-07-06 12:00").flags(.hotIssue) == [])
        story.handbook = try .changed("visits_count: false", to: "visits_count: true")
        #expect(try story.at("2019-07-06 12:00").flags(.hotIssue).count == 1)
    }

    @Test func numberOfComplainantsIsTheHandbooks() throws {
        var story = story([
            ("c1", "2019-07-01 08:00", "K1", "A1"), ("c2", "2019-07-05 08:00", "K2", "A2"),
        ])
        story.handbook = try .changed("complainants: 3, within: 1mo", to: "complainants: 2, within: 1mo")
        #expect(try story.at("2019-07-06 12:00").rises("c1") == ["same_complaint 2019-07-05 08:00 [c1, c2]"])
    }
}

/// 催办 against 二次投诉: what the same customer's next complaint of the same thing is.
@Suite struct RepeatScenarios {
    private func story(resolved: String?, again: String) -> Story {
        var story = Story()
        for (index, text) in ["食堂的饭菜太贵，希望降价", "宽带安装预约了两周还没有师傅来", "快递柜超时收费不合理"].enumerated() {
            story.complaint("other\(index)", "2019-07-01 07:0\(index)", by: "Z\(index)", about: text)
        }
        story.complaint("c1", "2019-07-01 08:00", by: "K1", about: "智联S2门锁没电打不开")
        if let resolved { story.step("resolved", of: "c1", resolved) }
        story.complaint("c2", again, by: "K1", about: "智联S2门锁没电打不开")
        return story
    }

    @Test func whileTheCaseIsOpenItUrges() throws {
        let outcome = try story(resolved: nil, again: "2019-07-02 08:00").at("2019-07-02 12:00")
        #expect(try outcome.view("c2").repeatOf?.kind == .urgedAgain)
        #expect(try outcome.grade("c2") == .ordinary)
    }

    @Test func afterItWasFinishedItIsASecondComplaintAndImportant() throws {
        let outcome = try story(resolved: "2019-07-03 08:00", again: "2019-07-20 08:00").at("2019-07-20 12:00")
        #expect(try outcome.rises("c2") == ["second_complaint 2019-07-20 08:00 [c1, c2]"])
    }

    @Test func threeMonthsLaterIsTheLastMomentOfASecondComplaint() throws {
        let last = try story(resolved: "2019-07-03 08:00", again: "2019-10-03 08:00").at("2019-10-03 12:00")
        #expect(try last.grade("c2") == .important)
        let later = try story(resolved: "2019-07-03 08:00", again: "2019-10-03 08:00:01").at("2019-10-03 12:00")
        #expect(try later.view("c2").repeatOf == nil)
    }
}
