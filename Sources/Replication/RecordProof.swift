package import Foundation
package import Records
import SwiftProtobuf

/// Shows where a record is and that it is there, to somebody who has this and the public keys, and nothing else: the entry's
/// digests, the hashes from it to the site's signature and to headquarters' receipt. No customer's words are in it.
package struct RecordProof: Codable, Sendable {
    /// A signature over a place of the log.
    package struct Signed: Codable, Sendable {
        package var sequence: UInt64
        /// Hexadecimal digits.
        package var hash: String
        /// Base64.
        package var keyID: Data
        package var signature: Data

        package init(_ position: LogPosition, _ signature: Signature) {
            sequence = position.sequence.value
            hash = position.hash.description
            keyID = signature.keyID
            self.signature = signature.value
        }
    }

    /// Where it stands besides; as told by whoever made the proof, and not proven by it.
    package struct Standing: Codable, Sendable {
        /// "branch" or "headquarters".
        package var at: String
        /// The log is durable at headquarters, and in the oldest backup, up to here.
        package var durable: UInt64?
        package var backedUp: UInt64?
        package var receivedAt: String?
        /// Whether it is counted in the views.
        package var folded: Bool?
        package var caseID: String?
        package var caseState: String?
        /// The closed digests of its month, `2026-10 r1`, and whether figures of them rest on it.
        package var digests: [String: Bool]?

        package init(at: String) { self.at = at }
    }

    /// What a verification found.
    package enum Fault: Error, CustomStringConvertible, Hashable {
        case malformed(String)
        /// The facts are another record's.
        case anotherRecord
        /// The hashes do not lead from the entry to what is signed.
        case broken(String)
        case signature(String)

        package var description: String {
            switch self {
            case .malformed(let what): "the proof cannot be read: \(what)"
            case .anotherRecord: "the entry in the proof is another record's"
            case .broken(let what): "the hashes do not lead from the entry to \(what)"
            case .signature(let what): "the signature of \(what) does not verify by any key that counts"
            }
        }
    }

    package var format = 1
    /// The record's id.
    package var record: String
    package var site: String
    /// Hexadecimal digits.
    package var epoch: String
    package var sequence: UInt64
    /// The entry's facts: codes, times and pseudonyms. Base64.
    package var facts: Data
    /// SHA256(nonce ‖ personal). Base64.
    package var personalDigest: Data
    /// The chain's hash before the entry, hexadecimal digits.
    package var previousHash: String
    /// The leaves of the entries that follow, as far as a signature needs them.
    package var leaves: [String] = []
    /// The site's signature over the batch that the entry came in.
    package var batch: Signed?
    /// Headquarters' receipt.
    package var receipt: Signed?
    /// The keys, as whoever made the proof knows them; hexadecimal digits.
    package var siteKeys: [String] = []
    package var receiptKey: String?
    package var standing: Standing

    /// - Parameters:
    ///   - leaves: of the entries that follow.
    package init(
        record: RecordID, site: SiteID, epoch: Epoch, sequence: SequenceNumber, entry: Entry, personalDigest: Data,
        previous: ChainHash, leaves: [ChainHash], standing: Standing
    ) {
        self.record = record.description
        self.site = site.text
        self.epoch = epoch.description
        self.sequence = sequence.value
        facts = entry.facts
        self.personalDigest = personalDigest
        previousHash = previous.description
        self.leaves = leaves.map(\.description)
        self.standing = standing
    }

    /// Computes everything anew.
    /// - Parameters:
    ///   - siteKeys, receiptKey: the keys that count; nil takes those that the proof names.
    /// - Returns: whether the site's signature and headquarters' receipt are in it; both verify then.
    package func verify(
        siteKeys: [LogVerifyingKey]? = nil, receiptKey: LogVerifyingKey? = nil
    ) throws(Fault) -> (isSigned: Bool, isReceipted: Bool) {
        guard let epoch = Epoch(hexadecimal: epoch), let previous = ChainHash(hexadecimal: previousHash),
            let site = try? SiteID(site), sequence > 0  // said as one fault
        else { throw .malformed("its place") }
        guard let known = try? Facts(serializedBytes: facts) else { throw .malformed("its facts") }  // likewise
        guard RecordID(bytes: known.recordID)?.description == record else { throw .anotherRecord }
        var entry = Entry()
        entry.facts = facts
        entry.personalDigest = personalDigest
        guard let leaf = LogChain.leaf(entry) else { throw .malformed("its digests") }
        var place = SequenceNumber(sequence)
        var hashes = [place: LogChain.next(after: previous, sequence: place, leaf: leaf)]
        for text in leaves {
            guard let leaf = ChainHash(hexadecimal: text), let last = hashes[place] else { throw .malformed("a leaf") }
            place = place.next
            hashes[place] = LogChain.next(after: last, sequence: place, leaf: leaf)
        }
        if let batch {
            let keys = siteKeys ?? self.siteKeys.compactMap { LogVerifyingKey(hexadecimal: $0) }
            try verify(batch, .batch, "the site", hashes, site, epoch, keys)
        }
        if let receipt {
            let key = receiptKey ?? self.receiptKey.flatMap { LogVerifyingKey(hexadecimal: $0) }
            try verify(receipt, .acknowledgement, "headquarters' receipt", hashes, site, epoch, key.map { [$0] } ?? [])
        }
        return (batch != nil, receipt != nil)
    }

    private func verify(
        _ signed: Signed, _ kind: SignedKind, _ what: String, _ hashes: [SequenceNumber: ChainHash], _ site: SiteID,
        _ epoch: Epoch, _ keys: [LogVerifyingKey]
    ) throws(Fault) {
        let place = SequenceNumber(signed.sequence)
        guard let hash = hashes[place], hash.description == signed.hash else { throw .broken(what) }
        var signature = Signature()
        signature.keyID = signed.keyID
        signature.value = signed.signature
        let position = LogPosition(epoch: epoch, sequence: place, hash: hash)
        guard keys.contains(where: { $0.verifies(signature, kind, site: site, position: position) }) else {
            throw .signature(what)
        }
    }
}
