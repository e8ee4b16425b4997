import Platform
package import Records
package import ZeroMQ

/// The secrets of a site, each from a file of its own that only its owner can read.
package struct AgentKeys: Sendable {
    package var curve: CurveKeyPair
    package var signing: LogSigningKey
    package var pseudonyms: CustomerPseudonyms

    /// A key file whose content is no key.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    /// Reads them; throws which file is wrong and why, never what is in it.
    package init(_ paths: AgentConfiguration.Keys) throws {
        (curve, signing) = try Self.pair(paths)
        guard let pseudonyms = CustomerPseudonyms(key: try Self.bytes(paths.organisation)) else {
            throw Fault(description: "key file \(paths.organisation): the organisation's key is 64 hexadecimal digits")
        }
        self.pseudonyms = pseudonyms
    }

    /// The keys that are the site's own.
    static func pair(_ paths: AgentConfiguration.Keys) throws -> (CurveKeyPair, LogSigningKey) {
        let secret: CurveSecretKey
        do {
            secret = try CurveSecretKey(z85: KeyFile.read(paths.curve))
        } catch let error as CurveKeyError {
            throw Fault(description: "key file \(paths.curve): \(error)")
        }
        guard let signing = LogSigningKey(bytes: try Self.bytes(paths.signing)) else {
            throw Fault(description: "key file \(paths.signing): an Ed25519 key is 64 hexadecimal digits")
        }
        return (try CurveKeyPair(secretKey: secret), signing)
    }

    /// Empty when the file holds no hexadecimal digits; no key is empty.
    private static func bytes(_ path: String) throws -> [UInt8] { Hexadecimal.bytes(try KeyFile.read(path)) ?? [] }
}
