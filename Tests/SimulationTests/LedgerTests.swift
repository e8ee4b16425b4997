import Foundation
import Records
import Simulation
import Testing

/// The judge himself: each of these would be a fault of the program, and is seen.
struct LedgerTests {
    private let site = try! SiteID("A1")
    private let other = try! SiteID("B2")
    private let epoch = Epoch(bytes: [UInt8](repeating: 1, count: 16))!
    private let notes = ["回访：电梯已修好", "visit: the lift works", "third"].map { Entry.test($0, padding: 5) }

    private func log(_ entries: [Entry]) -> MemoryLog {
        var log = MemoryLog(site: site, epoch: epoch)
        for entry in entries { log.append(entry) }
        return log
    }

    private func ledger(saved: Int) -> Ledger {
        var ledger = Ledger()
        for entry in notes { ledger.issued(entry, at: site, .seconds(1)) }
        for entry in notes.prefix(saved) { ledger.saved(entry, .seconds(2)) }
        return ledger
    }

    private func verdict(_ delivered: [Entry], own: [Entry]? = nil, saved: Int = 3) -> [String] {
        var ledger = ledger(saved: saved)
        ledger.settle([site: [log(delivered)]], own: [site: [log(own ?? delivered)]])
        return ledger.violations
    }

    @Test func everythingOnceIsWell() { #expect(verdict(notes) == []) }

    @Test func whatWasNotSavedMayComeOrNot() {
        #expect(verdict(notes, saved: 2) == [])
        #expect(verdict(Array(notes.prefix(2)), saved: 2) == [])
    }

    @Test func aSavedRecordThatIsNotThereIsLost() {
        #expect(verdict(Array(notes.prefix(2))) == ["A1: third was saved and is lost"])
    }

    @Test func twiceIsSeen() { #expect(verdict(notes + [notes[1]]) == ["A1: entry 4 is there twice"]) }

    @Test func whatNobodyIssuedIsSeen() {
        #expect(verdict(notes + [.test("forged")]) == ["A1: entry 4 was never issued there"])
    }

    @Test func otherBytesAreSeen() {
        var changed = notes
        changed[1].personal = Data()
        #expect(verdict(changed).contains("A1: entry 2 has other bytes"))
    }

    @Test func anotherOrderThanTheSitesIsSeen() {
        #expect(verdict(notes, own: notes.reversed()).contains { $0.contains("not the same") })
    }

    @Test func aBrokenChainIsSeen() {
        var (damaged, ledger) = (log(notes), ledger(saved: 3))
        damaged.damage(SequenceNumber(2))
        ledger.settle([site: [damaged]], own: [:])
        #expect(ledger.violations.contains("A1: the chain breaks at entry 2"))
    }

    @Test func anAcknowledgementOfWhatIsNotDurableIsSeen() {
        var ledger = ledger(saved: 3)
        ledger.acknowledged(log(notes).position(2), at: site, durable: log(notes))
        #expect(ledger.violations == [])
        ledger.acknowledged(log(notes).position(3), at: site, durable: log(Array(notes.prefix(2))))
        #expect(ledger.violations.count == 1)
    }

    @Test func onlyABranchThatWasIssuedAgainMayBeThereTwice() {
        var second = MemoryLog(site: site, epoch: Epoch(bytes: [UInt8](repeating: 2, count: 16))!)
        second.append(notes[2])
        for branched in [[], [site]] as [Set<SiteID>] {
            var ledger = ledger(saved: 3)
            ledger.settle(
                [site: [log(notes), second]], own: [site: [log(Array(notes.prefix(2))), second]], branched: branched)
            #expect(ledger.violations == (branched.isEmpty ? ["A1: entry 1 is there twice"] : []))
        }
    }

    @Test func whatWasOnNoDiskAnyMoreMayBeLostAndNothingElse() {
        var ledger = ledger(saved: 3)
        ledger.excuse(besides: [log(Array(notes.prefix(1)))], [log(Array(notes.prefix(2)))], of: site)
        ledger.settle([site: [log(Array(notes.prefix(1)))]], own: [:])
        #expect(ledger.violations == ["A1: visit: the lift works was saved and is lost"])
    }

    @Test func aTokenThatComesTwiceIsSeen() {
        var ledger = Ledger()
        ledger.opened(Data([1]))
        ledger.opened(Data([2]))
        #expect(ledger.violations == [])
        ledger.opened(Data([1]))
        #expect(ledger.violations.count == 1)
    }

    @Test func countingAsHeardWithoutTheRecordsIsSeen() {
        var ledger = ledger(saved: 3)
        ledger.heard(site, until: .seconds(2), stored: [], tolerance: .zero)
        ledger.heard(other, until: .seconds(9), stored: [], tolerance: .zero)
        ledger.heard(site, until: .seconds(9), stored: [log(notes)], tolerance: .zero)
        #expect(ledger.violations == [])
        ledger.heard(site, until: .seconds(9), stored: [log(Array(notes.prefix(1)))], tolerance: .zero)
        #expect(ledger.violations.count == 1)
    }
}
