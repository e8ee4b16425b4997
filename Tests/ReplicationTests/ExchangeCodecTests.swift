import Foundation
import Records
import Replication
import Simulation
import Testing

struct ExchangeCodecTests {
    private func decode(_ bytes: Data) throws -> Exchange {
        try bytes.withUnsafeBytes { try Exchange(frame: $0) }
    }

    private func batch() throws -> Exchange {
        let batch = try Exchange.Batch(Fixture.log(5).slice(2, 4), site: Fixture.site, key: Fixture.signingKey)
        return .make { $0.data = batch }
    }

    @Test func whatIsSentIsReceived() throws {
        let message = try batch()
        #expect(try decode(message.frame()) == message)
    }

    @Test func everyTruncationIsRefusedOrAnotherMessage() throws {
        let frame = try batch().frame()
        for count in 0..<frame.count {
            let decoded = try? decode(frame.prefix(count))
            #expect(decoded.map { $0 != (try? batch()) } ?? true)
        }
    }

    @Test func garbageIsRefusedAndNeverCrashes() {
        var random = SplitMix64(seed: 1)
        for length in 0..<400 {
            let bytes = Data((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
            // Some garbage is a message by chance; what matters is that it is decided.
            _ = try? decode(bytes)
        }
        #expect(throws: MalformedMessage.self) { try decode(Data([0xFF, 0xFF, 0xFF])) }
    }

    @Test func anUnknownBodyIsRefused() {
        #expect(throws: MalformedMessage.self) { try decode(Data()) }
        // Field 100, of a later version.
        #expect(throws: MalformedMessage.self) { try decode(Data([0xA2, 0x06, 0x00])) }
        #expect(throws: MalformedMessage.self) { try decode(Exchange.make { _ in }.frame()) }
    }

    @Test func anOversizeFrameIsRefusedUnread() {
        let message = Exchange.make {
            $0.answer.result = String(repeating: "x", count: ReplicationProtocol.greatestMessage)
        }
        #expect(throws: MalformedMessage.self) { try decode(message.frame()) }
    }

    @Test func theLargestBatchFitsIntoAMessage() throws {
        var log = MemoryLog(site: Fixture.site, epoch: Fixture.epoch)
        for number in 0..<ReplicationProtocol.batchEntries - 1 { log.append(.test("\(number)", padding: 100)) }
        log.append(.test("large", padding: ReplicationProtocol.greatestEntry - 21))
        let request = LogRead(
            epoch: log.epoch, after: .zero, entries: ReplicationProtocol.batchEntries,
            bytes: ReplicationProtocol.batchBytes)
        let slice = log.slice(request)
        #expect(slice.entries.last?.size == ReplicationProtocol.greatestEntry)
        let batch = try Exchange.Batch(slice, site: Fixture.site, key: Fixture.signingKey)
        #expect(Exchange.make { $0.data = batch }.frame().count <= ReplicationProtocol.greatestMessage)
    }

    @Test func positionsWithFieldsOfOtherLengthsAreNone() {
        let position = Fixture.position(7)
        #expect(LogPosition(position.message) == position)
        for length in [0, 15, 17, 32] {
            var message = position.message
            message.epoch = Data(repeating: 1, count: length)
            #expect(LogPosition(message) == nil)
        }
        for length in [0, 31, 33] {
            var message = position.message
            message.hash = Data(repeating: 1, count: length)
            #expect(LogPosition(message) == nil)
        }
    }
}
