import Foundation
import Records
import SwiftProtobuf
import Testing

struct IdentifierVectorTests {
    private struct Vectors: Decodable {
        struct ClientID: Decodable {
            var site: String
            var clientId: String
            var recordId: Hex
        }
        struct Person: Decodable {
            struct Token: Decodable, Equatable {
                var kind: Int
                var value: Hex
            }
            var site: String
            var customer: [String: String]
            var tokens: [Token]
        }
        var recordIds: [ClientID]
        var organisationKey: Hex
        var customers: [Person]
        var siteIds: [String]
        var notSiteIds: [String]
    }

    private let vectors: Vectors

    init() throws { vectors = try VectorFile.read("identifiers") }

    @Test func clientsOwnIDsGiveTheVectorsRecordIDs() throws {
        for row in vectors.recordIds {
            #expect(RecordID(site: try SiteID(row.site), clientID: row.clientId).data == row.recordId.data)
        }
    }

    @Test func customersGetTheVectorsTokens() throws {
        let pseudonyms = try #require(CustomerPseudonyms(key: vectors.organisationKey.data))
        for row in vectors.customers {
            let customer = try Customer(jsonUTF8Data: JSONEncoder().encode(row.customer))
            let tokens = pseudonyms.tokens(for: customer, at: try SiteID(row.site))
            #expect(tokens.map(\.kind.rawValue) == row.tokens.map(\.kind), "\(row.customer)")
            #expect(tokens.map(\.value) == row.tokens.map(\.value.data), "\(row.customer)")
        }
    }

    @Test func siteIDsAreTakenAndRefusedAsTheVectorsSay() throws {
        for text in vectors.siteIds { #expect(try SiteID(text).text == text) }
        for text in vectors.notSiteIds { #expect(throws: InvalidSiteID.self, "\(text)") { try SiteID(text) } }
    }
}
