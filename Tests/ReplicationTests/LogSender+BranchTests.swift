import Foundation
import Records
import Replication
import Simulation
import Testing

/// What a log's sender does when the other side holds another history.
struct LogSenderBranchTests {
    /// Runs the search against the other side's log to its end; says what branch comes of it.
    private func branch(
        _ sender: inout LogSender, _ effects: [LogSender.Effect], ours: MemoryLog, theirs: MemoryLog
    ) -> LogBranch? {
        var effects = effects
        for _ in 0..<20 {
            switch effects.first {
            case .compare(_, let place): effects = sender.compared(ours.hash(at: place))
            case .locate(let epoch, let places):
                effects = sender.located(epoch, places, places.map { theirs.hash(at: $0) })
            case .find(_, let places): effects = sender.found(places.map { ours.hash(at: $0) })
            case .branch(let branch): return branch
            default: return nil
            }
        }
        return nil
    }

    private func welcome(_ ours: MemoryLog, _ theirs: MemoryLog, isRolledBack: Bool = false) -> LogBranch? {
        var sender = LogSender(epochs: [ours.extent])
        let effects = sender.welcomed(
            positions: [theirs.head], credit: Fixture.wideCredit, isRolledBack: isRolledBack)
        let branch = branch(&sender, effects, ours: ours, theirs: theirs)
        #expect(sender.isDiverged == (branch != nil))
        return branch
    }

    private func fork(_ common: Int, _ more: Int, _ content: String) -> MemoryLog {
        var log = Fixture.log(common)
        for number in 0..<more { log.append(.test("\(content) \(number)")) }
        return log
    }

    @Test func aFolderThatWasRolledBackBranchesAtItsHead() {
        let ours = Fixture.log(4)
        #expect(
            welcome(ours, Fixture.log(9))
                == LogBranch(epoch: ours.epoch, after: ours.head, cause: .rolledBack))
    }

    @Test(arguments: [0, 1, 200]) func notesThatWereWrittenUnawareAreIssuedAgain(more: Int) {
        let (ours, theirs) = (fork(100, more, "after"), fork(100, 150, "lost"))
        #expect(welcome(ours, theirs)?.after == ours.position(100))
    }

    @Test func historiesWithoutACommonBeginningBranchWithoutAParent() {
        let ours = Fixture.log(3)
        let theirs = MemoryLog(
            site: Fixture.site, epoch: ours.epoch, entries: 3, parent: Fixture.position(1, epoch: Fixture.otherEpoch))
        let branch = welcome(ours, theirs)
        #expect(branch != nil && branch?.after == nil)
    }

    /// Headquarters knows a later epoch that this folder has forgotten.
    @Test func aSiteThatIsToldThatItWasRolledBackBranchesThoughItsEpochIsEqual() {
        let (ours, theirs) = (fork(5, 2, "unaware"), Fixture.log(5))
        #expect(
            welcome(ours, theirs, isRolledBack: true)
                == LogBranch(epoch: ours.epoch, after: ours.position(5), cause: .rolledBack))
    }

    /// Seed 3741: the folder went back behind an acknowledgement, so that nothing said any more that its older epoch is durable: it
    /// counted as waiting for ever, and was never searched for damage.
    @Test(arguments: [2, 5]) func anOlderEpochThatHeadquartersHasWholeIsAcknowledged(stored: Int) {
        let (older, theirs) = (Fixture.log(2), Fixture.log(stored))
        let newer = MemoryLog(site: Fixture.site, epoch: Fixture.otherEpoch, entries: 3, parent: older.head)
        var sender = LogSender(epochs: [older.extent, newer.extent])
        var effects = sender.welcomed(positions: [theirs.head, newer.position(1)], credit: Fixture.wideCredit)
        for _ in 0..<20 {
            switch effects.first {
            case .compare(older.epoch, let place): effects = sender.compared(older.hash(at: place))
            case .locate(let epoch, let places):
                effects = sender.located(epoch, places, places.map { theirs.hash(at: $0) })
            case .find(_, let places): effects = sender.found(places.map { older.hash(at: $0) })
            default: break
            }
        }
        #expect(effects == [.acknowledged(older.head), .compare(newer.epoch, SequenceNumber(1))])
    }

    @Test func laterEpochsThatHeadquartersHasStayAsTheyAre() {
        let (ours, theirs) = (fork(5, 4, "a"), fork(5, 3, "b"))
        let kept = MemoryLog(site: Fixture.site, epoch: Fixture.otherEpoch, entries: 2, parent: ours.head)
        let unsent = MemoryLog(
            site: Fixture.site, epoch: Epoch(bytes: [UInt8](repeating: 8, count: 16))!, entries: 2, parent: kept.head)
        var sender = LogSender(epochs: [ours.extent, kept.extent, unsent.extent])
        let effects = sender.welcomed(
            positions: [theirs.head, kept.position(1), unsent.position(0)], credit: Fixture.wideCredit)
        let branch = branch(&sender, effects, ours: ours, theirs: theirs)
        #expect(branch?.after == ours.position(5))
        #expect(branch?.untouched == [kept.epoch])
        #expect(branch?.cause == .diverged)
    }

    /// The last entry here is looked for at the first try; once it is found over there, the child goes on.
    @Test(arguments: [4, 400]) func anOlderEpochThatGoesOnOverThereIsCompleteWhenItIsInThere(count: Int) {
        let (old, theirs) = (Fixture.log(count), Fixture.log(count + 5))
        let child = MemoryLog(site: Fixture.site, epoch: Fixture.otherEpoch, entries: 3, parent: old.head)
        var sender = LogSender(epochs: [old.extent, child.extent])
        var effects = sender.welcomed(positions: [theirs.head, child.position(1)], credit: Fixture.wideCredit)
        #expect(effects == [.compare(old.epoch, theirs.head.sequence)])
        effects = sender.compared(nil)
        guard case .locate(let epoch, let places) = effects.first else {
            Issue.record("nothing was located")
            return
        }
        #expect(places.last == old.head.sequence)
        _ = sender.located(epoch, places, places.map { theirs.hash(at: $0) })
        // What was trimmed here is not needed for it.
        #expect(
            sender.found(places.map { _ in nil }) == [
                .acknowledged(old.head), .compare(child.epoch, SequenceNumber(1)),
            ])
        #expect(!sender.isOnNewest)
        _ = sender.compared(child.position(1).hash)
        #expect(sender.isOnNewest)
    }

    /// Found by a simulated fleet, seed 300687: a site was rolled back, took notes unaware, and was fenced before it was told;
    /// the notes stood in an older epoch then, shorter than the one at headquarters, and counted as delivered.
    @Test func notesInAnOlderEpochThatIsShorterThanTheirsAreIssuedAgain() {
        let (ours, theirs) = (fork(1, 1, "unaware"), fork(1, 3, "before"))
        let child = MemoryLog(site: Fixture.site, epoch: Fixture.otherEpoch, entries: 1, parent: ours.head)
        var sender = LogSender(epochs: [ours.extent, child.extent])
        let effects = sender.welcomed(positions: [theirs.head, child.position(0)], credit: Fixture.wideCredit)
        let branch = branch(&sender, effects, ours: ours, theirs: theirs)
        #expect(branch == LogBranch(epoch: ours.epoch, after: ours.position(1), untouched: [], cause: .diverged))
    }

    @Test func epochsDrainOldestFirst() {
        let old = Fixture.log(4)
        let child = MemoryLog(site: Fixture.site, epoch: Fixture.otherEpoch, entries: 3, parent: old.head)
        var sender = LogSender(epochs: [old.extent, child.extent])
        #expect(
            sender.welcomed(positions: [old.position(2), child.position(0)], credit: Fixture.wideCredit)
                == [.compare(old.epoch, SequenceNumber(2))])
        _ = sender.compared(old.position(2).hash)
        _ = sender.read(old.slice(3, 4))
        let effects = sender.acknowledged(old.head, credit: Fixture.wideCredit)
        #expect(effects == [.acknowledged(old.head), .compare(child.epoch, .zero)])
    }

    @Test func nothingIsSentWhileTheBranchIsBegun() {
        var sender = LogSender(epochs: [Fixture.log(4).extent])
        _ = sender.welcomed(positions: [Fixture.log(9).head], credit: Fixture.wideCredit)
        _ = sender.compared(nil)
        #expect(sender.appended(head: Fixture.log(5).head) == [])
        #expect(sender.acknowledged(Fixture.log(4).head, credit: Fixture.wideCredit) == [])
    }

    @Test func theNextGreetingNamesTheNewEpoch() {
        let old = Fixture.log(4)
        let child = MemoryLog(site: Fixture.site, epoch: Fixture.otherEpoch, parent: old.head)
        var sender = LogSender(epochs: [old.extent])
        _ = sender.welcomed(positions: [Fixture.log(9).head], credit: Fixture.wideCredit)
        _ = sender.compared(nil)
        sender.branched([old.extent, child.extent])
        #expect(sender.extents == [old.extent, child.extent])
        #expect(sender.head == child.head)
        #expect(!sender.isDiverged)
    }

    @Test func answersToWhatWasNotAskedForChangeNothing() {
        var sender = LogSender(epochs: [Fixture.log(100).extent])
        #expect(sender.located(Fixture.epoch, [.zero], [nil]) == [])
        #expect(sender.found([nil]) == [])
        _ = sender.welcomed(positions: [Fixture.log(100, content: "b").head], credit: Fixture.wideCredit)
        let effects = sender.compared(Fixture.log(100).head.hash)
        guard case .locate(let epoch, let places) = effects.first else {
            Issue.record("nothing was located")
            return
        }
        #expect(sender.found(places.map { _ in nil }) == [])
        #expect(sender.located(Fixture.otherEpoch, places, places.map { _ in nil }) == [])
        #expect(sender.located(epoch, Array(places.dropLast()), places.dropLast().map { _ in nil }) == [])
        #expect(sender.located(epoch, places, []) == [])
        #expect(sender.located(epoch, places, places.map { _ in nil }) == [.find(epoch, places)])
    }
}
