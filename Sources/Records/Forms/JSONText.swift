/// Writes JSON, field after field in the order of the calls, without an intermediate tree: bulk answers have many rows.
package struct JSONText: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// Whether the next field or element needs a comma before it.
    private var needsComma = false

    package init() {}

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func object(_ name: String? = nil, _ body: (inout JSONText) -> Void) {
        enclosed(name, "{", "}", body)
    }

    package mutating func array(_ name: String? = nil, _ body: (inout JSONText) -> Void) {
        enclosed(name, "[", "]", body)
    }

    package mutating func field(_ name: String? = nil, _ value: String?) {
        begin(name)
        if let value { quote(value) } else { bytes.append(contentsOf: "null".utf8) }
    }

    package mutating func field(_ name: String? = nil, _ value: (some BinaryInteger)?) {
        begin(name)
        bytes.append(contentsOf: (value.map { String($0) } ?? "null").utf8)
    }

    package mutating func field(_ name: String? = nil, _ value: Double?) {
        begin(name)
        // JSON has no infinities; whole numbers are written as such.
        guard let value, value.isFinite else { return bytes.append(contentsOf: "null".utf8) }
        bytes.append(contentsOf: (Int64(exactly: value).map { String($0) } ?? String(value)).utf8)
    }

    package mutating func field(_ name: String? = nil, _ value: Bool?) {
        begin(name)
        bytes.append(contentsOf: (value.map { $0 ? "true" : "false" } ?? "null").utf8)
    }

    /// The field only where the text is not empty.
    package mutating func fieldIfAny(_ name: String, _ value: String) {
        if !value.isEmpty { field(name, value) }
    }

    /// Elements that were written before, with commas between them.
    package mutating func elements(_ written: [UInt8]) {
        if written.isEmpty { return }
        begin(nil)
        bytes.append(contentsOf: written)
    }

    /// Ends a line.
    package mutating func newline() { bytes.append(0x0A) }

    private mutating func enclosed(
        _ name: String?, _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONText) -> Void
    ) {
        begin(name)
        bytes.append(UInt8(ascii: open))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: close))
        needsComma = true
    }

    private mutating func begin(_ name: String?) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        guard let name else { return }
        quote(name)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
            case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
            case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
            case 0..<0x20:
                bytes.append(contentsOf: (byte < 16 ? #"\u000"# : #"\u00"#).utf8)
                bytes.append(contentsOf: String(byte, radix: 16).utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
