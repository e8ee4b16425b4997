import Foundation
package import Records

extension SiteReceiver {
    /// DATA: verified whole before anything of it is believed.
    mutating func receive(_ batch: Exchange.Batch, _ open: Open) -> [Effect] {
        guard let epoch = Epoch(bytes: batch.epoch), let previous = ChainHash(bytes: batch.previousHash),
            batch.firstSequence > 0, !batch.entries.isEmpty,
            batch.entries.count <= ReplicationProtocol.batchEntries,
            batch.firstSequence < UInt64.max - UInt64(batch.entries.count)
        else { return reject(.malformed, "a batch") }
        guard let staged = open.staged[epoch] else {
            return [reset("an epoch that HELLO did not name", session: open.token)]
        }
        let first = SequenceNumber(batch.firstSequence)
        guard first <= staged.sequence.next else {
            return [reset("entries before \(first) are missing", session: open.token)]
        }
        guard batch.entries.allSatisfy({ $0.size <= ReplicationProtocol.greatestEntry }) else {
            return reject(.oversize, "an entry of more than \(ReplicationProtocol.greatestEntry) bytes")
        }
        guard hasCredit(for: batch, staged, open) else { return reject(.overload, "more than the credit allows") }
        guard let hashes = LogChain.hashes(of: batch.entries, after: previous, first: first), let last = hashes.last
        else {
            return reject(.malformed, "an entry")
        }
        let slice = LogSlice(epoch: epoch, first: first, previous: previous, entries: batch.entries, last: last)
        guard verifyingKeys.verify(batch.signature, .batch, site: site, position: slice.end) else {
            return reject(.signature, "over entry \(slice.end.sequence)")
        }
        return stage(slice, hashes, batch.signature, after: staged, open)
    }

    /// Whether the site keeps to what it may have under way. The batch that reaches the bytes may go over them.
    private func hasCredit(for batch: Exchange.Batch, _ staged: LogPosition, _ open: Open) -> Bool {
        let stored = position(of: staged.epoch)?.sequence ?? .zero
        let end = batch.firstSequence - 1 + UInt64(batch.entries.count)
        let entries = end > stored.value ? end - stored.value : 0
        return entries <= UInt64(window.entries) && (open.underWay.isEmpty || open.bytes < window.bytes)
    }

    /// Fits a verified batch to what is there: an overlap is compared, never skipped unread.
    private mutating func stage(
        _ slice: LogSlice, _ hashes: [ChainHash], _ signature: Signature, after staged: LogPosition, _ open: Open
    ) -> [Effect] {
        var open = open
        let known = Int(staged.sequence.value - (slice.first.value - 1))
        if known >= slice.entries.count { return compare(slice.end, with: staged, open) }
        let common = known == 0 ? slice.previous : hashes[known - 1]
        guard common == staged.hash else { return diverged(at: staged.sequence) }
        let fresh = LogSlice(
            epoch: slice.epoch, first: staged.sequence.next, previous: staged.hash,
            entries: known == 0 ? slice.entries : Array(slice.entries.dropFirst(known)), last: slice.last)
        open.staged[slice.epoch] = fresh.end
        let change = fresh.keyChange(of: site)
        if let change { verifyingKeys.change(to: change.signingKey, at: fresh.end.place) }
        let size = fresh.size
        open.underWay.append((fresh.end, size))
        open.bytes += size
        state = .open(open)
        var batch = StagedBatch(
            site: site, slice: fresh, hashes: known == 0 ? hashes : Array(hashes.dropFirst(known)), signature: signature
        )
        batch.keyChange = change
        return [.commit(batch)]
    }

    /// A batch that brings nothing new. The store can tell of what is durable; of what is under way, its end is known.
    private mutating func compare(_ end: LogPosition, with staged: LogPosition, _ open: Open) -> [Effect] {
        guard let stored = position(of: end.epoch), end.sequence <= stored.sequence else {
            guard end.sequence == staged.sequence else {
                return [reset("entries that are being stored came again", session: open.token)]
            }
            return end == staged ? [] : diverged(at: end.sequence)
        }
        var open = open
        open.overlap = end
        state = .open(open)
        return [.compare(end)]
    }

    /// The stored chain's answer to `compare`.
    package mutating func compared(_ stored: ChainHash?) -> [Effect] {
        guard case .open(var open) = state, let overlap = open.overlap else { return [] }
        open.overlap = nil
        state = .open(open)
        guard stored == overlap.hash else { return diverged(at: overlap.sequence) }
        return position(of: overlap.epoch).map { [acknowledge($0)] } ?? []
    }

    private mutating func diverged(at sequence: SequenceNumber) -> [Effect] {
        reject(.diverged, "another entry \(sequence) is stored here")
    }
}
