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

    @Test func loadAndLaterSatisfactionAreSetAgainstComplaints() async throws {
        let note = { (id: String, day: String, visitors: Int) in
            #"{"kind":"客流","id":"\#(id)","occurred_at":"2026-10-\#(day) 18:00","visitors":\#(visitors),"staff":4,"capacity":100}"#
        }
        var lines = [note("n1", "05", 130), note("n2", "06", 90)]
        for number in 1...4 {
            let made = "2026-10-0\(number) 08:00"
            lines += [
                #"{"kind":"complaint","id":"c\#(number)","occurred_at":"\#(made)","text":"第 \#(number) 件不同的事"}"#,
                #"{"kind":"step","case":"c\#(number)","occurred_at":"2026-10-0\#(number) \#(number > 2 ? "17" : "09"):00","step":"answered"}"#,
                #"{"kind":"step","case":"c\#(number)","occurred_at":"2026-10-0\#(number) 18:00","step":"resolved"}"#,
                #"{"kind":"visit","case":"c\#(number)","occurred_at":"2026-10-12 09:00","satisfaction":\#(number > 2 ? 2 : 5)}"#,
            ]
        }
        let (before, after) = try await digests(lines, then: [note("n3", "06", 140)])
        #expect(before.count("load.days") == 2 && before.count("load.overloaded") == 1)
        #expect(before.markdown(.chinese).contains("记录了负荷的 2 天里，超负荷 1 天"))
        #expect(before["reaction.grade.ordinary.quicker"] == .mean(5, n: 2, interval: nil))
        #expect(before["reaction.grade.ordinary.slower"] == .mean(2, n: 2, interval: nil))
        #expect(before["reaction.median"] == .median(milliseconds: 3_600_000, n: 4))
        #expect(before.markdown(.english).contains("an association, no proof of a cause"))
        // The later note of a day stands.
        #expect(after.count("load.days") == 2 && after.count("load.overloaded") == 2)
        #expect(after.markdown(.english).contains("Days whose load is known: 2, overloaded: 2."))
    }

    @Test func aThirdPartySurveyFallsDueHalfAYearAfterTheLast() async throws {
        let answer = { (mode: String, at: String) in
            #"{"kind":"survey","survey":"satisfaction","mode":"\#(mode)","occurred_at":"\#(at) 09:00","satisfaction":4}"#
        }
        let (before, after) = try await digests(
            [answer("third_party", "2026-03-10"), answer("web", "2026-10-10")],
            then: [answer("third_party", "2026-10-20")])
        #expect(before.surveyDuty?.isOverdue == true)
        #expect(before.markdown(.chinese).contains("最近一份数据 2026年3月10日，下一次至迟 2026年9月10日，**已逾期**"))
        #expect(before.meeting.agenda.contains { $0.text.chinese == "第三方满意度调查已逾期" })
        #expect(after.surveyDuty?.isOverdue == false)
        #expect(
            after.markdown(.english).contains(
                "latest data of 20 October 2026, the next due by 20 April 2027, not yet due"))
    }
}
