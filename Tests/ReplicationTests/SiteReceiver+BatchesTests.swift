import Foundation
import Records
import Replication
import Simulation
import Testing

struct SiteReceiverBatchesTests {
    private let log = Fixture.log(10)

    private func desk(stored: UInt64 = 0, window: SiteReceiver.Window = .init(entries: 50, bytes: 10_000))
        -> ReceiverDesk
    {
        var desk = ReceiverDesk(stored: log.position(stored), window: window)
        _ = desk.greet([log.extent])
        return desk
    }

    @Test func aGapAsksForANewGreeting() {
        var desk = desk(stored: 2)
        #expect(desk.send(log.slice(4, 5)) == ["RESET"])
        #expect(desk.receiver.session == nil)
        #expect(desk.send(log.slice(3, 3)) == ["RESET"])
        #expect(desk.staged.isEmpty)
    }

    @Test func ofAnOverlapOnlyTheRestIsStored() {
        var desk = desk(stored: 4)
        #expect(desk.send(log.slice(2, 7)) == ["commit 5-7"])
        let batch = desk.staged[0]
        #expect(batch.slice.previous == log.position(4).hash)
        #expect(batch.slice.entries == Array(log.entries[4..<7]))
        #expect(batch.hashes == Array(log.hashes[4..<7]))
    }

    /// The sender's history differs within what is stored already: signed, well chained, and not ours.
    @Test func aForgedOverlapIsDivergence() {
        let other = Fixture.log(10, content: "forged")
        var desk = desk(stored: 4)
        #expect(desk.send(other.slice(2, 7)) == ["REJECT diverged", "misbehaved"])
        #expect(desk.staged.isEmpty)
        var second = self.desk(stored: 4)
        #expect(second.send(other.slice(5, 7)) == ["REJECT diverged", "misbehaved"])
    }

    @Test func aBatchThatIsWhollyKnownIsCompared() {
        var desk = desk(stored: 6)
        #expect(desk.send(log.slice(2, 5)) == ["compare 5"])
        #expect(desk.compared == log.position(5))
        #expect(desk.answer(log.position(5).hash) == ["ACK"])
        #expect(desk.sent.first?.acknowledgement.durable == log.position(6).message)
        let other = Fixture.log(10, content: "forged")
        #expect(desk.send(other.slice(2, 5)) == ["compare 5"])
        #expect(desk.answer(log.position(5).hash) == ["REJECT diverged", "misbehaved"])
        var third = self.desk(stored: 6)
        _ = third.send(log.slice(1, 6))
        #expect(third.answer(nil) == ["REJECT diverged", "misbehaved"])
    }

    /// The store cannot tell of what is not committed yet: to ask it would call an honest site diverged.
    @Test func aRepetitionOfWhatIsBeingStoredIsNoDivergence() {
        var desk = desk()
        #expect(desk.send(log.slice(1, 3)) == ["commit 1-3"])
        #expect(desk.send(log.slice(1, 3)) == [])
        #expect(desk.send(log.slice(2, 3)) == [])
        let other = Fixture.log(10, content: "forged")
        #expect(desk.send(other.slice(1, 3)) == ["REJECT diverged", "misbehaved"])
        var second = self.desk()
        _ = second.send(log.slice(1, 3))
        #expect(second.send(log.slice(1, 2)) == ["RESET"])
    }

    @Test func whatIsNotSignedByTheSiteIsRefused() {
        let stranger = LogSigningKey(bytes: [UInt8](repeating: 9, count: 32))!
        let foreign = try! SiteID("B2")
        let slice = log.slice(1, 3)
        let attempts: [(inout ReceiverDesk) -> [String]] = [
            { $0.send(slice, key: stranger) },
            // Signed with the right key for another site's log.
            { $0.send(slice, site: foreign) },
            { $0.send(slice) { $0.signature = Signature() } },
            { $0.send(slice) { $0.signature.value = Data(repeating: 0, count: 64) } },
            // A good signature over other content.
            { $0.send(slice) { $0.entries[1].facts.append(1) } },
            { $0.send(slice) { $0.entries[1].personal.append(1) } },
            { $0.send(slice) { $0.entries[1].nonce[0] ^= 1 } },
            { $0.send(slice) { $0.entries.swapAt(0, 1) } },
            { $0.send(slice) { $0.entries.removeLast() } },
            { $0.send(slice) { $0.previousHash = Fixture.hash.data } },
        ]
        for attempt in attempts {
            var desk = desk()
            #expect(attempt(&desk) == ["REJECT signature", "misbehaved"])
            #expect(desk.receiver.session == nil)
        }
    }

    @Test func aWrongPreviousHashIsDivergenceEvenWhenSigned() {
        let other = Fixture.log(3, content: "another beginning")
        var desk = desk(stored: 3)
        var slice = other.slice(3, 3)
        slice.first = SequenceNumber(4)
        slice.previous = other.head.hash
        let leaf = LogChain.leaf(slice.entries[0])!
        slice.last = LogChain.next(after: slice.previous, sequence: slice.first, leaf: leaf)
        #expect(desk.send(slice) == ["REJECT diverged", "misbehaved"])
    }

    @Test func malformedBatchesAreRefused() {
        let changes: [(inout Exchange.Batch) -> Void] = [
            { $0.entries = [] },
            { $0.epoch = Data() },
            { $0.epoch = Data(repeating: 1, count: 17) },
            { $0.previousHash = Data(repeating: 1, count: 31) },
            { $0.firstSequence = 0 },
            { $0.firstSequence = .max },
            { $0.firstSequence = .max - 1 },
            { $0.entries = Array(repeating: .test("x"), count: ReplicationProtocol.batchEntries + 1) },
            { $0.entries[0].nonce = Data() },
            { $0.entries[0].nonce = Data(repeating: 1, count: 15) },
            { $0.entries[0].personalDigest = Data(repeating: 1, count: 32) },
            { ($0.entries[0].nonce, $0.entries[0].personalDigest) = (Data(), Data(repeating: 1, count: 31)) },
        ]
        for change in changes {
            var desk = desk()
            #expect(desk.send(log.slice(1, 3), change) == ["REJECT malformed", "misbehaved"])
        }
    }

    @Test func sequencesFarBeyondTheLogAreAGap() {
        for first in [UInt64.max - 100, 1 << 63, 12] {
            var desk = desk()
            #expect(desk.send(log.slice(1, 3)) { $0.firstSequence = first } == ["RESET"])
        }
    }

    @Test func anEntryThatIsTooLargeIsRefusedBeforeItIsHashed() {
        var desk = desk()
        let large = Entry.test("x", padding: ReplicationProtocol.greatestEntry)
        #expect(desk.send(log.slice(1, 3)) { $0.entries[2] = large } == ["REJECT oversize", "misbehaved"])
    }

    @Test func anEpochThatHelloDidNotNameIsUnknown() {
        var desk = desk()
        #expect(desk.send(Fixture.log(3, epoch: Fixture.otherEpoch).slice(1, 3)) == ["RESET"])
    }

    @Test func aFrameOfAForeignSessionIsNotTakenAndHarmsNobody() {
        var desk = desk()
        let old = Data("session zero".utf8)
        #expect(desk.send(log.slice(1, 3), token: old) == ["RESET"])
        #expect(desk.sent.first?.session == old)
        #expect(desk.send(log.slice(1, 3), token: Data()) == ["RESET"])
        #expect(desk.send(log.slice(1, 3)) == ["commit 1-3"])
    }

    @Test func moreThanTheCreditIsRefused() {
        var entries = desk(window: .init(entries: 5, bytes: 10_000))
        #expect(entries.send(log.slice(1, 5)) == ["commit 1-5"])
        #expect(entries.send(log.slice(6, 6)) == ["REJECT overload", "misbehaved"])
        var bytes = desk(window: .init(entries: 50, bytes: 10))
        #expect(bytes.send(log.slice(1, 5)) == ["commit 1-5"], "one batch may always go")
        #expect(bytes.send(log.slice(6, 6)) == ["REJECT overload", "misbehaved"])
        var answered = desk(window: .init(entries: 5, bytes: 10))
        _ = answered.send(log.slice(1, 5))
        answered.commit()
        #expect(answered.send(log.slice(6, 10)) == ["commit 6-10"])
    }

    @Test func aFailedCommitEndsTheSessionAndIsNoMisbehaviour() {
        var desk = desk()
        _ = desk.send(log.slice(1, 3))
        #expect(desk.fail(.diskFull) == ["REJECT diskFull"])
        #expect(desk.sent.first?.reject.retryAfterMs == 5000)
        #expect(desk.receiver.durable[log.epoch] == log.position(0))
        #expect(desk.fail(.diskFull) == [], "the second batch of the same group has nobody left to tell")
        _ = desk.greet([log.extent])
        #expect(desk.send(log.slice(1, 3)) == ["commit 1-3"])
    }

    /// A commit that was reported as failed may be there all the same; without a correction every further batch would
    /// conflict, for ever.
    @Test func aConflictTellsWhereTheLogReallyIs() {
        var desk = desk()
        _ = desk.send(log.slice(1, 3))
        #expect(desk.conflict(at: log.position(3)) == ["RESET"])
        #expect(desk.greet([log.extent])?.welcome.durable == [log.position(3).message])
        #expect(desk.send(log.slice(4, 10)) == ["commit 4-10"])
        #expect(desk.conflict(at: nil) == ["RESET"])
        #expect(desk.conflict(at: nil) == [])
    }

    @Test func aCommitOfTheSessionBeforeCountsInTheNewOne() {
        var desk = desk()
        _ = desk.send(log.slice(1, 4))
        let next = Data("session two".utf8)
        _ = desk.greet([log.extent], token: next)
        desk.commit()
        #expect(desk.words == ["ACK"])
        #expect(desk.sent.first?.session == next)
        #expect(desk.send(log.slice(1, 6), token: next) == ["commit 5-6"])
    }

    @Test func aCommitWithoutASessionIsKeptSilently() {
        var desk = desk()
        _ = desk.send(log.slice(1, 4))
        desk.receiver.closed()
        desk.commit()
        #expect(desk.words == [])
        #expect(desk.greet([log.extent])?.welcome.durable == [log.position(4).message])
    }
}
