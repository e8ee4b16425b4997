/// What the first bytes beyond ASCII say about the encoding of a file that does not announce it.
struct EncodingEvidence {
    /// Characters of two bytes and more that are valid UTF-8.
    private(set) var valid = 0
    /// Places where UTF-8 is broken.
    private(set) var broken = 0

    init(_ bytes: [UInt8]) {
        let whole = bytes.count - UTF8Form.unfinishedTail(of: bytes)
        var rest = bytes.span.extracting(first: whole)
        while !rest.isEmpty {
            let count = UTF8Form.validPrefix(of: rest)
            for place in 0..<count where rest[place] >= 0xC0 { valid += 1 }
            if count == rest.count { break }
            broken += 1
            rest = rest.extracting(droppingFirst: count + 1)
        }
    }

    /// A text in GB18030 is broken UTF-8 nearly everywhere; a text in UTF-8 that somebody damaged is broken here and there.
    var encoding: TextEncoding { broken == 0 || valid > 9 * broken ? .utf8 : .gb18030 }
}

/// The form of UTF-8, where the standard library's own checks have to go on in the middle of a text.
enum UTF8Form {
    /// How many bytes at the beginning are valid.
    static func validPrefix(of bytes: Span<UInt8>) -> Int {
        do {
            _ = try UTF8Span(validating: bytes)
            return bytes.count
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    /// How many bytes at the end, up to three, begin a character that further bytes could finish.
    static func unfinishedTail(of bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            switch bytes[bytes.count - length] {
            case 0x80..<0xC0: continue
            case 0xC2..<0xE0: return length < 2 ? length : 0
            case 0xE0..<0xF0: return length < 3 ? length : 0
            case 0xF0..<0xF5: return length < 4 ? length : 0
            default: return 0
            }
        }
        return 0
    }
}
