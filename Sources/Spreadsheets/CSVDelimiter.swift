/// What stands between the cells of a row.
package enum CSVDelimiter: UInt8, Sendable, CaseIterable, CustomStringConvertible {
    case comma = 0x2C
    case semicolon = 0x3B
    case tab = 0x09
    case bar = 0x7C

    /// From the character itself or a name (`comma`, `semicolon`, `tab`, `bar`); nil for any other.
    package init?(named text: String) {
        switch text.lowercased() {
        case ",", "comma": self = .comma
        case ";", "semicolon": self = .semicolon
        case "\t", "\\t", "tab": self = .tab
        case "|", "bar", "pipe": self = .bar
        default: return nil
        }
    }

    package var character: Character { Character(Unicode.Scalar(rawValue)) }

    package var description: String { self == .tab ? "a tab" : "“\(character)”" }

    /// The one that the header row, with which the bytes begin, has the most of outside quotes; a comma when it has none.
    /// Nil when more bytes are needed: within quotes a row goes on over line breaks, though not beyond `CSVLimits.rowBytes`.
    init?(ofHeader bytes: Span<UInt8>, isLast: Bool) {
        let header = bytes.extracting(first: CSVLimits.rowBytes)
        var counts: [CSVDelimiter: Int] = [:]
        var isQuoted = false
        var isWhole = isLast || header.count == CSVLimits.rowBytes
        for place in 0..<header.count {
            let byte = header[place]
            if byte == CSVByte.quote { isQuoted.toggle() }
            if !isQuoted, byte == CSVByte.lineFeed || byte == CSVByte.carriageReturn {
                isWhole = true
                break
            }
            guard !isQuoted, let delimiter = CSVDelimiter(rawValue: byte) else { continue }
            counts[delimiter, default: 0] += 1
        }
        guard isWhole else { return nil }
        let most = counts.values.max() ?? 0
        self = Self.allCases.first { counts[$0] == most } ?? .comma
    }

    /// What Excel's first line `sep=;` says; nil when the line is none of that kind.
    init?(separatorLine line: Span<UInt8>) {
        let text = line.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        let plain = text.filter { $0 != "\"" && $0 != " " && !$0.isNewline }
        guard plain.count == 5, plain.lowercased().hasPrefix("sep=") else { return nil }
        self.init(named: String(plain.suffix(1)))
    }
}

/// Bytes that mean something in a CSV file.
enum CSVByte {
    static let quote = UInt8(ascii: "\"")
    static let equals = UInt8(ascii: "=")
    static let space = UInt8(ascii: " ")
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
}
