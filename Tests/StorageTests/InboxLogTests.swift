import Foundation
import Records
import Replication
import SwiftProtobuf
import Testing

@testable import Storage

@Suite struct InboxLogTests {
    /// Outbox entries as headquarters makes them: a record of B2 each.
    private func deliveries(_ numbers: Range<Int>, epoch: UInt8 = 5, after previous: LogPosition? = nil) throws
        -> LogSlice
    {
        let entries = try numbers.map { number in
            var facts = Facts()
            facts.recordID = RecordID(high: 2, low: UInt64(number)).data
            if number == 3 { facts.handbookVersion.version = "two" } else { facts.complaint.category = "c\(number)" }
            var entry = Entry()
            entry.facts = try facts.serializedData()
            entry.nonce = Data(repeating: 7, count: LogChain.nonceLength)
            return try Entry(delivering: entry, of: Fixture.otherSite, .caseGiven)
        }
        let start =
            previous
            ?? LogPosition(
                epoch: Fixture.epoch(epoch), sequence: .zero,
                hash: LogChain.origin(site: Fixture.site, epoch: Fixture.epoch(epoch), parent: nil))
        let last = try #require(LogChain.hashes(of: entries, after: start.hash, first: start.sequence.next)?.last)
        return LogSlice(
            epoch: start.epoch, first: start.sequence.next, previous: start.hash, entries: entries, last: last)
    }

    private func append(_ slice: LogSlice, to inbox: InboxLog) async throws -> LogPosition {
        try await withCheckedThrowingContinuation { continuation in
            inbox.append(slice, at: Fixture.now) { continuation.resume(with: $0) }
        }
    }

    @Test func whatArrivedIsThereAfterARestart() async throws {
        let folder = try TestFolder()
        var inbox = try InboxLog(folder: folder.folder, site: Fixture.site)
        #expect(inbox.position == nil)
        let slice = try deliveries(0..<4)
        #expect(try await append(slice, to: inbox) == slice.end)
        try inbox.close()
        inbox = try InboxLog(folder: folder.folder, site: Fixture.site)
        #expect(inbox.position == slice.end)
        let items = try inbox.items(after: 0, limit: 10)
        #expect(items.map(\.number) == [1, 2, 3, 4])
        #expect(items.allSatisfy { $0.record.site == Fixture.otherSite && $0.reason == .caseGiven })
        #expect(items[0].record.facts.complaint.category == "c0")
        #expect(try inbox.newest(before: 4, limit: 2).map(\.number) == [3, 2])
        #expect(try inbox.newest(before: nil, limit: 9) { $0.facts.complaint.category == "c1" }.map(\.number) == [2])
        #expect(try inbox.handbooks().map(\.facts.handbookVersion.version) == ["two"])
        #expect(try inbox.item(RecordID(high: 2, low: 2))?.number == 3)
        #expect(try inbox.count() == 4)
    }

    @Test func aSliceThatDoesNotFollowIsNotStored() async throws {
        let folder = try TestFolder()
        let inbox = try InboxLog(folder: folder.folder, site: Fixture.site)
        let (first, other) = (try deliveries(0..<2), try deliveries(7..<9))
        let second = try deliveries(2..<4, after: first.end)
        await #expect(throws: StorageError.self) { try await append(second, to: inbox) }
        _ = try await append(first, to: inbox)
        #expect(try await append(first, to: inbox) == first.end)
        #expect(try await append(deliveries(2..<4, after: other.end), to: inbox) == first.end)
        #expect(inbox.position == first.end)
        #expect(try await append(second, to: inbox) == second.end)
        #expect(try inbox.count() == 4)
    }

    @Test func anEpochThatIsBegunAnewDoublesNothing() async throws {
        let folder = try TestFolder()
        let inbox = try InboxLog(folder: folder.folder, site: Fixture.site)
        _ = try await append(try deliveries(0..<3), to: inbox)
        let anew = try deliveries(1..<5, epoch: 6)
        #expect(try await append(anew, to: inbox) == anew.end)
        #expect(try inbox.items(after: 0, limit: 10).map(\.record.id.low) == [0, 1, 2, 3, 4])
    }

    @Test func whatCannotBeReadIsKeptAndBlocksNothing() async throws {
        let folder = try TestFolder()
        let inbox = try InboxLog(folder: folder.folder, site: Fixture.site)
        let slice = try deliveries(0..<1)
        _ = try await append(slice, to: inbox)
        var garbage = Entry()
        garbage.facts = Data([0xFF, 0xFF])
        garbage.nonce = Data(repeating: 1, count: 16)
        let last = try #require(LogChain.hashes(of: [garbage], after: slice.last, first: slice.end.sequence.next)?.last)
        let next = LogSlice(
            epoch: slice.epoch, first: slice.end.sequence.next, previous: slice.last, entries: [garbage], last: last)
        #expect(try await append(next, to: inbox) == next.end)
        #expect(try inbox.count() == 2)
        #expect(try inbox.items(after: 0, limit: 10).count == 1)
    }

    @Test func whoListensHearsOfNewRecordsOnce() async throws {
        let folder = try TestFolder()
        let inbox = try InboxLog(folder: folder.folder, site: Fixture.site)
        let (arrivals, continuation) = AsyncStream.makeStream(of: [Int64].self)
        inbox.onArrival { continuation.yield($0.map(\.number)) }
        _ = try await append(try deliveries(0..<2), to: inbox)
        _ = try await append(try deliveries(0..<2, epoch: 6), to: inbox)
        _ = try await append(try deliveries(0..<3, epoch: 7), to: inbox)
        continuation.finish()
        var heard: [[Int64]] = []
        for await numbers in arrivals { heard.append(numbers) }
        #expect(heard == [[1, 2], [3]])
    }
}
