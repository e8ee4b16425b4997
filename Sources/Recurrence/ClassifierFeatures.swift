import Foundation

/// What a classifier sees of a text: words and pairs of neighbouring words in one half, pieces of words and single
/// ideographs in the other; each half counts as much as the other.
struct ClassifierFeatures: Sendable {
    private var numbers: [TermKey: Int32] = [:]
    private var rarities: [Float] = []
    /// Whether a feature is of the half of words.
    private var isWord: [Bool] = []

    var count: Int { rarities.count }

    /// Terms of one example only say nothing about others, unless there are few examples.
    private static let manyExamples = 2000
    /// How much of a title and of a body is read, in Unicode scalars.
    private static let titleLimit = 120
    private static let bodyLimit = 600

    /// The features that these texts have.
    init(_ texts: [IssueText]) {
        var counts: [TermKey: Int] = [:]
        for text in texts {
            var seen: Set<TermKey> = []
            Self.forEach(text) { key, _ in seen.insert(key) }
            for key in seen { counts[key, default: 0] += 1 }
        }
        let least = texts.count >= Self.manyExamples ? 2 : 1
        // In the order of their keys: the same texts give the same numbers.
        for (key, found) in counts.filter({ $0.value >= least }).sorted(by: { $0.key.raw < $1.key.raw }) {
            numbers[key] = Int32(rarities.count)
            rarities.append(log(Float(texts.count + 1) / Float(found + 1)) + 1)
            isWord.append(key.isReadable)
        }
    }

    func rarity(_ feature: Int) -> Float { rarities[feature] }

    func vector(_ text: IssueText) -> SparseVector {
        var counts: [Int32: Float] = [:]
        Self.forEach(text) { key, times in
            if let number = numbers[key] { counts[number, default: 0] += times }
        }
        var vector = SparseVector()
        var squares: (word: Float, piece: Float) = (0, 0)
        for (number, times) in counts.sorted(by: { $0.key < $1.key }) {
            let weight = (1 + log(times)) * rarities[Int(number)]
            vector.features.append(number)
            vector.weights.append(weight)
            if isWord[Int(number)] { squares.word += weight * weight } else { squares.piece += weight * weight }
        }
        let scales = (
            word: 1 / max(1e-9, squares.word * 2).squareRoot(), piece: 1 / max(1e-9, squares.piece * 2).squareRoot()
        )
        for index in vector.features.indices {
            vector.weights[index] *= isWord[Int(vector.features[index])] ? scales.word : scales.piece
        }
        return vector
    }

    /// Calls `body` with every readable word of a text that is a feature.
    func forEachWord(_ text: IssueText, _ body: (String, Int) -> Void) {
        for (source, limit) in [(text.title, Self.titleLimit), (text.body, Self.bodyLimit)] {
            let scalars = TextNormalisation.scalars(source, limit: limit)
            Terms.forEach(scalars) { key, range in
                guard key.isReadable, !CommonWords.keys.contains(key), let number = numbers[key] else { return }
                var view = String.UnicodeScalarView()
                for scalar in scalars[range] { Unicode.Scalar(scalar).map { view.append($0) } }
                body(String(view), Int(number))
            }
        }
    }

    /// Calls `body` with each term and how often it counts: one of the title as much as three of the body.
    private static func forEach(_ text: IssueText, _ body: (TermKey, Float) -> Void) {
        let weight = Float(text.body.isEmpty ? 1 : TextFeatures.headlineWeight)
        forEach(TextNormalisation.scalars(text.title, limit: titleLimit)) { body($0, weight) }
        forEach(TextNormalisation.scalars(text.body, limit: bodyLimit)) { body($0, 1) }
        if let product = text.product { body(TermKey(.product, product.unicodeScalars.map(\.value)), weight) }
        if let category = text.category { body(TermKey(.category, category.unicodeScalars.map(\.value)), 1) }
    }

    private static func forEach(_ scalars: [UInt32], _ body: (TermKey) -> Void) {
        var previous: Range<Int>?
        Terms.forEach(scalars) { key, range in
            body(key)
            guard key.isWord, !Terms.isIdeograph(scalars[range.lowerBound]) else { return }
            if let previous, previous.upperBound + 1 == range.lowerBound {
                body(TermKey(.neighbours, scalars[previous.lowerBound..<range.upperBound]))
            }
            previous = range
        }
    }
}
