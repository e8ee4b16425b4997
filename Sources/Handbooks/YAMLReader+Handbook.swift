import Records
import StrictYAML

/// The getters that handbooks add.
extension YAMLReader {
    /// A name for programs: lower-case letters, digits, `_`, `-`, `.`, a letter or digit first.
    mutating func code(_ key: String) -> String? {
        value(key, expected: "a code of 1 to 64 of a-z 0-9 _ - . that begins with a letter or digit") { text in
            Self.isCode(text) ? text : nil
        }
    }

    /// Several of them.
    mutating func codes(_ key: String) -> [String]? {
        values(key, expected: "a code of 1 to 64 of a-z 0-9 _ - .") { Self.isCode($0) ? $0 : nil }
    }

    /// Both languages from this map's own keys `zh` and `en`.
    mutating func term() -> Term { Term(string("zh") ?? "", string("en") ?? "") }

    /// Both languages from a nested map.
    mutating func term(_ key: String) -> Term? {
        object(key) { nested in
            nested.require("zh", "en")
            return nested.term()
        }
    }

    mutating func span(_ key: String) -> Span? {
        value(key, expected: "a length of time such as 2h, 7d or 1mo") { Span($0) }
    }

    /// One word of a vocabulary, by its code.
    mutating func word<Value: Worded>(_ key: String, of type: Value.Type = Value.self) -> Value? {
        choice(key, of: Value.vocabulary.map { ($0.code, $0.value) })
    }

    /// A list of words of a vocabulary, by their codes.
    mutating func words<Value: Worded>(_ key: String, of type: Value.Type = Value.self) -> [Value]? {
        choices(key, of: Value.vocabulary.map { ($0.code, $0.value) })
    }

    private static func isCode(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first, isLetterOrDigit(first) else {
            return false
        }
        return text.utf8.allSatisfy { isLetterOrDigit($0) || [0x5F, 0x2D, 0x2E].contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
