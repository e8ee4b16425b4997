import Crypto
package import Foundation

/// What a signature is about; part of the signed bytes, so that one cannot stand for another.
package enum SignedKind: UInt8, Sendable {
    /// A site's signature over the last hash of a batch.
    case batch = 1
    /// Headquarters' receipt: everything up to this place is durable there.
    case acknowledgement = 2
    /// Headquarters' signature over the last hash of a batch of a site's outbox.
    case outbox = 3
}

/// An Ed25519 key that signs places in logs.
package struct LogSigningKey: Sendable {
    let key: Curve25519.Signing.PrivateKey
    let keyID: Data

    package init() { self.init(key: Curve25519.Signing.PrivateKey()) }

    /// From the 32 bytes of a private key; nil for any other number of them.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: Array(bytes))
        else { return nil }  // the only error is a wrong length
        self.init(key: key)
    }

    /// From 64 hexadecimal digits, as a key file holds them.
    package init?(hexadecimal text: String) {
        guard let bytes = FixedBytes.bytes(hexadecimal: Array(text.utf8)) else { return nil }
        self.init(bytes: bytes)
    }

    /// 64 hexadecimal digits, for a file that only its owner can read.
    package var hexadecimal: String { FixedBytes.hexadecimal(bytes) }

    private init(key: Curve25519.Signing.PrivateKey) {
        self.key = key
        keyID = LogVerifyingKey.identifier(of: key.publicKey.rawRepresentation)
    }

    /// The 32 bytes to keep in a file that only its owner can read.
    package var bytes: [UInt8] { Array(key.rawRepresentation) }

    package var verifyingKey: LogVerifyingKey { LogVerifyingKey(key: key.publicKey) }

    /// Signs `position` of `site`'s log. Throws only what the cryptographic library throws.
    package func sign(_ kind: SignedKind, site: SiteID, position: LogPosition) throws -> Signature {
        var signature = Signature()
        signature.keyID = keyID
        signature.value = try key.signature(
            for: LogVerifyingKey.message(kind, site: site, position: position, keyID: keyID))
        return signature
    }
}

/// The public half of a `LogSigningKey`.
package struct LogVerifyingKey: Sendable, Hashable {
    let key: Curve25519.Signing.PublicKey
    /// The first 8 bytes of SHA256(public key): names the key in signatures.
    package let identifier: Data

    init(key: Curve25519.Signing.PublicKey) {
        self.key = key
        identifier = Self.identifier(of: key.rawRepresentation)
    }

    /// From 32 bytes; nil for any other number of them.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: Array(bytes))
        else { return nil }  // the only error is a wrong length
        self.init(key: key)
    }

    /// From 64 hexadecimal digits.
    package init?(hexadecimal text: String) {
        guard let bytes = FixedBytes.bytes(hexadecimal: Array(text.utf8)) else { return nil }
        self.init(bytes: bytes)
    }

    package var bytes: [UInt8] { Array(key.rawRepresentation) }
    package var hexadecimal: String { FixedBytes.hexadecimal(bytes) }

    /// Whether `signature` is this key's, over this place in that site's log.
    package func verifies(_ signature: Signature, _ kind: SignedKind, site: SiteID, position: LogPosition) -> Bool {
        signature.keyID == identifier
            && key.isValidSignature(
                signature.value, for: Self.message(kind, site: site, position: position, keyID: identifier))
    }

    package static func == (left: LogVerifyingKey, right: LogVerifyingKey) -> Bool {
        left.key.rawRepresentation == right.key.rawRepresentation
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(identifier) }

    static func identifier(of publicKey: Data) -> Data { Data(SHA256.hash(data: publicKey).prefix(8)) }

    static func message(_ kind: SignedKind, site: SiteID, position: LogPosition, keyID: Data) -> Data {
        var bytes = Data("huiyin-sign-1".utf8)
        bytes.append(kind.rawValue)
        bytes.append(UInt8(site.text.utf8.count))
        bytes.append(contentsOf: site.text.utf8)
        bytes.append(contentsOf: position.epoch.bytes)
        bytes.append(contentsOf: bigEndian(position.sequence.value))
        bytes.append(contentsOf: position.hash.bytes)
        bytes.append(keyID)
        return bytes
    }
}
