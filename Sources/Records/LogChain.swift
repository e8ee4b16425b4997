import Crypto
package import Foundation

/// The SHA-256 chain over a site's log, as `Protocol/replication.md` defines it.
///
///     h(0) = SHA256("huiyin-log-1" ‖ length of site ‖ site ‖ epoch ‖ parent)
///     h(n) = SHA256(h(n-1) ‖ n ‖ leaf(n))            n as eight bytes, big-endian
///     leaf = SHA256( SHA256(facts) ‖ SHA256(nonce ‖ personal) )
package enum LogChain {
    /// Bytes of the nonce that hides the personal part's digest.
    package static let nonceLength = 16

    /// Stands for the leaf of an entry of which nothing is left.
    // As many bytes as a hash has, so the value is there.
    package static let unknownLeaf = ChainHash(bytes: [UInt8](repeating: 0, count: 32))!

    /// `h(0)` of an epoch. `parent` is all zero bytes in a site's first epoch.
    package static func origin(site: SiteID, epoch: Epoch, parent: LogPosition?) -> ChainHash {
        var hash = SHA256()
        hash.update(data: Array("huiyin-log-1".utf8))
        hash.update(data: [UInt8(site.text.utf8.count)] + Array(site.text.utf8))
        hash.update(data: epoch.bytes)
        if let parent {
            hash.update(data: parent.epoch.bytes + bigEndian(parent.sequence.value) + parent.hash.bytes)
        } else {
            hash.update(data: [UInt8](repeating: 0, count: 16 + 8 + 32))
        }
        return value(hash)
    }

    /// `h(n)` from `h(n-1)`.
    package static func next(after previous: ChainHash, sequence: SequenceNumber, leaf: ChainHash) -> ChainHash {
        var hash = SHA256()
        previous.withUnsafeBytes { hash.update(bufferPointer: $0) }
        withUnsafeBytes(of: sequence.value.bigEndian) { hash.update(bufferPointer: $0) }
        leaf.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return value(hash)
    }

    /// The leaf of an entry, from its two parts or, where the personal one was erased, from its remaining digest.
    /// Nil when the entry is malformed: a nonce of another length, or both a personal part and the digest of an erased one.
    package static func leaf(_ entry: Entry) -> ChainHash? {
        var leaf = SHA256()
        SHA256.hash(data: entry.facts).withUnsafeBytes { leaf.update(bufferPointer: $0) }
        if entry.personalDigest.isEmpty {
            guard entry.nonce.count == nonceLength else { return nil }
            var personal = SHA256()
            personal.update(data: entry.nonce)
            personal.update(data: entry.personal)
            personal.finalize().withUnsafeBytes { leaf.update(bufferPointer: $0) }
        } else {
            guard entry.personalDigest.count == 32, entry.nonce.isEmpty, entry.personal.isEmpty else { return nil }
            leaf.update(data: entry.personalDigest)
        }
        return value(leaf)
    }

    /// SHA256(nonce ‖ personal) of an entry: what is left of its personal part after an erasure. Nil when it is malformed.
    package static func personalDigest(_ entry: Entry) -> Data? {
        guard entry.personalDigest.isEmpty else { return entry.personalDigest.count == 32 ? entry.personalDigest : nil }
        guard entry.nonce.count == nonceLength else { return nil }
        var personal = SHA256()
        personal.update(data: entry.nonce)
        personal.update(data: entry.personal)
        return Data(personal.finalize())
    }

    private static func value(_ hash: SHA256) -> ChainHash {
        // A finalized SHA-256 has 32 bytes, so the value is there.
        hash.finalize().withUnsafeBytes { ChainHash(bytes: $0)! }
    }
}

/// Eight bytes, big-endian.
func bigEndian(_ value: UInt64) -> [UInt8] { FixedBytes.bytes(value) }
