import Digests
import Foundation
import Handbooks
import Records
import Rules
import Testing

@testable import Aggregator
@testable import Storage

@Suite struct DigestClosingTests {
    private let october = Month("2026-10")!

    @Test func lateRecordMakesARevisionThatSaysWhatChanged() async throws {
        var site = try TestSite("riverside", seed: 1)
        try site.write(
            #"{"kind":"complaint","id":"a","occurred_at":"2026-10-02 09:00","customer":"K1","text":"楼道灯坏了"}"#)
        try site.write(
            #"{"kind":"complaint","id":"b","occurred_at":"2026-10-30 09:00","customer":"K2","text":"水压太小，洗澡没水"}"#)
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await headquarters.receive(site, count: 1)
        await headquarters.fold.caughtUp()
        let (first, isNew) = try await headquarters.fold.close(october)
        #expect(isNew)
        #expect(first.digest.count("complaints.received") == 1)
        #expect(try await headquarters.fold.close(october).isNew == false)

        try await headquarters.receive(site, from: 1)
        await headquarters.fold.caughtUp()
        let second = try #require(try await headquarters.fold.edition(of: october))
        #expect(second.digest.revision == 2)
        #expect(second.digest.count("complaints.received") == 2)
        let changes = try #require(second.digest.changes)
        #expect(changes.figures.contains { $0.name == "complaints.received" })
        #expect(try await headquarters.fold.edition(of: october, revision: 1)?.digest == first.digest)
        await headquarters.fold.stop()
    }

    /// Headquarters was killed after a late record had been folded and before the digest of its month was compared.
    @Test func monthThatARecordTouchedBeforeACrashIsRevisedAtTheNextStart() async throws {
        let headquarters = try TestHeadquarters(sites: [try TestSite("riverside", seed: 1)])
        let other = try TestHeadquarters(sites: [])
        let edition = try await other.fold.preview(of: october)
        await other.fold.stop()
        try headquarters.store.keep(
            StoredDigest(
                month: october, revision: 1, closedAt: TestSite.end,
                content: String(decoding: try JSONEncoder().encode(edition), as: UTF8.self), changes: ""))
        try headquarters.views.write { try $0.noteUnrevised([october]) }
        try await headquarters.fold.start()
        await headquarters.fold.caughtUp()
        #expect(try headquarters.store.digests(of: october).map(\.revision) == [1, 2])
        #expect(try headquarters.views.unrevisedMonths().isEmpty)
        await headquarters.fold.stop()
    }

    @Test func monthThatWasClosedAndNotAnnouncedIsAnnouncedAtTheNextStart() async throws {
        let headquarters = try TestHeadquarters(sites: [try TestSite("riverside", seed: 1)])
        let edition = try await headquarters.fold.preview(of: october)
        let closedAt = TestSite.end
        try headquarters.store.keep(
            StoredDigest(
                month: october, revision: 1, closedAt: closedAt,
                content: String(decoding: try JSONEncoder().encode(edition), as: UTF8.self), changes: ""))
        let announced = {
            try headquarters.store.feed(after: 0, limit: 100).filter { $0.kind == "digest" }
                .map { try FlagPayload(json: $0.payload).flag }
        }
        try await headquarters.fold.start()
        await headquarters.fold.caughtUp()
        #expect(try announced().map(\.at) == [closedAt])
        #expect(try await headquarters.fold.close(october).isNew == false)
        #expect(try announced().map(\.at) == [closedAt])
        await headquarters.fold.stop()
    }

    @Test func sameComplaintMadeTwiceIsReceivedTwiceAndDistinctOnce() async throws {
        var riverside = try TestSite("riverside", seed: 1)
        var lakeview = try TestSite("lakeview", seed: 2)
        try riverside.write(
            #"{"kind":"complaint","occurred_at":"2026-10-02 09:00","customer":"K1","text":"楼道灯坏了，太黑！"}"#)
        try lakeview.write(#"{"kind":"complaint","occurred_at":"2026-10-03 09:00","customer":"k1","text":"楼道灯坏了 太黑"}"#)
        let headquarters = try TestHeadquarters(sites: [riverside, lakeview])
        try await headquarters.fold.start()
        try await headquarters.receive(riverside)
        try await headquarters.receive(lakeview)
        await headquarters.fold.caughtUp()
        let digest = try await headquarters.fold.preview(of: october).digest
        #expect(digest.count("complaints.received") == 2)
        #expect(digest.count("complaints.distinct") == 1)
        #expect(digest.count("complaints.complainants") == 1)
        await headquarters.fold.stop()
    }

    @Test func numbersOfTheHandbookDecideWhatTheDigestShows() async throws {
        var site = try TestSite("riverside", seed: 1)
        for day in 5...9 {
            try site.write(
                #"{"kind":"visit","occurred_at":"2026-10-0\#(day) 09:00","satisfaction":4,"customer":"K\#(day)"}"#)
        }
        var patient = Handbook.standard
        patient.digest = DigestRules(backdatedAfter: .days(60), smallSample: 5, underReportingPercent: 50)
        // The site writes everything down on 20 November.
        for (handbook, backdated, isPercentage) in [(Handbook.standard, 5, false), (patient, 0, true)] {
            let headquarters = try TestHeadquarters(sites: [site], handbook: handbook)
            try await headquarters.fold.start()
            try await headquarters.receive(site)
            await headquarters.fold.caughtUp()
            let digest = try await headquarters.fold.preview(of: october).digest
            #expect(digest.count("backdated.records") == backdated)
            #expect(digest.smallSample == handbook.digest.smallSample)
            let hasInterval = digest.figures.contains { figure in
                if case .share(_, 5, let interval) = figure.value { interval != nil } else { false }
            }
            #expect(hasInterval == isPercentage)
            await headquarters.fold.stop()
        }
    }

    @Test func siteThatWasNeverHeardIsNotTakenForComplete() async throws {
        var riverside = try TestSite("riverside", seed: 1)
        let hillside = try TestSite("hillside", seed: 2)
        try riverside.write(#"{"kind":"complaint","occurred_at":"2026-10-02 09:00","text":"楼道灯坏了"}"#)
        let headquarters = try TestHeadquarters(sites: [riverside, hillside], silent: ["hillside"])
        try await headquarters.fold.start()
        try await headquarters.receive(riverside)
        await headquarters.fold.caughtUp()
        let digest = try await headquarters.fold.preview(of: october).digest
        #expect(digest.sites.first { $0.id.text == "hillside" }?.state == .silent)
        #expect(digest.sites.first { $0.id.text == "riverside" }?.state == .partial)
        #expect(try headquarters.flags("site_unheard").map(\.flag.sites).contains([hillside.id]))
        await headquarters.fold.stop()
    }
}
