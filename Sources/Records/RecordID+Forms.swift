import Crypto
package import Foundation

extension RecordID {
    /// A new UUIDv7: 48 bits of time, 74 random bits.
    package init(at time: Timestamp, using generator: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(clamping: time.milliseconds) & 0xFFFF_FFFF_FFFF
        high = milliseconds << 16 | 0x7000 | generator.next() & 0x0FFF
        low = 0x8000_0000_0000_0000 | generator.next() >> 2
    }

    /// The identity that follows from what a client calls its record: a UUIDv8 over SHA-256 of both names.
    package init(site: SiteID, clientID: String) {
        var hash = SHA256()
        hash.update(data: Array("huiyin-client-id".utf8))
        hash.update(data: [UInt8(site.text.utf8.count)] + Array(site.text.utf8))
        hash.update(data: Array(clientID.utf8))
        let digest = Array(hash.finalize())
        high = FixedBytes.word(0, of: digest) & ~0xF000 | 0x8000
        low = FixedBytes.word(1, of: digest) & ~0xC000_0000_0000_0000 | 0x8000_0000_0000_0000
    }

    /// From 16 bytes; nil for any other number of them.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        (high, low) = (FixedBytes.word(0, of: bytes), FixedBytes.word(1, of: bytes))
    }

    /// The least and the greatest identity whose form of RFC 9562 begins with a text in either case; nil when none does.
    package static func range(prefix: String) -> (first: RecordID, last: RecordID)? {
        let length = prefix.utf8.count
        guard length == prefix.count, length > 0 else { return nil }
        let filled = { (digit: String) in
            RecordID(
                prefix
                    + [8, 4, 4, 4, 12].map { String(repeating: digit, count: $0) }.joined(separator: "-").dropFirst(
                        length))
        }
        guard let first = filled("0"), let last = filled("f") else { return nil }
        return (first, last)
    }

    /// Sixteen bytes, big-endian.
    package var bytes: [UInt8] { FixedBytes.bytes(high, low) }

    /// The same as `Data`, as the records carry it.
    package var data: Data { FixedBytes.data(high, low) }
}

extension RecordID: CustomStringConvertible, LosslessStringConvertible, Codable {
    /// The form of RFC 9562: lower-case hexadecimal digits with four hyphens.
    package var description: String {
        let digits = FixedBytes.hexadecimal(bytes)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    /// Reads the form of RFC 9562 in either case; nil for anything else.
    package init?(_ text: String) {
        let scalars = Array(text.utf8)
        guard scalars.count == 36, [8, 13, 18, 23].allSatisfy({ scalars[$0] == UInt8(ascii: "-") }) else { return nil }
        guard let bytes = FixedBytes.bytes(hexadecimal: scalars.filter { $0 != UInt8(ascii: "-") }) else { return nil }
        self.init(bytes: bytes)
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = RecordID(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is not a record id"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
