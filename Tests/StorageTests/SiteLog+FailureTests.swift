import Foundation
import GRDB
import Records
import Replication
import Synchronization
import Testing

@testable import Storage

/// What a full or failing disk does to a log: nothing is told as saved that is not.
struct SiteLogFailureTests {
    private func setRoom(_ log: SiteLog, pages: Int?) async throws {
        try await log.pool.writeWithoutTransaction { database in
            let count = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            try database.execute(sql: "PRAGMA max_page_count = \(pages.map { count + $0 } ?? 1_000_000)")
        }
    }

    private func large(_ count: Int) -> [SiteLog.Draft] {
        (0..<count).map { Fixture.draft(String(repeating: "\($0)", count: 20_000)) }
    }

    @Test func aFullDiskRefusesThenGoesOnWithoutAGap() async throws {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        _ = try await log.append(Fixture.drafts(3), at: Fixture.now)
        let head = log.head
        try await setRoom(log, pages: 2)
        await #expect(throws: StorageError.self) { try await log.append(large(5), at: Fixture.now) }
        #expect(log.head == head)
        try await setRoom(log, pages: nil)
        let outcomes = try await log.append([Fixture.draft("after")], at: Fixture.now)
        #expect(outcomes.map(\.place) == [4])
        let slice = try log.read(LogRead(epoch: head.epoch, after: .zero, entries: 10, bytes: .max))
        #expect(slice.end == log.head)
    }

    @Test func everybodyInAFailedGroupIsTold() async throws {
        let log = try Fixture.log(TestFolder())
        try await setRoom(log, pages: 2)
        let drafts = large(5)
        let answers = await gather(3, on: log.pool) { number, answer in
            log.append(number == 1 ? drafts : [Fixture.draft("\(number)")], at: Fixture.now, answer: answer)
        }
        #expect(answers.allSatisfy { if case .failure(let error) = $0 { error.isDiskFull } else { false } })
        #expect(log.head.sequence == .zero)
    }

    /// A checkpoint that readers kept from finishing proves nothing.
    @Test func nothingIsSavedUntilTheCheckpointSucceeds() async throws {
        let log = try Fixture.log(TestFolder())
        _ = try await log.append(Fixture.drafts(3), at: Fixture.now)
        try await log.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA busy_timeout = 20") }
        var reader: DatabaseSnapshot? = try log.pool.makeSnapshot()
        try await reader?.read { _ = try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM entry") }
        try await setRoom(log, pages: 2)
        await #expect(throws: StorageError.self) { try await log.append(large(5), at: Fixture.now) }
        try await setRoom(log, pages: nil)
        await #expect(throws: StorageError.self) { try await log.append(Fixture.drafts(1), at: Fixture.now) }
        #expect(log.head.sequence == SequenceNumber(3))
        try reader?.close()
        reader = nil
        _ = try await log.append(Fixture.drafts(1), at: Fixture.now)
        #expect(log.head.sequence == SequenceNumber(4))
    }

    /// What a failed commit left behind is found by the recovery, and the sender hears of it.
    @Test func rowsThatSurvivedAFailedCommitAreInTheLog() async throws {
        let log = try Fixture.log(TestFolder())
        _ = try await log.append(Fixture.drafts(2), at: Fixture.now)
        let before = log.state.withLock { $0 }
        _ = try await log.append([Fixture.draft("told as failed")], at: Fixture.now)
        let survived = log.head
        log.state.withLock { state in
            (state.epochs, state.clock, state.isSuspect) = (before.epochs, before.clock, true)
        }
        let (heads, continuation) = AsyncStream.makeStream(of: LogPosition.self)
        log.onAppend { continuation.yield($0) }
        _ = try await log.append([], at: Fixture.now)
        #expect(await heads.first { _ in true } == survived)
        let outcomes = try await log.append([Fixture.draft("next")], at: Fixture.now)
        #expect(outcomes.map(\.place) == [4])
    }

    /// What flows to headquarters is what makes room again.
    @Test func aSessionIsTakenUpOnAFullDiskAndWrittenDownLater() async throws {
        let folder = try TestFolder()
        var log = try Fixture.log(folder)
        var memory = SessionMemory()
        // Larger than what is free in a page, so that it needs another one.
        memory.token = Data(repeating: 7, count: 20_000)
        try await setRoom(log, pages: 0)
        try log.remember(memory)
        #expect(log.sessionMemory == memory)
        await #expect(throws: StorageError.self) { try await log.persistAcknowledged() }
        try await setRoom(log, pages: nil)
        try await log.persistAcknowledged()
        try log.close()
        log = try Fixture.log(folder)
        #expect(log.sessionMemory == memory)
    }

    @Test func errorsDoNotQuoteRecords() async throws {
        let log = try Fixture.log(TestFolder())
        try await setRoom(log, pages: 2)
        do {
            _ = try await log.append([Fixture.draft(String(repeating: "secret", count: 20_000))], at: Fixture.now)
            Issue.record("there was room")
        } catch {
            #expect(!error.description.contains("secret"))
            #expect(error.description.contains("log.sqlite"))
        }
    }

    /// Found by the simulated disk: a commit that was not synced is seen after a crash of the process, and gone after one of
    /// the machine.
    @Test func whatACrashLeftIsInTheDatabaseBeforeItIsTold() async throws {
        let crashed = try TestFolder()
        let log = try Fixture.log(crashed)
        _ = try await log.append(Fixture.drafts(3), at: Fixture.now)
        let after = try TestFolder()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: log.path + suffix, toPath: after.folder.file("log.sqlite") + suffix)
        }
        let again = try Fixture.log(after)
        // The database without its write-ahead log, as if that had never reached the disk.
        let rest = try TestFolder()
        try FileManager.default.copyItem(atPath: again.path, toPath: rest.folder.file("log.sqlite"))
        #expect(try Fixture.log(rest).head == again.head)
        #expect(again.head.sequence.value == 3)
    }
}
