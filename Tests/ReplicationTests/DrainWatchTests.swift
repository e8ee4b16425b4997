import Records
import Testing

@testable import Replication

struct DrainWatchTests {
    private static let heartbeat: Duration = .seconds(2)

    private static func at(_ sequence: UInt64) -> LogPosition {
        LogPosition(
            epoch: Epoch(bytes: [UInt8](repeating: 1, count: 16))!, sequence: SequenceNumber(sequence),
            hash: ChainHash(bytes: [UInt8](repeating: UInt8(sequence), count: 32))!)
    }

    @Test func aDrainThatStandsStillForAHeartbeatIsFrozenHoweverManyHeartbeatsCome() {
        var watch = DrainWatch()
        for second in [0, 1, 2] as [Int64] {
            watch.note(claimed: Self.at(9), durable: Self.at(5), at: .seconds(second))
        }
        #expect(!watch.isFrozen(at: .milliseconds(1999), heartbeat: Self.heartbeat))
        #expect(watch.isFrozen(at: .seconds(2), heartbeat: Self.heartbeat))
        watch.note(claimed: Self.at(10), durable: Self.at(5), at: .seconds(3))
        #expect(watch.isFrozen(at: .seconds(3), heartbeat: Self.heartbeat))
    }

    @Test func aDrainThatMovesIsNotFrozenHoweverMuchIsMissing() {
        var watch = DrainWatch()
        for second in 0..<10 as Range<Int64> {
            watch.note(claimed: Self.at(100), durable: Self.at(UInt64(second)), at: .seconds(second))
            #expect(!watch.isFrozen(at: .seconds(second) + .seconds(1), heartbeat: Self.heartbeat))
        }
    }

    @Test func nothingMissingIsNeverFrozen() {
        var watch = DrainWatch()
        watch.note(claimed: Self.at(5), durable: Self.at(5), at: .zero)
        #expect(!watch.isFrozen(at: .seconds(100), heartbeat: Self.heartbeat))
        watch.note(claimed: Self.at(6), durable: Self.at(5), at: .seconds(100))
        watch.note(claimed: Self.at(6), durable: Self.at(6), at: .seconds(101))
        #expect(!watch.isFrozen(at: .seconds(200), heartbeat: Self.heartbeat))
        watch.note(claimed: nil, durable: nil, at: .seconds(200))
        #expect(!watch.isFrozen(at: .seconds(300), heartbeat: Self.heartbeat))
    }

    @Test func anEpochOfWhichNothingIsDurableIsWatchedFromItsFirstClaim() {
        var watch = DrainWatch()
        watch.note(claimed: Self.at(1), durable: nil, at: .zero)
        #expect(watch.isFrozen(at: .seconds(2), heartbeat: Self.heartbeat))
    }
}
