import Foundation
import Testing

@testable import Records

/// Entries that are lost, in the chain.
struct EntryDamageTests {
    private let origin = ChainHash(bytes: [UInt8](repeating: 1, count: 32))!
    private let lost = ChainHash(bytes: [UInt8](repeating: 2, count: 32))!

    private func note(_ byte: UInt8) -> Entry {
        var entry = Entry()
        entry.facts = Data([byte])
        entry.nonce = Data(repeating: 0, count: LogChain.nonceLength)
        return entry
    }

    private func hashes(_ entries: Entry...) -> [ChainHash]? {
        LogChain.hashes(of: entries, after: origin, first: SequenceNumber(5))
    }

    @Test func aLostEntryHasTheHashThatItBringsAndTheNextOneFollowsFromIt() throws {
        let found = try #require(hashes(Entry(lost: lost), note(1)))
        let leaf = try #require(LogChain.leaf(note(1)))
        #expect(found == [lost, LogChain.next(after: lost, sequence: SequenceNumber(6), leaf: leaf)])
        #expect(hashes(Entry(lost: origin), Entry(lost: lost)) == [origin, lost])
    }

    /// The signature over the last hash would vouch for nothing before the lost one.
    @Test func behindAWholeEntryALostOneIsMalformed() {
        #expect(hashes(note(1), Entry(lost: lost)) == nil)
        #expect(hashes(Entry(lost: lost), note(1), Entry(lost: lost)) == nil)
    }

    @Test func aLostEntryWithAnythingElseIsMalformed() {
        let changes: [(inout Entry) -> Void] = [
            { $0.facts = Data([1]) }, { $0.nonce = Data([1]) }, { $0.personal = Data([1]) },
            { $0.personalDigest = Data(repeating: 1, count: 32) }, { $0.recordedHash = Data() },
            { $0.recordedHash.removeLast() }, { $0.damaged = false },
        ]
        for change in changes {
            var entry = Entry(lost: lost)
            change(&entry)
            #expect(hashes(entry) == nil)
        }
        var whole = note(1)
        whole.recordedHash = lost.data
        #expect(hashes(whole) == nil, "a whole entry's hash is computed and never told")
    }

    @Test func placesAreJoinedToRanges() {
        let epochs = [1, 2].map { Epoch(bytes: [UInt8](repeating: $0, count: 16))! }
        let places = [(1, 3), (0, 9), (0, 1), (0, 2), (1, 4), (0, 4)].map { epoch, sequence in
            LogPlace(epoch: epochs[epoch], sequence: SequenceNumber(UInt64(sequence)))
        }
        let ranges = EntryRange.ranges(of: places)
        #expect(ranges.map { [$0.first.value, $0.last.value] } == [[1, 2], [4, 4], [9, 9], [3, 4]])
        #expect(ranges.map(\.count) == [2, 1, 1, 2])
        #expect(Set(ranges.flatMap(\.places)) == Set(places))
    }

    @Test func aCertificateNamesARange() {
        var gap = GapCertificate()
        gap.epoch = Data(repeating: 1, count: 16)
        (gap.first, gap.last) = (3, 4)
        #expect(EntryRange(gap)?.count == 2)
        for (first, last) in [(0, 4), (5, 4), (3, UInt64.max)] as [(UInt64, UInt64)] {
            (gap.first, gap.last) = (first, last)
            #expect(EntryRange(gap) == nil)
        }
        (gap.epoch, gap.first, gap.last) = (Data(), 1, 1)
        #expect(EntryRange(gap) == nil)
    }
}
