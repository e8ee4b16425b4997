import Foundation
import GRDB
import Records
import Replication
import Simulation
import Testing

@testable import Storage

/// A log that a site's exchange may run over: SQLite, and the one that whole fleets are simulated with.
protocol LogUnderContract: Sendable {
    /// Saves so many new records.
    func save(_ count: Int) async throws
    func extents() async -> [EpochExtent]
    func head() async -> LogPosition
    func isIdle() async -> Bool
    func hash(at sequence: UInt64, of epoch: Epoch) async throws -> ChainHash?
    func read(_ request: LogRead) async throws -> LogSlice
    /// Changes an entry's bytes and not its hash.
    func damage(_ sequence: UInt64) async throws
    func sessionMemory() async -> SessionMemory
    func remember(_ memory: SessionMemory) async throws
    func branch(_ branch: LogBranch) async throws -> [EpochExtent]
    /// The process ends and begins anew on the same data.
    func reopened() async throws -> any LogUnderContract
}

struct SQLiteLogUnderContract: LogUnderContract {
    let folder: TestFolder
    let log: SiteLog

    init(_ folder: TestFolder) throws { (self.folder, log) = (folder, try Fixture.log(folder)) }

    func save(_ count: Int) async throws {
        _ = try await log.append((0..<count).map { Fixture.draft("note \($0)") }, at: Fixture.now)
    }

    func extents() -> [EpochExtent] { log.extents }
    func head() -> LogPosition { log.head }
    func isIdle() -> Bool { log.isIdle }
    func hash(at sequence: UInt64, of epoch: Epoch) throws -> ChainHash? {
        try log.hash(at: SequenceNumber(sequence), of: epoch)
    }
    func read(_ request: LogRead) throws -> LogSlice { try log.read(request) }
    func sessionMemory() -> SessionMemory { log.sessionMemory }
    func remember(_ memory: SessionMemory) throws { try log.remember(memory) }
    func branch(_ branch: LogBranch) throws -> [EpochExtent] { try log.branch(branch) }

    func damage(_ sequence: UInt64) throws {
        try log.pool.write {
            try $0.execute(
                sql: "UPDATE entry SET facts = facts || x'00' WHERE sequence = ?", arguments: [Int64(sequence)])
        }
    }

    func reopened() throws -> any LogUnderContract {
        try log.close()
        return try SQLiteLogUnderContract(folder)
    }
}

/// On a simulated disk that loses power whenever the process ends.
actor SimulatedLogUnderContract: LogUnderContract {
    private let simulation = Simulation(seed: 1)
    private let disk: SimulatedDisk<SimulatedLog.Volume>
    private var log: SimulatedLog
    private var saved = 0

    init() throws {
        disk = SimulatedDisk(SimulatedLog.Volume(MemoryLog(site: Fixture.site, epoch: Fixture.epoch(1))))
        log = try Self.open(disk, simulation)
    }

    private static func open(
        _ disk: SimulatedDisk<SimulatedLog.Volume>, _ simulation: Simulation
    ) throws -> SimulatedLog {
        try SimulatedLog(on: disk) { Epoch(using: &simulation.random) }
    }

    func save(_ count: Int) throws {
        for _ in 0..<count {
            saved += 1
            _ = try log.write(.test("note \(saved)"))
        }
        _ = try log.synchronize()
    }

    func extents() -> [EpochExtent] { log.extents }
    func head() -> LogPosition { log.head }
    func isIdle() -> Bool { log.isIdle }
    func hash(at sequence: UInt64, of epoch: Epoch) throws -> ChainHash? {
        try log.hash(at: SequenceNumber(sequence), of: epoch)
    }
    func read(_ request: LogRead) throws -> LogSlice { try log.read(request) }
    func sessionMemory() -> SessionMemory { log.sessionMemory }
    func remember(_ memory: SessionMemory) throws { try log.remember(memory) }
    func branch(_ branch: LogBranch) throws -> [EpochExtent] { try log.branch(branch) }
    func damage(_ sequence: UInt64) { disk.rot { $0.log.damage(SequenceNumber(sequence)) } }

    func reopened() throws -> any LogUnderContract {
        disk.losePower(using: &simulation.random)
        log = try Self.open(disk, simulation)
        return self
    }
}

/// What every `ReplicatedLog` must hold. Runs against each engine.
struct SiteLogContract {
    enum Engine: CaseIterable {
        case sqlite, simulated

        func open() throws -> any LogUnderContract {
            switch self {
            case .sqlite: try SQLiteLogUnderContract(TestFolder())
            case .simulated: try SimulatedLogUnderContract()
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func aNewLogHasAnEpochAndNoEntry(engine: Engine) async throws {
        let log = try engine.open()
        let head = await log.head()
        #expect(head.sequence == .zero)
        #expect(head.hash == LogChain.origin(site: Fixture.site, epoch: head.epoch, parent: nil))
        #expect(await log.extents().map(\.head) == [head])
        #expect(await log.isIdle())
        #expect(try await log.hash(at: 0, of: head.epoch) == head.hash)
        #expect(try await log.read(Self.all(after: 0, of: head)).entries.isEmpty)
    }

    @Test(arguments: Engine.allCases)
    func theHeadIsTheLastSavedEntryAndStaysThroughReopening(engine: Engine) async throws {
        let log = try engine.open()
        try await log.save(3)
        let head = await log.head()
        #expect(head.sequence.value == 3)
        #expect(try await log.hash(at: 3, of: head.epoch) == head.hash)
        #expect(await log.isIdle())
        let again = try await log.reopened()
        #expect(await again.head() == head)
        try await again.save(1)
        #expect(await again.head().sequence.value == 4)
        #expect(await again.head().epoch == head.epoch)
    }

    @Test(arguments: Engine.allCases)
    func aSliceIsConsecutiveAndItsChainHolds(engine: Engine) async throws {
        let log = try engine.open()
        try await log.save(5)
        let head = await log.head()
        let slice = try await log.read(Self.all(after: 2, of: head))
        #expect(slice.first.value == 3)
        #expect(try await log.hash(at: 2, of: head.epoch) == slice.previous)
        #expect(slice.entries.count == 3)
        #expect(LogChain.hashes(of: slice.entries, after: slice.previous, first: slice.first)?.last == head.hash)
        #expect(slice.end == head)
    }

    @Test(arguments: Engine.allCases)
    func aSliceKeepsToItsBounds(engine: Engine) async throws {
        let log = try engine.open()
        try await log.save(5)
        let head = await log.head()
        #expect(try await log.read(Self.all(after: 0, of: head, entries: 2)).entries.count == 2)
        // It ends at the entry that reaches the bytes, so that it always has one.
        #expect(try await log.read(Self.all(after: 0, of: head, bytes: 1)).entries.count == 1)
        #expect(try await log.read(Self.all(after: 5, of: head)).entries.isEmpty)
    }

    @Test(arguments: Engine.allCases)
    func whatIsNotThereHasNoHash(engine: Engine) async throws {
        let log = try engine.open()
        try await log.save(2)
        let head = await log.head()
        #expect(try await log.hash(at: 3, of: head.epoch) == nil)
        #expect(try await log.hash(at: 1, of: Fixture.epoch(9)) == nil)
    }

    @Test(arguments: Engine.allCases)
    func aSliceEndsBeforeADamagedEntryOrBeginsWithItAsLost(engine: Engine) async throws {
        let log = try engine.open()
        try await log.save(4)
        try await log.damage(3)
        let head = await log.head()
        #expect(try await log.read(Self.all(after: 0, of: head)).entries.count == 2)
        let rest = try await log.read(Self.all(after: 2, of: head))
        let hash = try #require(try await log.hash(at: 3, of: head.epoch))
        #expect(rest.entries.first == Entry(lost: hash))
        #expect((rest.entries.count, rest.end) == (2, head))
        #expect(LogChain.hashes(of: rest.entries, after: rest.previous, first: rest.first)?.last == head.hash)
        #expect(try await log.read(Self.all(after: 3, of: head)).entries.count == 1)
    }

    @Test(arguments: Engine.allCases)
    func whatIsRememberedStays(engine: Engine) async throws {
        let log = try engine.open()
        var memory = await log.sessionMemory()
        #expect(memory.token.isEmpty)
        (memory.token, memory.headquartersEpoch) = (Data(repeating: 1, count: 24), Fixture.epoch(8).data)
        try await log.remember(memory)
        #expect(await log.sessionMemory() == memory)
        #expect(try await log.reopened().sessionMemory() == memory)
    }

    @Test(arguments: Engine.allCases, [0, 2, 4] as [UInt64])
    func aBranchIssuesAgainWhatFollowedTheCommonPoint(engine: Engine, kept: UInt64) async throws {
        let log = try engine.open()
        try await log.save(4)
        let old = await log.head()
        let common = LogPosition(
            epoch: old.epoch, sequence: SequenceNumber(kept),
            hash: try #require(try await log.hash(at: kept, of: old.epoch)))
        let entries = try await log.read(Self.all(after: kept, of: old)).entries
        let extents = try await log.branch(LogBranch(epoch: old.epoch, after: common, cause: .rolledBack))
        #expect(extents.map(\.head.sequence.value) == [kept, 4 - kept])
        #expect(extents[0].head == common)
        #expect(extents[1].parent == common && extents[1].cause == .rolledBack)
        let again = try await log.reopened()
        #expect(await again.extents() == extents)
        let head = await again.head()
        #expect(head == extents[1].head)
        #expect(try await again.read(Self.all(after: 0, of: head)).entries == entries)
        #expect(try await again.hash(at: kept + 1, of: old.epoch) == nil)
        try await again.save(1)
        #expect(await again.head().sequence.value == 5 - kept)
    }

    @Test(arguments: Engine.allCases)
    func aBranchWithNothingInCommonIssuesEverythingAgain(engine: Engine) async throws {
        let log = try engine.open()
        try await log.save(3)
        let old = await log.head()
        let extents = try await log.branch(LogBranch(epoch: old.epoch, after: nil, cause: .diverged))
        #expect(extents.map(\.head.sequence.value) == [3])
        #expect(extents[0].head.epoch != old.epoch && extents[0].parent == nil)
        #expect(try await log.hash(at: 1, of: old.epoch) == nil)
    }

    private static func all(after sequence: UInt64, of head: LogPosition, entries: Int = 100, bytes: Int = 1 << 20)
        -> LogRead
    {
        LogRead(epoch: head.epoch, after: SequenceNumber(sequence), entries: entries, bytes: bytes)
    }
}
