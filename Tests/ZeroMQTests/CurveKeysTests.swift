import Testing
import ZeroMQ

struct CurveKeysTests {
    // The server's keys of zmq_curve(7).
    private let secret = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
    private let publicText = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

    @Test func publicKeyIsDerivedFromTheSecret() throws {
        let keys = try CurveKeyPair(secretKey: CurveSecretKey(z85: secret))
        #expect(keys.publicKey.z85 == publicText)
        #expect(keys.secretKey.z85 == secret)
    }

    @Test func textAndBytesAreTheSameKey() throws {
        let key = try CurvePublicKey(z85: publicText)
        #expect(key.bytes.count == 32)
        #expect(try CurvePublicKey(key.bytes) == key)
        #expect("\(key)" == publicText)
    }

    @Test func generatedKeysDiffer() throws {
        let (one, other) = (try CurveKeyPair.generate(), try CurveKeyPair.generate())
        #expect(one.publicKey != other.publicKey)
        #expect(try one.secretKey.publicKey() == one.publicKey)
    }

    @Test func badTextSaysWhatIsWrong() {
        #expect(throws: CurveKeyError.wrongLength(characters: 39)) { try CurvePublicKey(z85: publicText.dropLast()) }
        #expect(throws: CurveKeyError.wrongLength(characters: 0)) { try CurveSecretKey(z85: "") }
        #expect(throws: CurveKeyError.notZ85(position: 40)) { try CurvePublicKey(z85: publicText.dropLast() + "~") }
        #expect(throws: CurveKeyError.notZ85(position: 1)) { try CurvePublicKey(z85: "回音") }
        #expect(throws: CurveKeyError.notZ85(position: 40)) { try CurvePublicKey(z85: publicText.dropLast() + "\0") }
        #expect(throws: CurveKeyError.outOfRange) { try CurvePublicKey(z85: String(repeating: "#", count: 40)) }
        #expect(throws: CurveKeyError.wrongByteCount(31)) { try CurvePublicKey([UInt8](repeating: 1, count: 31)) }
        #expect(throws: CurveKeyError.wrongByteCount(33)) { try CurveSecretKey([UInt8](repeating: 1, count: 33)) }
    }

    @Test func secretShowsItselfNowhere() throws {
        let keys = try CurveKeyPair(secretKey: CurveSecretKey(z85: secret))
        var dumped = ""
        dump(keys, to: &dumped)
        let shown = "\(keys) \(keys.secretKey) \(String(reflecting: keys)) \(dumped)"
        #expect(!shown.contains(secret))
        #expect(!shown.contains("\(keys.secretKey.withBytes { $0 })"))
        #expect(shown.contains("redacted"))
    }
}

extension CurvePublicKey {
    fileprivate init(z85 text: Substring) throws(CurveKeyError) { try self.init(z85: String(text)) }
}
