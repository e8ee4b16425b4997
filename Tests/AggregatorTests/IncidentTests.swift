import Foundation
import Handbooks
import Records
import Replication
import Rules
import Testing

@testable import Aggregator
@testable import Storage

/// What happens to logs reaches the feed and the month's digest.
@Suite struct IncidentTests {
    private let moment = Timestamp("2026-10-15", in: TestSite.zone)!

    private func site() throws -> TestSite {
        var site = try TestSite("riverside", seed: 1)
        try site.write(#"{"kind":"complaint","id":"a","occurred_at":"2026-10-02 09:00","text":"楼道灯坏了"}"#)
        return site
    }

    private func note(
        _ kind: Incident.Kind, of site: TestSite, count: UInt64 = 0, _ headquarters: TestHeadquarters
    ) async throws {
        let place = try #require(try headquarters.store.storedLogs().first).durable
        let opening = SessionOpening(
            site: site.id, token: Data(), tokens: SessionTokens(), epochs: [], claims: [],
            incidents: [Incident(kind, place: place, of: site.epoch, count: count)])
        let failure = await withCheckedContinuation { continuation in
            headquarters.store.open(opening, at: moment) { continuation.resume(returning: $0) }
        }
        #expect(failure == nil)
    }

    @Test(arguments: [
        (Incident.Kind.rolledBack, FlagKind.siteRolledBack), (.restored, .siteRolledBack),
        (.diverged, .historiesDiffer), (.replaced, .siteReplaced),
    ])
    func eachIncidentIsAFlagOnceAndAfterARebuild(incident: Incident.Kind, kind: FlagKind) async throws {
        let site = try site()
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await headquarters.receive(site)
        try await note(incident, of: site, count: 3, headquarters)
        await headquarters.fold.caughtUp()
        let flag = try #require(try headquarters.flags(kind.rawValue).first)
        #expect(flag.flag.sites == [site.id])
        #expect(flag.flag.count == 3)
        #expect(flag.flag.at == moment)
        for language in [Language.chinese, .english] {
            #expect(flag.flag.text(language, handbook: .standard).contains("3") || incident == .diverged)
        }
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        #expect(try headquarters.flags(kind.rawValue).count == 1)
        await headquarters.fold.stop()
    }

    @Test func aFencedCopyIsAFlagUntilItIsDecidedAbout() async throws {
        let site = try site()
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await headquarters.receive(site)
        let head = try #require(try headquarters.store.storedLogs().first).durable
        headquarters.store.fence(
            Data([1]), of: site.id, Incident(.fenced, place: head, of: head.epoch), at: moment)
        try await note(.diverged, of: site, headquarters)  // written behind it
        await headquarters.fold.caughtUp()
        #expect(try headquarters.flags("site_fenced").map(\.state) == [.raised])
        let fence = try #require(try headquarters.store.fences().first)
        try headquarters.store.decide(fence, .sameSite, by: "operator", at: moment)
        await headquarters.fold.caughtUp()
        #expect(try headquarters.flags("site_fenced").map(\.state) == [.raised, .passed])
        await headquarters.fold.stop()
    }

    @Test func aRestoredHeadquartersIsAFlagOfNoSite() async throws {
        let headquarters = try TestHeadquarters(sites: [try site()])
        try await headquarters.fold.start()
        try headquarters.store.beginEpoch(at: moment)
        await headquarters.fold.caughtUp()
        #expect(try headquarters.flags("headquarters_restored").map(\.flag.sites) == [[]])
        await headquarters.fold.stop()
    }

    /// What a replaced disk had beyond what arrived is lost; the months that it may be of are not complete.
    @Test func aMonthWithALossHasAGap() async throws {
        let site = try site()
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await headquarters.receive(site)
        try await note(.replaced, of: site, count: 4, headquarters)
        var claimed = try #require(try headquarters.store.storedLogs().first).durable
        claimed.sequence = SequenceNumber(5)
        try headquarters.store.claim([(site.id, claimed)])
        let losses = try headquarters.store.losses(of: site.id, in: TestSite.start..<TestSite.end + .days(1))
        #expect(losses.map(\.first) == [SequenceNumber(2)])
        #expect(losses.map(\.last) == [SequenceNumber(5)])
        // Before anything of that log came in, and after the new disk was there, nothing is missing.
        #expect(try headquarters.store.losses(of: site.id, in: TestSite.start..<TestSite.start + .days(1)).isEmpty)
        let later = TestSite.end + .days(40)
        #expect(try headquarters.store.losses(of: site.id, in: later..<later + .days(30)).isEmpty)
        await headquarters.fold.stop()
    }
}
