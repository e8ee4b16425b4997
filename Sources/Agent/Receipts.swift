import Foundation
import HTTPTypes
import Records
import Replication
package import Storage

/// Takes headquarters' receipts that were carried back by file: what an ACK says, without a connection.
package struct Receipts: Sendable {
    /// Under this name the log remembers the key that signs receipts.
    static let keyName = "receipt_key"

    private let log: SiteLog
    /// Nil when there is no headquarters.
    private let replicator: Replicator?

    package init(log: SiteLog, replicator: Replicator?) {
        self.log = log
        self.replicator = replicator
    }

    /// Notes what headquarters has by its word; returns the positions.
    /// - Parameter named: the key that a person vouches for; counts only where this branch never spoke to headquarters, and is
    ///   needed there for the first receipt and after headquarters' key was replaced.
    func take(_ receipt: CarriedReceipt, named: LogVerifyingKey?) async throws -> [LogPosition] {
        let believed = await replicator?.believedKeys ?? []
        let noted = try log.memory(Self.keyName).flatMap { LogVerifyingKey(hexadecimal: $0) }
        let keys = believed.isEmpty ? [noted, named].compactMap(\.self) : believed
        guard !keys.isEmpty else {
            throw Refusal(
                .unprocessableContent, "key_unknown",
                "this branch does not know headquarters' receipt key yet; compare \(receipt.receiptKey) with what "
                    + "`huiyin status --json` says there, and name it with --key")
        }
        guard
            let (key, verified) = keys.lazy.compactMap({ key in
                receipt.verified(for: log.site, by: key).map { (key, $0) }
            }).first
        else {
            throw Refusal(
                .unprocessableContent, "not_verified",
                "the receipt is not for site \(log.site), or headquarters' key did not sign it")
        }
        for (position, _) in verified {
            // An epoch that is not here any more cannot be compared, and needs no receipt.
            guard log.extents.contains(where: { $0.head.epoch == position.epoch }) else { continue }
            guard try log.hash(at: position.sequence, of: position.epoch) == position.hash else {
                throw Refusal(
                    .conflict, "diverged",
                    "headquarters has another entry \(position.sequence) of this log, or more than is here; it was rolled back"
                )
            }
        }
        if believed.isEmpty, key != noted { try await log.remember(Self.keyName, key.hexadecimal) }
        for (position, _) in verified { log.noteAcknowledged(position) }
        try await log.persistAcknowledged()
        return verified.map(\.position)
    }
}
