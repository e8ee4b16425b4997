import Foundation
import Records
import Replication
import Simulation
import Testing

/// The step that the agent and the simulated site share, over a disk that fails at a bad moment.
struct SiteExchangeTests {
    private let simulation = Simulation(seed: 1)
    private let key = LogSigningKey(bytes: [UInt8](repeating: 3, count: 32))!

    private func log() throws -> (SimulatedDisk<SimulatedLog.Volume>, SimulatedLog) {
        let site = try SiteID("A1")
        let disk = SimulatedDisk(SimulatedLog.Volume(MemoryLog(site: site, epoch: Epoch(using: &simulation.random))))
        let log = try SimulatedLog(on: disk) { [simulation] in Epoch(using: &simulation.random) }
        for number in 1...3 { _ = try log.write(.test("回访 \(number)")) }
        _ = try log.synchronize()
        return (disk, log)
    }

    private func exchange(_ log: SimulatedLog) throws -> SiteExchange<SimulatedLog> {
        let session = SiteSession(
            site: try SiteID("A1"), epochs: log.extents, signingKey: key, boot: Epoch(using: &simulation.random),
            seed: 1,
            programVersion: "test")
        return SiteExchange(
            session, log: log,
            clock: { [simulation] in Moment(uptime: simulation.now, wall: SimulatedClock.beginning) })
    }

    /// Found by a simulated fleet, seed 101163: the sync of a new epoch failed, and the epoch was there all the same once the
    /// disk had recovered.
    @Test func anEpochWhoseBeginningFailedIsLearntOfWithTheNextRecord() throws {
        let (disk, log) = try log()
        let exchange = try exchange(log)
        let before = log.head
        disk.condition = .failing
        #expect(throws: DiskFailure.failing) {
            try log.branch(LogBranch(epoch: before.epoch, after: before, cause: .rolledBack))
        }
        disk.condition = .sound
        _ = try log.write(.test("later"))
        let head = try log.synchronize()
        #expect(head.epoch != before.epoch)
        exchange.handle(.appended(head)) { _ in nil }
        #expect(exchange.session.sender.extents == log.extents)
    }

    @Test func newsOfAnEpochThatIsOverChangesNothing() throws {
        let (_, log) = try log()
        let exchange = try exchange(log)
        let old = log.head
        let extents = try log.branch(LogBranch(epoch: old.epoch, after: old, cause: .fenced))
        exchange.handle(.branched(extents)) { _ in nil }
        // It was under way while the branch was begun.
        exchange.handle(.appended(old)) { _ in nil }
        #expect(exchange.session.sender.extents == extents)
    }

    /// Found by a simulated fleet, seed 201378: a greeting named a session that the disk had not kept, and the next life of the
    /// process came with an older one, as a copy would.
    @Test func aSessionThatTheDiskDoesNotKeepIsNotNamed() throws {
        let (disk, log) = try log()
        let exchange = try exchange(log)
        disk.condition = .readOnly
        var welcome = Exchange()
        welcome.session = SessionToken(epoch: Epoch(using: &simulation.random), number: 1).data
        welcome.welcome.version = 1
        welcome.welcome.session = welcome.session
        welcome.welcome.durable = log.extents.map(\.head.message)
        welcome.welcome.receiptKey = Data(key.verifyingKey.bytes)
        exchange.handle(.tick) { _ in nil }
        exchange.handle(.connected) { _ in nil }
        exchange.handle(.received(welcome)) { _ in nil }
        #expect(!exchange.session.isLive)
        #expect(exchange.session.memory.token.isEmpty)
        #expect(exchange.session.memory == log.sessionMemory)
    }
}
