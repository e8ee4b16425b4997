import Testing

@testable import Records

struct ChainAuditTests {
    /// Five entries and their hashes.
    private let leaves = (1...5).map { leaf(UInt8($0)) }
    private var hashes: [ChainHash] {
        var hash = Self.origin
        return leaves.enumerated().map { index, leaf in
            hash = LogChain.next(after: hash, sequence: SequenceNumber(UInt64(index + 1)), leaf: leaf)
            return hash
        }
    }

    private static let origin = leaf(0)
    private static let epoch = Epoch(bytes: [UInt8](repeating: 1, count: 16))!

    private static func leaf(_ byte: UInt8) -> ChainHash { ChainHash(bytes: [UInt8](repeating: byte, count: 32))! }

    /// Audits the five entries as `change` left them; nil stands for one that is not there.
    private func audit(
        head: UInt64 = 5, _ change: (inout [(leaf: ChainHash?, hash: ChainHash?)?]) -> Void = { _ in }
    ) -> ChainAudit {
        var stored: [(leaf: ChainHash?, hash: ChainHash?)?] = zip(leaves, hashes).map { ($0, $1) }
        change(&stored)
        var audit = ChainAudit(after: .zero, hash: Self.origin)
        for (index, entry) in stored.enumerated() {
            guard let entry else { continue }
            audit.take(SequenceNumber(UInt64(index + 1)), leaf: entry.leaf, stored: entry.hash)
        }
        audit.finish(head: LogPosition(epoch: Self.epoch, sequence: SequenceNumber(head), hash: hashes[4]))
        return audit
    }

    private func finding(_ damage: ChainAudit.Damage, _ first: UInt64, _ last: UInt64? = nil) -> ChainAudit.Finding {
        ChainAudit.Finding(damage, SequenceNumber(first), through: SequenceNumber(last ?? first))
    }

    @Test func aWholeLogHasNoFindings() {
        let audit = audit()
        #expect(audit.findings == [])
        #expect((audit.intact, audit.damaged, audit.unproven) == (5, 0, 0))
    }

    @Test(arguments: 0..<5) func changedContentIsFoundAtItsPlaceAndItsNeighboursAreWhole(place: Int) {
        let audit = audit { $0[place]?.leaf = Self.leaf(99) }
        #expect(audit.findings == [finding(.content, UInt64(place + 1))])
        #expect(audit.intact == 4)
    }

    @Test(arguments: 0..<5) func aChangedHashIsToldFromChangedContent(place: Int) {
        let audit = audit { $0[place]?.hash = Self.leaf(99) }
        #expect(audit.findings == [finding(.hash, UInt64(place + 1))])
        #expect(audit.intact == 4)
    }

    @Test func contentThatIsMalformedIsDamaged() {
        let audit = audit { $0[2]?.leaf = nil }
        #expect(audit.findings == [finding(.content, 3)])
        #expect(audit.intact == 4)
    }

    @Test func twoDamagedNeighboursAreBothFound() {
        let audit = audit {
            $0[1]?.leaf = Self.leaf(98)
            $0[2]?.leaf = Self.leaf(99)
        }
        #expect(audit.findings == [finding(.content, 2, 3)])
        #expect(audit.intact == 3)
    }

    @Test func aHoleIsFoundAndWhatFollowsItProvesNothingByItself() {
        let audit = audit { $0[1] = nil }
        #expect(audit.findings == [finding(.missing, 2)])
        #expect((audit.intact, audit.unproven) == (3, 1))
    }

    @Test func aTailThatIsGoneIsMissing() {
        let audit = audit { $0.removeLast(2) }
        #expect(audit.findings == [finding(.missing, 4, 5)])
        #expect(audit.damaged == 2)
    }

    @Test func whatTheDatabaseCannotGiveOutIsUnreadable() {
        var audit = ChainAudit(after: .zero, hash: Self.origin)
        audit.take(SequenceNumber(1), leaf: leaves[0], stored: hashes[0])
        audit.unreadable(SequenceNumber(2))
        audit.take(SequenceNumber(3), leaf: leaves[2], stored: hashes[2])
        audit.finish(head: nil)
        #expect(audit.findings == [finding(.unreadable, 2)])
        #expect((audit.intact, audit.unproven) == (1, 1))
    }

    @Test func findingsBeyondTheBoundAreCounted() {
        var audit = ChainAudit(after: .zero, hash: Self.origin)
        let count = UInt64(ChainAudit.greatestList) + 10
        for number in 1...count { audit.unreadable(SequenceNumber(number * 2)) }
        #expect(audit.findings.count == ChainAudit.greatestList)
        #expect(audit.damaged == count * 2)
    }
}
