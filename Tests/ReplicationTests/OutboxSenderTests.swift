import Foundation
import Records
import Replication
import Simulation
import Testing

@Suite struct OutboxSenderTests {
    /// A sender whose site's log is `Fixture.epoch`; the outbox is `Fixture.otherEpoch`.
    private struct Desk {
        var sender = OutboxSender()
        var log: MemoryLog
        var acknowledged: UInt64 = 0
        var begunFor = Fixture.epoch

        init(_ count: Int) { log = Fixture.log(count, content: "outgoing", epoch: Fixture.otherEpoch) }

        var outbox: OutboxSender.Outbox {
            OutboxSender.Outbox(
                head: log.head, origin: log.position(0).hash, acknowledged: SequenceNumber(acknowledged),
                logEpoch: begunFor)
        }

        /// What follows in words, looking up and reading what is asked for, as the shell does.
        mutating func words(_ effects: [OutboxSender.Effect]) -> [String] {
            var words: [String] = []
            for effect in effects {
                switch effect {
                case .find(let place):
                    let hash = place.flatMap { $0.epoch == log.epoch ? log.hash(at: $0.sequence) : nil }
                    words += self.words(sender.found(outbox, hash: hash))
                case .renew(let epoch): words.append("renew for \(epoch == Fixture.epoch ? "its log" : "another")")
                case .read(let request):
                    let (slice, next) = sender.read(log.slice(request))
                    words.append("send \(slice.map { "\($0.first)-\($0.end.sequence)" } ?? "nothing")")
                    words += self.words(next)
                case .acknowledged(let position): words.append("acknowledged \(position.sequence)")
                case .misbehaved: words.append("misbehaved")
                }
            }
            return words
        }

        mutating func open(at place: LogPosition?, credit: UInt64 = 1000, log epoch: Epoch = Fixture.epoch) -> [String]
        {
            words(sender.received(.standing(place, credit: credit, opensFor: epoch)))
        }

        mutating func acknowledge(_ place: UInt64, credit: UInt64 = 1000) -> [String] {
            words(sender.received(.standing(log.position(place), credit: credit)))
        }
    }

    @Test func aSiteThatHasNothingGetsAllFromTheStart() {
        var desk = Desk(3)
        #expect(desk.open(at: nil) == ["acknowledged 0", "send 1-3"])
        #expect(desk.acknowledge(3) == ["acknowledged 3"])
    }

    @Test func whatGrowsIsSentAtOnce() {
        var desk = Desk(1)
        _ = desk.open(at: desk.log.position(1))
        desk.log.append(.test("new"))
        let head = desk.log.head
        #expect(desk.words(desk.sender.grew(to: head)) == ["send 2-2"])
        #expect(desk.words(desk.sender.grew(to: head)) == [])
        #expect(desk.words(desk.sender.grew(to: Fixture.position(9))) == [])  // of another epoch
    }

    @Test func aSiteThatWasCutOffGoesOnWhereItIs() {
        var desk = Desk(5)
        _ = desk.open(at: nil)
        desk.acknowledged = 2
        desk.sender.closed()
        #expect(desk.open(at: desk.log.position(3)) == ["acknowledged 3", "send 4-5"])
    }

    @Test func creditIsKept() {
        var desk = Desk(5)
        #expect(desk.open(at: nil, credit: 2) == ["acknowledged 0", "send 1-2"])
        #expect(desk.acknowledge(2, credit: 3) == ["acknowledged 2", "send 3-3"])
    }

    @Test func oneEntryMayGoWhateverTheCredit() {
        var desk = Desk(2)
        var message = Exchange.DownAcknowledgement.standing(nil, credit: 0, opensFor: Fixture.epoch)
        message.credit.bytes = 0
        #expect(desk.words(desk.sender.received(message)) == ["acknowledged 0", "send 1-1"])
    }

    @Test func aRepeatedAcknowledgementChangesNothing() {
        var desk = Desk(3)
        _ = desk.open(at: nil)
        _ = desk.acknowledge(3)
        #expect(desk.acknowledge(3) == [])
        #expect(desk.acknowledge(1) == [])
    }

    @Test func aSiteThatLostEverythingBeginsAnew() {
        var desk = Desk(3)
        desk.acknowledged = 3
        #expect(desk.open(at: nil) == ["renew for its log"])
    }

    @Test func aSiteWhoseOwnLogIsAnotherBeginsAnew() {
        var desk = Desk(3)
        #expect(
            desk.open(at: desk.log.position(2), log: Fixture.position(1, epoch: Fixture.otherEpoch).epoch) == [
                "renew for another"
            ])
    }

    @Test func aPlaceThatIsNotInTheOutboxBeginsAnew() {
        for place in [
            Fixture.position(2, epoch: Fixture.otherEpoch), Fixture.position(2),
            LogPosition(epoch: Fixture.otherEpoch, sequence: SequenceNumber(4), hash: Fixture.hash),
        ] {
            var desk = Desk(3)
            #expect(desk.open(at: place) == ["renew for its log"])
        }
    }

    @Test func aRenewedOutboxIsSentFromItsStartWithWhatCameMeanwhile() {
        var desk = Desk(2)
        desk.acknowledged = 2
        #expect(desk.open(at: nil) == ["renew for its log"])
        // Another greeting of the site waits for the same renewal.
        #expect(desk.open(at: nil) == [])
        let outbox = Desk(2).outbox
        desk.acknowledged = 0
        desk.log.append(.test("meanwhile"))
        #expect(desk.words(desk.sender.renewed(outbox)) == ["acknowledged 0", "send 1-3"])
    }

    @Test func aRenewalThatFailedIsTriedAgain() {
        var desk = Desk(2)
        desk.acknowledged = 2
        _ = desk.open(at: nil)
        #expect(desk.words(desk.sender.renewed(nil)) == [])
        #expect(desk.words(desk.sender.retry()) == ["renew for its log"])
    }

    /// Seed 320: of a headquarters that was restored, the outbox could not be begun anew, and what was in it since came under
    /// places that the site had already.
    @Test func whatTheSiteHasIsRememberedWhileTheOutboxCannotBeBegun() {
        var desk = Desk(1)
        #expect(
            desk.open(at: Fixture.log(2, content: "lost", epoch: Fixture.otherEpoch).position(2)) == [
                "renew for its log"
            ])
        #expect(desk.words(desk.sender.renewed(nil)) == [])
        #expect(desk.words(desk.sender.retry()) == ["renew for its log"])
        desk.sender.failed()
        #expect(desk.words(desk.sender.retry()) == ["renew for its log"])
    }

    @Test func afterAFailureItGoesOnFromWhatIsAcknowledged() {
        var desk = Desk(4)
        _ = desk.open(at: nil, credit: 2)
        _ = desk.acknowledge(2, credit: 2)
        desk.sender.failed()
        #expect(desk.acknowledge(3) == [])
        #expect(desk.words(desk.sender.retry()) == ["acknowledged 2", "send 3-4"])
        #expect(desk.words(desk.sender.retry()) == [])
    }

    @Test func whatBecameDurableInAnotherSessionIsCompared() {
        var desk = Desk(5)
        _ = desk.open(at: desk.log.position(1), credit: 2)
        // The batch under way ends at 2; the site says 4, from a batch of the session before.
        #expect(desk.acknowledge(4) == ["acknowledged 4", "send 5-5"])
    }

    @Test func anAcknowledgementOfAnotherHistoryBeginsAnew() {
        var desk = Desk(5)
        _ = desk.open(at: nil)
        let invented = LogPosition(epoch: Fixture.otherEpoch, sequence: SequenceNumber(3), hash: Fixture.hash)
        #expect(desk.words(desk.sender.received(.standing(invented, credit: 9))) == ["renew for its log"])
    }

    @Test func nothingIsSentBeforeTheSiteSaysWhatItHas() {
        var desk = Desk(3)
        let head = desk.log.head
        #expect(desk.words(desk.sender.grew(to: head)) == [])
        #expect(desk.acknowledge(2) == [])
        _ = desk.open(at: nil)
        desk.sender.closed()
        #expect(desk.words(desk.sender.grew(to: head)) == [])
        #expect(desk.words(desk.sender.retry()) == [])
    }

    @Test func malformedPlacesAreMisbehaviour() {
        var desk = Desk(3)
        var message = Exchange.DownAcknowledgement.standing(nil, credit: 9, opensFor: Fixture.epoch)
        message.logEpoch = Data([1, 2])
        #expect(desk.words(desk.sender.received(message)) == ["misbehaved"])
        message.durable.epoch = Data([1])
        #expect(desk.words(desk.sender.received(message)) == ["misbehaved"])
    }

    /// Every row of the table, the first that fits deciding.
    @Test(arguments: [
        // site's place, has the outbox another history there, outbox there, same log, acknowledged → continues after
        (nil as UInt64?, false, false, true, 0 as UInt64, nil as UInt64?),
        (2, false, false, true, 0, nil),
        (2, false, true, false, 2, nil),
        (nil, false, true, false, 0, nil),
        (nil, false, true, true, 0, 0),
        (nil, false, true, true, 1, nil),
        (2, false, true, true, 0, 2),
        (2, false, true, true, 3, 2),
        (2, true, true, true, 0, nil),
        (4, false, true, true, 3, nil),
    ])
    func resumption(
        place: UInt64?, isOther: Bool, isThere: Bool, isSameLog: Bool, acknowledged: UInt64, after: UInt64?
    ) {
        let desk = Desk(3)
        var outbox = desk.outbox
        outbox.acknowledged = SequenceNumber(acknowledged)
        let theirs = place.map {
            LogPosition(
                epoch: Fixture.otherEpoch, sequence: SequenceNumber($0),
                hash: isOther ? Fixture.hash : desk.log.hash(at: SequenceNumber($0)) ?? Fixture.hash)
        }
        let decision = OutboxSender.decide(
            theirs, isThere ? outbox : nil, hash: place.flatMap { desk.log.hash(at: SequenceNumber($0)) },
            logEpoch: isSameLog ? Fixture.epoch : Fixture.otherEpoch)
        #expect(decision == (after.map { .continues(after: desk.log.position($0), head: desk.log.head) } ?? .begins))
    }
}

extension Exchange.DownAcknowledgement {
    static func standing(_ place: LogPosition?, credit: UInt64, opensFor epoch: Epoch? = nil) -> Self {
        var message = Self()
        if let place { message.durable = place.message }
        message.credit.sequence = credit
        message.credit.bytes = 1 << 20
        if let epoch { message.logEpoch = epoch.data }
        return message
    }
}
