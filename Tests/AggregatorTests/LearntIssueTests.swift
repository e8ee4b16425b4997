import Foundation
import Logging
import Records
import Replication
import Testing

@testable import Aggregator
@testable import Storage

/// What people confirmed at headquarters teaches where the records of branches belong.
@Suite struct LearntIssueTests {
    private static let lift = [
        "翡翠湾二期电梯频繁困人", "翡翠湾电梯又把人关在里面了", "二期5栋电梯停运，老人困在轿厢", "翡翠湾的电梯坏了没人修", "电梯门打不开，孩子被关半小时，翡翠湾",
        "翡翠湾二期电梯下坠，轿厢里的人吓坏了", "翡翠湾5栋轿厢卡在三楼", "电梯困人，翡翠湾物业不接电话",
    ]
    private static let problems = ["停车位", "噪音", "漏水", "门禁", "绿化", "快递柜", "暖气", "路灯"]
    private static let endings = ["坏了没人管", "投诉多次无果", "影响生活", "请尽快处理", "一直没有解决"]

    private static func complaint(
        _ id: String, _ subject: String, _ text: String? = nil, day: Int, phone: Int
    ) -> String {
        let date = "2026-10-\(day < 10 ? "0" : "")\(day)"
        return
            #"{"kind":"complaint","id":"\#(id)","occurred_at":"\#(date) 09:00","customer":{"phone":"138000000\#(phone)"},"subject":"\#(subject)","text":"\#(text ?? subject)"}"#
    }

    /// A branch with one problem in eight wordings beside eight others.
    private static func branch() throws -> TestSite {
        var site = try TestSite("riverside", seed: 1)
        for (place, subject) in lift.enumerated() {
            try site.write(complaint("lift\(place)", subject, day: 1 + place, phone: 10 + place))
        }
        for (place, problem) in problems.enumerated() {
            for (number, ending) in endings.enumerated() {
                let subject = "星河\(place + 1)号院\(problem)\(ending)"
                try site.write(complaint("other\(place)-\(number)", subject, day: 1 + number, phone: 30 + place))
            }
        }
        return site
    }

    private static func confirmed() throws -> [RecordID] {
        let site = try SiteID("riverside")
        return lift.indices.map { RecordID(site: site, clientID: "lift\($0)") }
    }

    private static func decide(_ decision: IssueDecision, _ own: OwnLog) async throws -> RecordID {
        var facts = Facts()
        facts.author = "质量部"
        facts.occurredAt = TestSite.end.milliseconds
        facts.issueDecision = decision
        return try await own.write(SiteLog.Draft(facts: facts, personal: Personal()), at: TestSite.end).id
    }

    @Test func recordOfAnotherBranchIsPutWhereItBelongs() async throws {
        let site = try Self.branch()
        let headquarters = try TestHeadquarters(sites: [site])
        let fold = headquarters.fold
        let own = try OwnLog(
            folder: headquarters.path + "/own", key: LogSigningKey(), zone: TestSite.zone, store: headquarters.store,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), at: TestSite.start,
            onCommit: { fold.wake() })
        try await fold.start()
        try await headquarters.receive(site)
        await fold.caughtUp()
        var confirm = IssueDecision()
        confirm.kind = .confirm
        let confirmed = try Self.confirmed()
        confirm.texts = confirmed.map(\.data)
        let decision = try await Self.decide(confirm, own)
        await fold.caughtUp()
        // Another branch, other words.
        var other = try TestSite("lakeview", seed: 2)
        try other.write(
            Self.complaint("b1", "被关在轿厢里一个小时", "住在翡翠湾，老人吓坏了，维修电话没有人接", day: 20, phone: 90))
        try other.write(Self.complaint("b2", "碧水蓝天花园电梯困人，轿厢卡住没人修", day: 21, phone: 91))
        try headquarters.add(other)
        try await headquarters.receive(other)
        await fold.caughtUp()
        let views = headquarters.views
        let issue = try #require(
            try views.issues(limit: 100).first { issue in
                try views.members(of: issue.id).contains { $0.text == confirmed[0] }
            })
        let members = try views.members(of: issue.id)
        let learnt = try #require(members.first { $0.record == RecordID(site: other.id, clientID: "b1") })
        #expect(learnt.reason.contains("✓ "))
        // The same kind at another place is no occurrence.
        #expect(!members.contains { $0.record == RecordID(site: other.id, clientID: "b2") })
        #expect(issue.sites == ["lakeview", "riverside"])
        let (before, after) = try await fold.rebuild()
        #expect(before == after)
        // Without the decision it stands where words put it.
        var revoke = IssueDecision()
        revoke.kind = .revoke
        revoke.revoked = decision.data
        _ = try await Self.decide(revoke, own)
        await fold.caughtUp()
        let left = try headquarters.views.members(of: issue.id)
        #expect(!left.contains { $0.reason.contains("✓ ") })
        await fold.stop()
        try own.log.close()
    }
}
