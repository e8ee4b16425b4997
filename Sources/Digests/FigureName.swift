/// The stable name of a figure: words and codes joined by dots, for example `complaints.site.A1.distinct`.
///
/// Dots, percent signs, white space and control characters inside a code are percent-encoded; a missing code is `-`. So
/// a name splits into its segments again, and two figures never share a name.
package struct FigureName: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    package let text: String

    /// From a finished name.
    package init(_ text: String) { self.text = text }
    package init(stringLiteral text: String) { self.text = text }

    /// This name with further segments, each a word or a code; nil is a missing code.
    package func adding(_ segments: String?...) -> FigureName {
        FigureName(([text] + segments.map(Self.encoded)).joined(separator: "."))
    }

    /// The words and codes, decoded; nil is a missing code.
    package var segments: [String?] {
        text.split(separator: ".", omittingEmptySubsequences: false).map { $0 == "-" ? nil : Self.decoded($0) }
    }

    package static func < (left: FigureName, right: FigureName) -> Bool { left.text < right.text }

    package var description: String { text }

    private static func encoded(_ segment: String?) -> String {
        guard let segment else { return "-" }
        if segment == "-" { return "%2D" }
        guard segment.unicodeScalars.contains(where: mustEncode) else { return segment }
        var text = ""
        for scalar in segment.unicodeScalars {
            guard mustEncode(scalar) else {
                text.unicodeScalars.append(scalar)
                continue
            }
            for byte in String(scalar).utf8 {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }

    private static func mustEncode(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .spaceSeparator, .lineSeparator, .paragraphSeparator: true
        default: scalar == "." || scalar == "%"
        }
    }

    private static func decoded(_ segment: Substring) -> String {
        guard segment.contains("%") else { return String(segment) }
        var bytes: [UInt8] = []
        var rest = Array(segment.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension FigureName {
    /// The segment that names a day of the month, in two digits so that days stand in their order.
    static func day(_ day: Int) -> String { (day < 10 ? "0" : "") + String(day) }
}

extension FigureName: Codable {
    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
