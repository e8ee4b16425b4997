import Foundation

/// Assigns texts to issues that people have confirmed, as their examples teach it.
///
/// One linear separation for each issue against all others (``LinearSeparation``) over words, their pairs and their pieces.
/// Scores become probabilities on examples held back (``Calibration``), some of them of issues held back whole, so that the
/// answer "none of these" has its probability too. The same examples give the same answers, in whatever order they come.
package struct IssueClassifier: Sendable {
    /// A text of which a person said to which issue it belongs.
    package struct Example: Sendable, Hashable {
        package var text: IssueText
        package var issue: String

        package init(_ text: IssueText, issue: String) {
            self.text = text
            self.issue = issue
        }
    }

    /// What the examples say of a text.
    package struct Answer: Sendable, Hashable {
        /// The likeliest issue.
        package var issue: String
        /// How likely it is that one, 0 to 1.
        package var confidence: Double
        /// False: it is more honest to say that nobody knows; `issue` is a guess then.
        package var isKnown: Bool
        /// Words of the text that speak for the issue, the most telling first.
        package var words: [String]
    }

    /// The issues, sorted.
    package let issues: [String]

    private let features: ClassifierFeatures
    private let model: LinearSeparation
    private let calibration: Calibration

    private static let folds = 3
    /// Which part of all texts belongs to none of the issues, as long as nobody knows better; and where it is asked about
    /// texts that stand beside many others.
    private static let newPart = 0.05
    private static let newPartOfAll = 0.5
    private static let namedWords = 4

    /// Learns from examples; those without an issue's name teach nothing.
    /// - Parameter others: texts that belong to none of the issues, as far as anybody knows.
    package init(
        _ examples: [Example], others: [IssueText] = [], _ watch: GroupingWatch = .none
    ) throws(GroupingWatch.Stopped) {
        let examples = examples.filter { !$0.issue.isEmpty }.sorted { left, right in
            (left.issue, left.text.title, left.text.body) < (right.issue, right.text.title, right.text.body)
        }
        issues = Set(examples.map(\.issue)).sorted()
        let places = Dictionary(uniqueKeysWithValues: issues.enumerated().map { ($0.element, $0.offset) })
        let others = others.sorted { ($0.title, $0.body) < ($1.title, $1.body) }
        let labels = examples.compactMap { places[$0.issue] } + others.map { _ in LinearSeparation.none }
        let texts = examples.map(\.text) + others
        features = ClassifierFeatures(texts)
        let vectors = texts.map { [features] in features.vector($0) }
        let classes = issues.count
        model = try LinearSeparation(vectors, labels, classes: classes, features: features.count, watch)
        var held = HeldBack()
        for fold in 0..<Self.folds where vectors.count >= Self.folds * 2 {
            try held.add(fold, of: Self.folds, vectors, labels, classes: classes, features: features.count, watch)
        }
        calibration = Calibration(held.answers, newPart: others.isEmpty ? Self.newPart : Self.newPartOfAll)
    }

    /// What the examples say of a text; nil without any examples.
    package func answer(_ text: IssueText) -> Answer? {
        guard !issues.isEmpty else { return nil }
        let vector = features.vector(text)
        let scores = model.scores(vector)
        let best = scores.indices.max { (scores[$0], $1) < (scores[$1], $0) } ?? 0
        let confidence = calibration.probability(of: scores[best], among: scores)
        return Answer(
            issue: issues[best], confidence: confidence,
            // Likelier that one than none.
            isKnown: confidence > calibration.probabilityOfNone(among: scores),
            words: words(of: text, for: best))
    }

    /// The words of a text that speak for an issue.
    private func words(of text: IssueText, for issue: Int) -> [String] {
        var found: [(word: String, weight: Float)] = []
        features.forEachWord(text) { word, feature in
            let weight = model.weight(feature, of: issue) * features.rarity(feature)
            if weight > 0, !found.contains(where: { $0.word == word }) { found.append((word, weight)) }
        }
        return found.sorted { ($1.weight, $0.word) < ($0.weight, $1.word) }.prefix(Self.namedWords).map(\.word)
    }
}

/// What came out for examples that were not learnt from.
private struct HeldBack {
    private(set) var answers: [Calibration.Answer] = []

    /// Learns from the examples of the other folds and asks about those of this one. Every third issue is held back
    /// whole: the right answer to its examples is none.
    mutating func add(
        _ fold: Int, of folds: Int, _ vectors: [SparseVector], _ labels: [Int], classes: Int, features: Int,
        _ watch: GroupingWatch
    ) throws(GroupingWatch.Stopped) {
        let isUnknown = { (label: Int) in
            label != LinearSeparation.none && classes >= 2 * folds && label % folds == fold
        }
        let learnt = vectors.indices.filter { $0 % folds != fold && !isUnknown(labels[$0]) }
        let known = Set(learnt.map { labels[$0] }).subtracting([LinearSeparation.none]).sorted()
        let places = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($0.element, $0.offset) })
        let model = try LinearSeparation(
            learnt.map { vectors[$0] }, learnt.map { places[labels[$0]] ?? LinearSeparation.none },
            classes: known.count, features: features, watch)
        for index in vectors.indices where index % folds == fold {
            let place = places[labels[index]]
            guard place != nil || isUnknown(labels[index]) || labels[index] == LinearSeparation.none else { continue }
            answers.append(Calibration.Answer(scores: model.scores(vectors[index]), right: place))
        }
    }
}
