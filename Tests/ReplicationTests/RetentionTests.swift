import Foundation
import Records
import Testing

@testable import Replication

/// How far a site may trim, and what it still holds, as messages say it.
struct RetentionTests {
    private let epoch = Epoch(bytes: [UInt8](repeating: 1, count: 16))!
    private let other = Epoch(bytes: [UInt8](repeating: 2, count: 16))!

    private func acknowledgement(of epoch: Epoch) -> Exchange {
        var message = Exchange()
        message.acknowledgement.durable.epoch = epoch.data
        return message
    }

    @Test func anAcknowledgementSaysItOfItsOwnEpoch() {
        let said = BackedUp(policy: .backups, marks: [epoch: SequenceNumber(7), other: SequenceNumber(9)])
        var message = acknowledgement(of: epoch)
        said.fill(&message)
        #expect(BackedUp(message) == BackedUp(policy: .backups, marks: [epoch: SequenceNumber(7)]))
    }

    @Test func aPongSaysItOfAllEpochs() {
        let said = BackedUp(policy: .none, marks: [epoch: SequenceNumber(7), other: SequenceNumber(9)])
        var message = Exchange()
        message.pong.clock = 5
        said.fill(&message)
        #expect(message.pong.clock == 5)
        #expect(BackedUp(message) == said)
    }

    @Test func aHeadquartersThatSaysNothingOfBackupsAllowsNothing() {
        #expect(BackedUp(acknowledgement(of: epoch)) == nil)
        var message = acknowledgement(of: epoch)
        BackedUp().fill(&message)
        #expect(BackedUp(message) == nil)
        message = Exchange()
        message.ping.clock = 1
        #expect(BackedUp(message) == nil)
    }

    @Test func helloAndPingSayWhatIsHeld() {
        let retention = Retention(first: [epoch: SequenceNumber(50)], trimmedEarly: 3)
        var hello = Exchange()
        for name in [epoch, other] {
            var range = EpochRange()
            range.head.epoch = name.data
            range.first = 1
            hello.hello.epochs.append(range)
        }
        retention.fill(&hello)
        #expect(hello.hello.epochs.map(\.first) == [50, 1])
        var ping = Exchange()
        ping.ping.head.epoch = epoch.data
        retention.fill(&ping)
        #expect((ping.ping.first, ping.ping.trimmedEarly) == (50, 3))
    }
}
