package import Records

extension Digest {
    /// What a figure's name means, and its value, in words; nil when there is none of that name.
    package func told(_ name: FigureName, _ language: Language) -> (label: String, value: String)? {
        guard let value = self[name] else { return nil }
        let words = Wording(language: language, zone: period.zone)
        return (FigureLabel(digest: self, words: words).of(name), words.value(value))
    }
}
