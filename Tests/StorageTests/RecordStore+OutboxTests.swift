import Foundation
import GRDB
import Records
import Replication
import SwiftProtobuf
import Testing

@testable import Storage

@Suite struct OutboxTests {
    private static let other = Fixture.otherSite

    /// A store with records of A1 in it, and a way to hand them on.
    private struct Desk {
        let folder: TestFolder
        let store: RecordStore
        var log: Int64 = 0

        init(records: Int) async throws {
            folder = try TestFolder()
            store = try Fixture.store(folder)
            var source = BatchSource()
            try store.begin(source.epoch, of: source.site, parent: nil)
            // Facts that can be read, each with an id of its own.
            let entries = try (0..<records).map { number in
                var facts = Facts()
                facts.recordID = Self.id(number).data
                facts.occurredAt = Int64(number)
                facts.complaint.category = "c\(number)"
                var entry = Entry()
                entry.facts = try facts.serializedData()
                entry.nonce = Data(repeating: 7, count: LogChain.nonceLength)
                entry.personal = Data([UInt8(number)])
                return entry
            }
            let hashes = try #require(
                LogChain.hashes(of: entries, after: source.head.hash, first: source.head.sequence.next))
            let slice = LogSlice(
                epoch: source.epoch, first: source.head.sequence.next, previous: source.head.hash, entries: entries,
                last: try #require(hashes.last))
            let batch = SiteReceiver.StagedBatch(
                site: source.site, slice: slice, hashes: hashes, signature: Signature())
            _ = await store.append(together: [batch])
            log = try #require(try store.storedLogs().first { $0.site == source.site }).number
            _ = try source.next(1)
        }

        static func id(_ number: Int) -> RecordID { RecordID(high: 1, low: UInt64(number)) }

        func record(_ number: Int, to site: SiteID = OutboxTests.other) -> RecordStore.OutgoingRecord {
            RecordStore.OutgoingRecord(
                site: site, id: Self.id(number), log: log, sequence: SequenceNumber(UInt64(number) + 1),
                reason: .caseGiven)
        }

        func read(after place: UInt64, entries: Int = 100, bytes: Int = .max) throws -> LogSlice {
            let epoch = try #require(try store.outbox(of: other)).head.epoch
            return try store.outboxSlice(
                LogRead(epoch: epoch, after: SequenceNumber(place), entries: entries, bytes: bytes), of: other)
        }
    }

    @Test func anOutboxIsALogThatItsSiteCanVerify() async throws {
        let desk = try await Desk(records: 3)
        let outbox = try desk.store.renewOutbox(
            of: Self.other, epoch: Fixture.epoch(5), logEpoch: Fixture.epoch(6), with: [desk.record(0), desk.record(1)])
        #expect(outbox == (try desk.store.outbox(of: Self.other)))
        #expect(outbox.origin == LogChain.origin(site: Self.other, epoch: Fixture.epoch(5), parent: nil))
        #expect((outbox.head.sequence.value, outbox.acknowledged, outbox.logEpoch) == (2, .zero, Fixture.epoch(6)))
        let heads = try desk.store.deliver([desk.record(2), desk.record(1)])
        #expect(heads[Self.other]?.sequence.value == 3)
        let slice = try desk.read(after: 0)
        #expect(slice.end == heads[Self.other])
        #expect(LogChain.hashes(of: slice.entries, after: outbox.origin, first: SequenceNumber(1))?.last == slice.last)
        let first = try Facts(serializedBytes: slice.entries[0].facts)
        #expect((first.delivery.site, first.delivery.reason) == ("A1", .caseGiven))
        #expect(try Facts(serializedBytes: first.delivery.facts).complaint.category == "c0")
        #expect(slice.entries.map(\.personal) == [Data([0]), Data([1]), Data([2])])
        // In parts, as credit allows.
        #expect(try desk.read(after: 1, entries: 1).entries.count == 1)
        #expect(try desk.read(after: 1, bytes: 1).entries.count == 1)
        #expect(
            try desk.store.outboxHash(at: desk.read(after: 0, entries: 2).end, of: Self.other)
                == desk.read(after: 2).previous)
    }

    @Test func aRecordIsHandedOnOnceHoweverOftenItIsDelivered() async throws {
        let desk = try await Desk(records: 2)
        _ = try desk.store.renewOutbox(of: Self.other, epoch: Fixture.epoch(5), logEpoch: Fixture.epoch(6), with: [])
        #expect(try desk.store.deliver([desk.record(0), desk.record(0)]).count == 1)
        #expect(try desk.store.deliver([desk.record(0)]).isEmpty)
        #expect(try desk.read(after: 0).entries.count == 1)
    }

    @Test func aSiteThatNeverOpenedItsDownlinkHasNoOutbox() async throws {
        let desk = try await Desk(records: 1)
        #expect(try desk.store.deliver([desk.record(0)]).isEmpty)
        #expect(try desk.store.outbox(of: Self.other) == nil)
        #expect(try desk.store.outboxHash(at: Self.place(0), of: Self.other) == nil)
    }

    @Test func anOutboxThatIsBegunAnewHasNothingOfTheOldButItsMemory() async throws {
        let desk = try await Desk(records: 3)
        let old = try desk.store.renewOutbox(
            of: Self.other, epoch: Fixture.epoch(5), logEpoch: Fixture.epoch(6), with: [desk.record(0)])
        _ = try desk.store.renewOutbox(
            of: Self.other, epoch: Fixture.epoch(7), logEpoch: Fixture.epoch(6), with: [desk.record(1)])
        #expect(try desk.store.outboxHash(at: old.head, of: Self.other) == nil)
        #expect(throws: StorageError.self) {
            try desk.store.outboxSlice(
                LogRead(epoch: old.head.epoch, after: .zero, entries: 1, bytes: 1), of: Self.other)
        }
        #expect(try desk.store.recipients(of: Desk.id(0)) == [Self.other])
        #expect(try desk.store.places(of: Desk.id(0)).isEmpty)
        #expect(try desk.store.places(of: Desk.id(1)) == [Self.other: SequenceNumber(1)])
    }

    @Test func itOutlivesARestart() async throws {
        let desk = try await Desk(records: 2)
        let outbox = try desk.store.renewOutbox(
            of: Self.other, epoch: Fixture.epoch(5), logEpoch: Fixture.epoch(6), with: [desk.record(0)])
        desk.store.outboxAcknowledged(outbox.head, by: Self.other)
        try await desk.store.pool.write { _ in }  // after what was handed over before
        let again = try Fixture.store(desk.folder)
        #expect(try again.outbox(of: Self.other)?.head == outbox.head)
        #expect(try again.outbox(of: Self.other)?.acknowledged.value == 1)
        #expect(try again.outboxes().keys.sorted() == [Self.other])
    }

    @Test func anErasureReachesEveryOutboxAndTheChainHolds() async throws {
        let desk = try await Desk(records: 2)
        let outbox = try desk.store.renewOutbox(
            of: Self.other, epoch: Fixture.epoch(5), logEpoch: Fixture.epoch(6), with: [desk.record(0), desk.record(1)])
        let entry = try #require(try desk.store.entry(of: desk.log, SequenceNumber(1)))
        let digest = try #require(LogChain.personalDigest(entry))
        try await desk.store.pool.write { database in
            try database.execute(
                sql: "UPDATE entry SET nonce = x'', personal = x'', personal_digest = ? WHERE log = ? AND sequence = 1",
                arguments: [digest, desk.log])
        }
        let slice = try desk.read(after: 0)
        #expect(slice.end == outbox.head)
        #expect(slice.entries[0].personal.isEmpty && slice.entries[0].personalDigest == digest)
    }

    @Test func aChangedEntryIsNotHandedOn() async throws {
        let desk = try await Desk(records: 2)
        _ = try desk.store.renewOutbox(
            of: Self.other, epoch: Fixture.epoch(5), logEpoch: Fixture.epoch(6), with: [desk.record(0)])
        try await desk.store.pool.write { try $0.execute(sql: "UPDATE entry SET personal = x'FF' WHERE sequence = 1") }
        #expect(throws: StorageError.self) { try desk.read(after: 0) }
    }

    private static func place(_ sequence: UInt64) -> LogPosition {
        LogPosition(epoch: Fixture.epoch(5), sequence: SequenceNumber(sequence), hash: LogChain.unknownLeaf)
    }
}
