package import Records

/// What is found when every entry, link and signature of a stored log is computed anew.
package struct LogVerification: Sendable {
    package var site: SiteID
    package var epoch: Epoch
    /// The first entry that is held, and the last that should be.
    package var first: SequenceNumber
    package var head: SequenceNumber
    /// Entries that are as they were written.
    package var intact: UInt64 = 0
    /// Entries with any damage, signatures apart.
    package var damaged: UInt64 = 0
    /// Whole to all appearances, but behind entries that are not there.
    package var unproven: UInt64 = 0
    /// Of which their site sent the hash only: gone for good, certified, and no damage here.
    package var lost: UInt64 = 0
    /// In the order of their places.
    package var findings: [ChainAudit.Finding] = []
    /// Signatures that were tried, and those of them that do not verify.
    package var signatures: UInt64 = 0
    package var badSignatures: UInt64 = 0

    /// Whether everything is as it was written.
    package var isWhole: Bool { damaged == 0 && badSignatures == 0 }
}

extension LogInspection {
    /// Verifies one log.
    /// - Parameters:
    ///   - keys: the site's signing keys; where there are none, signatures are not tried.
    ///   - progress: told now and then up to which entry it came.
    package func verify(
        _ log: Log, keys: [LogVerifyingKey], progress: (SequenceNumber) -> Void = { _ in }
    ) throws -> LogVerification {
        var verification = LogVerification(
            site: log.site, epoch: log.epoch, first: log.trimmed.sequence.next, head: log.head)
        var audit = ChainAudit(after: log.trimmed.sequence, hash: log.trimmed.hash)
        var batches = keys.isEmpty ? [] : try batches(of: log)[...]
        var unsigned: [ChainAudit.Finding] = []
        var start = log.trimmed.sequence.next
        try places(of: log, after: log.trimmed.sequence) { place in
            let hash = place.content?.hash
            if let content = place.content, content.entry.damaged {
                audit.lost(place.sequence, stored: content.hash)
            } else if let content = place.content {
                audit.take(place.sequence, leaf: LogChain.leaf(content.entry), stored: content.hash)
            } else {
                audit.unreadable(place.sequence)
            }
            while let batch = batches.first, batch.last <= place.sequence {
                batches.removeFirst()
                verification.signatures += 1
                let isGood =
                    batch.last == place.sequence
                    && hash.map { hash in
                        let position = LogPosition(epoch: log.epoch, sequence: batch.last, hash: hash)
                        return keys.contains {
                            $0.verifies(batch.signature, .batch, site: log.site, position: position)
                        }
                    } ?? false
                if !isGood {
                    unsigned.append(ChainAudit.Finding(.signature, min(start, batch.last), through: batch.last))
                }
                start = batch.last.next
            }
            if place.sequence.value.isMultiple(of: 1000) { progress(place.sequence) }
            return true
        }
        audit.finish(head: log.durable.sequence >= log.head ? log.durable : nil)
        verification.intact = audit.intact
        verification.damaged = audit.damaged
        verification.unproven = audit.unproven
        verification.lost = audit.lost
        verification.badSignatures = UInt64(unsigned.count)
        verification.findings = (audit.findings + unsigned).sorted { ($0.first, $0.last) < ($1.first, $1.last) }
        return verification
    }
}
