import Foundation
import Records
import Replication
import Testing

@testable import Storage

/// What every engine must hold that keeps headquarters' raw logs. SQLite today; the model in memory says what is right.
protocol StoreUnderContract: Sendable {
    func begin(_ epoch: Epoch, of site: SiteID) async throws
    /// The batches reach the engine together; each is answered by a word.
    func append(together batches: [SiteReceiver.StagedBatch]) async -> [String]
    func durable(_ epoch: Epoch, of site: SiteID) async throws -> LogPosition?
    func facts(_ epoch: Epoch, of site: SiteID, after sequence: SequenceNumber) async throws -> [Data]
    func reserveSessions(_ count: UInt64) async throws -> UInt64
    /// The process ends and begins anew on the same data.
    func reopened() async throws -> any StoreUnderContract
}

struct SQLiteUnderContract: StoreUnderContract {
    let folder: TestFolder
    let store: RecordStore

    init(_ folder: TestFolder) throws { (self.folder, store) = (folder, try Fixture.store(folder)) }

    func begin(_ epoch: Epoch, of site: SiteID) throws { try store.begin(epoch, of: site, parent: nil) }

    func append(together batches: [SiteReceiver.StagedBatch]) async -> [String] {
        await store.append(together: batches)
    }

    func durable(_ epoch: Epoch, of site: SiteID) throws -> LogPosition? { try log(epoch, site)?.durable }

    func facts(_ epoch: Epoch, of site: SiteID, after sequence: SequenceNumber) throws -> [Data] {
        guard let log = try log(epoch, site) else { return [] }
        return try store.entries(of: log.number, after: sequence, limit: 10_000).map(\.entry.facts)
    }

    func reserveSessions(_ count: UInt64) throws -> UInt64 { try store.reserveSessions(count) }

    func reopened() throws -> any StoreUnderContract {
        try store.close()
        return try SQLiteUnderContract(folder)
    }

    private func log(_ epoch: Epoch, _ site: SiteID) throws -> RecordStore.StoredLog? {
        try store.storedLogs().first { $0.site == site && $0.durable.epoch == epoch }
    }
}

/// The contract in its plainest form.
actor ModelUnderContract: StoreUnderContract {
    private struct Key: Hashable {
        var site: SiteID
        var epoch: Epoch
    }

    private var logs: [Key: (durable: LogPosition, facts: [Data])] = [:]
    private var sessions: UInt64 = 0

    func begin(_ epoch: Epoch, of site: SiteID) {
        let origin = LogChain.origin(site: site, epoch: epoch, parent: nil)
        let start = LogPosition(epoch: epoch, sequence: .zero, hash: origin)
        if logs[Key(site: site, epoch: epoch)] == nil { logs[Key(site: site, epoch: epoch)] = (start, []) }
    }

    func append(together batches: [SiteReceiver.StagedBatch]) -> [String] {
        batches.map { batch in
            let key = Key(site: batch.site, epoch: batch.slice.epoch)
            guard let log = logs[key] else { return "conflict of \(batch.site), stored nothing" }
            let fits = log.durable.sequence.next == batch.slice.first && log.durable.hash == batch.slice.previous
            guard fits else { return "conflict of \(batch.site), stored \(log.durable.sequence)" }
            logs[key] = (batch.slice.end, log.facts + batch.slice.entries.map(\.facts))
            return "committed \(batch.slice.end.sequence)"
        }
    }

    func durable(_ epoch: Epoch, of site: SiteID) -> LogPosition? { logs[Key(site: site, epoch: epoch)]?.durable }

    func facts(_ epoch: Epoch, of site: SiteID, after sequence: SequenceNumber) -> [Data] {
        Array((logs[Key(site: site, epoch: epoch)]?.facts ?? []).dropFirst(Int(sequence.value)))
    }

    func reserveSessions(_ count: UInt64) -> UInt64 {
        defer { sessions += count }
        return sessions
    }

    func reopened() -> any StoreUnderContract { self }
}

/// Runs against each engine.
struct RecordStoreContract {
    enum Engine: CaseIterable {
        case sqlite, model

        func open() throws -> any StoreUnderContract {
            switch self {
            case .sqlite: try SQLiteUnderContract(TestFolder())
            case .model: ModelUnderContract()
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func appendsWhereTheLogIsAndNowhereElse(engine: Engine) async throws {
        let store = try engine.open()
        var source = BatchSource()
        try await store.begin(source.epoch, of: source.site)
        let (first, second, third) = try (source.next(3), source.next(2), source.next(4))
        #expect(await store.append(together: [second]) == ["conflict of A1, stored 0"])
        #expect(await store.append(together: [first, first]) == ["committed 3", "conflict of A1, stored 3"])
        #expect(await store.append(together: [second, third]) == ["committed 5", "committed 9"])
        #expect(try await store.durable(source.epoch, of: source.site) == source.head)
        let facts = try await store.facts(source.epoch, of: source.site, after: SequenceNumber(4))
        #expect(facts == [second.slice.entries[1]].map(\.facts) + third.slice.entries.map(\.facts))
    }

    @Test(arguments: Engine.allCases)
    func theSamePlaceWithAnotherHistoryIsAConflict(engine: Engine) async throws {
        let store = try engine.open()
        var (ours, theirs) = (BatchSource(), BatchSource())
        try await store.begin(ours.epoch, of: ours.site)
        _ = try theirs.next(3, content: "forged")
        #expect(await store.append(together: [try ours.next(3)]) == ["committed 3"])
        #expect(await store.append(together: [try theirs.next(2)]) == ["conflict of A1, stored 3"])
    }

    @Test(arguments: Engine.allCases)
    func oneBadBatchDoesNotHurtTheOthers(engine: Engine) async throws {
        let store = try engine.open()
        var (one, other, stranger) = (BatchSource(), BatchSource(site: Fixture.otherSite), BatchSource(epoch: 9))
        try await store.begin(one.epoch, of: one.site)
        try await store.begin(other.epoch, of: other.site)
        _ = try one.next(1)
        let outcomes = await store.append(
            together: [try one.next(2), try stranger.next(1), try other.next(3), try other.next(1)])
        #expect(
            outcomes == [
                "conflict of A1, stored 0", "conflict of A1, stored nothing", "committed 3", "committed 4",
            ])
    }

    @Test(arguments: Engine.allCases)
    func beginningAgainChangesNothing(engine: Engine) async throws {
        let store = try engine.open()
        var source = BatchSource()
        try await store.begin(source.epoch, of: source.site)
        _ = await store.append(together: [try source.next(3)])
        try await store.begin(source.epoch, of: source.site)
        #expect(try await store.durable(source.epoch, of: source.site) == source.head)
    }

    @Test(arguments: Engine.allCases)
    func everythingIsThereAfterReopening(engine: Engine) async throws {
        var store = try engine.open()
        var source = BatchSource()
        try await store.begin(source.epoch, of: source.site)
        for _ in 0..<3 {
            _ = await store.append(together: [try source.next(5)])
            store = try await store.reopened()
        }
        #expect(try await store.durable(source.epoch, of: source.site) == source.head)
        #expect(try await store.facts(source.epoch, of: source.site, after: .zero).count == 15)
        #expect(await store.append(together: [try source.next(1)]) == ["committed 16"])
    }

    @Test(arguments: Engine.allCases)
    func sessionNumbersNeverComeTwice(engine: Engine) async throws {
        var store = try engine.open()
        var ends: UInt64 = 0
        for count in [10, 1, 1000] as [UInt64] {
            let first = try await store.reserveSessions(count)
            #expect(first >= ends)
            ends = first + count
            store = try await store.reopened()
        }
    }

    /// Random batches, right and wrong, in random groups: both engines answer the same.
    @Test func sqliteAnswersAsTheModelDoes() async throws {
        let (sqlite, model) = (try Engine.sqlite.open(), try Engine.model.open())
        var random = SplitMix64(seed: 42)
        var sources = [BatchSource(), BatchSource(site: Fixture.otherSite), BatchSource(epoch: 3)]
        for source in sources.dropLast() {
            try await sqlite.begin(source.epoch, of: source.site)
            try await model.begin(source.epoch, of: source.site)
        }
        var known: [SiteReceiver.StagedBatch] = []
        for _ in 0..<40 {
            var group: [SiteReceiver.StagedBatch] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                if let old = known.randomElement(using: &random), Int.random(in: 0..<3, using: &random) == 0 {
                    group.append(old)
                } else {
                    let place = Int.random(in: 0..<sources.count, using: &random)
                    // A copy that does not move on makes the next batch of that log a conflict.
                    var source = sources[place]
                    group.append(try source.next(Int.random(in: 1...9, using: &random)))
                    if Int.random(in: 0..<4, using: &random) > 0 { sources[place] = source }
                }
            }
            known += group
            #expect(await sqlite.append(together: group) == model.append(together: group))
        }
        for source in sources {
            let (ours, theirs) = (sqlite, model)
            #expect(
                try await ours.durable(source.epoch, of: source.site) == theirs.durable(source.epoch, of: source.site))
            #expect(
                try await ours.facts(source.epoch, of: source.site, after: .zero)
                    == theirs.facts(source.epoch, of: source.site, after: .zero))
        }
    }
}
