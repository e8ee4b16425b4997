import Handbooks
import Records
import Rules
import Testing

@testable import Aggregator
@testable import Storage

/// What headquarters makes of how busy its branches are.
@Suite struct LoadTests {
    private func note(_ id: String, _ day: String, visitors: Int) -> String {
        #"{"kind":"客流","id":"\#(id)","occurred_at":"\#(day) 18:00","visitors":\#(visitors),"staff":4,"capacity":100}"#
    }

    @Test func overloadIsFlaggedAndItsCorrectionTakesTheFlagBack() async throws {
        var site = try TestSite("riverside", seed: 1)
        try site.write(note("n1", "2026-10-05", visitors: 130))
        try site.write(note("n2", "2026-10-06", visitors: 90))
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await headquarters.receive(site)
        await headquarters.fold.caughtUp()
        let flag = try #require(try headquarters.flags("overload").last)
        #expect(try headquarters.flags("overload").count == 1)
        #expect((flag.flag.count, flag.flag.expected) == (130, 100))
        let known = site.entries.count
        let record = RecordID(site: site.id, clientID: "n1")
        try site.write(#"{"kind":"retraction","record":"\#(record)","reason":"写错了日期"}"#)
        try await headquarters.receive(site, from: known)
        await headquarters.fold.caughtUp()
        #expect(try headquarters.flags("overload").map(\.state) == [.raised, .withdrawn])
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        await headquarters.fold.stop()
    }

    @Test func complaintsAreSetAgainstTheLoadOfTheirDay() async throws {
        var busy = try TestSite("riverside", seed: 1)
        var quiet = try TestSite("lakeview", seed: 2)
        for day in 1...28 {
            let date = "2026-10-" + (day < 10 ? "0" : "") + String(day)
            try busy.write(note("n\(day)", date, visitors: day > 14 ? 120 : 80))
            for complaint in 0..<(day > 14 ? 7 : 1) {
                try busy.write(
                    #"{"kind":"complaint","id":"c\#(day)-\#(complaint)","occurred_at":"\#(date) 10:00","text":"等了太久 \#(day) \#(complaint)"}"#
                )
            }
            try quiet.write(note("n\(day)", date, visitors: 40))
        }
        let headquarters = try TestHeadquarters(sites: [busy, quiet])
        try await headquarters.fold.start()
        for site in [busy, quiet] { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        let reports = try await headquarters.fold.loadReport(at: TestSite.end)
        #expect(reports.map(\.site) == ["lakeview", "riverside"])
        #expect(reports.map(\.days) == [28, 28])
        #expect(reports.map(\.risesFromPercent) == [nil, 120])
        #expect(reports[1].complaints == 14 + 14 * 7)
        await headquarters.fold.stop()
    }
}
