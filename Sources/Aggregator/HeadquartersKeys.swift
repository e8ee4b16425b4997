import Platform
package import Records
package import ZeroMQ

/// Headquarters' own keys, from files that only their owner can read.
package struct HeadquartersKeys: Sendable {
    /// Sites and administrators know its public half.
    package var curve: CurveKeyPair
    /// Signs receipts.
    package var signing: LogSigningKey
    /// Makes customers' pseudonyms, 32 bytes; every site that enrols is told it.
    package var organisation: [UInt8]
    /// Made with it, as the sites make them.
    package var pseudonyms: CustomerPseudonyms

    package init(_ configuration: AggregatorConfiguration) throws {
        let secret: CurveSecretKey
        do {
            secret = try CurveSecretKey(z85: try KeyFile.read(configuration.curveKey))
        } catch let error as CurveKeyError {
            throw KeyFile.Fault(path: configuration.curveKey, reason: error.description)
        }
        curve = try CurveKeyPair(secretKey: secret)
        guard let signing = LogSigningKey(hexadecimal: try KeyFile.read(configuration.signingKey)) else {
            throw KeyFile.Fault(path: configuration.signingKey, reason: "it has not 64 hexadecimal digits")
        }
        self.signing = signing
        guard let organisation = LogSigningKey(hexadecimal: try KeyFile.read(configuration.organisationKey)) else {
            throw KeyFile.Fault(path: configuration.organisationKey, reason: "it has not 64 hexadecimal digits")
        }
        self.organisation = organisation.bytes
        guard let pseudonyms = CustomerPseudonyms(key: organisation.bytes) else {
            preconditionFailure("a key of 64 hexadecimal digits has 32 bytes")
        }
        self.pseudonyms = pseudonyms
    }
}
