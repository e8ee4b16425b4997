import Foundation
import GRDB
import Records
import Replication
import Testing

@testable import Storage

struct RecordStoreTests {
    @Test func commitsAreSynchronizedInFull() async throws {
        let store = try Fixture.store(TestFolder())
        #expect(try await store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    }

    @Test func itsEpochsStayThroughReopening() throws {
        let folder = try TestFolder()
        let store = try Fixture.store(folder, seed: 1)
        let epochs = [store.headquartersEpoch, store.feedEpoch]
        try store.close()
        let again = try Fixture.store(folder, seed: 2)
        #expect([again.headquartersEpoch, again.feedEpoch] == epochs)
    }

    @Test func manySitesShareOneCommit() async throws {
        let store = try Fixture.store(TestFolder())
        var sources = [BatchSource(), BatchSource(site: Fixture.otherSite)]
        for source in sources { try store.begin(source.epoch, of: source.site, parent: nil) }
        let counter = CommitCounter()
        store.pool.add(transactionObserver: counter)
        var batches: [SiteReceiver.StagedBatch] = []
        for number in 0..<20 { batches.append(try sources[number % 2].next(3)) }
        let outcomes = await store.append(together: batches)
        #expect(outcomes.allSatisfy { $0.hasPrefix("committed") })
        #expect(counter.count == 1)
    }

    /// A log whose high-water mark and entries disagree must not stop everybody else for ever.
    @Test func aBatchThatBreaksAConstraintFailsAlone() async throws {
        let store = try Fixture.store(TestFolder())
        var (broken, healthy) = (BatchSource(), BatchSource(site: Fixture.otherSite))
        try store.begin(broken.epoch, of: broken.site, parent: nil)
        try store.begin(healthy.epoch, of: healthy.site, parent: nil)
        try await store.pool.write { database in
            try database.execute(
                sql: "INSERT INTO entry SELECT number, 2, x'', x'', x'', NULL, x'' FROM log WHERE site = 'A1'")
        }
        let outcomes = await store.append(together: [try broken.next(3), try healthy.next(3), try healthy.next(1)])
        #expect(outcomes == ["failed of A1", "committed 3", "committed 4"])
        let durable = try store.storedLogs().map(\.durable.sequence.value)
        #expect(durable == [0, 4])
        #expect(
            try await store.pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM entry WHERE log = 1") } == 1)
    }

    @Test func aFullDiskFailsTheGroupAndNothingOfItIsThere() async throws {
        let store = try Fixture.store(TestFolder())
        var source = BatchSource()
        try store.begin(source.epoch, of: source.site, parent: nil)
        try await store.pool.writeWithoutTransaction { database in
            let count = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            try database.execute(sql: "PRAGMA max_page_count = \(count + 1)")
        }
        let (first, second) = try (source.next(2), source.next(2000))
        #expect(await store.append(together: [first, second]) == ["failed of A1", "failed of A1"])
        #expect(try store.storedLogs().first?.durable.sequence == .zero)
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
        #expect(await store.append(together: [first, second]) == ["committed 2", "committed 2002"])
    }

    @Test func entriesKeepTheirBytesAndTheirArrival() async throws {
        let store = try Fixture.store(TestFolder())
        var source = BatchSource()
        try store.begin(source.epoch, of: source.site, parent: nil)
        let batches = try [source.next(3), source.next(2)]
        for (number, batch) in batches.enumerated() {
            let answers = await gather(1, on: store.pool) { _, answer in
                store.append(batch, receivedAt: Fixture.now + .seconds(number), answer: answer)
            }
            #expect(answers.map(\.word) == ["committed \(batch.slice.end.sequence)"])
        }
        let stored = try store.entries(of: 1, after: SequenceNumber(1), limit: 3)
        #expect(stored.map(\.sequence.value) == [2, 3, 4])
        #expect(stored.map(\.receivedAt) == [Fixture.now, Fixture.now, Fixture.now + .seconds(1)])
        #expect(stored.map(\.entry) == Array((batches[0].slice.entries + batches[1].slice.entries)[1..<4]))
        #expect(try store.entryCount() == 5)
        #expect(try store.entryCount(of: Fixture.otherSite) == 0)
    }

    @Test func anErasedPartStaysErased() async throws {
        let store = try Fixture.store(TestFolder())
        var source = BatchSource()
        try store.begin(source.epoch, of: source.site, parent: nil)
        var batch = try source.next(1)
        batch.slice.entries[0].nonce = Data()
        batch.slice.entries[0].personalDigest = Data(repeating: 4, count: 32)
        #expect(await store.append(together: [batch]) == ["committed 1"])
        #expect(try store.entries(of: 1, after: .zero, limit: 1).map(\.entry) == batch.slice.entries)
    }

    @Test func hashesAreFoundAndOnlyWhatIsThere() async throws {
        let store = try Fixture.store(TestFolder())
        var source = BatchSource()
        let origin = source.head
        try store.begin(source.epoch, of: source.site, parent: nil)
        let batch = try source.next(3)
        _ = await store.append(together: [batch])
        #expect(try store.hash(at: origin, of: source.site) == origin.hash)
        #expect(try store.hash(at: source.head, of: source.site) == source.head.hash)
        let beyond = LogPosition(epoch: source.epoch, sequence: SequenceNumber(.max), hash: origin.hash)
        #expect(try store.hash(at: beyond, of: source.site) == nil)
        #expect(try store.hash(at: source.head, of: Fixture.otherSite) == nil)
    }

    @Test func aLogNeedsARegisteredSite() throws {
        let store = try Fixture.store(TestFolder())
        #expect(throws: StorageError.self) { try store.begin(Fixture.epoch(1), of: SiteID("Z9"), parent: nil) }
    }

    @Test func signaturesAreKept() async throws {
        let store = try Fixture.store(TestFolder())
        var source = BatchSource()
        try store.begin(source.epoch, of: source.site, parent: nil)
        let batch = try source.next(3)
        _ = await store.append(together: [batch])
        let row = try store.pool.read { try Row.fetchOne($0, sql: "SELECT * FROM batch") }
        #expect(row?["last"] == 3)
        #expect(row?["signature"] == batch.signature.value)
        #expect(row?["key_id"] == batch.signature.keyID)
    }
}
