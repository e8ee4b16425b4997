import Records
import Rules
import Testing

@testable import Aggregator
@testable import Storage

/// Key accounts with whom nobody was in touch. Their profiles are of January, and silence of two months is too long.
@Suite struct KeyAccountTests {
    private static let profile =
        #"{"kind":"customer","id":"p1","occurred_at":"2026-01-05 09:00","customer":{"number":"K1","phone":"13800000001"},"key_account":true}"#

    /// Since when nobody was in touch, by the flags that stand.
    private func silent(_ headquarters: TestHeadquarters) throws -> [String] {
        try headquarters.views.standingFlags(of: FlagKind.keyAccountSilent.rawValue).map { row in
            let flag = try FlagPayload(json: row.payload).flag
            return String((flag.reference ?? flag.at).text(in: TestSite.zone).prefix(10))
        }
    }

    /// What stands once the lines came in, and once those came in that follow.
    private func silent(
        after first: [String], then more: [(inout TestSite) throws -> Void]
    ) async throws -> (before: [String], after: [String]) {
        var site = try TestSite("riverside", seed: 1)
        for line in first { try site.write(line) }
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await headquarters.receive(site)
        await headquarters.fold.caughtUp()
        let before = try silent(headquarters)
        for change in more {
            let known = site.entries.count
            try change(&site)
            try await headquarters.receive(site, from: known)
            await headquarters.fold.caughtUp()
        }
        let after = try silent(headquarters)
        let (old, new) = try await headquarters.fold.rebuild()
        #expect(old == new)
        #expect(try silent(headquarters) == after)
        await headquarters.fold.stop()
        return (before, after)
    }

    @Test(arguments: [#""phone":"13800000001""#, #""number":"K1""#]) func aVisitByAnyOfTheCustomersKeysIsAContact(
        _ key: String
    ) async throws {
        let (before, after) = try await silent(after: [Self.profile]) {
            try $0.write(#"{"kind":"visit","occurred_at":"2026-06-01 09:00","customer":{\#(key)}}"#)
        }
        #expect(before == ["2026-01-05"])
        #expect(after == ["2026-06-01"])
    }

    @Test func aContactThatIsTakenBackIsNone() async throws {
        let visit =
            #"{"kind":"visit","id":"v1","occurred_at":"2026-06-01 09:00","customer":{"phone":"13800000001"}}"#
        let id = RecordID(site: try SiteID("riverside"), clientID: "v1")
        let (before, after) = try await silent(after: [Self.profile, visit]) {
            try $0.write(#"{"kind":"retraction","record":"\#(id)","reason":"没有去"}"#)
        }
        #expect(before == ["2026-06-01"])
        #expect(after == ["2026-01-05"])
    }

    @Test func whoIsNoKeyAccountByACorrectionHasNoFlag() async throws {
        let (before, after) = try await silent(after: [Self.profile]) {
            try $0.correct("p1") { $0.customer.keyAccount = false }
        }
        #expect(before.count == 1)
        #expect(after.isEmpty)
    }

    @Test func aCustomerWithANewNameHasOneFlag() async throws {
        // Whichever pseudonym is less: one of these gives the customer another name.
        let (before, after) = try await silent(
            after: [Self.profile],
            then: (2...9).map { number in
                { site in
                    try site.write(
                        #"{"kind":"customer","occurred_at":"2026-01-0\#(number) 10:00","customer":{"number":"K1","phone":"1390000000\#(number)"}}"#
                    )
                }
            })
        #expect(before == ["2026-01-05"])
        #expect(after.count == 1)
    }
}

extension KeyAccountTests {
    private func silent(
        after first: [String], then change: @escaping (inout TestSite) throws -> Void
    ) async throws -> (before: [String], after: [String]) {
        try await silent(after: first, then: [change])
    }
}
