import Foundation
import SwiftProtobuf
import Testing

@testable import Records

struct RecordTests {
    @Test func entryIsDecodedAndItsTimesAreCorrected() throws {
        let record = try record(try stored(), clockOffset: .seconds(-30))
        #expect(record.id == RecordID(high: 1, low: 2))
        #expect(record.occurred == Timestamp(milliseconds: 70_000))
        #expect(record.recorded == Timestamp(milliseconds: 170_000))
        #expect(record.personal?.text == "漏水")
    }

    @Test func erasedEntryHasNoPersonalPart() throws {
        var entry = try stored()
        (entry.nonce, entry.personal, entry.personalDigest) = (Data(), Data(), Data(repeating: 1, count: 32))
        #expect(try record(entry).personal == nil)
    }

    @Test func whatCannotBeReadSaysWhyAndNamesItsPlace() throws {
        var garbage = try stored()
        garbage.facts = Data([0xFF, 0xFF, 0xFF])
        var bodiless = try stored()
        bodiless.facts = try Facts.with { $0.recordID = RecordID(high: 1, low: 2).data }.serializedData()
        var nameless = try stored()
        nameless.facts = try Facts.with { $0.complaint = Complaint() }.serializedData()
        for entry in [garbage, bodiless, nameless] {
            let error = #expect(throws: UnreadableEntry.self) { try record(entry) }
            #expect(error?.description.hasPrefix("entry 9 of site lakeview: ") == true)
            #expect(error?.description.contains("漏水") == false)
        }
    }

    @Test func unknownFieldsOfANewerVersionSurvive() throws {
        var entry = try stored()
        // Field 15, a string, which no version has yet.
        entry.facts.append(contentsOf: [0x7A, 0x02, 0x68, 0x69])
        let facts = try record(entry).facts
        #expect(Data(try facts.serializedBytes() as [UInt8]).count == entry.facts.count)
    }

    @Test func orderDoesNotDependOnArrival() throws {
        let epochs = [try epoch(), try epoch(from: 1)]
        func order(_ occurred: Int64, _ recorded: Int64, _ site: String, _ epoch: Epoch, _ sequence: UInt64) throws
            -> RecordOrder
        {
            RecordOrder(
                occurred: Timestamp(milliseconds: occurred), recorded: Timestamp(milliseconds: recorded),
                site: try SiteID(site), epoch: epoch, sequence: SequenceNumber(sequence))
        }
        let told = [
            try order(1, 9, "z", epochs[1], 9), try order(2, 1, "z", epochs[1], 9), try order(2, 2, "a", epochs[1], 9),
            try order(2, 2, "b", epochs[0], 9), try order(2, 2, "b", epochs[1], 1), try order(2, 2, "b", epochs[1], 2),
        ]
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<20 { #expect(told.shuffled(using: &generator).sorted() == told) }
    }

    private func record(_ entry: Entry, clockOffset: Duration = .zero) throws -> Record {
        try Record(
            entry, site: SiteID("lakeview"), epoch: epoch(), sequence: SequenceNumber(9), clockOffset: clockOffset)
    }

    private func stored() throws -> Entry {
        let facts = Facts.with {
            $0.recordID = RecordID(high: 1, low: 2).data
            ($0.occurredAt, $0.recordedAt) = (100_000, 200_000)
            $0.complaint = Complaint.with { $0.category = "leaks" }
        }
        let personal = Personal.with { $0.text = "漏水" }
        return entry(facts: try facts.serializedBytes(), personal: try personal.serializedBytes())
    }
}
