package import Handbooks
package import Records

/// What the handbook tells whoever takes a complaint in: the risk profile of its category, the guidance card for what the customer
/// seeks, and the quality gap that such complaints most often come from. (domain: content categories, guidance cards.)
package struct IntakeAdvice: Sendable, Equatable {
    /// Of larger bodies nobody reads an answer row by row.
    static let rowLimit = 10

    /// In both languages; empty without a category.
    private let risk: [Language: [String]]
    private let card: [Language: [String]]
    private let principles: [Language: [String]]
    private let gap: Term?

    /// Nil when the handbook has nothing to say.
    package init?(for complaint: Complaint, under handbook: Handbook) {
        let profile = handbook.risk(ofCategory: complaint.category)
        let card = handbook.guidance.card(for: complaint.seeks)
        gap = handbook.suspectedGap(ofCategory: complaint.category)?.term
        guard profile != nil || card != nil || gap != nil else { return nil }
        let principles = (card?.principles ?? []).compactMap { code in
            handbook.guidance.principles.first { $0.code == code }
        }
        func inBoth(_ lines: (Language) -> [String]) -> [Language: [String]] {
            Dictionary(uniqueKeysWithValues: Language.allCases.map { ($0, lines($0)) })
        }
        risk = inBoth { profile?.lines($0) ?? [] }
        self.card = inBoth { card?.lines($0) ?? [] }
        self.principles = inBoth { language in
            principles.map { $0.term[language] + (language == .chinese ? "：" : ": ") + $0.advice[language] }
        }
    }

    func write(to json: inout JSONText) {
        json.object("advice") { json in
            for (name, lines) in [("risk", risk), ("guidance", card), ("principles", principles)] {
                json.object(name) { json in
                    for language in Language.allCases {
                        json.array(language.rawValue) { json in
                            for line in lines[language] ?? [] { json.field(nil, line) }
                        }
                    }
                }
            }
            guard let gap else { return }
            json.object("suspected_gap") { json in
                json.field("zh-CN", gap.chinese)
                json.field("en", gap.english)
            }
        }
    }
}
