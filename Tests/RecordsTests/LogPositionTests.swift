import Foundation
import Testing

@testable import Records

struct LogPositionTests {
    @Test func epochKeepsItsBytesAndIsOrderedByThem() throws {
        let epoch = try epoch()
        #expect(epoch.bytes == (0..<16).map { $0 })
        #expect(epoch.data == Data(epoch.bytes))
        #expect(epoch.description == "000102030405060708090a0b0c0d0e0f")
        #expect(try epoch < RecordsTests.epoch(from: 1))
        #expect(Epoch(bytes: [1, 2, 3]) == nil)
    }

    @Test func newEpochsDiffer() {
        var generator = SeededGenerator(seed: 1)
        let epochs = (0..<100).map { _ in Epoch(using: &generator) }
        #expect(Set(epochs).count == 100)
    }

    @Test func hashKeepsItsBytes() throws {
        let bytes = (0..<32).map { UInt8($0) }
        let hash = try #require(ChainHash(bytes: bytes))
        #expect(hash.bytes == bytes)
        #expect(hash.data == Data(bytes))
        #expect(hash.description.hasPrefix("00010203"))
        #expect(ChainHash(bytes: bytes.dropLast()) == nil)
        #expect(try #require(ChainHash(bytes: Data(bytes))) == hash)
        #expect(hash != ChainHash(bytes: bytes.reversed()))
    }

    @Test func sequenceNumbersFollowEachOther() {
        #expect(SequenceNumber.zero.next == SequenceNumber(1))
        #expect(SequenceNumber(5).advanced(by: 3) == SequenceNumber(8))
        #expect(SequenceNumber(9) < SequenceNumber(10))
        #expect(SequenceNumber(12).description == "12")
    }
}
