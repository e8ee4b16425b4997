import Digests
import Records
import Testing

@testable import Aggregator
@testable import Storage

/// From what branches write down of customers to the words and figures of the month's digest.
///
/// The bundled handbook: 5 with a recommendation of 9 is loyal, 5 very satisfied, 3 and 4 satisfied; loyal falls after six months
/// without contact; a key account is silent after two months, everybody else after six.
@Suite struct DigestCustomerScenarios {
    private let october = Month("2026-10")!

    /// The digest of October once these lines came in, and once more lines came in.
    private func digests(_ lines: [String], then more: [String]) async throws -> (before: Digest, after: DigestEdition)
    {
        var site = try TestSite("riverside", seed: 1)
        for line in lines { try site.write(line) }
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await headquarters.receive(site)
        await headquarters.fold.caughtUp()
        let before = try await headquarters.fold.preview(of: october).digest
        let known = site.entries.count
        for line in more { try site.write(line) }
        if !more.isEmpty { try await headquarters.receive(site, from: known) }
        await headquarters.fold.caughtUp()
        let after = try await headquarters.fold.preview(of: october)
        let (old, new) = try await headquarters.fold.rebuild()
        #expect(old == new)
        await headquarters.fold.stop()
        return (before, after)
    }

    private func visit(
        _ at: String, _ customer: String, _ satisfaction: Int?, recommendation: Int? = nil, id: String? = nil
    ) -> String {
        let score = satisfaction.map { #","satisfaction":\#($0)"# } ?? ""
        let loyal = recommendation.map { #","recommendation":\#($0)"# } ?? ""
        let name = id.map { #","id":"\#($0)""# } ?? ""
        return #"{"kind":"visit","occurred_at":"\#(at)","customer":"\#(customer)"\#(score)\#(loyal)\#(name)}"#
    }

    @Test func customersMoveOnTheWaterfallAsTheirRecordsSay() async throws {
        let (before, after) = try await digests(
            [
                // Loyal since March: falls in October by nobody being in touch.
                visit("2026-04-05 09:00", "K1", 5, recommendation: 10),
                visit("2026-09-20 09:00", "K2", 2), visit("2026-10-12 09:00", "K2", 4),
                visit("2026-10-08 09:00", "K3", 5, recommendation: 9), visit("2026-10-09 09:00", "K4", 1, id: "v4"),
                // After the month: it does not count.
                visit("2026-11-02 09:00", "K4", 5),
            ],
            then: [
                #"{"kind":"retraction","record":"\#(RecordID(site: try SiteID("riverside"), clientID: "v4"))","reason":"打错了"}"#,
                visit("2026-08-01 09:00", "K1", nil),
            ])
        #expect(before.count("waterfall.customers") == 4)
        #expect(before.count("waterfall.state.very_satisfied.decayed") == 1)
        #expect(before.count("waterfall.from.loyal.to.very_satisfied.customers") == 1)
        #expect(before["waterfall.recovery"] == .share(part: 1, whole: 2, interval: nil))
        let chinese = before.markdown(.chinese)
        #expect(chinese.contains("月末有满意度事实的客户 4 位：首次测得 2，上升 1，下降 1，未动 0"))
        #expect(chinese.contains("忠诚客户：月初 1，流失 1，赢得 1；人数太少，不判断企业类型"))
        let english = before.markdown(.english)
        #expect(english.contains("Below satisfied at the beginning or within the month: 2; won back 1/2."))
        #expect(before.html(.chinese).contains("客户服务瀑布：月初 → 月末"))

        // Somebody was in touch with K1 after all, and the angry one was a slip.
        let digest = after.digest
        #expect(digest.count("waterfall.customers") == 3)
        #expect(digest.count("waterfall.from.loyal.to.loyal.customers") == 1)
        #expect(digest["waterfall.recovery"] == .share(part: 1, whole: 1, interval: nil))
        #expect(digest.markdown(.english).contains("Loyal customers: 1 at the beginning, 0 lost, 1 won"))
        #expect(after.evidence.records(of: "waterfall.state.loyal.measured").count == 2)
    }

    @Test func customersMoveBetweenTiersAsTheirProfilesSay() async throws {
        let profile = { (day: String, number: Int, sales: Int) in
            #"{"kind":"customer","occurred_at":"\#(day) 09:00","customer":"K\#(number)","figures":{"annual_sales":\#(sales)}}"#
        }
        let told = (1...10).map { profile("2026-09-05", $0, $0 * 1000) }
        let (before, after) = try await digests(told, then: [profile("2026-10-20", 1, 99_000)])
        #expect(before.count("tiers.customers") == 10 && before.count("tiers.core") == 2)
        #expect(before.count("tiers.same") == 10 && before.tiers?.moves.isEmpty == true)
        #expect(before.count("tiers.tier.vip.customers") == 1)
        let digest = after.digest
        #expect(digest.count("tiers.up") == 1 && digest.count("tiers.down") >= 1)
        let name = try #require(digest.tiers?.moves.first { $0.to == "vip" }?.customer)
        #expect(name.count == 8)
        #expect(digest.markdown(.chinese).contains("升级：客户 `\(name)`") && digest.markdown(.chinese).contains("→ VIP 客户"))
        #expect(digest.markdown(.english).contains("up: customer `\(name)`"))
    }

    @Test func aSilentKeyAccountIsNamedUntilSomebodyIsInTouch() async throws {
        let lines = [
            #"{"kind":"customer","occurred_at":"2026-07-05 09:00","customer":{"number":"K1","name":"陈先生"},"key_account":true,"figures":{"annual_sales":1200000}}"#,
            visit("2026-07-20 09:00", "K1", 4), visit("2026-04-10 09:00", "K2", 4), visit("2026-10-10 09:00", "K3", 4),
        ]
        let (before, after) = try await digests(lines, then: [visit("2026-10-28 09:00", "K1", nil)])
        #expect(before.count("key_accounts.known") == 1 && before.count("key_accounts.out_of_touch") == 1)
        #expect(before.count("customers.known") == 3 && before.count("customers.out_of_touch") == 2)
        #expect(before.count("customers.lapsed") == 1)
        let account = try #require(before.contacts?.keyAccounts.first)
        let chinese = before.markdown(.chinese)
        #expect(chinese.contains("重点客户 1 位：本月联系过 0，久未联系 1"))
        #expect(chinese.contains("| 客户 `\(account.customer)` |") && chinese.contains("**2026年7月20日**"))
        #expect(chinese.contains("1,200,000") && !chinese.contains("陈先生"))
        #expect(chinese.contains("：最后联系 2026年4月10日"))
        #expect(!chinese.contains("从未联系"))
        #expect(before.markdown(.english).contains("**20 July 2026**"))
        #expect(before.meeting.agenda.contains { $0.text.chinese == "久未联系的重点客户 1 位" })
        let digest = after.digest
        #expect(digest.count("key_accounts.out_of_touch") == 0 && digest.count("key_accounts.contacted") == 1)
        #expect(digest.contacts?.keyAccounts.first?.isSilent == false)
        #expect(
            digest.markdown(.english).contains("Key accounts: 1, contacted this month 1, out of touch for too long 0."))
    }

    @Test func whoIsKnownByTwoKeysIsOneCustomer() async throws {
        let joined =
            #"{"kind":"customer","occurred_at":"2026-10-20 09:00","customer":{"number":"K1","phone":"13800000001"}}"#
        let byPhone =
            #"{"kind":"visit","occurred_at":"2026-10-12 09:00","customer":{"phone":"13800000001"},"satisfaction":4}"#
        let (before, after) = try await digests([visit("2026-10-02 09:00", "K1", 2), byPhone], then: [joined])
        #expect(before.count("waterfall.customers") == 2 && before.count("customers.known") == 2)
        #expect(after.digest.count("waterfall.customers") == 1 && after.digest.count("customers.known") == 1)
        #expect(after.digest["waterfall.recovery"] == .share(part: 1, whole: 1, interval: nil))
        #expect(after.digest.markdown(.chinese).contains("全部客户 1 位：本月联系过 1"))
        #expect(after.digest.markdown(.english).contains("All customers: 1, contacted this month 1"))
    }

    @Test func whoWasNeverContactedIsSaidToBeSo() async throws {
        let profile = #"{"kind":"customer","occurred_at":"2026-04-10 09:00","customer":"K9","key_account":true}"#
        let (before, after) = try await digests([profile], then: [visit("2026-10-30 09:00", "K9", nil)])
        #expect(before.markdown(.chinese).contains("**从未联系，2026年4月10日 建档**"))
        #expect(before.markdown(.english).contains("**never, known since 10 April 2026**"))
        #expect(after.digest.markdown(.english).contains("| 30 October 2026"))
    }
}
