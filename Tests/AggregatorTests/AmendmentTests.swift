import Digests
import Foundation
import GRDB
import Records
import Replication
import Rules
import SwiftProtobuf
import Testing

@testable import Aggregator
@testable import Storage

@Suite struct AmendmentTests {
    private static let october = Month("2026-10")!

    /// A branch with a complaint of twelve people, and its correction, a second one, and its retraction; another branch that
    /// wants the first one retracted.
    private static func branches() throws -> [TestSite] {
        var riverside = try TestSite("riverside", seed: 1)
        try riverside.write(
            #"{"kind":"complaint","id":"a","occurred_at":"2026-10-02 09:00","customer":"K1","text":"楼道灯坏了","group_size":12}"#
        )
        try riverside.write(
            #"{"kind":"complaint","id":"b","occurred_at":"2026-10-03 09:00","customer":"K2","text":"水压太小"}"#)
        try riverside.write(#"{"kind":"step","case":"a","step":"resolved","occurred_at":"2026-10-04 09:00"}"#)
        try riverside.correct("a") { $0.complaint.groupSize = 2 }
        try riverside.write(#"{"kind":"retraction","record":"b","reason":"重复录入"}"#)
        var lakeview = try TestSite("lakeview", seed: 2)
        try lakeview.write(
            #"{"kind":"retraction","record":"\#(RecordID(site: riverside.id, clientID: "a"))","reason":"不属实"}"#)
        return [riverside, lakeview]
    }

    private static func folded(order: UInt64, _ body: (TestHeadquarters, [TestSite]) async throws -> Void) async throws
    {
        let sites = try branches()
        let headquarters = try TestHeadquarters(sites: sites)
        try await headquarters.fold.start()
        if order == 0 { try await headquarters.receive(sites[1]) }
        for index in sites[0].entries.indices {
            try await headquarters.receive(sites[0], from: index, count: 1)
            if order < 2 { await headquarters.fold.caughtUp() }
        }
        if order > 0 { try await headquarters.receive(sites[1]) }
        await headquarters.fold.caughtUp()
        try await body(headquarters, sites)
        await headquarters.fold.stop()
    }

    @Test(arguments: 0..<3) func correctionsAndRetractionsChangeCaseGradeAndDigestInAnyOrder(_ order: UInt64)
        async throws
    {
        try await Self.folded(order: order) { headquarters, sites in
            let corrected = try #require(
                try headquarters.views.caseRow(RecordID(site: sites[0].id, clientID: "a")))
            #expect(corrected.peak != .critical)
            #expect(try headquarters.views.caseRow(RecordID(site: sites[0].id, clientID: "b")) == nil)
            let digest = try await headquarters.fold.preview(of: Self.october).digest
            #expect(digest.count("complaints.received") == 1)
            let (before, after) = try await headquarters.fold.rebuild()
            #expect(before == after)
        }
    }

    @Test func anotherSitesRetractionIsShownAndChangesNothing() async throws {
        try await Self.folded(order: 1) { headquarters, sites in
            let complaint = RecordID(site: sites[0].id, clientID: "a")
            #expect(try headquarters.views.caseRow(complaint) != nil)
            let flag = try #require(try headquarters.flags("amendment_proposed").last)
            #expect(flag.state == .raised)
            #expect(flag.flag.subject == complaint.description)
            #expect(flag.flag.sites.map(\.text) == ["lakeview", "riverside"])
        }
    }

    @Test func aRiseThatTheCorrectionTookAwayIsWithdrawnByName() async throws {
        try await Self.folded(order: 1) { headquarters, sites in
            let complaint = RecordID(site: sites[0].id, clientID: "a").description
            let withdrawn = try headquarters.flags("grade_raised").filter {
                $0.state == .withdrawn && $0.flag.subject == complaint
            }
            #expect(withdrawn.map(\.withdrawnBy) == [RecordID(site: sites[0].id, clientID: "correction of a")])
        }
    }

    @Test func theTextsOfARetractedComplaintRecurNoMore() async throws {
        try await Self.folded(order: 1) { headquarters, sites in
            let retracted = RecordID(site: sites[0].id, clientID: "b")
            let issues = try headquarters.views.issues(limit: 10)
            #expect(
                try issues.allSatisfy { try !headquarters.views.members(of: $0.id).map(\.record).contains(retracted) })
        }
    }
}

extension TestSite {
    /// Corrects one of its records.
    mutating func correct(_ clientID: String, _ fill: (inout Facts) -> Void) throws {
        let target = RecordID(site: id, clientID: clientID)
        guard let entry = try entries.first(where: { try Facts(serializedBytes: $0.facts).recordID == target.data })
        else { return }
        var corrected = try Facts(serializedBytes: entry.facts)
        fill(&corrected)
        var content = Facts()
        content.body = corrected.body
        content.occurredAt = corrected.occurredAt
        content.customerTokens = corrected.customerTokens
        var facts = Facts()
        facts.recordID = RecordID(site: id, clientID: "correction of \(clientID)").data
        facts.occurredAt = (Self.end - .days(1)).milliseconds
        facts.recordedAt = facts.occurredAt
        facts.correction.recordID = target.data
        facts.correction.corrected = content
        try append(facts, Personal(serializedBytes: entry.personal))
    }
}
