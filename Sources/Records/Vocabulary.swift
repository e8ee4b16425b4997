/// The languages in which everything is said.
package enum Language: String, Sendable, CaseIterable, Codable {
    case chinese = "zh-CN"
    case english = "en"
}

/// A term in both languages.
package struct Term: Hashable, Sendable, Codable {
    package var chinese: String
    package var english: String

    package init(_ chinese: String, _ english: String) {
        self.chinese = chinese
        self.english = english
    }

    package subscript(language: Language) -> String { language == .chinese ? chinese : english }
}

/// A value that forms name by a word: its code, or its term in either language.
package protocol Worded: Hashable, Sendable {
    /// Every value that a form may name, in the order in which they are offered.
    static var vocabulary: [Word<Self>] { get }
}

/// One word of a vocabulary.
package struct Word<Value: Sendable>: Sendable {
    package var value: Value
    /// Stable, lower-case ASCII: what programs send.
    package var code: String
    package var term: Term

    init(_ value: Value, _ code: String, _ chinese: String, _ english: String? = nil) {
        self.value = value
        self.code = code
        term = Term(chinese, english ?? code.replacing("_", with: " "))
    }
}

extension Worded {
    /// The value of a code or of a term in either language; nil when there is none.
    package static func named(_ text: String) -> Self? {
        let wanted = text.lowercased()
        // Programs send codes; the terms are looked at for people only.
        if let word = vocabulary.first(where: { $0.code == wanted }) { return word.value }
        return vocabulary.first { word in
            word.term.chinese == text || word.term.english.lowercased() == wanted
        }?.value
    }

    /// The code that programs read; `unspecified` for a value of a newer version.
    package var code: String { Self.vocabulary.first { $0.value == self }?.code ?? "unspecified" }

    /// The term that people read.
    package var term: Term { Self.vocabulary.first { $0.value == self }?.term ?? Term("未说明", "not stated") }

    /// All codes, for an error that says what could have been written.
    package static var codes: String { vocabulary.map(\.code).joined(separator: ", ") }
}
