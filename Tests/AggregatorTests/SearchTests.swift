import Foundation
import GRDB
import Handbooks
import Records
import struct Records.RecordID
import Replication
import Rules
import Search
import SwiftProtobuf
import Testing

@testable import Aggregator
@testable import Storage

/// Words of what was folded are found, by whoever may see them, as long as they stand.
@Suite struct SearchTests {
    /// Two branches; one of their customers says the same twice.
    private static func branches() throws -> [TestSite] {
        var riverside = try TestSite("riverside", seed: 1)
        try riverside.write(
            #"{"kind":"complaint","id":"a","occurred_at":"2026-10-02 09:00","customer":"K1","subject":"门锁没电","text":"智能门锁没电后打不开"}"#
        )
        try riverside.write(
            #"{"kind":"step","case":"a","step":"answered","text":"答应明天换门锁","occurred_at":"2026-10-03 09:00"}"#)
        try riverside.write(
            #"{"kind":"complaint","id":"b","occurred_at":"2026-10-05 09:00","customer":"K2","text":"The basement pipe keeps leaking, call 13800001234"}"#
        )
        var lakeview = try TestSite("lakeview", seed: 2)
        try lakeview.write(
            #"{"kind":"visit","id":"v","customer":"K3","occurred_at":"2026-10-20 15:00","problems":[{"text":"门锁失灵","category":"property"},{"text":"pipes leaked again"}]}"#
        )
        return [riverside, lakeview]
    }

    private func headquarters(_ sites: [TestSite]) async throws -> TestHeadquarters {
        let headquarters = try TestHeadquarters(sites: sites)
        try headquarters.store.registerOwnSite(
            zone: TestSite.zone, signingKey: LogSigningKey().verifyingKey, at: TestSite.start)
        try headquarters.registry.load(from: headquarters.store)
        try await headquarters.fold.start()
        return headquarters
    }

    private func complaint(_ id: String) throws -> RecordID { RecordID(site: try SiteID("riverside"), clientID: id) }

    @Test func wordsAreFoundInWhateverTheyStandTheLatestFirst() async throws {
        let sites = try Self.branches()
        let headquarters = try await headquarters(sites)
        for site in sites { try await headquarters.receive(site) }
        let locks = try await headquarters.search("门锁")
        #expect(locks.hits.map(\.kind) == ["visit", "step", "complaint"])
        #expect(locks.hits.map(\.complaint) == [nil, try complaint("a"), try complaint("a")])
        #expect(locks.hits.map(\.site.text) == ["lakeview", "riverside", "riverside"])
        #expect(locks.hits.map(\.snippet) == ["门锁失灵", "答应明天换门锁", "门锁没电"])
        #expect(locks.hits[1].marks == [[5, 7]])
        #expect(locks.hits[0].at == "2026-10-20T15:00:00+08:00")
        #expect(try await headquarters.search("leaks").hits.map(\.kind) == ["visit", "complaint"])
        #expect(try await headquarters.search("锁").hits.count == 3)
        #expect(try await headquarters.search("锁门").hits.isEmpty)
        let limited = try await headquarters.search("门锁") { $0.limit = 2 }
        #expect(limited.hits.count == 2)
        #expect(limited.hasMore)
        #expect(!locks.hasMore)
        await headquarters.fold.stop()
    }

    @Test func filtersNarrowWhatIsFound() async throws {
        let sites = try Self.branches()
        let headquarters = try await headquarters(sites)
        for site in sites { try await headquarters.receive(site) }
        #expect(try await headquarters.search("门锁") { $0.site = "lakeview" }.hits.count == 1)
        #expect(try await headquarters.search("门锁") { $0.kind = "step" }.hits.count == 1)
        #expect(try await headquarters.search("门锁") { $0.until = "2026-10-02" }.hits.map(\.kind) == ["complaint"])
        #expect(try await headquarters.search("门锁") { $0.until = "2026-10-02 08:59" }.hits.isEmpty)
        #expect(try await headquarters.search("门锁") { $0.since = "2026-10-03" }.hits.count == 2)
        #expect(try await headquarters.search("门锁") { $0.month = "2026-10" }.hits.count == 3)
        #expect(try await headquarters.search("门锁") { $0.month = "2026-11" }.hits.isEmpty)
        await #expect(throws: RequestFailure.self) { try await headquarters.search("门锁") { $0.kind = "handbook" } }
        await #expect(throws: RequestFailure.self) { try await headquarters.search("门锁") { $0.since = "yesterday" } }
        await headquarters.fold.stop()
    }

    @Test func numbersAreMaskedInWhatIsShown() async throws {
        let sites = try Self.branches()
        let headquarters = try await headquarters(sites)
        try await headquarters.receive(sites[0])
        let hit = try #require(try await headquarters.search("13800001234").hits.first)
        #expect(hit.snippet == "The basement pipe keeps leaking, call ×××")
        await headquarters.fold.stop()
    }

    @Test(arguments: 0..<3) func correctionsAndRetractionsChangeWhatIsFoundInAnyOrder(_ order: Int) async throws {
        var sites = try Self.branches()
        try sites[0].rewrite("a", text: "智能猫眼黑屏")
        try sites[0].write(#"{"kind":"retraction","record":"b","reason":"重复录入"}"#)
        let headquarters = try await headquarters(sites)
        let turns = order == 0 ? sites[0].entries.count : 1
        for turn in 0..<turns {
            let count = sites[0].entries.count / turns
            try await headquarters.receive(sites[0], from: turn * count, count: count)
            // Searchable before what changes it comes in, or not.
            if order == 0 { try await headquarters.fold.searchable() }
        }
        if order == 2 { _ = try await headquarters.fold.rebuild() }
        #expect(try await headquarters.search("猫眼").hits.map(\.record) == [try complaint("a")])
        #expect(try await headquarters.search("没电").hits.isEmpty)
        #expect(try await headquarters.search("leaking").hits.isEmpty)
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        #expect(try await headquarters.search("猫眼").hits.count == 1)
        await headquarters.fold.stop()
    }

    @Test func aRetractionTakenBackBringsTheWordsBack() async throws {
        var sites = try Self.branches()
        try sites[0].write(#"{"kind":"retraction","id":"r","record":"b","reason":"重复录入"}"#)
        let headquarters = try await headquarters(sites)
        try await headquarters.receive(sites[0])
        #expect(try await headquarters.search("basement").hits.isEmpty)
        let known = sites[0].entries.count
        try sites[0].write(#"{"kind":"retraction","record":"r","reason":"并非重复"}"#)
        try await headquarters.receive(sites[0], from: known)
        #expect(try await headquarters.search("basement").hits.count == 1)
        await headquarters.fold.stop()
    }

    @Test func ofTwoRecordsWithOneIdTheOneThatStandsIsFound() async throws {
        for order in 0..<2 {
            var site = try TestSite("riverside", seed: 1)
            try site.write(#"{"kind":"complaint","id":"c","occurred_at":"2026-10-03 09:00","text":"电梯停了五天"}"#)
            try site.write(#"{"kind":"complaint","id":"c","occurred_at":"2026-10-01 09:00","text":"路灯不亮"}"#)
            let headquarters = try await headquarters([site])
            try await headquarters.receive(site, from: 0, count: 1)
            if order == 0 { try await headquarters.fold.searchable() }
            try await headquarters.receive(site, from: 1)
            #expect(try await headquarters.search("路灯").hits.count == 1)
            #expect(try await headquarters.search("电梯").hits.isEmpty)
            await headquarters.fold.stop()
        }
    }

    @Test func casesAndIssuesAreFoundByWhatBelongsToThem() async throws {
        let sites = try Self.branches()
        let headquarters = try await headquarters(sites)
        for site in sites { try await headquarters.receive(site) }
        try await headquarters.fold.searchable()
        let promised = try headquarters.fold.subjects(.complaint, of: try SearchQuery("明天"))
        #expect(promised == [try complaint("a")])
        let cases = try await headquarters.fold.caseReports(CaseFilter(), among: promised, showsWords: true)
        #expect(cases.map(\.id) == [try complaint("a")])
        #expect(try await headquarters.fold.caseReports(CaseFilter(), among: [], showsWords: true).isEmpty)
        await headquarters.fold.stop()
    }

    @Test func issuesAreFoundByTheWordsOfTheirTextsAndOfWhatWasDone() async throws {
        var sites = try FoldTests.branches()
        try sites[0].write(
            #"{"kind":"step","case":"c1","step":"answered","text":"更换锂电池","occurred_at":"2026-10-04 10:00"}"#)
        let headquarters = try await headquarters(sites)
        for site in sites { try await headquarters.receive(site) }
        try await headquarters.fold.searchable()
        let issue = try #require(try headquarters.views.issues(limit: 10).first).id
        #expect(try headquarters.fold.subjects(.issue, of: try SearchQuery("门锁 没电")) == [issue])
        #expect(try headquarters.fold.subjects(.issue, of: try SearchQuery("锂电池")) == [issue])
        #expect(try headquarters.fold.subjects(.issue, of: try SearchQuery("积水")) != [issue])
        #expect(try await headquarters.search("锂电池").hits.map(\.issue) == [issue])
        await headquarters.fold.stop()
    }

    @Test func anythingTypedIsAQueryAndNoLanguage() async throws {
        let sites = try Self.branches()
        let headquarters = try await headquarters(sites)
        try await headquarters.receive(sites[0])
        for words in ["\" OR * NEAR( --", "terms:门锁", "门锁^2", "a\"b", "{terms}:x", "NOT", "rowid"] {
            #expect(try await headquarters.search(words).hits.isEmpty)
        }
        await headquarters.fold.stop()
    }

    // MARK: Erasure

    private func erasure() throws -> TestSite {
        var customer = Customer()
        customer.number = "K2"
        var own = try TestSite("hq", seed: 3)
        var facts = Facts()
        facts.recordID = RecordID(site: .headquarters, clientID: "erasure").data
        facts.recordedAt = (TestSite.end + .hours(1)).milliseconds
        facts.erasure.customerTokens = TestSite.pseudonyms.tokens(for: customer, at: .headquarters)
        try own.append(facts)
        return own
    }

    /// Whether a term, or what it is told apart by, stands in a file of the views.
    private func isInFile(_ text: String, _ headquarters: TestHeadquarters) -> Bool {
        ["views.sqlite", "views.sqlite-wal"].contains { name in
            let bytes = FileManager.default.contents(atPath: headquarters.path + "/" + name) ?? Data()
            return bytes.range(of: Data(text.utf8)) != nil
        }
    }

    @Test func erasedWordsAreInNoPageOfTheIndex() async throws {
        var sites = try Self.branches()
        try sites[0].write(
            #"{"kind":"complaint","id":"z","occurred_at":"2026-10-06 09:00","customer":"K2","text":"欧阳修远的 quokkazeppelin 坏了"}"#
        )
        try sites[0].rewrite("z", text: "欧阳修远的 quokkazeppelin 又坏了 wombatzither")
        let headquarters = try await headquarters(sites)
        for index in sites[0].entries.indices {
            try await headquarters.receive(sites[0], from: index, count: 1)
            try await headquarters.fold.searchable()
        }
        #expect(try await headquarters.search("wombatzither 欧阳").hits.count == 1)
        headquarters.views.forgetOldPages()
        // A term's beginning may be that of the one before it.
        #expect(isInFile("okkazeppelin", headquarters))
        #expect(isInFile("ombatzither", headquarters))
        try await headquarters.receive(try erasure())
        try await headquarters.fold.searchable()
        #expect(try await headquarters.search("欧阳").hits.isEmpty)
        #expect(try await headquarters.search("basement").hits.isEmpty)
        #expect(try await headquarters.search("门锁").hits.count == 2)
        for word in ["okkazeppelin", "ombatzither", "欧阳", "阳修", "修远"] {
            #expect(!isInFile(word, headquarters), "\(word)")
        }
        let terms = try await headquarters.views.pool.read {
            try String.fetchAll($0, sql: "SELECT term FROM term_count")
        }
        #expect(terms.contains("门锁"))
        #expect(!terms.contains { $0.contains("quokka") || $0.contains("wombat") || $0.contains("欧") })
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        await headquarters.fold.stop()
    }

    @Test func anErasureThatCameFirstLetsNoWordIn() async throws {
        let sites = try Self.branches()
        let headquarters = try await headquarters(sites)
        try await headquarters.receive(try erasure())
        try await headquarters.fold.searchable()
        try await headquarters.receive(sites[0])
        #expect(try await headquarters.search("basement").hits.isEmpty)
        #expect(try await headquarters.search("门锁").hits.count == 2)
        #expect(!isInFile("asement", headquarters))
        await headquarters.fold.stop()
    }
}

extension TestHeadquarters {
    /// What a search finds, asked as the administration asks.
    fileprivate func search(
        _ words: String, _ fill: (inout SearchRequest) -> Void = { _ in }
    ) async throws -> SearchAnswer {
        var request = SearchRequest(words: words)
        fill(&request)
        let query = try SearchQuery(words)
        try await fold.searchable()
        return try fold.search(
            query, try WordSearch(request, query, in: TestSite.zone), limit: request.limit, .chinese, in: TestSite.zone)
    }
}

extension TestSite {
    /// Corrects what one of its records says.
    fileprivate mutating func rewrite(_ clientID: String, text: String) throws {
        try correct(clientID) { _ in }
        let last = entries.count - 1
        var entry = entries[last]
        var personal = try Personal(serializedBytes: entry.personal)
        (personal.subject, personal.text) = ("", text)
        entry.personal = try personal.serializedData()
        replace(last, entry)
    }
}
