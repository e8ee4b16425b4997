import Foundation
import Handbooks
import Records
import Rules
import Testing

/// Customers put together from records and from what people said of who is one. Customers' keys are one letter each.
@Suite struct CustomerBookTests {
    private static let zone = TimeZoneRules("Asia/Shanghai") ?? .utc

    private func book() throws -> CustomerBook { CustomerBook(site: try SiteID("A0"), zone: Self.zone) }

    private func tokens(_ names: String) -> [CustomerToken] {
        names.map { name in
            var token = CustomerToken()
            token.value = Data(String(name).utf8)
            return token
        }
    }

    private func profile(
        _ number: UInt64, of keys: String, _ at: String, event: CustomerProfile.Event = .unspecified,
        _ fill: (inout CustomerProfile) -> Void = { _ in }
    ) throws -> Record {
        try record(number, site: "A0", at: moment(at, Self.zone)) { facts in
            facts.customerTokens = tokens(keys)
            facts.customer.event = event
            fill(&facts.customer)
        }
    }

    private func firstVisits(_ records: [Record], at now: String) throws -> Int {
        var book = try book()
        for record in records { book.note(record) }
        return try book.visits(at: moment(now, Self.zone), .standard) { _ in true }.count { $0.visit.isFirstVisit }
    }

    @Test func mergesOfWhomNothingIsKnownYetLoseNobody() throws {
        var book = try book()
        book.join(tokens("ab"))
        book.join(tokens("cd"))
        book.join(tokens("bc"))
        let numbers = Set("abcd".compactMap { book.customer(withTokens: tokens(String($0))) })
        #expect(numbers.count == 1)
        let number = try #require(numbers.first)
        #expect(book.name(of: number) == "61")
        book.note(try profile(1, of: "d", "2019-07-01 08:00"))
        #expect(Array(book.customers.keys) == [number])
    }

    @Test func aCustomerHasOneNameWhateverCameFirst() throws {
        let records = [
            try profile(1, of: "bc", "2019-07-01 08:00"), try profile(2, of: "ca", "2019-07-02 08:00"),
            try profile(3, of: "d", "2019-07-03 08:00"),
        ]
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            var book = try book()
            for index in order { book.note(records[index]) }
            #expect(Set(book.customers.keys.map { book.name(of: $0) }) == ["61", "64"])
        }
    }

    @Test func aTypeMakesAKeyAccountUntilALaterOneDoesNot() throws {
        let typed = try profile(1, of: "a", "2019-07-01 08:00") { $0.type = "key_account" }
        let bought = try profile(2, of: "b", "2019-07-02 08:00", event: .purchase)
        let joined = try profile(3, of: "ab", "2019-07-03 08:00")
        let later = try profile(4, of: "b", "2019-07-04 08:00") { $0.type = "residential" }
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            let records = order.map { [typed, bought, joined][$0] }
            #expect(try firstVisits(records, at: "2019-07-05 08:00") == 1)
            #expect(try firstVisits(records + [later], at: "2019-07-05 08:00") == 0)
            #expect(try firstVisits([later] + records, at: "2019-07-05 08:00") == 0)
        }
    }
}
