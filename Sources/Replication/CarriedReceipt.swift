package import Foundation
package import Records

/// Headquarters' receipt for a log, to be carried back to the branch: what ACK says, as JSON in a file.
package struct CarriedReceipt: Codable, Sendable {
    /// What is durable of one epoch, signed like an ACK.
    package struct Entry: Codable, Sendable {
        /// 32 hexadecimal digits.
        package var epoch: String
        package var sequence: UInt64
        /// 64 hexadecimal digits.
        package var hash: String
        /// Base64.
        package var keyID: Data
        package var signature: Data
    }

    package var site: String
    /// What headquarters is called.
    package var headquarters: String
    /// Its Ed25519 key, 64 hexadecimal digits; a branch believes the one that it knows.
    package var receiptKey: String
    package var entries: [Entry]

    /// Signs what is durable. Throws only what the cryptographic library throws.
    package init(site: SiteID, headquarters: String, durable: [LogPosition], key: LogSigningKey) throws {
        self.site = site.text
        self.headquarters = headquarters
        receiptKey = key.verifyingKey.hexadecimal
        entries = try durable.map { position in
            let signature = try key.sign(.acknowledgement, site: site, position: position)
            return Entry(
                epoch: position.epoch.description, sequence: position.sequence.value, hash: position.hash.description,
                keyID: signature.keyID, signature: signature.value)
        }
    }

    /// The positions that `key` signed for `site`; nil when the receipt is another site's, or anything in it does not verify.
    package func verified(for site: SiteID, by key: LogVerifyingKey) -> [(position: LogPosition, signature: Signature)]?
    {
        guard self.site == site.text else { return nil }
        var verified: [(LogPosition, Signature)] = []
        for entry in entries {
            var signature = Signature()
            signature.keyID = entry.keyID
            signature.value = entry.signature
            guard let epoch = Epoch(hexadecimal: entry.epoch), let hash = ChainHash(hexadecimal: entry.hash) else {
                return nil
            }
            let position = LogPosition(epoch: epoch, sequence: SequenceNumber(entry.sequence), hash: hash)
            guard key.verifies(signature, .acknowledgement, site: site, position: position) else { return nil }
            verified.append((position, signature))
        }
        return verified
    }
}
