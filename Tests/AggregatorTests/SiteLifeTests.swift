import Digests
import Foundation
import Records
import Testing

@testable import Aggregator
@testable import Storage

struct SiteLifeTests {
    private let october = Month("2026-10")!

    private func day(_ text: String) -> Timestamp { Timestamp(text, in: TestSite.zone)! }

    private func note(
        _ headquarters: TestHeadquarters, _ site: TestSite, _ state: SiteLife.State, since: String
    ) throws {
        try headquarters.store.note(
            .init(since: day(since), state: state), of: site.id, by: "wang", reason: "装修", at: TestSite.end)
        try headquarters.registry.load(from: headquarters.store)
    }

    private func coverage(_ headquarters: TestHeadquarters, _ site: TestSite) async throws -> SiteCoverage? {
        let sites = try await headquarters.fold.preview(of: october).digest.sites
        guard let found = sites.first(where: { $0.id == site.id }) else { return nil }
        switch (found.state, found.heardUntil) {
        case (.complete, let until?): return .complete(until: until)
        case (.partial, let until?): return .partial(heardUntil: until)
        case (.silent, let since): return .silent(since: since)
        case (.notExpected, _): return .notExpected
        default: return nil
        }
    }

    @Test func aMonthInWhichASiteIsPausedIsNotIncompleteForIt() async throws {
        let site = try TestSite("riverside", seed: 1)
        let headquarters = try TestHeadquarters(sites: [site], silent: ["riverside"])
        try await headquarters.fold.start()
        #expect(try await coverage(headquarters, site) == .silent(since: nil))
        try note(headquarters, site, .paused, since: "2026-09-20")
        #expect(try await coverage(headquarters, site) == .notExpected)
        try note(headquarters, site, .expected, since: "2026-10-20")
        #expect(try await coverage(headquarters, site) == .silent(since: nil))
        await headquarters.fold.stop()
    }

    @Test func aSiteThatRetiresAmidAMonthIsCompleteWhenItWasHeardUntilThen() async throws {
        let site = try TestSite("riverside", seed: 1)
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try note(headquarters, site, .retired, since: "2026-10-15")
        #expect(try await coverage(headquarters, site) == .complete(until: TestSite.end))
        await headquarters.fold.stop()
    }

    @Test func whoRevokesASiteDoesNotMakeItsMonthComplete() async throws {
        let site = try TestSite("riverside", seed: 1)
        let headquarters = try TestHeadquarters(sites: [site], silent: ["riverside"])
        try await headquarters.fold.start()
        try headquarters.store.revoke(site.id, at: TestSite.end)
        try headquarters.registry.load(from: headquarters.store)
        #expect(try await coverage(headquarters, site) == .silent(since: nil))
        await headquarters.fold.stop()
    }
}
