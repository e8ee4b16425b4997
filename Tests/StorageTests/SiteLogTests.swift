import Crypto
import Foundation
import GRDB
import Records
import Replication
import Synchronization
import Testing

@testable import Storage

struct SiteLogTests {
    /// Every chain value, computed from the table's bytes by the formula of the specification and nothing else.
    private func independentWalk(_ path: String) throws -> (count: Int, firstFault: Int?) {
        try DatabaseQueue(path: path).read { database in
            var previous = try #require(try Data.fetchOne(database, sql: "SELECT origin FROM epoch"))
            var count = 0
            for row in try Row.fetchAll(database, sql: "SELECT * FROM entry ORDER BY sequence") {
                count += 1
                var leaf = SHA256()
                leaf.update(data: Data(SHA256.hash(data: row["facts"] as Data)))
                leaf.update(data: Data(SHA256.hash(data: (row["nonce"] as Data) + (row["personal"] as Data))))
                let number = Data(
                    (0..<8).map { UInt8(truncatingIfNeeded: (row["sequence"] as Int64) >> (56 - 8 * $0)) })
                previous = Data(SHA256.hash(data: previous + number + Data(leaf.finalize())))
                if previous != row["hash"] || row["sequence"] != Int64(count) { return (count, count) }
            }
            return (count, nil)
        }
    }

    @Test func savedMeansThatAnotherConnectionSeesIt() async throws {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        let seen = Mutex<Int?>(nil)
        let outcome: Result<[SiteLog.Outcome], StorageError> = await withCheckedContinuation { continuation in
            log.append([Fixture.draft("a"), Fixture.draft("b")], at: Fixture.now) { result in
                // Within the answer, before anything else can happen.
                let fresh = try? DatabaseQueue(path: folder.folder.file("log.sqlite"))
                seen.withLock { $0 = try? fresh?.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM entry") } }
                continuation.resume(returning: result)
            }
        }
        #expect(try outcome.get().count == 2)
        #expect(seen.withLock { $0 } == 2)
    }

    @Test func commitsAreSynchronizedInFull() async throws {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        _ = try await log.append([Fixture.draft("a")], at: Fixture.now)
        let mode = try await log.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        #expect(mode == 2)
        #expect(try await log.pool.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }

    @Test func manyWritersShareOneCommit() async throws {
        let log = try Fixture.log(TestFolder())
        let counter = CommitCounter()
        log.pool.add(transactionObserver: counter)
        let answers = await gather(100, on: log.pool) {
            log.append([Fixture.draft("note \($0)")], at: Fixture.now, answer: $1)
        }
        let places = try answers.flatMap { try $0.get() }
        #expect(counter.count == 1)
        #expect(places.map(\.place) == Array(1...100))
    }

    @Test func aTransactionIsBounded() async throws {
        let log = try Fixture.log(TestFolder())
        let counter = CommitCounter()
        log.pool.add(transactionObserver: counter)
        let drafts = Fixture.drafts(SiteLog.groupBound / 2)
        let answers = await gather(6, on: log.pool) { _, answer in log.append(drafts, at: Fixture.now, answer: answer) }
        #expect(answers.count == 6)
        #expect(counter.count == 3)
    }

    @Test func theSameRecordIsKeptOnce() async throws {
        let log = try Fixture.log(TestFolder())
        let id = RecordID(site: Fixture.site, clientID: "row 1")
        let twice = [Fixture.draft("a", id: id), Fixture.draft("a", id: id), Fixture.draft("other", id: id)]
        let first = try await log.append(twice, at: Fixture.now)
        #expect(first == [.saved(id, SequenceNumber(1)), .known(id), .conflict(id)])
        let again = try await log.append(twice, at: Fixture.now)
        #expect(again == [.known(id), .known(id), .conflict(id)])
        #expect(log.head.sequence == SequenceNumber(1))
        #expect(try log.record(id)?.personal?.text == "a")
    }

    @Test func theChainIsThatOfTheSpecification() async throws {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        for size in [1, 7, 40] { _ = try await log.append(Fixture.drafts(size), at: Fixture.now) }
        let walk = try independentWalk(folder.folder.file("log.sqlite"))
        #expect(walk.count == 48)
        #expect(walk.firstFault == nil)
    }

    @Test func reopeningContinuesSequenceHashAndClock() async throws {
        let folder = try TestFolder()
        let log = try Fixture.log(folder, seed: 1)
        _ = try await log.append(Fixture.drafts(5), at: Fixture.now)
        log.noteAcknowledged(log.head)
        try await log.persistAcknowledged()
        let (head, acknowledged) = (log.head, log.acknowledged)
        try log.close()

        let again = try Fixture.log(folder, seed: 2)
        #expect(again.head == head)
        #expect(again.acknowledged == acknowledged)
        #expect(again.extents.map(\.head) == [head])
        // A wall clock that was set back a year must not make a later record look earlier.
        _ = try await again.append([Fixture.draft("later")], at: Fixture.now - .days(365))
        let records = try again.records(after: .beginning, limit: 10).map(\.record)
        #expect(records.map(\.sequence.value) == [1, 2, 3, 4, 5, 6])
        let clocks = records.map(\.facts.clock)
        #expect(clocks == clocks.sorted() && Set(clocks).count == 6)
        #expect(try independentWalk(folder.folder.file("log.sqlite")).firstFault == nil)
    }

    @Test func anotherSitesLogIsRefused() throws {
        let folder = try TestFolder()
        try Fixture.log(folder).close()
        #expect(throws: StorageError.self) { try Fixture.log(folder, site: Fixture.otherSite) }
        #expect(throws: Never.self) { try Fixture.log(folder) }
    }

    @Test func theReserveRefusesRecordsAndTakesAcknowledgements() async throws {
        let folder = try TestFolder(reserve: .max)
        let log = try Fixture.log(folder)
        do {
            _ = try await log.append([Fixture.draft("a")], at: Fixture.now)
            Issue.record("a record was taken")
        } catch {
            #expect(error.isDiskFull)
            #expect(error.description.contains("what is saved is safe"))
        }
        try await log.persistAcknowledged()
        try await log.remember("offset", "7")
        #expect(try log.memory("offset") == "7")
    }

    @Test func acknowledgementsNeverMoveBack() async throws {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        _ = try await log.append(Fixture.drafts(3), at: Fixture.now)
        let head = log.head
        log.noteAcknowledged(head)
        let lower = LogPosition(epoch: head.epoch, sequence: SequenceNumber(1), hash: head.hash)
        log.noteAcknowledged(lower)
        log.noteAcknowledged(LogPosition(epoch: Fixture.epoch(9), sequence: SequenceNumber(9), hash: head.hash))
        #expect(log.acknowledged == head)
        #expect(try log.backlog().entries == 0)
    }

    @Test func newsOfTheHeadComeInOrderAfterTheCommit() async throws {
        let log = try Fixture.log(TestFolder())
        let heads = Mutex<[UInt64]>([])
        log.onAppend { head in heads.withLock { $0.append(head.sequence.value) } }
        for count in [2, 0, 3] { _ = try await log.append(Fixture.drafts(count), at: Fixture.now) }
        let answers = await gather(1, on: log.pool) { _, answer in log.append([], at: Fixture.now, answer: answer) }
        #expect(answers.count == 1)
        #expect(heads.withLock { $0 } == [2, 5])
    }

    /// Headquarters would refuse it for ever, and everything behind it would wait.
    @Test func aRecordThatCouldNotTravelIsRefusedAndHurtsNobody() async throws {
        let log = try Fixture.log(TestFolder())
        let most = ReplicationProtocol.greatestEntry
        let answers = await gather(3, on: log.pool) { number, answer in
            let text = String(repeating: "x", count: number == 1 ? most : 10)
            log.append([Fixture.draft("small"), Fixture.draft(text)], at: Fixture.now, answer: answer)
        }
        #expect(answers.map { (try? $0.get())?.map(\.place) } == [[1, 2], nil, [3, 4]])
        let fits = Fixture.draft(String(repeating: "x", count: most - 200))
        _ = try await log.append([fits], at: Fixture.now)
        let slice = try log.read(LogRead(epoch: log.head.epoch, after: SequenceNumber(4), entries: 1, bytes: .max))
        #expect(slice.size <= most)
    }

    @Test func whatWasDraftedIsWhatIsRead() async throws {
        let log = try Fixture.log(TestFolder())
        var draft = Fixture.draft("投诉 电梯")
        draft.facts.tags = ["a", "b"]
        draft.facts.clock = 99
        _ = try await log.append([draft, draft], at: Fixture.now)
        let records = try log.records(after: .beginning, limit: 2).map(\.record)
        for record in records {
            #expect(record.personal == draft.personal)
            #expect(record.facts.clock >> 16 == UInt64(Fixture.now.milliseconds))
            var facts = record.facts
            (facts.clock, facts.recordID) = (99, Data())
            #expect(facts == draft.facts)
        }
        #expect(Set(records.map(\.id)).count == 2)
        let slice = try log.read(LogRead(epoch: log.head.epoch, after: .zero, entries: 2, bytes: .max))
        #expect(Set(slice.entries.map(\.nonce)).count == 2)
    }

    /// The one who appended may go away before the answer comes.
    @Test func aLogLivesUntilItsJobsAreAnswered() async throws {
        let folder = try TestFolder()
        var log: SiteLog? = try Fixture.log(folder)
        let pool = try #require(log?.pool)
        let answers = await gather(3, on: pool) { number, answer in
            log?.append([Fixture.draft("note \(number)")], at: Fixture.now, answer: answer)
            log = number == 2 ? nil : log
        }
        #expect(try answers.allSatisfy { try $0.get().count == 1 })
    }
}
