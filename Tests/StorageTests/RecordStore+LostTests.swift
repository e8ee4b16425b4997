import Foundation
import GRDB
import Records
import Replication
import SwiftProtobuf
import Testing

@testable import Storage

/// Entries that headquarters holds the hash of only, and entries that are damaged there.
struct RecordStoreLostTests {
    /// A store with `count` entries of one log; those of `lost` as their site lost them.
    private func store(_ count: Int, lost: Set<Int> = []) async throws -> (RecordStore, LogSlice) {
        let store = try Fixture.store(TestFolder())
        let epoch = Fixture.epoch(1)
        try store.begin(epoch, of: Fixture.site, parent: nil)
        let origin = LogChain.origin(site: Fixture.site, epoch: epoch, parent: nil)
        var whole: [Entry] = []
        for number in 1...count {
            var facts = Facts()
            facts.recordedAt = Fixture.now.milliseconds + Int64(number)
            facts.visit.reached = true
            var entry = Entry()
            entry.facts = try facts.serializedData()
            entry.nonce = Data(repeating: 7, count: LogChain.nonceLength)
            whole.append(entry)
        }
        let hashes = try #require(LogChain.hashes(of: whole, after: origin, first: SequenceNumber(1)))
        // One batch for each entry: lost ones stand at the beginning of theirs.
        for (offset, hash) in hashes.enumerated() {
            let entry = lost.contains(offset + 1) ? Entry(lost: hash) : whole[offset]
            let slice = LogSlice(
                epoch: epoch, first: SequenceNumber(UInt64(offset) + 1),
                previous: offset == 0 ? origin : hashes[offset - 1],
                entries: [entry], last: hash)
            let batch = SiteReceiver.StagedBatch(
                site: Fixture.site, slice: slice, hashes: [hash], signature: Signature())
            #expect(await store.append(together: [batch]) == ["committed \(offset + 1)"])
        }
        let slice = LogSlice(
            epoch: epoch, first: SequenceNumber(1), previous: origin, entries: whole, last: hashes[count - 1])
        return (store, slice)
    }

    private func request(after: UInt64, _ entries: Int = 100) -> LogRead {
        LogRead(epoch: Fixture.epoch(1), after: SequenceNumber(after), entries: entries, bytes: .max)
    }

    @Test func lostEntriesAreRangesWithTheMomentsAroundThem() async throws {
        let (store, _) = try await store(8, lost: [1, 4, 5, 6])
        let found = try store.lostEntries(of: Fixture.site)
        #expect(found.map(\.range.first.value) == [1, 4])
        #expect(found.map(\.range.last.value) == [1, 6])
        #expect(found.map(\.after) == [nil, Timestamp(milliseconds: Fixture.now.milliseconds + 3)])
        #expect(found.allSatisfy { $0.foundAt == Fixture.now })
        #expect(try store.lostCounts().values.reduce(0, +) == 4)
        #expect(try store.lostEntries(of: Fixture.otherSite).isEmpty)
        let number = try #require(try store.storedLogs().first?.number)
        #expect(
            try store.entries(of: number, after: .zero, limit: 10).map(\.entry.damaged).prefix(4) == [
                true, false, false, true,
            ])
    }

    @Test func aStoreWithLostEntriesVerifiesAndCountsThem() async throws {
        let (store, _) = try await store(8, lost: [1, 4, 5])
        let inspection = try LogInspection(store.folder.path)
        let log = try #require(try inspection.logs().first)
        let found = try inspection.verify(log, keys: [])
        #expect((found.lost, found.intact, found.damaged) == (3, 5, 0))
        #expect(try inspection.damage(of: log).isEmpty)
        inspection.close()
    }

    @Test func aSiteGetsBackWhatIsWhole() async throws {
        let (store, whole) = try await store(8, lost: [5])
        let slice = try #require(try store.slice(of: Fixture.site, request(after: 1, 2)))
        #expect(slice.entries == Array(whole.entries[1...2]))
        #expect(try store.slice(of: Fixture.site, request(after: 2))?.entries.count == 2)
        #expect(try store.slice(of: Fixture.site, request(after: 4))?.entries.isEmpty == true)
        #expect(try store.slice(of: Fixture.site, request(after: 9)) == nil)
        #expect(try store.slice(of: Fixture.otherSite, request(after: 1)) == nil)
        try await store.pool.write { try $0.execute(sql: "UPDATE entry SET facts = x'FF' WHERE sequence = 3") }
        #expect(try store.slice(of: Fixture.site, request(after: 1))?.entries.count == 1)
    }

    @Test func aDamagedEntryIsFoundAndMendedFromItsSite() async throws {
        let (store, whole) = try await store(8)
        try await store.pool.write { try $0.execute(sql: "UPDATE entry SET facts = x'FF' WHERE sequence IN (3, 8)") }
        let inspection = try LogInspection(store.folder.path)
        let log = try #require(try inspection.logs().first)
        #expect(try inspection.damage(of: log).map(\.first.value) == [3, 8])
        for place in [3, 8] {
            var slice = whole
            let hashes = try #require(LogChain.hashes(of: whole.entries, after: whole.previous, first: whole.first))
            slice.first = SequenceNumber(UInt64(place))
            (slice.previous, slice.entries, slice.last) = (
                hashes[place - 2], [whole.entries[place - 1]], hashes[place - 1]
            )
            var forged = slice
            forged.entries = [whole.entries[0]]
            #expect(try store.mend(Fixture.site, with: forged) == 0)
            #expect(try store.mend(Fixture.otherSite, with: slice) == 0)
            #expect(try store.mend(Fixture.site, with: slice) == 1)
        }
        #expect(try inspection.damage(of: log).isEmpty)
        inspection.close()
    }
}
