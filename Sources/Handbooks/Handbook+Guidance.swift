package import Records

/// What is shown to whoever takes a complaint in.
extension RiskProfile {
    /// A few lines for people.
    package func lines(_ language: Language) -> [String] {
        let say = { (chinese: String, english: String) in Term(chinese, english)[language] }
        var lines: [String] = []
        if !tendencies.isEmpty {
            lines.append(tendencies.map { $0.term[language] }.joined(separator: say("，", ", ")))
        }
        if let hotSpot { lines.append(say("热点：", "hot spot: ") + hotSpot[language]) }
        if let prevention, let mending {
            lines.append(
                say("预防成本", "prevention ") + prevention.term[language] + say("，补救成本", ", mending ")
                    + mending.term[language])
        }
        return lines + [advice[language]]
    }
}

extension GuidanceCard {
    /// A line for each part of the conversation.
    package func lines(_ language: Language) -> [String] {
        parts.map { $0.name.term[language] + (language == .chinese ? "：" : ": ") + $0.advice[language] }
    }
}
