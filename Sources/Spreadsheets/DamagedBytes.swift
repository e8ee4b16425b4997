/// Bytes of a file that are no text in its encoding.
package struct DamagedBytes: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// No character of the encoding is written so.
        case invalid
        /// The file ends inside a character.
        case truncated
    }

    package let encoding: TextEncoding
    package let reason: Reason
    /// Of the first of them, counted from 0 at the beginning of the file.
    package let offset: Int
    /// What stands there: so many bytes as the encoding counts by, or as are left of the file.
    package let bytes: [UInt8]

    /// One byte as a text shows it that is no text: `⟦E6⟧`.
    static func shown(_ byte: UInt8) -> String { "⟦\(digits(byte))⟧" }

    static func digits(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    /// Bytes as a text in which each that is no UTF-8 is shown.
    package static func shown(in bytes: [UInt8]) -> String {
        var text = ""
        var place = 0
        while place < bytes.count {
            let valid = UTF8Form.validPrefix(of: bytes.span.extracting(droppingFirst: place))
            text += String(decoding: bytes[place..<place + valid], as: UTF8.self)
            place += valid
            guard place < bytes.count else { break }
            text += shown(bytes[place])
            place += 1
        }
        return text
    }

    /// Whether a text in UTF-8 has a byte in it that `shown` put there.
    static func areShown(in text: [UInt8]) -> Bool {
        let bytes = text.span
        let (open, close) = (Array("⟦".utf8), Array("⟧".utf8))
        let length = open.count + 2 + close.count
        var place = 0
        while place + length <= bytes.count {
            if bytes[place] == open[0], text[place...].starts(with: open),
                text[(place + open.count + 2)...].starts(with: close),
                text[(place + open.count)...].prefix(2).allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
            {
                return true
            }
            place += 1
        }
        return false
    }
}

/// What a `TextDecoder` made of a file's bytes so far: UTF-8, in which damaged bytes are shown.
struct DecodedText {
    var bytes: [UInt8] = []
    /// In the order of their places.
    private(set) var damages: [Damage] = []

    struct Damage {
        /// Where in `bytes` it is shown.
        var place: Int
        var what: DamagedBytes
    }

    mutating func show(_ damaged: DamagedBytes) {
        damages.append(Damage(place: bytes.count, what: damaged))
        for byte in damaged.bytes { bytes.append(contentsOf: DamagedBytes.shown(byte).utf8) }
    }

    /// The first damage in a part of the text.
    func damage(in range: Range<Int>) -> Damage? {
        damages.first { range.lowerBound <= $0.place }.flatMap { $0.place < range.upperBound ? $0 : nil }
    }

    /// Forgets the damages before a place: the rows that they are in were handed on.
    mutating func passDamages(before place: Int) {
        guard let first = damages.first, first.place < place else { return }
        damages.removeSubrange(..<(damages.firstIndex { $0.place >= place } ?? damages.count))
    }

    mutating func drop(first count: Int) {
        bytes.removeSubrange(..<count)
        passDamages(before: count)
        for index in damages.indices { damages[index].place -= count }
    }
}
