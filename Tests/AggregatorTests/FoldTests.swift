import Foundation
import GRDB
import struct Records.RecordID
import Records
import Replication
import Rules
import Testing

@testable import Aggregator
@testable import Storage

@Suite struct FoldTests {
    /// Three branches with complaints, steps, visits and one customer who is known at two of them.
    static func branches() throws -> [TestSite] {
        var riverside = try TestSite("riverside", seed: 1)
        var lakeview = try TestSite("lakeview", seed: 2)
        var oldtown = try TestSite("oldtown", seed: 3)
        try riverside.write(
            #"{"kind":"投诉","id":"c1","occurred_at":"2026-10-02 09:00","customer":{"phone":"13800000001"},"subject":"智联S2门锁没电打不开","text":"智联S2智能门锁没电后打不开，进不了家门","category":"木门"}"#
        )
        try riverside.write(#"{"kind":"step","case":"c1","step":"展开调查","occurred_at":"2026-10-02 10:00"}"#)
        try riverside.write(#"{"kind":"step","case":"c1","step":"resolved","occurred_at":"2026-10-05 10:00"}"#)
        try riverside.write(
            #"{"kind":"complaint","id":"c2","occurred_at":"2026-09-10 09:00","customer":"K7","text":"地下车库 3 号口积水没人管"}"#)
        try lakeview.write(
            #"{"kind":"complaint","id":"c1","occurred_at":"2026-10-12 09:00","customer":{"phone":"13800000002"},"subject":"智联S2门锁没电打不开","text":"智联S2门锁电池没电，半夜打不开门","category":"木门"}"#
        )
        try lakeview.write(
            #"{"kind":"visit","method":"电话","occurred_at":"2026-10-20 15:00","customer":{"phone":"13800000001","email":"a@b.cn"},"satisfaction":4,"problems":[{"text":"电梯按钮不灵","category":"property"}]}"#
        )
        try oldtown.write(
            #"{"kind":"complaint","id":"c9","occurred_at":"2026-10-20 09:00","customer":{"email":"a@b.cn"},"subject":"智联S2门锁没电打不开","text":"智联S2门锁没电就打不开","category":"木门"}"#
        )
        try oldtown.write(
            #"{"kind":"complaint","id":"c10","occurred_at":"2026-10-25 09:00","customer":{"phone":"13800000003"},"subject":"智联S2门锁没电打不开","text":"S2门锁又没电了，打不开","category":"木门"}"#
        )
        return [riverside, lakeview, oldtown]
    }

    /// Stores the branches' entries in pieces, in an order that the seed decides, folding in between; returns the checksum.
    static func checksum(order: UInt64) async throws -> String {
        let sites = try branches()
        let headquarters = try TestHeadquarters(sites: sites)
        try await headquarters.fold.start()
        var random = SplitMix64(seed: order)
        var done = [0, 0, 0]
        while zip(done, sites).contains(where: { $0 < $1.entries.count }) {
            let index = Int.random(in: 0..<3, using: &random)
            let left = sites[index].entries.count - done[index]
            guard left > 0 else { continue }
            let count = Int.random(in: 1...left, using: &random)
            try await headquarters.receive(sites[index], from: done[index], count: count)
            done[index] += count
            if Bool.random(using: &random) { await headquarters.fold.caughtUp() }
        }
        await headquarters.fold.caughtUp()
        let rows = try headquarters.views.dump()
        await headquarters.fold.stop()
        return rows
    }

    @Test func viewsDoNotDependOnTheOrderOfArrival() async throws {
        let first = try await Self.checksum(order: 1)
        for order in UInt64(2)...6 {
            let other = try await Self.checksum(order: order)
            #expect(other == first)
        }
    }

    @Test func theCursorStandsBehindWhatWasCounted() async throws {
        let sites = try Self.branches()
        let headquarters = try TestHeadquarters(sites: sites)
        try await headquarters.fold.start()
        for site in sites { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        let cursors = try headquarters.views.cursors()
        for log in try headquarters.store.storedLogs() {
            #expect(cursors[log.number]?.sequence == log.durable.sequence)
        }
        #expect(cursors.count == 3)
        await headquarters.fold.stop()
    }

    @Test func whatASiteSaysAfterAMonthChangesNoDigestOfIt() async throws {
        let sites = try Self.branches()
        let headquarters = try TestHeadquarters(sites: sites)
        try await headquarters.fold.start()
        for site in sites { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        let october = try #require(Month("2026-10"))
        let before = try await headquarters.fold.preview(of: october)
        for site in sites { headquarters.contacts.heard(site.id, until: TestSite.end + .hours(1)) }
        let after = try await headquarters.fold.preview(of: october)
        #expect(after == before)
        await headquarters.fold.stop()
    }

    @Test func rebuildGivesEqualViews() async throws {
        let sites = try Self.branches()
        let headquarters = try TestHeadquarters(sites: sites)
        try await headquarters.fold.start()
        for site in sites { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        let before = try headquarters.store.feedHead()
        let (old, new) = try await headquarters.fold.rebuild()
        #expect(old == new)
        #expect(try headquarters.store.feedHead() == before)
        await headquarters.fold.stop()
    }

    @Test func rebuildComparesViewsOfTheSameEntriesWhileOthersComeIn() async throws {
        var sites = try Self.branches()
        let headquarters = try TestHeadquarters(sites: sites, silent: ["oldtown"])
        try await headquarters.fold.start()
        for site in sites { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        let fold = headquarters.fold
        async let rebuilt = fold.rebuild()
        for count in 1...20 {
            let known = sites[2].entries.count
            try sites[2].write(
                #"{"kind":"complaint","id":"新\#(count)","occurred_at":"2026-10-21 09:00","text":"路灯不亮"}"#)
            try await headquarters.receive(sites[2], from: known)
            headquarters.contacts.heard(sites[2].id, until: TestSite.start + .seconds(count * 86_400))
        }
        let (old, new) = try await rebuilt
        #expect(old == new)
        await headquarters.fold.caughtUp()
        #expect(try headquarters.views.counts()["record"] == sites.reduce(0) { $0 + $1.entries.count })
        await headquarters.fold.stop()
    }

    @Test func sameComplaintFromThreePeopleAcrossSitesIsHot() async throws {
        let sites = try Self.branches()
        let headquarters = try TestHeadquarters(sites: sites)
        try await headquarters.fold.start()
        for site in sites { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        let flags = try headquarters.flags("hot_issue").filter { $0.state == .raised }
        let flag = try #require(flags.last).flag
        #expect(flag.complainants == 3)
        #expect(flag.sites.map(\.text) == ["lakeview", "oldtown", "riverside"])
        // The person with the phone 13800000001 is the one with the address a@b.cn: a visit named both.
        #expect(flag.evidence.count == 4)
        await headquarters.fold.stop()
    }

    @Test func complaintOlderThanAMonthIsCritical() async throws {
        let sites = try Self.branches()
        let headquarters = try TestHeadquarters(sites: sites)
        try await headquarters.fold.start()
        for site in sites { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        let critical = try headquarters.flags("grade_raised").filter { $0.flag.grade == .critical }
        #expect(critical.contains { $0.flag.subject == RecordID(site: sites[0].id, clientID: "c2").description })
        #expect(!critical.contains { $0.flag.subject == RecordID(site: sites[0].id, clientID: "c1").description })
        await headquarters.fold.stop()
    }

    @Test func unreadableEntryBlocksNothing() async throws {
        var site = try TestSite("riverside", seed: 1)
        site.append(garbage: Data([0xFF, 0xFF, 0xFF]))
        try site.write(#"{"kind":"complaint","id":"c2","text":"电梯停了三天"}"#)
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await headquarters.receive(site)
        await headquarters.fold.caughtUp()
        let counts = try headquarters.views.counts()
        #expect(counts["unreadable"] == 1)
        #expect(counts["record"] == 1)
        await headquarters.fold.stop()
    }

    @Test func sameIdentityWithOtherContentIsFlaggedAndCountedOnce() async throws {
        var site = try TestSite("riverside", seed: 1)
        try site.write(#"{"kind":"complaint","id":"c2","occurred_at":"2026-10-01 09:00","text":"电梯停了三天"}"#)
        try site.write(#"{"kind":"complaint","id":"c2","occurred_at":"2026-10-03 09:00","text":"电梯停了五天"}"#)
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await headquarters.receive(site)
        await headquarters.fold.caughtUp()
        #expect(try headquarters.views.counts()["record"] == 1)
        #expect(try headquarters.flags("record_conflict").count == 1)
        await headquarters.fold.stop()
    }
}

extension Views {
    /// The checksum without what depends on the store's own numbering of logs, which follows the order of arrival.
    fileprivate func dump() throws -> String {
        try pool.read { database in
            try ["case_view", "customer_token", "issue", "issue_member", "issue_window", "case_context", "flag"].map {
                table in
                let columns = try database.columns(in: table).map(\.name).filter { $0 != "announced" }.joined(
                    separator: ", ")
                let standing = table == "flag" ? "WHERE withdrawn = 0" : ""
                return try Row.fetchAll(
                    database, sql: "SELECT \(columns) FROM \(table) \(standing) ORDER BY \(columns)"
                )
                .map { "\(table) \($0.databaseValues)" }.joined(separator: "\n")
            }.joined(separator: "\n")
        }
    }
}
