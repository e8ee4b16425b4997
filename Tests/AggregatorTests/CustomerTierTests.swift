import Records
import Rules
import Testing

@testable import Aggregator
@testable import Handbooks
@testable import Storage

/// Limits that go by the customer's tier, whatever came first. The customer was a VIP when the complaint was made: it had to be
/// answered within four hours, and was answered after five.
@Suite struct CustomerTierTests {
    private static var handbook: Handbook {
        var handbook = Handbook.standard
        for index in handbook.timeLimits.limits.indices where handbook.timeLimits.limits[index].code == "answer" {
            handbook.timeLimits.limits[index].tiers = [
                TimeLimit.TierSpan(tier: "vip", within: .duration(.seconds(4 * 3600)))
            ]
        }
        return handbook
    }

    private static let lines = [
        #"{"kind":"complaint","id":"c1","occurred_at":"2026-10-02 09:00","customer":{"phone":"13800000001"},"text":"电梯停了"}"#,
        #"{"kind":"step","case":"c1","step":"answered","occurred_at":"2026-10-02 14:00"}"#,
        #"{"kind":"customer","id":"p1","occurred_at":"2026-09-02 09:00","customer":{"number":"K1"},"tier":"vip"}"#,
        #"{"kind":"visit","id":"v1","occurred_at":"2026-10-20 09:00","customer":{"number":"K1","phone":"13800000001"}}"#,
    ]

    /// How the answer's limit stands once the lines came in one by one, in that order.
    private func answered(_ order: [Int], then more: ((inout TestSite) throws -> Void)? = nil) async throws -> String {
        var site = try TestSite("riverside", seed: 1)
        for index in order { try site.write(Self.lines[index]) }
        try more?(&site)
        let headquarters = try TestHeadquarters(sites: [site], handbook: Self.handbook)
        try await headquarters.fold.start()
        for index in site.entries.indices {
            try await headquarters.receive(site, from: index, count: 1)
            await headquarters.fold.caughtUp()
        }
        let row = try #require(try headquarters.views.caseRow(RecordID(site: site.id, clientID: "c1")))
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        await headquarters.fold.stop()
        return row.summary.split(separator: " ").first { $0.hasPrefix("answer=") }.map(String.init) ?? ""
    }

    @Test(arguments: [[3, 2, 0, 1], [0, 1, 3, 2], [2, 0, 1, 3]]) func aLateProfileOrKeyDecidesAsAnEarlyOne(
        _ order: [Int]
    ) async throws {
        #expect(try await answered(order) == "answer=missed")
    }

    @Test func aProfileThatIsTakenBackOrSaysAnotherTierDecidesNoMore() async throws {
        let site = try SiteID("riverside")
        let retracted = try await answered([0, 1, 3, 2]) { branch in
            try branch.write(
                #"{"kind":"retraction","record":"\#(RecordID(site: site, clientID: "p1"))","reason":"写错了人"}"#)
        }
        #expect(retracted == "answer=met")
        let corrected = try await answered([0, 1, 3, 2]) { branch in
            try branch.correct("p1") { $0.customer.tier = "ordinary" }
        }
        #expect(corrected == "answer=met")
    }
}
