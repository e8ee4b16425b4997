import Foundation
import SwiftProtobuf
import Testing

@testable import Records

/// The expected tokens come from Python's hmac module.
struct CustomerPseudonymsTests {
    private let pseudonyms: CustomerPseudonyms

    init() throws { pseudonyms = try #require(CustomerPseudonyms(key: [UInt8](repeating: 7, count: 32))) }

    @Test func tokensEqualTheIndependentComputation() throws {
        let tokens = try made(
            for:
                Customer.with {
                    ($0.number, $0.phone, $0.email) = ("ｖｉｐ-12 a", "138 0001-0011", " A@B.cn")
                })
        #expect(tokens.map(\.kind) == [.number, .phone, .email])
        #expect(
            tokens.map(Self.digits) == [
                "d3ea904f0a9f346c7d14ca53cd6c1245", "ff771109676d338173445b72b2023510",
                "c8296a0bcfea2b65cbb5e3fe77945f91",
            ])
        let local = try made(for: Customer.with { $0.phone = "8400-1234" })
        #expect(local.map(Self.digits) == ["43ddfb4df0fe5990119978ee071c57ce"])
        let named = try made(for: Customer.with { ($0.name, $0.address) = ("林 婉清", "2栋1203") })
        #expect(named.map(Self.digits) == ["0e509f72dea6ab5233f9195d8e999353"])
        #expect(named.map(\.kind) == [.nameAddress])
    }

    @Test func samePersonHasTheSameTokenAtEverySite() throws {
        let one = try made(for: Customer.with { $0.phone = "13800010011" }, at: "riverside")
        for written in ["+86 138 0001 0011", "0086-13800010011", "８６１３８００01００11", "138.0001.0011", "(138)0001/0011"] {
            #expect(try made(for: Customer.with { $0.phone = written }, at: "oldtown") == one)
        }
    }

    @Test func localNumbersAndNamesMeanSomethingAtOneSiteOnly() throws {
        for customer in [Customer.with { $0.phone = "84001234" }, Customer.with { $0.name = "林婉清" }] {
            #expect(try made(for: customer, at: "riverside") != made(for: customer, at: "oldtown"))
        }
    }

    @Test func nameCountsOnlyWithoutAnotherKey() throws {
        let tokens = try made(for: Customer.with { ($0.name, $0.phone) = ("林婉清", "13800010011") })
        #expect(tokens.map(\.kind) == [.phone])
        #expect(try made(for: Customer()).isEmpty)
    }

    @Test func anotherKeyGivesOtherTokens() throws {
        let customer = Customer.with { $0.phone = "13800010011" }
        let other = try #require(CustomerPseudonyms(key: [UInt8](repeating: 8, count: 32)))
        #expect(other.tokens(for: customer, at: try SiteID("lakeview")) != (try made(for: customer)))
        #expect(CustomerPseudonyms(key: [1, 2, 3]) == nil)
    }

    @Test(arguments: [
        ("13800010011", "+8613800010011"), ("+44 7700 900142", "+447700900142"), ("0044 7700900142", "+447700900142"),
        ("010-8400 1234", "+861084001234"), ("8613800010011", "+8613800010011"), ("１３８０００１００１１", "+8613800010011"),
    ])
    func phonesAreReadAsE164(written: String, number: String) {
        #expect(CustomerKey.phone(written) == .international(number))
    }

    @Test(arguments: ["", "1234", "call me", "138-0001-0011x2", "1234567890123456", "++8613800010011", "8+6138"])
    func whatIsNoPhoneIsRefused(written: String) { #expect(CustomerKey.phone(written) == nil) }

    @Test func shortNumbersAreLocal() {
        #expect(CustomerKey.phone("84001234") == .local("84001234"))
        #expect(CustomerKey.phone("12345") == .local("12345"))
    }

    @Test func emailAndNumberHaveNormalForms() {
        #expect(CustomerKey.email(" Lin.W@Example.CN ") == "lin.w@example.cn")
        for wrong in ["", "a", "a@b", "@b.cn", "a@@b.cn", "a@.cn", "a@b."] { #expect(CustomerKey.email(wrong) == nil) }
        #expect(CustomerKey.number(" ｖｉｐ 12\u{A0}a") == "VIP12A")
        #expect(CustomerKey.number("　") == nil)
    }

    private func made(for customer: Customer, at site: String = "lakeview") throws -> [CustomerToken] {
        pseudonyms.tokens(for: customer, at: try SiteID(site))
    }

    private static func digits(_ token: CustomerToken) -> String { FixedBytes.hexadecimal(token.value) }
}
