import Digests
import Records
import Testing

@testable import Aggregator
@testable import Storage

/// From what branches find out of cases and ask in surveys to the words and figures of the month's digest.
@Suite struct DigestFindingScenarios {
    private func digests(_ lines: [String], then more: [String]) async throws -> (before: Digest, after: Digest) {
        var site = try TestSite("riverside", seed: 1)
        for line in lines { try site.write(line) }
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await headquarters.receive(site)
        await headquarters.fold.caughtUp()
        let october = try #require(Month("2026-10"))
        let before = try await headquarters.fold.preview(of: october).digest
        let known = site.entries.count
        for line in more { try site.write(line) }
        try await headquarters.receive(site, from: known)
        await headquarters.fold.caughtUp()
        let after = try await headquarters.fold.preview(of: october).digest
        await headquarters.fold.stop()
        return (before, after)
    }

    @Test func theCurveOfACriticalCaseFollowsItsStages() async throws {
        let step = { (at: String, rest: String) in
            #"{"kind":"step","case":"c1","occurred_at":"\#(at)",\#(rest)}"#
        }
        let (before, after) = try await digests(
            [
                #"{"kind":"complaint","id":"c1","occurred_at":"2026-10-02 09:00","text":"电梯困人","lawsuit":"happened"}"#,
                step("2026-10-02 10:00", #""step":"stage_entered","stage":"latent","impact":"small""#),
                step("2026-10-05 10:00", #""step":"stage_entered","stage":"outbreak","impact":"large""#),
                step(
                    "2026-10-06 10:00",
                    #""step":"root_cause","gap":3,"causes":["rules"],"whys":["维保没有按期","合同没有写明"]"#),
            ],
            then: [step("2026-10-09 10:00", #""step":"stage_entered","stage":"handling""#)])
        #expect(before.count("critical.cases") == 1 && before.count("critical.stage.outbreak.cases") == 1)
        #expect(before.count("causes.gap.3.cases") == 1)
        let chinese = before.markdown(.chinese)
        #expect(chinese.contains("潜伏 10-02 10:00（影响小） → 爆发 10-05 10:00（影响大）"))
        #expect(chinese.contains("维保没有按期 → 合同没有写明"))
        #expect(before.html(.english).contains("Stage curves of critical complaints"))
        #expect(after.count("critical.stage.outbreak.cases") == 0 && after.count("critical.stage.handling.cases") == 1)
        #expect(after.markdown(.english).contains("→ handling 10-09 10:00"))
    }

    @Test func expectedAndPerceivedAreSetAgainstEachOtherByMode() async throws {
        let answer = { (mode: String, expected: Int, perceived: Int) in
            #"{"kind":"survey","survey":"five_elements","mode":"\#(mode)","occurred_at":"2026-10-11 09:00","scores":{"#
                + #""reliability_expected":\#(expected),"reliability_perceived":\#(perceived)}}"#
        }
        let (before, after) = try await digests(
            [answer("web", 7, 4), answer("web", 7, 1), answer("phone", 4, 4), answer("phone", 7, 7)],
            then: [answer("web", 7, 7)])
        let web: FigureName = "elements.survey.five_elements.web.element.reliability"
        guard case .mean(-3, 2, _) = before[web.adding("difference")] else {
            Issue.record("the gap is \(String(describing: before[web.adding("difference")]))")
            return
        }
        #expect(
            before["elements.survey.five_elements.phone.element.reliability.difference"]
                == .mean(0, n: 2, interval: nil))
        #expect(before.markdown(.chinese).contains("服务五要素：期望与感知"))
        #expect(before.markdown(.chinese).contains("可靠性"))
        #expect(before.markdown(.english).contains("reliability"))
        #expect(after[web.adding("difference")]?.observations == 3)
        #expect(after.markdown(.english).contains("−2.00"))
    }
}
