internal import CZeroMQ

/// Why a text is no CURVE key. Carries no part of the text, which may be a secret.
public enum CurveKeyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A key is 40 characters in Z85; this many were given.
    case wrongLength(characters: Int)
    /// A key is 32 bytes; this many were given.
    case wrongByteCount(Int)
    /// The character at this position (from 1) does not belong to Z85.
    case notZ85(position: Int)
    /// Five characters stand for more than 32 bits.
    case outOfRange

    /// What failed and what to do about it, for people.
    public var description: String {
        switch self {
        case .wrongLength(let count): "a CURVE key has 40 characters, not \(count); check that it was copied whole"
        case .wrongByteCount(let count): "a CURVE key has 32 bytes, not \(count)"
        case .notZ85(let position): "character \(position) of the CURVE key is not one of Z85's; check the copy"
        case .outOfRange: "the text is not a CURVE key: it stands for more than 32 bytes"
        }
    }
}

/// Z85 (ZeroMQ RFC 32) for keys: 32 bytes as 40 characters.
enum Z85 {
    static let byteCount = 32
    static let characterCount = 40
    private static let alphabet = Set(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)

    static func decode(_ text: String) throws(CurveKeyError) -> [UInt8] {
        // Counted in bytes, so that a foreign character is reported as such and not as a length.
        for (index, character) in text.utf8.enumerated() where !alphabet.contains(character) {
            throw .notZ85(position: index + 1)
        }
        guard text.utf8.count == characterCount else { throw .wrongLength(characters: text.utf8.count) }
        var bytes = [UInt8](repeating: 0, count: byteCount)
        guard zmq_z85_decode(&bytes, text) != nil else { throw .outOfRange }
        return bytes
    }

    static func encode(_ bytes: [UInt8]) -> String {
        precondition(bytes.count == byteCount, "a key has 32 bytes")
        return string { zmq_z85_encode($0, bytes, byteCount) }
    }

    /// Text that a libzmq function writes as 40 characters and a NUL.
    static func string(_ write: (UnsafeMutablePointer<CChar>) -> Void) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: characterCount + 1) { buffer in
            buffer.initialize(repeating: 0)
            // Never nil: the capacity is not zero.
            guard let start = buffer.baseAddress else { return "" }
            write(start)
            return String(cString: start)
        }
    }
}
