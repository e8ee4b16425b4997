import Crypto
package import Foundation
import SwiftProtobuf

/// That a CURVE key and a signing key belong to one site: signed by the signing key, which shows that its holder means it.
package struct KeyBinding: Sendable, Hashable {
    /// What the binding is for; part of the signed bytes, so that one cannot stand for another.
    package enum Purpose: UInt8, Sendable {
        /// Registers the keys by a one-time code.
        case enrolment = 1
        /// Replaces the keys by an entry of the log.
        case change = 2
    }

    package var purpose: Purpose
    package var site: SiteID
    /// 32 bytes.
    package var curveKey: [UInt8]
    package var signingKey: LogVerifyingKey
    /// 32 bytes: what else the binding depends on.
    private var context: [UInt8]

    private init(
        _ purpose: Purpose, site: SiteID, curveKey: [UInt8], signingKey: LogVerifyingKey, context: [UInt8]
    ) {
        self.purpose = purpose
        self.site = site
        self.curveKey = curveKey
        self.signingKey = signingKey
        self.context = context
    }

    /// For the holder of a one-time code; good with that code only.
    package static func enrolment(
        of site: SiteID, curveKey: [UInt8], signingKey: LogVerifyingKey, secret: Data
    ) -> KeyBinding {
        KeyBinding(
            .enrolment, site: site, curveKey: curveKey, signingKey: signingKey,
            context: Array(SHA256.hash(data: secret)))
    }

    /// For an entry of the site's log.
    package static func change(of site: SiteID, curveKey: [UInt8], signingKey: LogVerifyingKey) -> KeyBinding {
        KeyBinding(
            .change, site: site, curveKey: curveKey, signingKey: signingKey, context: [UInt8](repeating: 0, count: 32))
    }

    /// What is signed.
    var message: Data {
        var bytes = Data("huiyin-keys-1".utf8)
        bytes.append(purpose.rawValue)
        bytes.append(UInt8(site.text.utf8.count))
        bytes.append(contentsOf: site.text.utf8)
        bytes.append(contentsOf: curveKey)
        bytes.append(contentsOf: signingKey.bytes)
        bytes.append(contentsOf: context)
        return bytes
    }

    /// Whether the signing key signed this.
    package func isProved(by proof: Data) -> Bool { signingKey.key.isValidSignature(proof, for: message) }
}

extension LogSigningKey {
    /// The proof of a binding of this key. Throws only what the cryptographic library throws.
    package func prove(_ binding: KeyBinding) throws -> Data { try key.signature(for: binding.message) }
}

extension KeyChange {
    /// The first bytes of the field that holds one in `Facts`: number 42, with a length.
    private static let tag: [UInt8] = [0xD2, 0x02]

    /// The key change that an entry is; nil for any other. Most are told apart without being decoded.
    package init?(_ entry: Entry) {
        guard entry.facts.count < 1024, entry.facts.firstRange(of: Self.tag) != nil,
            case .keyChange(let change)? = try? Facts(serializedBytes: entry.facts).body  // unreadable: no key change
        else { return nil }
        self = change
    }

    /// The entry's body, proved by the new signing key.
    package init(of site: SiteID, curveKey: [UInt8], signingKey: LogSigningKey) throws {
        self.init()
        let binding = KeyBinding.change(of: site, curveKey: curveKey, signingKey: signingKey.verifyingKey)
        self.curveKey = Data(curveKey)
        self.signingKey = Data(signingKey.verifyingKey.bytes)
        proof = try signingKey.prove(binding)
    }

    /// What the change to a signing key is called where it is written down. No client can give this name.
    package static func name(_ signingKey: Data) -> String { "\0huiyin-keys:" + FixedBytes.hexadecimal(signingKey) }

    /// The id of the record that brings a signing key.
    package static func recordID(of site: SiteID, signingKey: Data) -> RecordID {
        RecordID(site: site, clientID: name(signingKey))
    }

    /// The keys that it names, when its proof fits; nil for one that changes nothing.
    package func proved(of site: SiteID) -> KeyBinding? {
        guard curveKey.count == 32, let key = LogVerifyingKey(bytes: signingKey) else { return nil }
        let binding = KeyBinding.change(of: site, curveKey: Array(curveKey), signingKey: key)
        return binding.isProved(by: proof) ? binding : nil
    }
}
