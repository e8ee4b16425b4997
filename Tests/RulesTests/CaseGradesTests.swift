import Handbooks
import Records
import Rules
import Testing

@Suite struct CaseGradesTests {
    @Test(arguments: [
        (1, Grade.ordinary), (2, .ordinary), (3, .hot), (9, .hot), (10, .critical), (1_000_000, .critical),
    ])
    func groupOfThreeIsHotAndOfTenCritical(size: Int, grade: Grade) throws {
        let made = try CaseBuilder { $0.groupSize = UInt32(size) }
        #expect(try made.view(at: "2019-07-01 08:00").grade == grade)
    }

    @Test func absentGroupSizeIsOnePerson() throws {
        let view = try CaseBuilder { $0.groupSize = 0 }.view(at: "2019-07-01 08:00")
        #expect(view.groupSize == 1)
        #expect(view.grade == .ordinary)
    }

    @Test func lawsuitAndMediaAreHotWhenThreatenedAndCriticalWhenHappened() throws {
        let cases: [(Complaint.Danger, Complaint.Danger, Grade, [String])] = [
            (.threatened, .none, .hot, ["lawsuit_threatened"]), (.happened, .none, .critical, ["lawsuit_begun"]),
            (.none, .threatened, .hot, ["media_threatened"]), (.none, .happened, .critical, ["media_exposed"]),
            (.threatened, .happened, .critical, ["media_exposed"]),
        ]
        for (lawsuit, media, grade, rules) in cases {
            let made = try CaseBuilder {
                $0.lawsuit = lawsuit
                $0.media = media
            }
            let view = try made.view(at: "2019-07-01 08:00")
            #expect(view.grade == grade)
            #expect(view.ruleCodes == rules)
            #expect(view.rises.allSatisfy { $0.evidence == [made.id] })
        }
    }

    @Test(arguments: [Complaint.Support.adviser, .company, .branch])
    func supportOfAnyKindIsImportant(kind: Complaint.Support) throws {
        let view = try CaseBuilder { $0.support = kind }.view(at: "2019-07-01 08:00")
        #expect(view.grade == .important)
    }

    @Test func changedFactsRaiseFromTheirMoment() throws {
        var made = try CaseBuilder { $0.groupSize = 2 }
        let change = try made.step(.factsChanged, "2019-07-02 10:00") { $0.groupSize = 12 }
        let view = try made.view(at: "2019-07-02 11:00")
        #expect(view.grade == .critical)
        #expect(view.rises.map(\.at) == [try made.time("2019-07-02 10:00")])
        #expect(view.rises[0].evidence == [made.id, change])
        #expect(view.groupSize == 12)
    }

    @Test func gradeOnlyRisesAlongItsOwnTimeline() throws {
        var made = try CaseBuilder { $0.groupSize = 10 }
        try made.step(.factsChanged, "2019-07-02 10:00") { $0.groupSize = 1 }
        #expect(try made.view(at: "2019-07-02 11:00").grade == .critical)
    }

    @Test func issueThatReachesTheHotRuleMakesItsComplaintsHot() throws {
        var made = try CaseBuilder()
        let other = RecordID(high: 1, low: 2)
        made.hot = HotEvidence(
            issue: "i1", complaints: [made.id, other], complainants: 3, completedAt: try made.time("2019-07-03 09:00"))
        let view = try made.view(at: "2019-07-03 09:00")
        #expect(view.grade == .hot)
        #expect(view.ruleCodes == ["same_complaint"])
        #expect(view.rises[0].at == (try made.time("2019-07-03 09:00")))
        #expect(view.rises[0].evidence == [made.id, other])
        #expect(view.hotIssue == "i1")
    }

    @Test func complaintOfAWindowThatWasCompleteIsHotSinceItWasMade() throws {
        var made = try CaseBuilder()
        made.hot = HotEvidence(
            issue: "i1", complaints: [made.id], complainants: 4, completedAt: try made.time("2019-06-20 09:00"))
        #expect(try made.view(at: "2019-07-01 08:00").rises.map(\.at) == [made.complaint.occurred])
    }

    @Test func twoComplainantsAreTooFewForTheHotRule() throws {
        var made = try CaseBuilder()
        made.hot = HotEvidence(
            issue: "i1", complaints: [made.id], complainants: 2, completedAt: made.complaint.occurred)
        #expect(try made.view(at: "2019-07-01 08:00").grade == .ordinary)
    }

    @Test func secondComplaintIsImportantAndAnUrgingDuplicateIsNot() throws {
        var made = try CaseBuilder()
        let earlier = RecordID(high: 3, low: 4)
        made.repeatOf = RepeatEvidence(earlier: earlier, kind: .secondComplaint, at: made.complaint.occurred)
        let view = try made.view(at: "2019-07-01 08:00")
        #expect(view.grade == .important)
        #expect(view.rises[0].evidence == [earlier, made.id])
        made.repeatOf = RepeatEvidence(earlier: earlier, kind: .urgedAgain, at: made.complaint.occurred)
        #expect(try made.view(at: "2019-07-01 08:00").grade == .ordinary)
    }

    @Test func loweringHoldsUntilNewEvidence() throws {
        var made = try CaseBuilder { $0.groupSize = 10 }
        let lowered = try made.step(.gradeLowered, "2019-07-02 09:00") { $0.grade = 1 }
        var view = try made.view(at: "2019-07-03 08:00")
        #expect(view.grade == .ordinary)
        #expect(view.peak == .critical)
        #expect(view.lowering?.record == lowered)
        try made.step(.factsChanged, "2019-07-04 09:00") { $0.groupSize = 10 }
        #expect(try made.view(at: "2019-07-05 08:00").grade == .ordinary, "the same number is no new evidence")
        try made.step(.factsChanged, "2019-07-05 09:00") { $0.groupSize = 11 }
        view = try made.view(at: "2019-07-05 10:00")
        #expect(view.grade == .critical)
        #expect(view.ruleCodes == ["group_large", "group_large"])
    }

    @Test func ageIsNewEvidenceAfterALowering() throws {
        var made = try CaseBuilder { $0.lawsuit = .threatened }
        try made.step(.gradeLowered, "2019-07-02 09:00") { $0.grade = 1 }
        #expect(try made.view(at: "2019-07-08 07:59").grade == .ordinary)
        #expect(try made.view(at: "2019-07-08 08:00").grade == .hot)
    }

    @Test func newComplainantOfTheIssueIsNewEvidenceAfterALowering() throws {
        var made = try CaseBuilder()
        made.hot = HotEvidence(
            issue: "i", complaints: [made.id], complainants: 3, completedAt: try made.time("2019-07-01 10:00"))
        try made.step(.gradeLowered, "2019-07-02 09:00") { $0.grade = 2 }
        #expect(try made.view(at: "2019-07-03 08:00").grade == .important)
        let latest = try made.time("2019-07-03 09:00")
        made.hot?.latestAt = latest
        #expect(try made.view(at: "2019-07-03 10:00").grade == .hot)
    }

    @Test func loweringNeverRaises() throws {
        var made = try CaseBuilder()
        try made.step(.gradeLowered, "2019-07-02 09:00") { $0.grade = 4 }
        try made.step(.gradeLowered, "2019-07-02 09:01") { $0.grade = 77 }
        let view = try made.view(at: "2019-07-02 10:00")
        #expect(view.grade == .ordinary)
        #expect(view.lowering == nil)
    }
}
