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

    package init(log: SiteLog) { self.log = log }

    /// Notes what headquarters has by its word; returns the positions.
    /// - Parameter named: the key that a person vouches for; needed only where this branch never spoke to headquarters.
    func take(_ receipt: CarriedReceipt, named: LogVerifyingKey?) async throws -> [LogPosition] {
        let known = try log.memory(Self.keyName).flatMap { LogVerifyingKey(hexadecimal: $0) }
        guard let key = known ?? named else {
            throw Refusal(
                .unprocessableContent, "key_unknown",
                "this branch does not know headquarters' receipt key yet; compare \(receipt.receiptKey) with what "
                    + "`huiyin status --json` says there, and name it with --key")
        }
        guard let verified = receipt.verified(for: log.site, by: key) else {
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
        if known == nil { try await log.remember(Self.keyName, key.hexadecimal) }
        for (position, _) in verified { log.noteAcknowledged(position) }
        try await log.persistAcknowledged()
        return verified.map(\.position)
    }
}
