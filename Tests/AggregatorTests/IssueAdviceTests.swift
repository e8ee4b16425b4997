import Handbooks
import Records
import Rules
import Testing

@testable import Aggregator
@testable import Storage

/// Where in the service an issue goes wrong, and what the handbook has against it.
@Suite struct IssueAdviceTests {
    private static func complaint(_ id: String, _ day: String, phone: String) -> String {
        #"{"kind":"complaint","id":"\#(id)","occurred_at":"\#(day) 09:00","customer":{"phone":"\#(phone)"},"subject":"智联S2门锁没电打不开","text":"智联S2智能门锁没电后打不开，进不了家门","category":"木门","touchpoint":"上门维修"}"#
    }

    private func advice(_ handbook: Handbook = .standard, steps: [String] = []) async throws -> (
        IssueAdvice?, [FlagPayload]
    ) {
        var site = try TestSite("riverside", seed: 1)
        try site.write(Self.complaint("a1", "2026-10-01", phone: "13800000001"))
        try site.write(Self.complaint("a2", "2026-10-05", phone: "13800000002"))
        for step in steps { try site.write(step) }
        let headquarters = try TestHeadquarters(sites: [site], handbook: handbook)
        try await headquarters.fold.start()
        try await headquarters.receive(site)
        await headquarters.fold.caughtUp()
        let issue = try #require(try headquarters.views.issueIDs().first)
        let row = try #require(try headquarters.views.write { try $0.issue(issue) })
        let advice = try await headquarters.fold.advice(on: row, try headquarters.views.members(of: issue))
        let flags = try headquarters.flags("countermeasure_failed")
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        await headquarters.fold.stop()
        return (advice, flags)
    }

    @Test func issueNamesItsFailPointCountermeasureAndSuspectedGap() async throws {
        let (found, flags) = try await advice()
        let advice = try #require(found)
        #expect(advice.failPoints.map(\.code) == ["part_missing"])
        #expect(advice.failPoints[0].step == Term("维修施工", "the repair"))
        #expect(advice.failPoints[0].inForce == false)
        #expect(advice.gap?.number == 3)
        #expect(advice.gap?.stated == 0)
        #expect(advice.gap?.causes.count == 5)
        #expect(flags.isEmpty)
    }

    @Test func gapThatARootCauseStatesTakesThePlaceOfTheSuspectedOne() async throws {
        let (found, _) = try await advice(steps: [
            #"{"kind":"step","case":"a1","step":"root_cause","gap":2,"whys":["没有备件","没有标准"],"occurred_at":"2026-10-06 09:00"}"#
        ])
        #expect(found?.gap?.number == 2)
        #expect(found?.gap?.stated == 1)
    }

    @Test func failPointThatFailsWhereItsCountermeasureIsInForceIsFlagged() async throws {
        let handbook = try Handbook.changed(
            "categories: [doors, windows, plumbing_heating], countermeasure",
            to: "categories: [doors, windows, plumbing_heating], in_force: true, countermeasure")
        let (_, flags) = try await advice(handbook)
        let flag = try #require(flags.last)
        #expect(flag.flag.rule == "part_missing")
        #expect(flag.flag.count == 2)
        #expect(flag.flag.at == Timestamp("2026-10-05 09:00", in: TestSite.zone))
        #expect(flag.flag.text(.chinese, handbook: handbook).contains("而对策“常用件随车，专用件先到货再约”已实施"))
    }
}
