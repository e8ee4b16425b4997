import Handbooks
import Logging
import Records
import Replication
import Rules
import Testing

@testable import Aggregator
@testable import Storage

/// What is told of an issue, and the flags of its life.
@Suite struct IssueStoryTests {
    private static func complaint(_ id: String, _ day: String, phone: String) -> String {
        #"{"kind":"complaint","id":"\#(id)","occurred_at":"\#(day) 09:00","customer":{"phone":"\#(phone)"},"subject":"智联S2门锁没电打不开","text":"智联S2智能门锁没电后打不开，进不了家门","category":"木门"}"#
    }

    private static func resolved(_ id: String, _ day: String) -> String {
        #"{"kind":"step","case":"\#(id)","step":"resolved","occurred_at":"\#(day) 10:00"}"#
    }

    /// Two complaints at one branch, both resolved; in May it comes back at another one.
    private static func comesBack() throws -> [TestSite] {
        var riverside = try TestSite("riverside", seed: 1)
        var lakeview = try TestSite("lakeview", seed: 2)
        try riverside.write(complaint("a1", "2026-03-01", phone: "13800000001"))
        try riverside.write(complaint("a2", "2026-03-05", phone: "13800000002"))
        try riverside.write(resolved("a1", "2026-03-06"))
        try riverside.write(resolved("a2", "2026-03-10"))
        try lakeview.write(complaint("b1", "2026-05-01", phone: "13800000003"))
        return [riverside, lakeview]
    }

    private static func headquarters(_ sites: [TestSite], order: [Int]) async throws -> TestHeadquarters {
        let headquarters = try TestHeadquarters(sites: sites)
        try await headquarters.fold.start()
        for place in order {
            try await headquarters.receive(sites[place])
            await headquarters.fold.caughtUp()
        }
        return headquarters
    }

    @Test(arguments: [[0, 1], [1, 0]])
    func issueThatComesBackElsewhereIsFlaggedOnceForEach(_ order: [Int]) async throws {
        let sites = try Self.comesBack()
        let headquarters = try await Self.headquarters(sites, order: order)
        let back = try #require(try headquarters.flags("regressed").last)
        #expect(back.state == .raised)
        #expect(back.flag.at == Timestamp("2026-05-01 09:00", in: TestSite.zone))
        #expect(back.flag.reference == Timestamp("2026-03-10 10:00", in: TestSite.zone))
        #expect(back.title == "智联S2门锁没电打不开")
        let spread = try #require(try headquarters.flags("new_site").last)
        #expect(spread.flag.sites.map(\.text) == ["lakeview", "riverside"])
        #expect(spread.flag.evidence.count == 1)
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        await headquarters.fold.stop()
    }

    /// Headquarters was killed after a grouping had given the issue its new id and before the old id's flags were withdrawn.
    @Test func flagOfAnIssueThatIsThereNoMoreIsWithdrawnAfterACrash() async throws {
        let sites = try Self.comesBack()
        let headquarters = try TestHeadquarters(sites: sites)
        let vanished = RecordID(high: 1, low: 2)
        let flag = Flag(
            .newSite, subject: vanished.description, sites: [sites[0].id], at: TestSite.start, evidence: [vanished])
        let subject = Flag.identity(.newSite, subject: vanished.description, key: "")
        try headquarters.views.write { try $0.setFlags([FlagRow(flag, subject: subject)], of: subject) { $0 } }
        try await headquarters.fold.start()
        for site in sites { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        #expect(try headquarters.views.standingFlags(of: "new_site").count == 1)
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        await headquarters.fold.stop()
    }

    @Test func lateWordThatItWasOpenAllTheTimeTakesTheRegressionBack() async throws {
        var sites = try Self.comesBack()
        let headquarters = try await Self.headquarters(sites, order: [0, 1])
        let known = sites[0].entries.count
        try sites[0].write(#"{"kind":"step","case":"a2","step":"reopened","occurred_at":"2026-03-12 10:00"}"#)
        try await headquarters.receive(sites[0], from: known)
        await headquarters.fold.caughtUp()
        #expect(try headquarters.flags("regressed").map(\.state) == [.raised, .withdrawn])
        await headquarters.fold.stop()
    }

    @Test func twoSitesFromTheBeginningAreNoSpreading() async throws {
        var riverside = try TestSite("riverside", seed: 1)
        var lakeview = try TestSite("lakeview", seed: 2)
        try riverside.write(Self.complaint("a1", "2026-03-01", phone: "13800000001"))
        try lakeview.write(Self.complaint("b1", "2026-03-02", phone: "13800000003"))
        let headquarters = try await Self.headquarters([riverside, lakeview], order: [0, 1])
        #expect(try headquarters.flags("new_site").isEmpty)
        #expect(try headquarters.flags("regressed").isEmpty)
        await headquarters.fold.stop()
    }

    @Test func storyTellsStateSitesAndWhatWasDone() async throws {
        let sites = try Self.comesBack()
        let headquarters = try await Self.headquarters(sites, order: [0, 1])
        let fold = headquarters.fold
        let issue = try #require(try headquarters.views.issues(limit: 10).first)
        #expect(try await fold.story(of: issue.id).state == "regressed")
        let own = try OwnLog(
            folder: headquarters.path + "/own", key: LogSigningKey(), zone: TestSite.zone, store: headquarters.store,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), at: TestSite.start,
            onCommit: { fold.wake() })
        var facts = Facts()
        facts.author = "质量部"
        facts.occurredAt = try #require(Timestamp("2026-05-03", in: TestSite.zone)).milliseconds
        facts.action.issueID = issue.id.data
        facts.action.department = "quality"
        facts.action.sites = ["lakeview"]
        var personal = Personal()
        personal.text = "更换电池批次"
        _ = try await own.write(SiteLog.Draft(facts: facts, personal: personal), at: TestSite.end)
        await fold.caughtUp()
        let story = try await fold.story(of: issue.id)
        #expect(story.state == "assigned")
        #expect(story.sites.map(\.site) == ["riverside", "lakeview"])
        #expect(story.sites.map(\.occurrences) == [2, 1])
        #expect(story.actions.map(\.text) == ["更换电池批次"])
        #expect(story.actions.map(\.verdict) == ["cannot_tell_yet"])
        #expect(story.regressions.count == 1)
        try own.log.close()
        await fold.stop()
    }

    @Test func riseBeyondTheBaselineIsFlaggedOnce() async throws {
        var riverside = try TestSite("riverside", seed: 1)
        let start = try #require(Timestamp("2026-01-01 09:00", in: TestSite.zone))
        func write(_ day: Int, _ number: Int) throws {
            let moment = start + .seconds(day * 86_400)
            try riverside.write(
                #"{"kind":"complaint","id":"d\#(day)-\#(number)","occurred_at":"\#(moment.rfc3339)","text":"第\#(day)天的\#(number)号事情","category":"木门"}"#
            )
        }
        for day in stride(from: 0, to: 200, by: 5) { try write(day, 0) }
        for day in 200..<206 { for number in 0..<4 { try write(day, number) } }
        let headquarters = try await Self.headquarters([riverside], order: [0])
        let flags = try headquarters.flags("above_baseline")
        #expect(flags.count == 1)
        let flag = try #require(flags.first?.flag)
        #expect(flag.sites.map(\.text) == ["riverside"])
        #expect((flag.count ?? 0) >= 8)
        #expect((flag.expected ?? 9) < 4)
        #expect(flag.text(.chinese, handbook: .standard).contains("按往常应有"))
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        #expect(try headquarters.flags("above_baseline").count == 1)
        await headquarters.fold.stop()
    }

    @Test func patternsAndHotSpotsAreNoIssues() async throws {
        var riverside = try TestSite("riverside", seed: 1)
        let problems = [
            ("电梯停运", "老人上下楼非常不便"), ("外墙渗水", "卧室墙面发霉掉皮"), ("门禁失灵", "陌生人随意进出"), ("车位被占", "找保安也没人管"),
        ]
        for (number, (problem, words)) in problems.enumerated() {
            try riverside.write(
                #"{"kind":"complaint","id":"h\#(number)","occurred_at":"2026-03-0\#(number + 1) 09:00","subject":"翠微花园\#(problem)","text":"\#(words)"}"#
            )
        }
        let headquarters = try await Self.headquarters([riverside], order: [0])
        let spots = await headquarters.fold.related(.hotSpots, limit: 10)
        #expect(spots.map(\.words) == [["翠微"]])
        #expect(spots.first?.occurrences == 4)
        #expect(await headquarters.fold.related(.patterns, limit: 10).isEmpty)
        await headquarters.fold.stop()
    }
}
