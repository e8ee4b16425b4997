import Foundation

/// An entry whose bytes are lost: its place and its hash are all that is left, so that the log goes on behind it.
extension Entry {
    /// Stands in the place of an entry that is lost.
    /// - Parameter hash: `h(n)` as the log recorded it.
    package init(lost hash: ChainHash) {
        self.init()
        damaged = true
        recordedHash = hash.data
    }

    /// `h(n)` of an entry that says that it is lost; nil for any other, and for one that says more than it may.
    package var lostHash: ChainHash? {
        guard damaged, facts.isEmpty, nonce.isEmpty, personal.isEmpty, personalDigest.isEmpty else { return nil }
        return ChainHash(bytes: recordedHash)
    }
}

extension LogChain {
    /// `h` at each of consecutive entries, the first of them at `first`; nil when one is malformed.
    ///
    /// Lost entries have the hash that they bring. As nothing but a signature behind them vouches for it, and as it vouches for
    /// nothing before it, they stand at the beginning: behind a whole entry one is malformed.
    package static func hashes(
        of entries: [Entry], after previous: ChainHash, first: SequenceNumber
    ) -> [ChainHash]? {
        var hashes: [ChainHash] = []
        hashes.reserveCapacity(entries.count)
        var (hash, sequence) = (previous, first)
        var isBehindWhole = false
        for entry in entries {
            if entry.damaged {
                guard !isBehindWhole, let lost = entry.lostHash else { return nil }
                hash = lost
            } else {
                guard entry.recordedHash.isEmpty, let leaf = leaf(entry) else { return nil }
                hash = next(after: hash, sequence: sequence, leaf: leaf)
                isBehindWhole = true
            }
            hashes.append(hash)
            sequence = sequence.next
        }
        return hashes
    }
}
