import Foundation
import Records
import Replication
import Simulation
import Testing

@testable import Storage

/// What every `ReplicatedStore` must hold that keeps headquarters' raw logs: SQLite today, and the one that whole fleets are
/// simulated with.
protocol StoreUnderContract: Sendable {
    func begin(_ epoch: Epoch, of site: SiteID) async throws
    /// The batches reach the engine together; each is answered by a word.
    func append(together batches: [SiteReceiver.StagedBatch]) async -> [String]
    func durable(_ epoch: Epoch, of site: SiteID) async throws -> LogPosition?
    func facts(_ epoch: Epoch, of site: SiteID, after sequence: SequenceNumber) async throws -> [Data]
    func hash(at position: LogPosition, of site: SiteID) async throws -> ChainHash?
    func open(_ opening: SessionOpening) async throws
    func memory(of site: SiteID) async throws -> SiteMemory?
    func nextSession() async throws -> UInt64
    func beginEpoch(after told: Epoch?) async throws -> (epoch: Epoch, ancestors: Set<Epoch>)
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

    func hash(at position: LogPosition, of site: SiteID) throws -> ChainHash? {
        try store.hash(at: position, of: site)
    }

    func open(_ opening: SessionOpening) async throws {
        let failure = await withCheckedContinuation { continuation in
            store.open(opening, at: Fixture.now) { continuation.resume(returning: $0) }
        }
        if let failure { throw failure }
    }

    func memory(of site: SiteID) throws -> SiteMemory? { try store.siteMemories()[site] }

    func nextSession() throws -> UInt64 { try store.nextSession() }

    func beginEpoch(after told: Epoch?) throws -> (epoch: Epoch, ancestors: Set<Epoch>) {
        try store.beginEpoch(after: told, at: Fixture.now)
    }

    func reopened() throws -> any StoreUnderContract {
        try store.close()
        return try SQLiteUnderContract(folder)
    }

    private func log(_ epoch: Epoch, _ site: SiteID) throws -> RecordStore.StoredLog? {
        try store.storedLogs().first { $0.site == site && $0.durable.epoch == epoch }
    }
}

/// The simulator's store, on a simulated disk that loses power whenever the process ends.
actor SimulatedUnderContract: StoreUnderContract {
    private let simulation = Simulation(seed: 1)
    private let disk = SimulatedDisk(SimulatedStore.Volume(epoch: Fixture.epoch(100)))
    private var store: SimulatedStore

    init() throws { store = try Self.open(disk, simulation) }

    private static func open(
        _ disk: SimulatedDisk<SimulatedStore.Volume>, _ simulation: Simulation
    ) throws -> SimulatedStore {
        try SimulatedStore(
            on: disk, newEpoch: { Epoch(using: &simulation.random) }, later: { simulation.after($0, $1) })
    }

    func begin(_ epoch: Epoch, of site: SiteID) throws {
        try open(
            SessionOpening(
                site: site, token: Data(), tokens: SessionTokens(),
                epochs: [.init(epoch: epoch, parent: nil, cause: .unspecified)], claims: [], incidents: []))
    }

    func open(_ opening: SessionOpening) throws {
        var failure: (any StoreFailure)?
        store.open(opening) { failure = $0 }
        simulation.run(until: simulation.now + .seconds(1))
        if let failure { throw failure }
    }

    func memory(of site: SiteID) throws -> SiteMemory? { try store.siteMemories()[site] }

    func nextSession() throws -> UInt64 { try store.nextSession() }

    func beginEpoch(after told: Epoch?) throws -> (epoch: Epoch, ancestors: Set<Epoch>) {
        try store.beginEpoch(after: told, at: Fixture.now)
    }

    func append(together batches: [SiteReceiver.StagedBatch]) -> [String] {
        var words: [String] = []
        for batch in batches { store.append(batch) { words.append($0.word) } }
        simulation.run(until: simulation.now + .seconds(1))
        return words
    }

    func durable(_ epoch: Epoch, of site: SiteID) -> LogPosition? { disk.durable.log(epoch, of: site)?.head }

    func facts(_ epoch: Epoch, of site: SiteID, after sequence: SequenceNumber) -> [Data] {
        Array((disk.durable.log(epoch, of: site)?.entries ?? []).dropFirst(Int(sequence.value)).map(\.facts))
    }

    func hash(at position: LogPosition, of site: SiteID) throws -> ChainHash? {
        try store.hash(at: position, of: site)
    }

    func reopened() throws -> any StoreUnderContract {
        disk.losePower(using: &simulation.random)
        store = try Self.open(disk, simulation)
        return self
    }
}

/// Runs against each engine.
struct RecordStoreContract {
    enum Engine: CaseIterable {
        case sqlite, simulated

        func open() throws -> any StoreUnderContract {
            switch self {
            case .sqlite: try SQLiteUnderContract(TestFolder())
            case .simulated: try SimulatedUnderContract()
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

    private static func opening(_ number: UInt64, in epoch: Epoch, _ epochs: [SessionOpening.NewEpoch] = [])
        -> SessionOpening
    {
        let token = SessionToken(epoch: epoch, number: number).data
        var tokens = SessionTokens()
        tokens.offer(token)
        return SessionOpening(
            site: Fixture.site, token: token, tokens: tokens, epochs: epochs,
            claims: epochs.map {
                LogPosition(epoch: $0.epoch, sequence: SequenceNumber(9), hash: LogChain.unknownLeaf)
            },
            incidents: [])
    }

    @Test(arguments: Engine.allCases)
    func anOpeningIsThereAfterReopening(engine: Engine) async throws {
        let store = try engine.open()
        let (first, child) = (Fixture.epoch(1), Fixture.epoch(2))
        let parent = LogPosition(
            epoch: first, sequence: .zero, hash: LogChain.origin(site: Fixture.site, epoch: first, parent: nil))
        let opening = Self.opening(
            7, in: Fixture.epoch(50),
            [
                .init(epoch: first, parent: nil, cause: .unspecified),
                .init(epoch: child, parent: parent, cause: .rolledBack),
            ])
        try await store.open(opening)
        let again = try await store.reopened()
        let memory = try #require(try await again.memory(of: Fixture.site))
        #expect(memory.tokens == opening.tokens)
        #expect(memory.epochs[child]?.parent == parent)
        #expect(memory.epochs[first]?.claimed == SequenceNumber(9))
        #expect(memory.epochs.values.allSatisfy { $0.durable.sequence == .zero })
        #expect(try await again.nextSession() == 8)
    }

    @Test(arguments: Engine.allCases)
    func sessionNumbersNeverComeTwiceInAnEpoch(engine: Engine) async throws {
        var store = try engine.open()
        for number in [3, 1, 4] as [UInt64] {
            try await store.open(Self.opening(number, in: Fixture.epoch(50)))
            store = try await store.reopened()
            #expect(try await store.nextSession() == max(number, 3) + 1)
        }
    }

    @Test(arguments: Engine.allCases)
    func aNewEpochOfHeadquartersKnowsThoseBefore(engine: Engine) async throws {
        var store = try engine.open()
        try await store.open(Self.opening(5, in: Fixture.epoch(50)))
        let told = Fixture.epoch(60)
        let (first, ancestors) = try await store.beginEpoch(after: told)
        #expect(ancestors.contains(told) && !ancestors.contains(first))
        #expect(try await store.nextSession() == 0)
        store = try await store.reopened()
        let (second, older) = try await store.beginEpoch(after: nil)
        #expect(second != first)
        #expect(older == ancestors.union([first]))
    }

    @Test(arguments: Engine.allCases)
    func theHashAtAPlaceIsTheStoredChains(engine: Engine) async throws {
        let store = try engine.open()
        var source = BatchSource()
        let origin = source.head
        try await store.begin(source.epoch, of: source.site)
        let batch = try source.next(3)
        _ = await store.append(together: [batch])
        var place = source.head
        #expect(try await store.hash(at: place, of: source.site) == batch.hashes[2])
        place.sequence = SequenceNumber(1)
        #expect(try await store.hash(at: place, of: source.site) == batch.hashes[0])
        #expect(try await store.hash(at: origin, of: source.site) == origin.hash)
        place.sequence = SequenceNumber(4)
        #expect(try await store.hash(at: place, of: source.site) == nil)
        #expect(try await store.hash(at: origin, of: Fixture.otherSite) == nil)
    }

    /// Random batches, right and wrong, in random groups: both engines answer the same.
    @Test func bothEnginesAnswerTheSame() async throws {
        let (sqlite, model) = (try Engine.sqlite.open(), try Engine.simulated.open())
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
