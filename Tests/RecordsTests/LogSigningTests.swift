import Foundation
import Testing

@testable import Records

struct LogSigningTests {
    private let key = LogSigningKey()
    private let site: SiteID
    private let position: LogPosition

    init() throws {
        site = try SiteID("lakeview")
        let epoch = try epoch()
        position = LogPosition(
            epoch: epoch, sequence: SequenceNumber(7), hash: LogChain.origin(site: site, epoch: epoch, parent: nil))
    }

    @Test func signatureVerifiesForWhatWasSignedOnly() throws {
        let signature = try key.sign(.batch, site: site, position: position)
        let verifying = key.verifyingKey
        #expect(verifying.verifies(signature, .batch, site: site, position: position))
        #expect(!verifying.verifies(signature, .acknowledgement, site: site, position: position))
        #expect(!verifying.verifies(signature, .batch, site: try SiteID("lakeview2"), position: position))
        var other = position
        other.sequence = other.sequence.next
        #expect(!verifying.verifies(signature, .batch, site: site, position: other))
        other = position
        other.epoch = try epoch(from: 1)
        #expect(!verifying.verifies(signature, .batch, site: site, position: other))
        other = position
        other.hash = LogChain.next(after: position.hash, sequence: .zero, leaf: position.hash)
        #expect(!verifying.verifies(signature, .batch, site: site, position: other))
    }

    @Test func anotherKeyOrADamagedSignatureDoesNotVerify() throws {
        let signature = try key.sign(.batch, site: site, position: position)
        #expect(!LogSigningKey().verifyingKey.verifies(signature, .batch, site: site, position: position))
        for part in [\Signature.keyID, \.value] {
            var damaged = signature
            damaged[keyPath: part][0] ^= 1
            #expect(!key.verifyingKey.verifies(damaged, .batch, site: site, position: position))
            damaged[keyPath: part] = Data()
            #expect(!key.verifyingKey.verifies(damaged, .batch, site: site, position: position))
        }
    }

    @Test func keysAreKeptAsBytesAndDigits() throws {
        let again = try #require(LogSigningKey(bytes: key.bytes))
        #expect(again.verifyingKey == key.verifyingKey)
        #expect(LogVerifyingKey(hexadecimal: key.verifyingKey.hexadecimal) == key.verifyingKey)
        #expect(LogVerifyingKey(bytes: key.verifyingKey.bytes)?.identifier == key.verifyingKey.identifier)
        #expect(LogSigningKey(bytes: [1]) == nil)
        #expect(LogVerifyingKey(bytes: [1]) == nil)
        #expect(LogVerifyingKey(hexadecimal: "zz") == nil)
    }

    @Test func identifierIsTheBeginningOfTheKeysDigest() {
        // SHA-256 of 32 zero bytes, from Python's hashlib.
        #expect(
            Array(LogVerifyingKey.identifier(of: Data(count: 32))) == [0x66, 0x68, 0x7A, 0xAD, 0xF8, 0x62, 0xBD, 0x77])
    }
}
