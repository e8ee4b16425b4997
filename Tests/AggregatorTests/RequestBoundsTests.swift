import Handbooks
import Rules
import Storage
import Testing

@testable import Aggregator

/// Whoever may only read may still write any number into a request: none of them brings anything down or lifts a bound.
@Suite struct RequestBoundsTests {
    @Test(arguments: [Int.min, -1, 0, 5, Int.max]) func anyLimitIsHeldWithinBounds(_ limit: Int) {
        let bound = CaseQuery(CaseFilter(limit: limit), .standard).limit
        #expect((1...Fold.mostCases).contains(bound))
        #expect((1...100_000).contains(LikelyRequest(limit: limit, language: nil).boundedLimit))
        if limit == 5 { #expect(bound == 5) }
    }

    @Test func aNegativeLimitIsNotEveryCase() async throws {
        var site = try TestSite("riverside", seed: 1)
        for number in 1...3 {
            try site.write(#"{"kind":"complaint","occurred_at":"2026-10-0\#(number) 09:00","text":"第 \#(number) 件"}"#)
        }
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await headquarters.receive(site)
        await headquarters.fold.caughtUp()
        #expect(try await headquarters.fold.caseReports(CaseFilter(limit: -1), showsWords: true).count == 1)
        #expect(try await headquarters.fold.caseReports(CaseFilter(limit: 2), showsWords: true).count == 2)
        await headquarters.fold.stop()
    }
}
