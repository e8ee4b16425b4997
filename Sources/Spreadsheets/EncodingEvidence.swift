/// What the first bytes beyond ASCII say about the encoding of a file that does not announce it: UTF-8 or GB18030.
struct EncodingEvidence {
    /// Characters of two bytes and more that are valid UTF-8, by weight: GB18030 looks like one of two bytes now and then,
    /// like longer ones hardly ever.
    private(set) var valid = 0
    /// Places where UTF-8 is broken, by the same weight.
    private(set) var broken = 0
    /// Pairs of bytes in the part of GB18030 that Chinese texts are made of (GB 2312), and what lies outside of it.
    private(set) var common = 0
    private(set) var rare = 0

    private static let weight = 4

    init(_ bytes: [UInt8]) {
        countUTF8(bytes.span.extracting(first: bytes.count - UTF8Form.unfinishedTail(of: bytes)))
        countPairs(bytes.span)
    }

    /// A text in GB18030 is broken UTF-8 nearly everywhere; a text in UTF-8 that somebody damaged is broken here and there.
    /// What looks like neither is read as UTF-8, so that it is refused and not taken as other characters.
    var encoding: TextEncoding { broken == 0 || valid > broken || common <= rare ? .utf8 : .gb18030 }

    private mutating func countUTF8(_ bytes: Span<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            let count = UTF8Form.validPrefix(of: rest)
            for place in 0..<count where rest[place] >= 0xC0 { valid += rest[place] >= 0xE0 ? Self.weight : 1 }
            if count == rest.count { break }
            broken += Self.weight
            rest = rest.extracting(droppingFirst: count + 1)
        }
    }

    private mutating func countPairs(_ bytes: Span<UInt8>) {
        var place = 0
        while place + 1 < bytes.count {
            let (lead, trail) = (bytes[place], bytes[place + 1])
            if lead < 0x80 {
                place += 1
            } else if (0xA1...0xF7).contains(lead), trail >= 0xA1 {
                common += 1
                place += 2
            } else {
                rare += 1
                place += trail >= 0x40 ? 2 : 1
            }
        }
    }
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
