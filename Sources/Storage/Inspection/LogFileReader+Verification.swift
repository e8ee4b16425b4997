package import Records
import Replication

extension LogFileReader {
    /// How far one epoch of the file was verified.
    private struct Audit {
        var verification: LogVerification
        /// The last entry that the batches so far brought.
        var last: SequenceNumber
        /// The hash there; nil behind a batch that does not verify, and at the beginning.
        var hash: ChainHash?

        mutating func note(_ damage: ChainAudit.Damage, _ first: SequenceNumber, through last: SequenceNumber) {
            let finding = ChainAudit.Finding(damage, first, through: last)
            verification.findings.append(finding)
            verification.damaged += finding.count
        }
    }

    /// Verifies the whole file: every batch against its signature and the batch before it, then the file's own digest.
    /// - Parameters:
    ///   - keys: the site's signing keys; by default those that the file names, which proves that nothing was changed by
    ///     accident, and not who wrote it.
    ///   - progress: told now and then how many entries were read.
    /// - Returns: one for each epoch of the header, and what is wrong with the file itself; nil when nothing is.
    package func verify(
        keys: [LogVerifyingKey]? = nil, progress: (UInt64) -> Void = { _ in }
    ) -> (logs: [LogVerification], fault: StorageError?) {
        let keys = keys ?? header.signingKeys.compactMap { LogVerifyingKey(bytes: $0) }
        var audits = header.epochs.compactMap { range in
            LogPosition(range.head).map { head in
                Audit(
                    verification: LogVerification(
                        site: site, epoch: head.epoch, first: SequenceNumber(range.first), head: head.sequence),
                    last: SequenceNumber(max(range.first, 1) - 1))
            }
        }
        var fault: StorageError?
        var done: UInt64 = 0
        do throws(StorageError) {
            while case .batch(let batch) = try next() {
                done += UInt64(batch.entries.count)
                if let index = audits.firstIndex(where: { $0.verification.epoch.data == batch.epoch }) {
                    verify(batch, keys, &audits[index])
                }
                progress(done)
            }
        } catch {
            fault = error
        }
        for index in audits.indices where audits[index].last < audits[index].verification.head {
            audits[index].note(.missing, audits[index].last.next, through: audits[index].verification.head)
        }
        return (audits.map(\.verification), fault)
    }

    private func verify(_ batch: Exchange.Batch, _ keys: [LogVerifyingKey], _ audit: inout Audit) {
        guard !batch.entries.isEmpty, batch.firstSequence > audit.last.value else { return }
        let first = SequenceNumber(batch.firstSequence)
        let last = first.advanced(by: batch.entries.count - 1)
        if first > audit.last.next {
            audit.note(.missing, audit.last.next, through: SequenceNumber(first.value - 1))
            audit.hash = nil
        }
        audit.last = last
        audit.verification.signatures += 1
        do {
            let carried = try CarriedBatch(batch, of: site, keys: SigningPeriods(keys.map { .init(key: $0) }))
            let follows = audit.hash.map { $0 == carried.slice.previous } ?? true
            audit.hash = carried.slice.last
            guard follows else { return audit.note(.content, first, through: last) }
            for (offset, entry) in batch.entries.enumerated() {
                let place = first.advanced(by: offset)
                if entry.damaged { audit.note(.content, place, through: place) } else { audit.verification.intact += 1 }
            }
        } catch {
            audit.hash = nil
            audit.verification.badSignatures += 1
            audit.note(.signature, first, through: last)
        }
    }
}
