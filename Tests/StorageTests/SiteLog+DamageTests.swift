import Foundation
import GRDB
import Records
import Replication
import Testing

@testable import Storage

/// Bits that were flipped on a site's disk: found by place, told to headquarters, mended from its copy.
struct SiteLogDamageTests {
    private static let contents = [
        "UPDATE entry SET facts = facts || x'00' WHERE sequence = 6",
        "UPDATE entry SET personal = zeroblob(LENGTH(personal)) WHERE sequence = 6",
        "UPDATE entry SET nonce = zeroblob(16) WHERE sequence = 6",
        "UPDATE entry SET nonce = x'00' WHERE sequence = 6",
    ]
    private static let hashes = [
        "UPDATE entry SET hash = zeroblob(32) WHERE sequence = 6", "UPDATE entry SET hash = x'00' WHERE sequence = 6",
    ]

    private func log(_ count: Int = 10) async throws -> SiteLog {
        let log = try Fixture.log(TestFolder())
        _ = try await log.append(Fixture.drafts(count), at: Fixture.now)
        return log
    }

    private func change(_ log: SiteLog, _ sql: String) async throws {
        try await log.pool.write { try $0.execute(sql: sql) }
    }

    private func read(_ log: SiteLog, after: UInt64 = 0) throws -> LogSlice {
        try log.read(LogRead(epoch: log.head.epoch, after: SequenceNumber(after), entries: 100, bytes: .max))
    }

    private func range(_ log: SiteLog, _ first: UInt64, _ last: UInt64) -> EntryRange {
        EntryRange(epoch: log.head.epoch, first: SequenceNumber(first), last: SequenceNumber(last))
    }

    @Test(arguments: contents)
    func aDamagedEntryGoesOutAsLostAndItsNeighboursWhole(sql: String) async throws {
        let log = try await log()
        let before = try read(log)
        try await change(log, sql)
        #expect(try read(log).end.sequence == SequenceNumber(5), "what is before it goes out first")
        let rest = try read(log, after: 5)
        #expect(rest.entries.map(\.damaged) == [true, false, false, false, false])
        #expect(rest.entries.dropFirst() == before.entries.dropFirst(6))
        #expect(LogChain.hashes(of: rest.entries, after: rest.previous, first: rest.first)?.last == log.head.hash)
        #expect(log.lost == [range(log, 6, 6)])
        log.certified(range(log, 6, 6))
        #expect(log.lost.isEmpty)
    }

    /// The entry itself is proved by the one behind it: nothing is lost.
    @Test(arguments: hashes)
    func aDamagedHashIsMendedFromTheEntryBehind(sql: String) async throws {
        let log = try await log()
        let before = try read(log)
        try await change(log, sql)
        #expect(try read(log).entries == before.entries)
        #expect(log.lost.isEmpty)
        let hash = try log.hash(at: SequenceNumber(6), of: log.head.epoch)
        #expect(hash == LogChain.hashes(of: before.entries, after: before.previous, first: before.first)?[5])
    }

    @Test func theHeadInMemoryProvesTheLastEntry() async throws {
        let log = try await log(6)
        let head = log.head
        try await change(log, Self.hashes[0])
        #expect(try read(log).end == head)
        #expect(log.lost.isEmpty)
    }

    @Test func severalDamagedEntriesAreOneRangeAndAnotherOneBeginsTheNextSlice() async throws {
        let log = try await log()
        try await change(log, "UPDATE entry SET facts = x'FF' WHERE sequence IN (1, 2, 8)")
        let first = try read(log)
        #expect(first.entries.map(\.damaged) == [true, true, false, false, false, false, false])
        #expect(try read(log, after: 7).entries.map(\.damaged) == [true, false, false])
        #expect(log.lost == [range(log, 1, 2), range(log, 8, 8)])
    }

    private static let hashless = [
        "DELETE FROM entry WHERE sequence = 5",
        "UPDATE entry SET facts = x'FF', hash = x'00' WHERE sequence = 5",
    ]

    /// The entry behind it follows from a hash that nobody knows any more: it is lost with it.
    @Test(arguments: hashless)
    func anEntryOfWhichNotEvenTheHashIsLeftHoldsNothingUp(sql: String) async throws {
        let log = try await log()
        let before = try read(log)
        try await change(log, sql)
        #expect(try read(log).entries == Array(before.entries.prefix(4)))
        let rest = try read(log, after: 4)
        #expect(rest.first == SequenceNumber(5))
        #expect(rest.entries.map(\.damaged) == [true, true, false, false, false, false])
        #expect(rest.entries.dropFirst(2) == before.entries.dropFirst(6))
        #expect(LogChain.hashes(of: rest.entries, after: rest.previous, first: rest.first)?.last == log.head.hash)
        #expect(log.lost == [range(log, 5, 6)])
        // It stands there from now on, as headquarters is told.
        #expect(try read(log, after: 4).entries == rest.entries)
        #expect(try log.hash(at: SequenceNumber(5), of: log.head.epoch) == rest.entries[0].lostHash)
        #expect(try log.newest(before: nil, limit: 20).count == 9)
    }

    @Test func aMissingEndIsLostUpToTheHeadThatIsKnown() async throws {
        let log = try await log()
        try await change(log, "DELETE FROM entry WHERE sequence IN (3, 4, 9, 10)")
        #expect(try read(log, after: 2).entries.prefix(4).map(\.damaged) == [true, true, true, false])
        let end = try read(log, after: 8)
        #expect(end.entries.map(\.damaged) == [true, true])
        #expect(end.end == log.head)
        _ = try await log.append(Fixture.drafts(1), at: Fixture.now)
        #expect(try read(log, after: 10).entries.map(\.damaged) == [false])
    }

    @Test func noMoreIsLostAtOnceThanWasAskedFor() async throws {
        let log = try await log()
        try await change(log, "DELETE FROM entry WHERE sequence BETWEEN 2 AND 8")
        let request = LogRead(epoch: log.head.epoch, after: SequenceNumber(1), entries: 3, bytes: .max)
        #expect(try log.read(request).entries.map(\.damaged) == [true, true, true])
        #expect(try log.read(request).end.sequence == SequenceNumber(4))
    }

    @Test func theSearchFindsWhatHeadquartersHasAndLeavesTheRestToTheSender() async throws {
        let log = try await log()
        let position = LogPosition(
            epoch: log.head.epoch, sequence: SequenceNumber(7),
            hash: try #require(try log.hash(at: SequenceNumber(7), of: log.head.epoch)))
        log.noteAcknowledged(position)
        try await change(log, "UPDATE entry SET facts = x'FF' WHERE sequence IN (3, 9)")
        try await change(log, "DELETE FROM entry WHERE sequence = 5")
        var steps = 0
        while try !log.searchDamage(entries: 2) { steps += 1 }
        #expect(steps > 2)
        // Behind what is not there at all the next one proves nothing.
        #expect(log.wanted == [range(log, 3, 3), range(log, 5, 6)])
        #expect(log.lost.isEmpty)
    }

    @Test func whatHeadquartersHasIsPutBackWhereTheChainProvesIt() async throws {
        let log = try await log()
        let before = try read(log)
        log.noteAcknowledged(log.head)
        try await change(log, "UPDATE entry SET facts = x'FF' WHERE sequence = 3")
        try await change(log, "DELETE FROM entry WHERE sequence = 5")
        while try !log.searchDamage(entries: 100) {}
        let hashes = try #require(
            LogChain.hashes(of: before.entries, after: before.previous, first: before.first))
        for place in [3...3, 5...6] {
            let slice = LogSlice(
                epoch: before.epoch, first: SequenceNumber(UInt64(place.lowerBound)),
                previous: hashes[place.lowerBound - 2],
                entries: Array(before.entries[(place.lowerBound - 1)..<place.upperBound]),
                last: hashes[place.upperBound - 1])
            #expect(try log.mend(with: slice) == place.count)
        }
        #expect(log.wanted.isEmpty && log.lost.isEmpty)
        #expect(try read(log).entries == before.entries)
    }

    @Test func whatDoesNotFitTheChainIsNotPutBackAndCountsAsLost() async throws {
        let log = try await log()
        let before = try read(log)
        log.noteAcknowledged(log.head)
        try await change(log, "UPDATE entry SET facts = x'FF' WHERE sequence = 3")
        while try !log.searchDamage(entries: 100) {}
        let previous = try #require(
            LogChain.hashes(of: before.entries, after: before.previous, first: before.first)?[1])
        let forged = LogSlice(
            epoch: before.epoch, first: SequenceNumber(3), previous: previous, entries: [before.entries[7]],
            last: previous)
        #expect(try log.mend(with: forged) == 0)
        #expect(log.wanted.isEmpty)
        #expect(log.lost == [range(log, 3, 3)])
        #expect(try read(log, after: 2).entries.first?.damaged == true)
    }

    @Test func anAnswerWithoutEntriesMeansThatNobodyHasThem() async throws {
        let log = try await log()
        log.noteAcknowledged(log.head)
        try await change(log, "UPDATE entry SET facts = x'FF' WHERE sequence = 3")
        while try !log.searchDamage(entries: 100) {}
        let nothing = try #require(
            LogSlice(Exchange.Fetched(nil, for: Exchange.Fetch(range(log, 3, 3)))))
        #expect(try log.mend(with: nothing) == 0)
        #expect(log.lost == [range(log, 3, 3)])
    }
}
