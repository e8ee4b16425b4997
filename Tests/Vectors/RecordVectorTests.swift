import Foundation
import Records
import SwiftProtobuf
import Testing

struct RecordVectorTests {
    @Test func partsAreWrittenAndReadAsTheVectorsSay() throws {
        let rows = try VectorFile.rows("records", "records")
        for row in rows {
            let name = try row.text("name")
            let facts = try Facts(jsonUTF8Data: row.json("facts"))
            #expect(try facts.serializedData() == row.bytes("factsBytes"), "\(name)")
            #expect(try Facts(serializedBytes: row.bytes("factsBytes")) == facts, "\(name)")
            let personal = try Personal(jsonUTF8Data: row.json("personal"))
            #expect(try personal.serializedData() == row.bytes("personalBytes"), "\(name)")
            #expect(try Personal(serializedBytes: row.bytes("personalBytes")) == personal, "\(name)")
        }
        #expect(rows.count >= 8)
    }

    @Test func everyEntryOfTheChainIsARecord() throws {
        let vectors: ChainVectors = try VectorFile.read("chain")
        let site = try SiteID(vectors.site)
        for row in vectors.epochs {
            let epoch = try #require(Epoch(bytes: row.epoch.data))
            for (place, vector) in row.entries.enumerated() {
                let sequence = SequenceNumber(UInt64(place) + 1)
                let record = try Record(vector.entry, site: site, epoch: epoch, sequence: sequence)
                #expect(record.id == RecordID(site: site, clientID: record.facts.clientID))
                #expect((record.personal == nil) == !vector.personalDigest.data.isEmpty)
            }
        }
    }
}
