import Foundation
import GRDB
import Records
import Replication
import Testing

@testable import Storage

struct SiteLogEpochsTests {
    private func log(_ count: Int, in folder: TestFolder) async throws -> SiteLog {
        let log = try Fixture.log(folder)
        _ = try await log.append(
            (0..<count).map { number in
                Fixture.draft("note \(number)", id: RecordID(site: Fixture.site, clientID: "\(number)"))
            }, at: Fixture.now)
        return log
    }

    private func position(_ log: SiteLog, _ sequence: UInt64) throws -> LogPosition {
        let epoch = log.extents[0].head.epoch
        let hash = try #require(try log.hash(at: SequenceNumber(sequence), of: epoch))
        return LogPosition(epoch: epoch, sequence: SequenceNumber(sequence), hash: hash)
    }

    private func slice(_ log: SiteLog, _ epoch: Epoch, after: UInt64 = 0) throws -> LogSlice {
        try log.read(LogRead(epoch: epoch, after: SequenceNumber(after), entries: 100, bytes: .max))
    }

    @Test func whatFollowedTheCommonEntryIsIssuedAgain() async throws {
        let folder = try TestFolder()
        let log = try await log(10, in: folder)
        let (common, old) = (try position(log, 6), log.head.epoch)
        let before = try slice(log, old, after: 6).entries
        let extents = try log.branch(
            LogBranch(epoch: old, after: common, cause: .diverged), as: Fixture.epoch(9))
        #expect(extents.map(\.head.sequence.value) == [6, 4])
        #expect(extents[0].head == common)
        #expect(extents[1].parent == common)
        #expect(extents[1].cause == .diverged)
        let reissued = try slice(log, Fixture.epoch(9))
        #expect(reissued.entries == before)
        #expect(reissued.previous == LogChain.origin(site: Fixture.site, epoch: Fixture.epoch(9), parent: common))
        #expect(reissued.end == log.head)
        #expect(try slice(log, old).end == common)
    }

    @Test func onlyTheNewestEpochIsWritten() async throws {
        let log = try await log(3, in: TestFolder())
        let old = log.head
        _ = try log.branch(LogBranch(epoch: old.epoch, after: old, cause: .restored), as: Fixture.epoch(9))
        _ = try await log.append([Fixture.draft("new")], at: Fixture.now)
        #expect(log.extents.map(\.head.sequence.value) == [3, 1])
        #expect(log.head.epoch == Fixture.epoch(9))
        #expect(try log.newest(before: nil, limit: 10).map { $0.record.sequence.value } == [1, 3, 2, 1])
        let places = try log.records(after: .beginning, limit: 10).map(\.place)
        #expect(places == places.sorted())
        #expect(try log.records(after: places[1], limit: 10).map { $0.record.personal?.text } == ["note 2", "new"])
        #expect(try log.newest(before: places[3], limit: 2).map(\.place) == [places[2], places[1]])
        #expect(SiteLog.Place(number: places[3].number) == places[3])
    }

    @Test func epochsOutliveTheProcess() async throws {
        let folder = try TestFolder()
        var log = try await log(5, in: folder)
        let common = try position(log, 2)
        let extents = try log.branch(LogBranch(epoch: common.epoch, after: common, cause: .rolledBack))
        try log.close()
        log = try Fixture.log(folder, seed: 2)
        #expect(log.extents == extents)
        _ = try await log.append([Fixture.draft("new")], at: Fixture.now)
        #expect(log.head.sequence == SequenceNumber(4))
    }

    /// The client's own ids span all epochs.
    @Test func aRecordIsKnownInWhateverEpochItIs() async throws {
        let log = try await log(5, in: TestFolder())
        let common = try position(log, 2)
        _ = try log.branch(LogBranch(epoch: common.epoch, after: common, cause: .rolledBack))
        for number in 0..<5 {
            let id = RecordID(site: Fixture.site, clientID: "\(number)")
            let outcome = try await log.append([Fixture.draft("note \(number)", id: id)], at: Fixture.now)[0]
            #expect(outcome == .known(id))
            #expect(try log.record(id)?.personal?.text == "note \(number)")
        }
    }

    @Test func oldPlacesAreKeptAsSuperseded() async throws {
        let log = try await log(5, in: TestFolder())
        let (common, head) = (try position(log, 2), log.head)
        _ = try log.branch(LogBranch(epoch: common.epoch, after: common, cause: .diverged), as: Fixture.epoch(9))
        let kept = try log.pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM superseded ORDER BY sequence")
        }
        #expect(kept.map { $0["sequence"] as Int64 } == [3, 4, 5])
        #expect(kept.map { $0["new_sequence"] as Int64 } == [1, 2, 3])
        #expect(kept.last.map { $0["hash"] as Data } == head.hash.data)
    }

    @Test func laterEpochsGoWithTheBranchUnlessTheyAreHeld() async throws {
        let log = try await log(4, in: TestFolder())
        let first = log.head
        for (byte, text) in [(7, "kept"), (8, "moved")] as [(UInt8, String)] {
            _ = try log.branch(
                LogBranch(epoch: log.head.epoch, after: log.head, cause: .fenced), as: Fixture.epoch(byte))
            _ = try await log.append([Fixture.draft(text)], at: Fixture.now)
        }
        let common = try position(log, 1)
        let extents = try log.branch(
            LogBranch(epoch: first.epoch, after: common, untouched: [Fixture.epoch(7)], cause: .diverged),
            as: Fixture.epoch(9))
        #expect(extents.map(\.head.epoch) == [first.epoch, Fixture.epoch(7), Fixture.epoch(9)])
        #expect(extents.map(\.head.sequence.value) == [1, 1, 4])
        #expect(try log.records(after: .beginning, limit: 10).count == 6)
    }

    @Test func withoutACommonEntryTheOldEpochIsNotNamedAnyMore() async throws {
        let log = try await log(3, in: TestFolder())
        let old = log.head.epoch
        let extents = try log.branch(LogBranch(epoch: old, after: nil, cause: .diverged), as: Fixture.epoch(9))
        #expect(extents.map(\.head.sequence.value) == [3])
        #expect(extents[0].parent == nil)
    }

    @Test func aDamagedEntryStaysDamaged() async throws {
        let log = try await log(5, in: TestFolder())
        let common = try position(log, 2)
        try await log.pool.write { try $0.execute(sql: "UPDATE entry SET personal = x'00' WHERE sequence = 4") }
        _ = try log.branch(LogBranch(epoch: common.epoch, after: common, cause: .diverged), as: Fixture.epoch(9))
        #expect(try slice(log, Fixture.epoch(9)).entries.count == 1)
        #expect(try slice(log, Fixture.epoch(9), after: 1).entries.map(\.damaged) == [true, false])
    }

    @Test func acknowledgementsAndReceiptsAreKeptForEachEpoch() async throws {
        let folder = try TestFolder()
        var log = try await log(4, in: folder)
        let old = log.head
        _ = try log.branch(LogBranch(epoch: old.epoch, after: old, cause: .restored), as: Fixture.epoch(9))
        _ = try await log.append([Fixture.draft("new")], at: Fixture.now)
        #expect(try log.backlog().entries == 5)
        var signature = Signature()
        signature.value = Data([1, 2])
        log.noteAcknowledged(old)
        log.note(Receipt(position: old, signature: signature))
        log.note(Receipt(position: try position(log, 2), signature: Signature()))
        try await log.persistAcknowledged()
        try log.close()
        log = try Fixture.log(folder, seed: 2)
        #expect(log.extents[0].receipt == Receipt(position: old, signature: signature))
        #expect(log.extents[1].receipt == nil)
        #expect(try log.backlog().entries == 1)
    }

    @Test func onlyOpenAndNewestEpochsAreNamed() async throws {
        let log = try await log(1, in: TestFolder())
        let first = log.head
        for number in 10..<40 as Range<UInt8> {
            _ = try log.branch(
                LogBranch(epoch: log.head.epoch, after: log.head, cause: .restored), as: Fixture.epoch(number))
        }
        #expect(log.extents.count == 17)
        #expect(log.extents[0].head == first)
        log.noteAcknowledged(first)
        #expect(log.extents.count == 16)
    }

    @Test func sessionsAreRemembered() async throws {
        let folder = try TestFolder()
        var log = try await log(1, in: folder)
        #expect(log.sessionMemory == SessionMemory())
        var memory = SessionMemory()
        memory.token = Data("token".utf8)
        memory.headquartersEpoch = Fixture.epoch(3).data
        memory.receiptKey = Fixture.signingKey.verifyingKey
        memory.reconnect = .milliseconds(150)
        try log.remember(memory)
        try log.close()
        log = try Fixture.log(folder)
        #expect(log.sessionMemory == memory)
    }
}
