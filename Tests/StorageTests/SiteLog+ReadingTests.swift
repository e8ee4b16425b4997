import Foundation
import GRDB
import Records
import Replication
import Testing

@testable import Storage

struct SiteLogReadingTests {
    private func request(_ log: SiteLog, after: UInt64 = 0, entries: Int = 100, bytes: Int = .max) -> LogRead {
        LogRead(epoch: log.head.epoch, after: SequenceNumber(after), entries: entries, bytes: bytes)
    }

    private func log(_ count: Int, in folder: TestFolder) async throws -> SiteLog {
        let log = try Fixture.log(folder)
        _ = try await log.append(Fixture.drafts(count), at: Fixture.now)
        return log
    }

    private func damage(_ log: SiteLog, _ sql: String) async throws {
        try await log.pool.write { try $0.execute(sql: sql) }
    }

    @Test func slicesAreConsecutiveAndChained() async throws {
        let log = try await log(10, in: TestFolder())
        let first = try log.read(request(log, entries: 4))
        let second = try log.read(request(log, after: 4))
        #expect(first.entries.count == 4)
        #expect(second.first == SequenceNumber(5))
        #expect(second.previous == first.last)
        #expect(second.end == log.head)
        #expect(try log.read(request(log, after: 10)).entries.isEmpty)
    }

    @Test func aSliceEndsWithTheEntryThatReachesTheBytes() async throws {
        let log = try await log(10, in: TestFolder())
        let size = try log.read(request(log, entries: 1)).size
        #expect(try log.read(request(log, bytes: 1)).entries.count == 1)
        #expect(try log.read(request(log, bytes: size)).entries.count == 1)
        #expect(try log.read(request(log, bytes: size + 1)).entries.count == 2)
        #expect(try log.read(request(log, entries: 3, bytes: size * 8)).entries.count == 3)
    }

    @Test func hashesAreFoundAndOnlyWhatIsThere() async throws {
        let log = try await log(3, in: TestFolder())
        let epoch = log.head.epoch
        #expect(try log.hash(at: .zero, of: epoch) == LogChain.origin(site: Fixture.site, epoch: epoch, parent: nil))
        #expect(try log.hash(at: SequenceNumber(3), of: epoch) == log.head.hash)
        for sequence in [4, 1 << 63, UInt64.max] {
            #expect(try log.hash(at: SequenceNumber(sequence), of: epoch) == nil)
        }
        #expect(try log.hash(at: SequenceNumber(1), of: Fixture.epoch(9)) == nil)
    }

    /// Not even a hash is left, and headquarters has one: what stands there cannot be told.
    @Test(arguments: [
        "UPDATE entry SET facts = x'00', hash = x'00' WHERE sequence = 6", "DELETE FROM entry WHERE sequence = 6",
        "DELETE FROM entry WHERE sequence >= 6",
    ])
    func whatIsWhollyGoneIsLocated(sql: String) async throws {
        let log = try await log(10, in: TestFolder())
        try await damage(log, sql)
        #expect(try log.read(request(log)).end.sequence == SequenceNumber(5), "what is before it still goes out")
        log.noteAcknowledged(log.head)
        do {
            _ = try log.read(request(log, after: 5))
            Issue.record("the damaged entry was handed out")
        } catch {
            #expect(error.description.contains("entry 6 of the log"))
            #expect(!error.description.contains("note"))
        }
    }

    @Test func aDamagedLastEntryDoesNotKeepTheLogFromOpening() async throws {
        let folder = try TestFolder()
        let log = try await log(10, in: folder)
        try await damage(log, "UPDATE entry SET facts = x'FFFF' WHERE sequence = 10")
        let head = log.head
        try log.close()
        let again = try Fixture.log(folder)
        #expect(again.head == head)
        _ = try await again.append([Fixture.draft("after")], at: Fixture.now - .days(1))
        let clocks = try again.records(after: .beginning, limit: 20).map(\.record.facts.clock)
        #expect(clocks == clocks.sorted() && clocks.count == 10)
    }

    @Test func aRecordThatIsGoneIsNotAnotherOne() async throws {
        let log = try Fixture.log(TestFolder())
        let ids = (0..<3).map { RecordID(site: Fixture.site, clientID: "\($0)") }
        _ = try await log.append(ids.map { Fixture.draft("note of \($0)", id: $0) }, at: Fixture.now)
        #expect(try log.record(ids[1])?.id == ids[1])
        try await damage(log, "DELETE FROM entry WHERE sequence = 2")
        #expect(try log.record(ids[1]) == nil)
        #expect(try log.record(RecordID(site: Fixture.site, clientID: "x")) == nil)
    }

    @Test func pagesOfRecords() async throws {
        let log = try await log(10, in: TestFolder())
        #expect(try log.newest(before: nil, limit: 3).map(\.place.number) == [10, 9, 8])
        #expect(try log.newest(before: SiteLog.Place(number: 3), limit: 5).map(\.place.number) == [2, 1])
        #expect(try log.newest(before: SiteLog.Place(number: 0), limit: 5).isEmpty)
        #expect(try log.newest(before: SiteLog.Place(number: .max), limit: 1).map(\.place.number) == [10])
        #expect(try log.records(after: SiteLog.Place(number: 8), limit: 5).map(\.place.number) == [9, 10])
        #expect(try log.records(after: SiteLog.Place(number: .max), limit: 5).isEmpty)
    }

    @Test func theBacklogIsWhatHeadquartersLacks() async throws {
        let log = try await log(10, in: TestFolder())
        #expect(try log.backlog().entries == 10)
        #expect(try log.backlog().oldest == Fixture.now)
        #expect(try log.backlog().bytes > 100)
        let slice = try log.read(request(log, entries: 4))
        log.noteAcknowledged(slice.end)
        #expect(try log.backlog().entries == 6)
    }
}
