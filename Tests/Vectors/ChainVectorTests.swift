import Foundation
import Records
import Replication
import Testing

struct ChainVectorTests {
    private let vectors: ChainVectors
    private let site: SiteID

    init() throws {
        vectors = try VectorFile.read("chain")
        site = try SiteID(vectors.site)
    }

    @Test func everyLeafAndHashIsTheVectors() throws {
        try #require(vectors.epochs.count == 2)
        for row in vectors.epochs {
            let epoch = try #require(Epoch(bytes: row.epoch.data))
            var hash = LogChain.origin(site: site, epoch: epoch, parent: try row.parent?.position())
            #expect(hash.data == row.origin.data)
            for (place, vector) in row.entries.enumerated() {
                let sequence = SequenceNumber(UInt64(place) + 1)
                #expect(vector.sequence == sequence.value)
                let leaf = try #require(LogChain.leaf(vector.entry))
                #expect(leaf.data == vector.leaf?.data)
                hash = LogChain.next(after: hash, sequence: sequence, leaf: leaf)
                #expect(hash.data == vector.hash?.data, "entry \(sequence)")
            }
        }
    }

    @Test func theSecondEpochBranchesFromThePlaceThatItNames() throws {
        let parent = try #require(vectors.epochs[1].parent).position()
        let first = vectors.epochs[0]
        #expect(parent.epoch.data == first.epoch.data)
        #expect(parent.hash.data == first.entries[Int(parent.sequence.value) - 1].hash?.data)
    }

    @Test func erasingKeepsTheLeaf() {
        let (before, after) = (vectors.erasure.before.entry, vectors.erasure.after.entry)
        #expect(after.nonce.isEmpty && after.personal.isEmpty && !before.personal.isEmpty)
        #expect(LogChain.leaf(before)?.data == vectors.erasure.leaf.data)
        #expect(LogChain.leaf(after)?.data == vectors.erasure.leaf.data)
    }

    @Test func malformedEntriesHaveNoLeaf() throws {
        try #require(vectors.malformed.count >= 5)
        for vector in vectors.malformed { #expect(LogChain.leaf(vector.entry) == nil, "\(vector.why ?? "")") }
    }

    @Test func anEditedEntryChangesEveryHashAfterIt() throws {
        let row = vectors.epochs[0]
        var entries = row.entries.map(\.entry)
        entries[1].personal.append(0)
        let origin = try #require(ChainHash(bytes: row.origin.data))
        let hashes = try #require(LogChain.hashes(of: entries, after: origin, first: SequenceNumber(1)))
        let same = zip(hashes, row.entries).map { $0.data == $1.hash?.data }
        #expect(same == [true] + Array(repeating: false, count: entries.count - 1))
    }
}
