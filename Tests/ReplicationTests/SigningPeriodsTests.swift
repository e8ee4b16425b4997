import Foundation
import Records
import Testing

@testable import Replication

struct SigningPeriodsTests {
    private static let site = try! SiteID("A1")
    private static let keys = (1...3).map { LogSigningKey(bytes: [UInt8](repeating: $0, count: 32))! }
    private static let (first, second) = (epoch(1), epoch(2))

    private static func epoch(_ byte: UInt8) -> Epoch { Epoch(bytes: [UInt8](repeating: byte, count: 16))! }

    private static func place(_ epoch: Epoch, _ sequence: UInt64) -> LogPlace {
        LogPlace(epoch: epoch, sequence: SequenceNumber(sequence))
    }

    private func signers(_ periods: SigningPeriods, _ epoch: Epoch, _ sequence: UInt64) throws -> [Int] {
        let hash = ChainHash(bytes: [UInt8](repeating: 9, count: 32))!
        let position = LogPosition(epoch: epoch, sequence: SequenceNumber(sequence), hash: hash)
        return try Self.keys.indices.filter { index in
            let signature = try Self.keys[index].sign(.batch, site: Self.site, position: position)
            return periods.verify(signature, .batch, site: Self.site, position: position)
        }
    }

    @Test func aKeySignsUpToItsSuccessorsEntryAndTheNextOneWhatFollows() throws {
        var periods = [Self.keys[0].verifyingKey] as SigningPeriods
        periods.change(to: Self.keys[1].verifyingKey, at: Self.place(Self.first, 10))
        periods.change(to: Self.keys[2].verifyingKey, at: Self.place(Self.first, 20))
        #expect(try signers(periods, Self.first, 1) == [0])
        #expect(try signers(periods, Self.first, 10) == [0])
        #expect(try signers(periods, Self.first, 11) == [1])
        #expect(try signers(periods, Self.first, 20) == [1])
        #expect(try signers(periods, Self.first, 21) == [2])
    }

    @Test func anEpochWithoutAChangeTakesEveryKeyThatIsNotRetired() throws {
        var periods = [Self.keys[0].verifyingKey] as SigningPeriods
        periods.change(to: Self.keys[1].verifyingKey, at: Self.place(Self.first, 10))
        #expect(try signers(periods, Self.second, 1) == [0, 1])
        let retired = SigningPeriods(
            periods.periods.map {
                .init(key: $0.key, since: $0.since, isRetired: $0.key == Self.keys[0].verifyingKey)
            })
        #expect(try signers(retired, Self.second, 1) == [1])
        // What it signed in its own range stays good.
        #expect(try signers(retired, Self.first, 10) == [0])
    }

    @Test func aChangeThatIsIssuedAnewMoves() throws {
        var periods = [Self.keys[0].verifyingKey] as SigningPeriods
        periods.change(to: Self.keys[1].verifyingKey, at: Self.place(Self.first, 10))
        periods.change(to: Self.keys[1].verifyingKey, at: Self.place(Self.second, 3))
        #expect(try signers(periods, Self.second, 3) == [0])
        #expect(try signers(periods, Self.second, 4) == [1])
    }

    @Test func theSitesSideAgrees() throws {
        let change = SiteSigning.Change(at: Self.place(Self.first, 10), before: Self.keys[0])
        let signing = SiteSigning(Self.keys[1], change: change)
        var periods = [Self.keys[0].verifyingKey] as SigningPeriods
        periods.change(to: Self.keys[1].verifyingKey, at: Self.place(Self.first, 10))
        for sequence in [1, 9, 10, 11, 100] as [UInt64] {
            let hash = ChainHash(bytes: [UInt8](repeating: 9, count: 32))!
            let position = LogPosition(epoch: Self.first, sequence: SequenceNumber(sequence), hash: hash)
            let key = signing.key(for: position, among: [Self.first])
            let signature = try key.sign(.batch, site: Self.site, position: position)
            #expect(periods.verify(signature, .batch, site: Self.site, position: position))
        }
    }

    @Test func aBatchEndsAtAKeyChangeAndAtAHold() {
        let at = { SequenceNumber($0) }
        var signing = SiteSigning(Self.keys[1])
        #expect(signing.end(ofBatchAfter: at(3), in: Self.first, head: at(50)) == at(50))
        signing.change = .init(at: Self.place(Self.first, 10), before: Self.keys[0])
        #expect(signing.end(ofBatchAfter: at(3), in: Self.first, head: at(50)) == at(10))
        #expect(signing.end(ofBatchAfter: at(10), in: Self.first, head: at(50)) == at(50))
        #expect(signing.end(ofBatchAfter: at(3), in: Self.second, head: at(50)) == at(50))
        signing.change = nil
        signing.hold = Self.place(Self.first, 5)
        #expect(signing.end(ofBatchAfter: at(3), in: Self.first, head: at(50)) == at(5))
        #expect(signing.end(ofBatchAfter: at(7), in: Self.first, head: at(50)) == at(7))
    }
}
