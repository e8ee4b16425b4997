import Foundation
import Testing

@testable import Records

struct RecordIDTests {
    @Test func newOneIsAUUIDOfVersion7AtItsTime() throws {
        var generator = SeededGenerator(seed: 3)
        let time = try moment("2026-10-09T21:15:00+08:00")
        for _ in 0..<50 {
            let id = RecordID(at: time, using: &generator)
            #expect(id.high >> 16 == UInt64(time.milliseconds))
            #expect(id.bytes[6] >> 4 == 7)
            #expect(id.bytes[8] >> 6 == 0b10)
        }
    }

    @Test func laterOneIsGreater() throws {
        var generator = SeededGenerator(seed: 4)
        let time = try moment("2026-10-09T00:00:00Z")
        let ids = (0..<100).map { RecordID(at: time + .milliseconds($0), using: &generator) }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 100)
    }

    /// From Python's hashlib: a client's identifier always gives this record, on whatever disk it is imported.
    @Test func clientsIdentifierGivesAStableUUIDOfVersion8() throws {
        let lakeview = try SiteID("lakeview")
        #expect(RecordID(site: lakeview, clientID: "LV-C001").description == "ced329e8-3546-8505-829a-0cf7a2cdb35e")
        #expect(
            RecordID(site: try SiteID("oldtown"), clientID: "LV-C001").description
                == "ccee17db-65cd-8610-bd1a-cb7133a5bded")
        #expect(RecordID(site: lakeview, clientID: "投诉-1").description == "8c9092a3-0cda-83e1-9135-4f1bc3ad84e8")
    }

    @Test func siteAndIdentifierAreNotRunTogether() throws {
        #expect(RecordID(site: try SiteID("ab"), clientID: "c") != RecordID(site: try SiteID("a"), clientID: "bc"))
    }

    @Test func textAndBytesAreReadBack() throws {
        let text = "0190163d-8694-739b-aea5-966c26f8ad91"
        let id = try #require(RecordID(text))
        #expect(id.description == text)
        #expect(RecordID(text.uppercased()) == id)
        #expect(RecordID(bytes: id.bytes) == id)
        #expect(RecordID(bytes: id.data) == id)
        #expect(try JSONDecoder().decode(RecordID.self, from: JSONEncoder().encode(id)) == id)
    }

    @Test(arguments: [
        "", "0190163d8694739baea5966c26f8ad91", "0190163d-8694-739b-aea5-966c26f8ad9",
        "0190163d-8694-739b-aea5-966c26f8ad9g",
        "0190163d-8694-739b-aea5_966c26f8ad91", "0190163-d8694-739b-aea5-966c26f8ad91", "LV-C001",
    ])
    func otherTextsAreNoIdentifiers(text: String) { #expect(RecordID(text) == nil) }

    @Test func orderIsThatOfTheBytes() {
        let ids = [RecordID(high: 0, low: .max), RecordID(high: 1, low: 0), RecordID(high: .max, low: 1)]
        #expect(ids.sorted() == ids)
        #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted())
        #expect(RecordID(bytes: [UInt8](repeating: 0, count: 15)) == nil)
    }

    @Test func prefixNamesARange() throws {
        let range = try #require(RecordID.range(prefix: "0197A3C2-1"))
        #expect(range.first.description == "0197a3c2-1000-0000-0000-000000000000")
        #expect(range.last.description == "0197a3c2-1fff-ffff-ffff-ffffffffffff")
        let whole = range.first.description
        #expect(try #require(RecordID.range(prefix: whole)) == (range.first, range.first))
        for wrong in ["", "xyz", "0197a3c21", "0197a3c2-1000-0000-0000-0000000000000", "电梯"] {
            #expect(RecordID.range(prefix: wrong) == nil)
        }
    }
}
