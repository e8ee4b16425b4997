/// What a text shares with its issue, as it is written there: neighbouring terms joined to phrases.
struct SharedPhrases {
    /// The most telling first.
    private(set) var all: [String] = []
    /// Those with the name of a place, product or organisation.
    private(set) var places: [String] = []
    /// The others.
    private(set) var kinds: [String] = []

    /// How much of a text is read, in Unicode scalars.
    private static let limit = 200
    /// The longest phrase; a whole sentence in common is cut into several.
    private static let longest = 16

    private struct Phrase {
        var text: String
        var weight: Float
        var isPlace: Bool
        var position: Int
    }

    init(of text: IssueText, shared: SharedTerms, vocabulary: Vocabulary) {
        let source = text.product.map { $0 + "\n" } ?? ""
        let scalars = TextNormalisation.scalars(source + text.title + "\n" + text.body, limit: Self.limit)
        var phrases: [Phrase] = []
        var range = 0..<0
        var (weight, isPlace): (Float, Bool) = (0, false)
        func finish() {
            guard !range.isEmpty else { return }
            defer { range = 0..<0 }
            let phrase = Self.trimmed(scalars[range])
            guard phrase.count > 1 else { return }
            var view = String.UnicodeScalarView()
            for scalar in phrase { Unicode.Scalar(scalar).map { view.append($0) } }
            phrases.append(Phrase(text: String(view), weight: weight, isPlace: isPlace, position: range.lowerBound))
        }
        Terms.forEach(scalars) { key, part in
            guard key.isReadable, let term = vocabulary.find(key), shared.terms.contains(term),
                !CommonWords.keys.contains(key)
            else { return }
            if !range.contains(part.lowerBound) || part.upperBound - range.lowerBound > Self.longest {
                finish()
                (range, weight, isPlace) = (part, 0, false)
            }
            range = range.lowerBound..<max(range.upperBound, part.upperBound)
            weight += vocabulary.rarities[Int(term)]
            isPlace = isPlace || shared.names.contains(term)
        }
        finish()
        sort(phrases)
    }

    /// A phrase without the particles at its ends: "的旧城改造".
    private static func trimmed(_ phrase: ArraySlice<UInt32>) -> ArraySlice<UInt32> {
        let rest = phrase.drop { particles.contains($0) }
        return rest.dropLast(rest.reversed().prefix { particles.contains($0) }.count)
    }

    private static let particles = Set("的了在是我你他们这那有和与对向把被就都也还很太而已".unicodeScalars.map(\.value))

    private mutating func sort(_ phrases: [Phrase]) {
        var seen: Set<String> = []
        for phrase in phrases.sorted(by: { ($0.weight, $1.position) > ($1.weight, $0.position) })
        where seen.insert(phrase.text).inserted {
            all.append(phrase.text)
            if phrase.isPlace { places.append(phrase.text) } else { kinds.append(phrase.text) }
        }
    }
}
