import Digests
import Foundation
import Handbooks
import Records
import Rules
import Testing

@testable import Aggregator
@testable import Storage

/// Entries that nobody has any more: headquarters says which, of which site, and that the month is not complete.
struct LostEntriesTests {
    private let october = Month("2026-10")!
    /// When what is told here was recorded.
    private let november = Month("2026-11")!

    /// A site whose second entry is lost; the third certifies it.
    private func site() throws -> TestSite {
        var site = try TestSite("riverside", seed: 1)
        try site.write(#"{"kind":"complaint","id":"a","occurred_at":"2026-10-02 09:00","text":"楼道灯坏了"}"#)
        try site.write(#"{"kind":"complaint","id":"b","occurred_at":"2026-10-03 09:00","text":"水压太小"}"#)
        site.lose(1)
        var facts = Facts()
        facts.recordID = RecordID(site: site.id, clientID: "gap").data
        facts.occurredAt = TestSite.end.milliseconds
        facts.recordedAt = TestSite.end.milliseconds
        facts.gap.epoch = site.epoch.data
        (facts.gap.first, facts.gap.last) = (2, 2)
        facts.gap.cause = .damaged
        try site.append(facts)
        return site
    }

    private func receive(_ site: TestSite, _ headquarters: TestHeadquarters) async throws {
        try await headquarters.receive(site, count: 1)
        try await headquarters.receive(site, from: 1)
        await headquarters.fold.caughtUp()
    }

    @Test func theDigestNamesThemInBothLanguages() async throws {
        let site = try site()
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await receive(site, headquarters)
        let digest = try await headquarters.fold.preview(of: november).digest
        let shown = try #require(digest.sites.first { $0.id == site.id })
        #expect(shown.missing == 1)
        #expect(shown.gaps?.map(\.first.value) == [2])
        #expect(shown.state != .complete)
        #expect(digest.markdown(.chinese).contains("有缺口：日志第 2 条已永久丢失"))
        #expect(digest.markdown(.english).contains("has a gap: entry 2 of its log is lost for good"))
        let before = try await headquarters.fold.preview(of: october).digest
        #expect(before.count("complaints.received") == 1)
        #expect(before.sites.allSatisfy { $0.gaps == nil }, "it was whole when October was over")
        await headquarters.fold.stop()
    }

    @Test func aCertificateIsAFlagOnceAndAfterARebuild() async throws {
        let site = try site()
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await receive(site, headquarters)
        let flag = try #require(try headquarters.flags(FlagKind.entriesLost.rawValue).first)
        #expect(flag.flag.sites == [site.id])
        #expect(flag.flag.text(.chinese, handbook: .standard).contains("第 2 条"))
        #expect(flag.flag.text(.english, handbook: .standard).contains("entry 2 is damaged"))
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        #expect(try headquarters.flags(FlagKind.entriesLost.rawValue).count == 1)
        await headquarters.fold.stop()
    }

    /// What is lost is no entry that could be read after an upgrade.
    @Test func lostEntriesAreCountedApartFromUnreadableOnes() async throws {
        var site = try site()
        site.append(garbage: Data([0xFF]))
        site.append(garbage: Data([0xFF]))
        try site.write(#"{"kind":"complaint","id":"c","occurred_at":"2026-10-04 09:00","text":"电梯坏了"}"#)
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await receive(site, headquarters)
        #expect(try headquarters.store.lostCounts().values.reduce(0, +) == 1)
        let ranges = try headquarters.views.unreadableRanges().values.flatMap { $0 }
        #expect(ranges.map { [$0.first.value, $0.last.value] } == [[4, 5]])
        let quarantine = Exchange.Quarantine(site.epoch, ranges)
        #expect(quarantine.count == 2)
        #expect(quarantine.ranges.map(\.first) == [4])
        let digest = try await headquarters.fold.preview(of: october).digest
        #expect(digest.count("complaints.received") == 2, "garbage holds nothing up")
        await headquarters.fold.stop()
    }
}
