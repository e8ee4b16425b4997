import Foundation
import Logging
import Records
import Replication
import Rules
import Testing

@testable import Aggregator
@testable import Storage

/// What people decide about issues is written down at headquarters and outlasts everything.
@Suite struct IssueDecisionTests {
    /// Three branches and headquarters' own log.
    private struct House {
        let headquarters: TestHeadquarters
        let own: OwnLog

        init() async throws {
            let sites = try FoldTests.branches()
            headquarters = try TestHeadquarters(sites: sites)
            let fold = headquarters.fold
            own = try OwnLog(
                folder: headquarters.path + "/own", key: LogSigningKey(), zone: TestSite.zone,
                store: headquarters.store,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), at: TestSite.start,
                onCommit: { fold.wake() })
            try await headquarters.fold.start()
            for site in sites { try await headquarters.receive(site) }
            await headquarters.fold.caughtUp()
        }

        /// Writes a decision down; returns its id.
        @discardableResult
        func decide(
            _ kind: IssueDecision.Kind, _ texts: [RecordID] = [], other: RecordID? = nil, words: String = "",
            _ more: (inout IssueDecision) -> Void = { _ in }
        ) async throws -> RecordID {
            var facts = Facts()
            facts.author = "质量部"
            facts.occurredAt = TestSite.end.milliseconds
            facts.issueDecision.kind = kind
            facts.issueDecision.texts = texts.map(\.data)
            facts.issueDecision.other = other?.data ?? Data()
            more(&facts.issueDecision)
            var personal = Personal()
            personal.text = words
            let outcome = try await own.write(SiteLog.Draft(facts: facts, personal: personal), at: TestSite.end)
            await headquarters.fold.caughtUp()
            return outcome.id
        }

        func close() async throws {
            await headquarters.fold.stop()
            try own.log.close()
        }

        var issues: [IssueRow] { get throws { try headquarters.views.issues(limit: 100) } }

        func hotFlags() throws -> [FlagPayload] { try headquarters.flags("hot_issue") }
    }

    private static func record(_ site: String, _ name: String) throws -> RecordID {
        RecordID(site: try SiteID(site), clientID: name)
    }

    @Test func mergeCountsAtOnceAndIsTakenBackExactly() async throws {
        let house = try await House()
        let before = try house.headquarters.views.checksumOfIssues()
        let lock = try #require(try house.issues.first).id
        let puddle = try Self.record("riverside", "c2")
        let merge = try await house.decide(.merge, [lock, puddle])
        let issue = try #require(try house.issues.first)
        #expect(issue.occurrences == 5)
        #expect(try house.headquarters.views.members(of: issue.id).contains { $0.record == puddle })
        try await house.decide(.revoke) { $0.revoked = merge.data }
        #expect(try house.headquarters.views.checksumOfIssues() == before)
        try await house.close()
    }

    @Test func decisionsOutlastARebuildAndARestart() async throws {
        let house = try await House()
        let puddle = try Self.record("riverside", "c2")
        try await house.decide(.merge, [try #require(try house.issues.first).id, puddle])
        try await house.decide(.rename, [puddle], words: "门锁与积水")
        let (before, after) = try await house.headquarters.fold.rebuild()
        #expect(before == after)
        #expect(try house.issues.map(\.title) == ["门锁与积水"])
        // What is in memory is read from the log again.
        try await house.headquarters.fold.start()
        await house.headquarters.fold.caughtUp()
        #expect(try house.issues.map(\.title) == ["门锁与积水"])
        try await house.close()
    }

    @Test func unlikeComplaintsCountForNoHotRule() async throws {
        let house = try await House()
        #expect(try house.hotFlags().last?.state == .raised)
        let latest = try Self.record("oldtown", "c10")
        let others = [("riverside", "c1"), ("lakeview", "c1"), ("oldtown", "c9")]
        try await house.decide(.unlike, try others.map { try Self.record($0.0, $0.1) }, other: latest)
        #expect(try house.issues.map(\.occurrences) == [3])
        #expect(try house.hotFlags().last?.state == .withdrawn)
        try await house.close()
    }

    @Test func mutedIssueRaisesNoFlagUnlessItGetsWorse() async throws {
        let house = try await House()
        let issue = try #require(try house.issues.first).id
        try await house.decide(.mute, [issue], words: "更换门锁中") {
            $0.until = TestSite.end.milliseconds
            $0.complainants = 3
        }
        #expect(try house.hotFlags().last?.state == .withdrawn)
        var site = try TestSite("harbour", seed: 9)
        try site.write(
            #"{"kind":"complaint","id":"h1","occurred_at":"2026-10-26 09:00","customer":{"phone":"13800000009"},"subject":"智联S2门锁没电打不开","text":"智联S2门锁没电打不开","category":"木门"}"#
        )
        try house.headquarters.add(site)
        try await house.headquarters.receive(site)
        await house.headquarters.fold.caughtUp()
        let last = try #require(try house.hotFlags().last)
        #expect(last.state == .raised)
        #expect(last.flag.complainants == 4)
        try await house.close()
    }

    @Test func branchDecidesNothing() async throws {
        let house = try await House()
        var site = try TestSite("harbour", seed: 9)
        var facts = Facts()
        facts.recordID = RecordID(high: 5, low: 6).data
        facts.issueDecision.kind = .merge
        facts.issueDecision.texts = [
            try #require(try house.issues.first).id.data, try Self.record("riverside", "c2").data,
        ]
        try site.append(facts)
        try house.headquarters.add(site)
        try await house.headquarters.receive(site)
        await house.headquarters.fold.caughtUp()
        #expect(try house.issues.map(\.occurrences) == [4])
        #expect(try house.headquarters.views.counts()["unreadable"] == 1)
        try await house.close()
    }

    @Test func decisionsThatMakeNoSenseDoNoHarm() async throws {
        let house = try await House()
        let before = try house.headquarters.views.checksumOfIssues()
        let here = try Self.record("riverside", "c2")
        for kind in [IssueDecision.Kind.merge, .split, .pin, .unlike, .rename, .mute, .revoke, .unspecified] {
            try await house.decide(kind)
            try await house.decide(kind, [here])
            try await house.decide(kind, [RecordID(high: 1, low: 1), here]) { $0.texts.append(Data([1, 2, 3])) }
        }
        #expect(try house.headquarters.views.checksumOfIssues() == before)
        try await house.close()
    }
}

extension Views {
    /// Everything that is written of issues.
    fileprivate func checksumOfIssues() throws -> String {
        try issues(limit: 100).map { issue in
            let members = try members(of: issue.id).map { "\($0)" }
            return (["\(issue)"] + members + (try windows(of: issue.id).map { "\($0)" })).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
