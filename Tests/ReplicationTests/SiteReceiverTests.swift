import Foundation
import Records
import Replication
import Simulation
import Testing

struct SiteReceiverTests {
    private let log = Fixture.log(10)

    @Test func welcomeNamesWhatIsStored() {
        var desk = ReceiverDesk(stored: log.position(4))
        let welcome = desk.greet([log.extent])?.welcome
        #expect(welcome?.session == Fixture.token)
        #expect(welcome?.version == 1)
        #expect(welcome?.durable == [log.position(4).message])
        #expect(welcome?.credit.sequence == 4 + 50)
        #expect(welcome?.echoClock == 1_700_000_000_000)
        #expect(desk.words == ["open", "WELCOME"])
    }

    @Test func aNewLogIsNotedUntilSomethingOfItIsStored() {
        var desk = ReceiverDesk()
        #expect(desk.greet([log.extent])?.welcome.durable == [log.position(0).message])
        #expect(desk.newEpochs == [log.epoch])
        // The shell may have failed to note it: it is asked for again.
        _ = desk.greet([log.extent])
        #expect(desk.newEpochs == [log.epoch])
        _ = desk.send(log.slice(1, 2))
        desk.commit()
        _ = desk.greet([log.extent])
        #expect(desk.newEpochs == [])
    }

    @Test func creditIsOfTheOldestEpochThatIsNotComplete() {
        let child = MemoryLog(site: Fixture.site, epoch: Fixture.otherEpoch, entries: 3, parent: log.head)
        var desk = ReceiverDesk(stored: log.position(8))
        #expect(desk.greet([log.extent, child.extent])?.welcome.credit.sequence == 8 + 50)
    }

    @Test func refusesToGreetWhomItMust() {
        let cases: [(Exchange.Reject.Reason, (inout Exchange.Hello) -> Void)] = [
            (.version, { ($0.versionMin, $0.versionMax) = (2, 9) }),
            (.version, { ($0.versionMin, $0.versionMax) = (0, 0) }),
            (.unknown, { $0.site = "B2" }),
            (.malformed, { $0.epochs = [] }),
            (.malformed, { $0.epochs = [EpochRange()] }),
            (.malformed, { $0.epochs.append($0.epochs[0]) }),
            (.malformed, { $0.epochs[0].parent = Position() }),
            (
                .malformed,
                { hello in
                    hello.epochs = (0...ReplicationProtocol.greatestEpochs).map { number in
                        var range = EpochRange()
                        let epoch = Epoch(bytes: [UInt8](repeating: UInt8(number), count: 16))!
                        range.head = Fixture.position(1, epoch: epoch).message
                        return range
                    }
                }
            ),
        ]
        for (reason, change) in cases {
            var desk = ReceiverDesk()
            #expect(desk.greet([log.extent], change)?.reject.reason == reason)
            #expect(desk.receiver.session == nil)
            #expect(desk.receiver.durable.isEmpty, "nothing is kept of a HELLO that is refused")
        }
    }

    @Test func manyEpochsInManyGreetingsAreBounded() {
        var desk = ReceiverDesk(stored: log.position(1))
        var random = SplitMix64(seed: 1)
        for _ in 0..<40 {
            let strangers = (0..<40).map { _ in EpochExtent(head: Fixture.position(1, epoch: Epoch(using: &random))) }
            _ = desk.greet([log.extent] + strangers + [log.extent].dropLast())
        }
        #expect(desk.receiver.durable.count <= ReplicationProtocol.greatestStoredEpochs)
        #expect(desk.receiver.durable.count > 900)
    }

    @Test func aNewerPeerIsAnsweredInOurVersion() {
        var desk = ReceiverDesk()
        #expect(desk.greet([log.extent], { $0.versionMax = 7 })?.welcome.version == 1)
    }

    @Test func anyClockOfThePeerIsTaken() {
        for clock in [Int64.min, -1, 0, .max] {
            var desk = ReceiverDesk(stored: log.head)
            #expect(desk.greet([log.extent], { $0.clock = clock })?.welcome.echoClock == clock)
            _ = desk.ping(log.head) { $0.clock = clock }
            #expect(desk.heard.allSatisfy { $0 <= Fixture.moment(0).wall })
        }
    }

    @Test func acknowledgesOnlyAfterTheCommit() {
        var desk = ReceiverDesk()
        _ = desk.greet([log.extent])
        #expect(desk.send(log.slice(1, 4)) == ["commit 1-4"])
        #expect(desk.send(log.slice(5, 10)) == ["commit 5-10"])
        desk.commit()
        let acknowledgement = desk.sent.last?.acknowledgement
        #expect(acknowledgement?.durable == log.position(4).message)
        #expect(acknowledgement?.credit.sequence == 4 + 50)
        let key = Fixture.receiptKey.verifyingKey
        let receipt = acknowledgement?.signature ?? Signature()
        #expect(key.verifies(receipt, .acknowledgement, site: Fixture.site, position: log.position(4)))
        #expect(!key.verifies(receipt, .batch, site: Fixture.site, position: log.position(4)))
        #expect(desk.receiver.durable[log.epoch] == log.position(4))
    }

    @Test func pongSaysWhatIsDurableNotWhatIsClaimed() {
        var desk = ReceiverDesk(stored: log.position(4))
        _ = desk.greet([log.extent])
        let pong = desk.ping(log.head)
        #expect(pong?.durable == log.position(4).message)
        #expect(pong?.echoClock == 1_700_000_000_000)
        #expect(desk.receiver.claimed == log.head)
    }

    @Test func aSiteIsHeardOnlyWhenItsHeadIsDurableAndItIsIdle() {
        var desk = ReceiverDesk(stored: log.position(9))
        _ = desk.greet([log.extent])
        _ = desk.ping(log.head)
        #expect(desk.heard == [])
        _ = desk.send(log.slice(10, 10))
        _ = desk.ping(log.head)
        #expect(desk.heard == [], "staged is not durable")
        desk.commit()
        _ = desk.ping(log.head) { $0.idle = false }
        #expect(desk.heard == [])
        _ = desk.ping(Fixture.position(10))
        #expect(desk.heard == [], "another hash is another log")
        _ = desk.ping(log.head)
        #expect(desk.heard == [Fixture.moment(0).wall])
    }

    @Test func aSiteIsNotHeardWhileAnOlderEpochIsIncomplete() {
        let child = MemoryLog(site: Fixture.site, epoch: Fixture.otherEpoch, entries: 0, parent: log.head)
        var desk = ReceiverDesk(stored: log.position(9))
        _ = desk.greet([log.extent, child.extent])
        _ = desk.ping(child.head)
        #expect(desk.heard == [])
        _ = desk.send(log.slice(10, 10))
        desk.commit()
        _ = desk.ping(child.head)
        #expect(desk.heard.count == 1)
    }

    /// The quickest message shows the clocks' difference; a slow one must not carry the moment beyond what was said.
    @Test func heardIsByHeadquartersClock() {
        var desk = ReceiverDesk(stored: log.head)
        _ = desk.greet([log.extent]) { $0.clock -= 3_600_000 + 200 }
        // Sent at 1000 by a clock that is an hour behind, received at 1030.
        _ = desk.ping(log.head, at: 1030) { $0.clock = 1_700_000_001_000 - 3_600_000 }
        #expect(desk.heard == [Fixture.moment(1030).wall])
        // Sent at 2000, under way for two seconds.
        _ = desk.ping(log.head, at: 4000) { $0.clock = 1_700_000_002_000 - 3_600_000 }
        #expect(desk.heard == [Fixture.moment(2030).wall])
    }

    @Test func byeClosesAndWhatOnlyHeadquartersSaysIsMisbehaviour() {
        var desk = ReceiverDesk()
        _ = desk.greet([log.extent])
        #expect(desk.receive(.make { $0.pong = Exchange.Pong() }) == ["misbehaved"])
        #expect(desk.receiver.session != nil)
        #expect(desk.receive(.make { $0.bye = Exchange.Bye() }) == [])
        #expect(desk.receiver.session == nil)
    }

    @Test func silenceIsThreeHeartbeats() {
        var desk = ReceiverDesk()
        #expect(desk.receiver.isSilent(at: Fixture.moment(0), heartbeat: .seconds(2)))
        _ = desk.greet([log.extent])
        #expect(!desk.receiver.isSilent(at: Fixture.moment(5999), heartbeat: .seconds(2)))
        #expect(desk.receiver.isSilent(at: Fixture.moment(6000), heartbeat: .seconds(2)))
    }
}
