import Foundation

/// Conversions that the fixed-size identifiers share: bytes, big-endian words and hexadecimal digits. On every record's way,
/// so the first three allocate nothing but what they return.
enum FixedBytes {
    /// The big-endian word that is the `index`th eight of the bytes. There are as many.
    static func word(_ index: Int, of bytes: some Collection<UInt8>) -> UInt64 {
        let word = bytes.withContiguousStorageIfAvailable { bytes in
            UInt64(bigEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        return word ?? bytes.dropFirst(index * 8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The words' bytes, big-endian.
    static func bytes(_ words: UInt64...) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: words.count * 8) { buffer, count in
            let buffer = UnsafeMutableRawBufferPointer(buffer)
            for (index, word) in words.enumerated() {
                buffer.storeBytes(of: word.bigEndian, toByteOffset: index * 8, as: UInt64.self)
            }
            count = words.count * 8
        }
    }

    /// The same of two words, as records carry them.
    static func data(_ high: UInt64, _ low: UInt64) -> Data {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Data($0) }
    }

    /// Lower-case hexadecimal digits.
    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Bytes from hexadecimal digits in either case; nil when there is any other character or half a byte.
    static func bytes(hexadecimal digits: [UInt8]) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[start]), let low = value(digits[start + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
