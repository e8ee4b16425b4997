import Foundation
import Records
import Testing

struct SignatureVectorTests {
    private struct Key: Decodable {
        var name: String
        var `private`: Hex
        var `public`: Hex
        var keyId: Hex
    }

    private struct Row: Decodable {
        var kind: UInt8
        var key: Hex
        var site: String
        var position: VectorPosition
        var signedBytes: Hex
        var keyId: Hex
        var value: Hex
        var why: String?

        func verifies() throws -> Bool {
            var signature = Signature()
            (signature.keyID, signature.value) = (keyId.data, value.data)
            return try #require(LogVerifyingKey(bytes: key.data)).verifies(
                signature, #require(SignedKind(rawValue: kind)), site: SiteID(site), position: position.position())
        }
    }

    private struct Vectors: Decodable {
        var keys: [Key]
        var signatures: [Row]
        var forged: [Row]
    }

    private let vectors: Vectors

    init() throws { vectors = try VectorFile.read("signatures") }

    @Test func keysAreThoseOfTheirPrivateHalves() throws {
        for row in vectors.keys {
            let key = try #require(LogSigningKey(bytes: row.private.data)).verifyingKey
            #expect(Data(key.bytes) == row.public.data)
            #expect(key.identifier == row.keyId.data)
        }
    }

    @Test func signaturesOfTheVectorsVerify() throws {
        try #require(vectors.signatures.count >= 5)
        for row in vectors.signatures { #expect(try row.verifies()) }
    }

    @Test func signaturesMadeHereAreTheVectors() throws {
        for row in vectors.signatures {
            let secret = try #require(vectors.keys.first { $0.public == row.key }).private
            let made = try #require(LogSigningKey(bytes: secret.data)).sign(
                #require(SignedKind(rawValue: row.kind)), site: SiteID(row.site), position: row.position.position())
            #expect(made.keyID == row.keyId.data)
            #if os(Linux)  // elsewhere the system's library adds randomness to each signature
                #expect(made.value == row.value.data)
            #endif
        }
    }

    @Test func noForgedOneVerifies() throws {
        try #require(vectors.forged.count >= 9)
        for row in vectors.forged { #expect(try !row.verifies(), "\(row.why ?? "")") }
    }
}
