internal import CZeroMQ
internal import Glibc

/// A CURVE public key: the identity of one end of a connection.
public struct CurvePublicKey: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// A key of exactly 32 bytes.
    public init(_ bytes: some Collection<UInt8>) throws(CurveKeyError) {
        guard bytes.count == Z85.byteCount else { throw .wrongByteCount(bytes.count) }
        self.bytes = Array(bytes)
    }

    /// Reads the 40 characters of Z85.
    public init(z85 text: String) throws(CurveKeyError) {
        bytes = try Z85.decode(text)
    }

    /// The key as 40 characters of Z85.
    public var z85: String { Z85.encode(bytes) }

    /// The key in Z85; public keys may be shown.
    public var description: String { z85 }
}

/// A CURVE secret key. Shows itself in no description, reflection or error, and is overwritten when released.
public struct CurveSecretKey: Sendable {
    private let storage: Storage

    /// A key of exactly 32 bytes.
    public init(_ bytes: some Collection<UInt8>) throws(CurveKeyError) {
        guard bytes.count == Z85.byteCount else { throw .wrongByteCount(bytes.count) }
        storage = Storage(Array(bytes))
    }

    /// Reads the 40 characters of Z85.
    public init(z85 text: String) throws(CurveKeyError) {
        storage = Storage(try Z85.decode(text))
    }

    /// Gives the 32 bytes to `body`; keep no copy.
    public func withBytes<R, E>(_ body: ([UInt8]) throws(E) -> R) throws(E) -> R {
        try body(storage.bytes)
    }

    /// The secret in Z85, for writing it to its own file. Do not log it.
    public var z85: String { withBytes { Z85.encode($0) } }

    /// The public key that belongs to this secret.
    ///
    /// - Throws: `ENOTSUP` if libzmq has no CURVE.
    public func publicKey() throws(ZeroMQError) -> CurvePublicKey {
        let secret = z85
        var result: CInt = 0
        let text = Z85.string { result = zmq_curve_public($0, secret) }
        guard result == 0, let key = try? CurvePublicKey(z85: text) else {
            // The text is libzmq's own Z85, so a failure to read it is a failure of the call.
            throw .last("zmq_curve_public")
        }
        return key
    }

    /// The only owner of the bytes. Unchecked: they change only in `deinit`, when nobody else can see them.
    private final class Storage: @unchecked Sendable {
        private(set) var bytes: [UInt8]

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        deinit {
            bytes.withUnsafeMutableBytes { buffer in
                if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
            }
        }
    }
}

extension CurveSecretKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says that there is a key, not which.
    public var description: String { "CurveSecretKey(redacted)" }

    /// Says that there is a key, not which.
    public var debugDescription: String { description }

    /// Empty, so that `dump` and debuggers that reflect show nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A CURVE secret key with the public key that belongs to it.
public struct CurveKeyPair: Sendable {
    /// The half that the other end may know.
    public let publicKey: CurvePublicKey
    /// The half that never leaves.
    public let secretKey: CurveSecretKey

    /// The pair of a secret; the public half is derived, so the two always fit.
    public init(secretKey: CurveSecretKey) throws(ZeroMQError) {
        publicKey = try secretKey.publicKey()
        self.secretKey = secretKey
    }

    /// A new pair from the system's random source.
    ///
    /// - Throws: `ENOTSUP` if libzmq has no CURVE.
    public static func generate() throws(ZeroMQError) -> CurveKeyPair {
        var result: CInt = 0
        let secret = Z85.string { secret in
            _ = Z85.string { result = zmq_curve_keypair($0, secret) }
        }
        guard result == 0, let key = try? CurveSecretKey(z85: secret) else {
            // As above: libzmq wrote the text itself.
            throw .last("zmq_curve_keypair")
        }
        return try CurveKeyPair(secretKey: key)
    }
}
