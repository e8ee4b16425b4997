import Foundation
import Records
import Testing

@testable import Digests

@Suite struct DigestJSONTests {
    @Test func theJSONReadsBackEqual() throws {
        var input = DigestInput.random(seed: 3)
        input.previous = Digest(.random(seed: 2)).asPreviousMonth
        let digest = Digest(input)
        let again = try Digest(json: Data(digest.json.utf8))
        #expect(again == digest)
        #expect(again.json == digest.json)
        #expect(again.isIntact)
    }

    @Test func keysAreSortedAndInSnakeCase() throws {
        let json = Digest(.random(seed: 3)).json
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let places = object.keys.sorted().map { key in json.range(of: "\"\(key)\":", options: .backwards) == nil ? 0 : 1
        }
        #expect(places.allSatisfy { $0 == 1 })
        #expect(json.hasPrefix("{\"backdated\":"))
        #expect(json.contains("\"small_sample\":10"))
        #expect(json.contains("{\"kind\":\"count\",\"name\":\"complaints.received\",\"value\":120}"))
        #expect(json.contains("\"month\":\"2019-07\""))
        #expect(!json.contains("\n"))
    }

    @Test func anAlteredDigestIsNotIntact() throws {
        let json = Digest(.random(seed: 3)).json
        let altered = json.replacing(
            "\"name\":\"complaints.received\",\"value\":120", with: "\"name\":\"complaints.received\",\"value\":119")
        #expect(try !Digest(json: Data(altered.utf8)).isIntact)
    }

    @Test func noComplainantIsInTheJSON() {
        var input = DigestInput.random(seed: 3)
        for place in input.cases.indices { input.cases[place].complainant = "张三-token-\(place)" }
        #expect(!Digest(input).json.contains("张三"))
    }

    @Test func aSmallShareHasNoValue() {
        var input = DigestInput.empty(sites: [complete("A1")])
        input.visits = [1, 2, 3].map { VisitSummary(id: record($0), site: site("A1"), reached: true, satisfaction: 4) }
        let json = Digest(input).json
        #expect(json.contains("{\"kind\":\"share\",\"n\":3,\"name\":\"visits.reach\",\"part\":3}"))
    }
}
