package import Foundation
package import Records
import SwiftProtobuf

/// A batch that came by file, verified as the wire's are: bounds, every leaf and link, and the site's signature over its end.
package struct CarriedBatch: Sendable {
    /// Why it is not taken, in the terms of REJECT.
    package struct Refusal: Error, Sendable, CustomStringConvertible {
        package var reason: Exchange.Reject.Reason
        package var description: String

        init(_ reason: Exchange.Reject.Reason, _ description: String) {
            self.reason = reason
            self.description = description
        }
    }

    /// What is to be done with it, given what is durable already.
    package enum Placing: Sendable {
        /// Store these entries of it; those before are here already and equal.
        case store(SiteReceiver.StagedBatch)
        /// All of it should be here already: compare the stored hash at this place.
        case compare(LogPosition)
    }

    package let site: SiteID
    package let slice: LogSlice
    private let hashes: [ChainHash]
    private let signature: Signature

    /// Verifies it.
    /// - Parameter keys: the site's signing keys, each with the entries that it signs.
    package init(_ batch: Exchange.Batch, of site: SiteID, keys: SigningPeriods) throws(Refusal) {
        guard let epoch = Epoch(bytes: batch.epoch), let previous = ChainHash(bytes: batch.previousHash),
            batch.firstSequence > 0, !batch.entries.isEmpty,
            batch.firstSequence < UInt64.max - UInt64(batch.entries.count)
        else { throw Refusal(.malformed, "a batch is malformed") }
        let first = SequenceNumber(batch.firstSequence)
        guard batch.entries.allSatisfy({ $0.size <= ReplicationProtocol.greatestEntry }) else {
            throw Refusal(.oversize, "an entry after \(first) has more than \(ReplicationProtocol.greatestEntry) bytes")
        }
        guard let hashes = LogChain.hashes(of: batch.entries, after: previous, first: first), let last = hashes.last
        else { throw Refusal(.malformed, "an entry from \(first) on is malformed") }
        slice = LogSlice(epoch: epoch, first: first, previous: previous, entries: batch.entries, last: last)
        let end = slice.end
        guard keys.verify(batch.signature, .batch, site: site, position: end) else {
            throw Refusal(
                .signature, "no registered key of site \(site) signed the entries \(first) to \(end.sequence)")
        }
        self.site = site
        self.hashes = hashes
        signature = batch.signature
    }

    /// Verifies one from its bytes.
    package init(bytes: Data, of site: SiteID, keys: SigningPeriods) throws(Refusal) {
        let batch: Exchange.Batch
        do {
            batch = try Exchange.Batch(serializedBytes: bytes)
        } catch {
            throw Refusal(.malformed, "a batch cannot be read")
        }
        try self.init(batch, of: site, keys: keys)
    }

    /// Fits it to what is durable of its epoch. An overlap is compared, never skipped unread.
    /// - Parameter durable: `h(0)` at zero for an epoch that is not known yet.
    package func place(after durable: LogPosition) throws(Refusal) -> Placing {
        guard slice.first <= durable.sequence.next else {
            throw Refusal(
                .chain,
                "the entries \(durable.sequence.next) to \(slice.first.value - 1) are missing here; carry them first")
        }
        let known = Int(durable.sequence.value - (slice.first.value - 1))
        guard known < slice.entries.count else { return .compare(slice.end) }
        guard (known == 0 ? slice.previous : hashes[known - 1]) == durable.hash else {
            throw Refusal(.diverged, "another entry \(durable.sequence) is stored here; nothing of the batch was taken")
        }
        let fresh = LogSlice(
            epoch: slice.epoch, first: durable.sequence.next, previous: durable.hash,
            entries: Array(slice.entries.dropFirst(known)), last: slice.last)
        var batch = SiteReceiver.StagedBatch(
            site: site, slice: fresh, hashes: Array(hashes.dropFirst(known)), signature: signature)
        batch.keyChange = fresh.keyChange(of: site)
        return .store(batch)
    }
}
