/// The stem of an English word, so that "leaks", "leaked" and "leaking" are one: M. F. Porter, "An algorithm for suffix
/// stripping", Program 14 (1980), step by step, and a few words of complaints that its rules leave apart.
struct PorterStemmer {
    /// What the rules do not bring together.
    private static let irregular = [
        "complaint": "complain", "complaints": "complain", "broke": "break", "broken": "break", "paid": "pay",
        "sent": "send", "told": "tell", "bought": "buy", "sold": "sell",
    ]

    private var word: [UInt8]

    /// Words that are not of ASCII letters alone, or shorter than three, are their own stem.
    static func stem(_ text: String) -> String {
        if let known = irregular[text] { return known }
        let bytes = Array(text.utf8)
        guard bytes.count > 2, bytes.allSatisfy({ (0x61...0x7A).contains($0) }) else { return text }
        var stemmer = PorterStemmer(word: bytes)
        stemmer.run()
        return String(decoding: stemmer.word, as: UTF8.self)
    }

    private mutating func run() {
        removePlural()
        removePast()
        if let stem = stem(before: "y"), hasVowel(stem) { replace(stem, "i") }
        replaceFirst(Self.doubleSuffixes)
        replaceFirst(Self.commonSuffixes)
        removeResidual()
        removeFinal()
    }

    // MARK: Steps

    private mutating func removePlural() {
        if let stem = stem(before: "sses") { return replace(stem, "ss") }
        if let stem = stem(before: "ies") { return replace(stem, "i") }
        if stem(before: "ss") != nil { return }
        if let stem = stem(before: "s") { replace(stem, "") }
    }

    private mutating func removePast() {
        if let stem = stem(before: "eed") {
            if measure(stem) > 0 { replace(stem, "ee") }
            return
        }
        guard let stem = stem(before: "ed") ?? stem(before: "ing"), hasVowel(stem) else { return }
        replace(stem, "")
        if self.stem(before: "at") != nil || self.stem(before: "bl") != nil || self.stem(before: "iz") != nil {
            return replace(word.count, "e")
        }
        if endsDoubled, let last = word.last, !"lsz".utf8.contains(last) {
            word.removeLast()
        } else if measure(word.count) == 1, endsShort(word.count) {
            replace(word.count, "e")
        }
    }

    private mutating func removeResidual() {
        for suffix in Self.residualSuffixes {
            guard let stem = stem(before: suffix) else { continue }
            if suffix == "ion", !(stem > 0 && "st".utf8.contains(word[stem - 1])) { return }
            if measure(stem) > 1 { replace(stem, "") }
            return
        }
    }

    private mutating func removeFinal() {
        if let stem = stem(before: "e"), measure(stem) > 1 || measure(stem) == 1 && !endsShort(stem) {
            replace(stem, "")
        }
        if measure(word.count) > 1, endsDoubled, word.last == UInt8(ascii: "l") { word.removeLast() }
    }

    // MARK: What a word is made of

    /// How long the word is without the suffix; nil when it does not end so.
    private func stem(before suffix: String) -> Int? {
        let stem = word.count - suffix.utf8.count
        return stem >= 0 && word[stem...].elementsEqual(suffix.utf8) ? stem : nil
    }

    private mutating func replace(_ stem: Int, _ suffix: String) {
        word.removeSubrange(stem...)
        word.append(contentsOf: suffix.utf8)
    }

    /// Only the first suffix that fits is looked at.
    private mutating func replaceFirst(_ suffixes: [(String, String)]) {
        for (suffix, other) in suffixes {
            guard let stem = stem(before: suffix) else { continue }
            if measure(stem) > 0 { replace(stem, other) }
            return
        }
    }

    private func isConsonant(_ index: Int) -> Bool {
        if "aeiou".utf8.contains(word[index]) { return false }
        return word[index] != UInt8(ascii: "y") || index == 0 || !isConsonant(index - 1)
    }

    /// How many times a consonant follows a vowel.
    private func measure(_ stem: Int) -> Int {
        (0..<stem).count { $0 > 0 && isConsonant($0) && !isConsonant($0 - 1) }
    }

    private func hasVowel(_ stem: Int) -> Bool { (0..<stem).contains { !isConsonant($0) } }

    private var endsDoubled: Bool {
        word.count > 1 && word[word.count - 1] == word[word.count - 2] && isConsonant(word.count - 1)
    }

    /// Consonant, vowel, consonant, the last none of w, x, y.
    private func endsShort(_ stem: Int) -> Bool {
        stem > 2 && isConsonant(stem - 3) && !isConsonant(stem - 2) && isConsonant(stem - 1)
            && !"wxy".utf8.contains(word[stem - 1])
    }

    // MARK: Suffixes

    private static let doubleSuffixes = [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"),
        ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
        ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
        ("iviti", "ive"), ("biliti", "ble"),
    ]
    private static let commonSuffixes = [
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
    ]
    private static let residualSuffixes = [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate",
        "iti", "ous", "ive", "ize",
    ]
}
