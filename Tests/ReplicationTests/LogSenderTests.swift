import Foundation
import Records
import Replication
import Simulation
import Testing

struct LogSenderTests {
    private let log = Fixture.log(10)

    private func sender(_ log: MemoryLog, theirs: UInt64, credit: Credit = Fixture.wideCredit) -> LogSender {
        var sender = LogSender(epochs: [log.extent])
        #expect(
            sender.welcomed(positions: [log.position(theirs)], credit: credit)
                == [.compare(log.epoch, SequenceNumber(theirs))])
        return sender
    }

    private func read(_ effects: [LogSender.Effect]) -> LogRead? {
        for case .read(let request) in effects { return request }
        return nil
    }

    @Test func equalHistoriesGoOnFromThere() {
        var sender = sender(log, theirs: 4)
        let effects = sender.compared(log.position(4).hash)
        #expect(effects.first == .acknowledged(log.position(4)))
        #expect(read(effects)?.after == SequenceNumber(4))
        #expect(sender.acknowledged == log.position(4))
    }

    @Test func otherHistoriesAreLocated() {
        var sender = sender(log, theirs: 4)
        #expect(sender.compared(Fixture.hash) == [.locate(log.epoch, (0..<4).map { SequenceNumber($0) })])
        #expect(sender.isDiverged)
        #expect(sender.appended(head: Fixture.position(11)) == [])
        #expect(sender.acknowledged(log.position(4), credit: Fixture.wideCredit) == [])
    }

    @Test func aPositionThatTheLogDoesNotHaveIsLocatedBelowItsHead() {
        var sender = LogSender(epochs: [log.extent])
        #expect(
            sender.welcomed(positions: [Fixture.position(.max)], credit: Fixture.wideCredit)
                == [.compare(log.epoch, SequenceNumber(.max))])
        #expect(sender.compared(nil) == [.locate(log.epoch, (0...10).map { SequenceNumber($0) })])
    }

    @Test func anEpochThatIsNotNamedIsNotSkipped() {
        var sender = LogSender(epochs: [log.extent, Fixture.log(2, epoch: Fixture.otherEpoch).extent])
        let named = Fixture.log(2, epoch: Fixture.otherEpoch).position(0)
        let effects = sender.welcomed(positions: [named], credit: Fixture.wideCredit)
        #expect(effects == [.branch(LogBranch(epoch: log.epoch, after: nil, cause: .diverged))])
    }

    @Test func readsOneAtATime() {
        var sender = sender(log, theirs: 0)
        #expect(read(sender.compared(log.position(0).hash)) != nil)
        var grown = log
        grown.append(.test("more"))
        #expect(sender.appended(head: grown.head) == [])
        let (sent, effects) = sender.read(log.slice(1, 3))
        #expect(sent?.entries.count == 3)
        #expect(read(effects)?.after == SequenceNumber(3))
    }

    @Test func anAnswerThatWasNotAskedForIsNotSent() {
        var sender = sender(log, theirs: 0)
        _ = sender.compared(log.position(0).hash)
        #expect(sender.read(log.slice(2, 3)).send == nil)
        #expect(sender.read(log.slice(1, 3)).send != nil)
        #expect(sender.read(log.slice(1, 3)).send == nil)
        #expect(sender.read(Fixture.log(9, epoch: Fixture.otherEpoch).slice(4, 5)).send == nil)
    }

    @Test func anEmptyAnswerIsNotAskedForInACircleNorForEver() {
        var sender = sender(log, theirs: 0)
        let request = read(sender.compared(log.position(0).hash))
        let empty = LogSlice(
            epoch: log.epoch, first: SequenceNumber(1), previous: log.position(0).hash, entries: [],
            last: log.position(0).hash)
        #expect(sender.read(empty).effects == [])
        var grown = log
        grown.append(.test("more"))
        #expect(read(sender.appended(head: grown.head))?.after == request?.after)
    }

    @Test func creditBoundsEntries() {
        var sender = sender(log, theirs: 2, credit: Credit(sequence: SequenceNumber(5), bytes: 1 << 20))
        #expect(read(sender.compared(log.position(2).hash))?.entries == 3)
        #expect(sender.read(log.slice(3, 5)).effects == [])
        let more = Credit(sequence: SequenceNumber(8), bytes: 1 << 20)
        #expect(read(sender.acknowledged(log.position(2), credit: more))?.entries == 3)
    }

    @Test func creditBoundsBytesButOneEntryAlwaysPasses() {
        var sender = sender(log, theirs: 0, credit: Credit(sequence: SequenceNumber(100), bytes: 10))
        #expect(read(sender.compared(log.position(0).hash))?.bytes == 10)
        #expect(sender.read(log.slice(1, 1)).effects == [])
        let none = Credit(sequence: SequenceNumber(100), bytes: 0)
        let next = read(sender.acknowledged(log.position(1), credit: none))
        #expect(next == LogRead(epoch: log.epoch, after: SequenceNumber(1), entries: 9, bytes: 1))
    }

    @Test func anyCreditOfThePeerIsTaken() {
        for sequence in [UInt64.max, UInt64.max - 1, 1 << 63] {
            var sender = sender(log, theirs: 0, credit: Credit(sequence: SequenceNumber(sequence), bytes: .max))
            #expect(read(sender.compared(log.position(0).hash))?.entries == 10)
        }
        var sender = sender(log, theirs: 5, credit: Credit(sequence: SequenceNumber(4), bytes: .max))
        #expect(sender.compared(log.position(5).hash) == [.acknowledged(log.position(5))])
    }

    @Test func aBatchNeverReachesBeyondTheHead() {
        var sender = sender(log, theirs: 7)
        #expect(read(sender.compared(log.position(7).hash))?.entries == 3)
    }

    @Test func manySmallBatchesWaitAndBecomeOne() {
        var grown = Fixture.log(0)
        var sender = sender(grown, theirs: 0)
        _ = sender.compared(grown.position(0).hash)
        var sent = 0
        for number in 1...100 as ClosedRange<UInt64> {
            grown.append(.test("\(number)"))
            if read(sender.appended(head: grown.head)) != nil {
                _ = sender.read(grown.slice(number, number))
                sent += 1
            }
        }
        #expect(sent == ReplicationProtocol.batchesInFlight)
        let next = read(sender.acknowledged(grown.position(1), credit: Fixture.wideCredit))
        #expect(next?.entries == 100 - sent)
    }

    @Test func acknowledgementsBackwardsOrOfAnotherEpochSayNothing() {
        var sender = sender(log, theirs: 3)
        _ = sender.compared(log.position(3).hash)
        _ = sender.read(log.slice(4, 10))
        #expect(sender.acknowledged(log.position(2), credit: .none) == [])
        #expect(sender.acknowledged(Fixture.position(5, epoch: Fixture.otherEpoch), credit: .none) == [])
        #expect(sender.acknowledged == log.position(3))
    }

    /// What an earlier session sent may become durable in this one. Ignoring it would leave the two sides waiting for each
    /// other; believing it unread would believe anybody.
    @Test func anAcknowledgementBeyondWhatWasSentIsCompared() {
        var sender = sender(log, theirs: 0, credit: Credit(sequence: SequenceNumber(2), bytes: 1 << 20))
        _ = sender.compared(log.position(0).hash)
        _ = sender.read(log.slice(1, 2))
        let credit = Credit(sequence: SequenceNumber(9), bytes: 1 << 20)
        #expect(sender.acknowledged(log.position(7), credit: credit) == [.compare(log.epoch, SequenceNumber(7))])
        #expect(sender.read(log.slice(3, 4)).send == nil)
        let effects = sender.compared(log.position(7).hash)
        #expect(effects.first == .acknowledged(log.position(7)))
        #expect(read(effects) == LogRead(epoch: log.epoch, after: SequenceNumber(7), entries: 2, bytes: 256 << 10))
    }

    @Test func anAcknowledgementWithAnotherHashIsNotBelieved() {
        var sender = sender(log, theirs: 0)
        _ = sender.compared(log.position(0).hash)
        _ = sender.read(log.slice(1, 4))
        #expect(
            sender.acknowledged(Fixture.position(4), credit: .none)
                == [.locate(log.epoch, (0..<4).map { SequenceNumber($0) })])
        #expect(sender.acknowledged == log.position(0))
    }

    @Test func anAcknowledgementAmidABatchWaitsForItsEnd() {
        var sender = sender(log, theirs: 0)
        _ = sender.compared(log.position(0).hash)
        _ = sender.read(log.slice(1, 4))
        #expect(sender.acknowledged(Fixture.position(2), credit: .none) == [])
        #expect(
            sender.acknowledged(log.position(4), credit: Fixture.wideCredit).first == .acknowledged(log.position(4)))
    }

    @Test func epochsDrainOldestFirst() {
        let child = MemoryLog(site: Fixture.site, epoch: Fixture.otherEpoch, entries: 3, parent: log.head)
        var sender = LogSender(epochs: [log.extent, child.extent])
        // Headquarters' credit counts from 8, its position in the oldest epoch that is not complete.
        let welcome = sender.welcomed(
            positions: [log.position(8), child.position(0)], credit: Credit(sequence: SequenceNumber(10), bytes: 1000))
        #expect(welcome == [.compare(log.epoch, SequenceNumber(8))])
        #expect(read(sender.compared(log.position(8).hash))?.after == SequenceNumber(8))
        #expect(sender.read(log.slice(9, 10)).effects == [])
        let credit = Credit(sequence: SequenceNumber(12), bytes: 1000)
        let effects = sender.acknowledged(log.head, credit: credit)
        #expect(effects == [.acknowledged(log.head), .compare(child.epoch, .zero)])
        // The credit holds across epochs: two more entries.
        #expect(read(sender.compared(child.position(0).hash))?.entries == 2)
    }

    @Test func completeEpochsAreNotComparedAgain() {
        let child = MemoryLog(site: Fixture.site, epoch: Fixture.otherEpoch, entries: 3, parent: log.head)
        var sender = LogSender(epochs: [log.extent, child.extent])
        let effects = sender.welcomed(positions: [log.head, child.head], credit: Fixture.wideCredit)
        #expect(effects == [.acknowledged(log.head), .compare(child.epoch, child.head.sequence)])
    }

    @Test func anInterruptedSenderWaitsForTheNextWelcome() {
        var sender = sender(log, theirs: 0)
        _ = sender.compared(log.position(0).hash)
        _ = sender.read(log.slice(1, 4))
        _ = sender.acknowledged(log.position(4), credit: Fixture.wideCredit)
        sender.interrupted()
        #expect(sender.acknowledged == log.position(4))
        #expect(sender.compared(log.position(4).hash) == [])
        #expect(sender.read(log.slice(5, 6)).send == nil)
        #expect(sender.acknowledged(log.position(6), credit: Fixture.wideCredit) == [])
        // From where the other side says it is, although that is behind its last word: it may have lost its disk's tail.
        #expect(
            sender.welcomed(positions: [log.position(2)], credit: Fixture.wideCredit)
                == [.compare(log.epoch, SequenceNumber(2))])
        #expect(read(sender.compared(log.position(2).hash))?.after == SequenceNumber(2))
    }

    /// News of the log's growth come from another thread, and the shell asks for the head itself as well.
    @Test func newsThatOvertakeEachOtherDoNoHarm() {
        var sender = sender(log, theirs: 10)
        _ = sender.compared(log.head.hash)
        var grown = log
        grown.append(.test("eleven"))
        let eleven = grown.head
        grown.append(.test("twelve"))
        #expect(read(sender.appended(head: grown.head))?.entries == 2)
        #expect(sender.appended(head: eleven) == [])
        #expect(sender.head == grown.head)
    }
}
