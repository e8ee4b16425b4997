package import Records

/// What the issues that people confirmed teach of other texts.
///
/// Their texts are the examples of a classifier, beside a sample of texts that have nothing to do with them. Learning takes
/// seconds, so what was learnt is kept as long as the examples stay the same.
package struct LearntIssues: Sendable {
    /// What is said of one text.
    struct Answer {
        /// The place of the issue among ``issues``.
        var issue: Int
        var confidence: Double
        /// Whether that is enough to put the text there.
        var isSure: Bool
        /// Words of the text that speak for it.
        var words: [String]
    }

    /// The examples of each confirmed issue.
    let issues: [[RecordID]]
    private let classifier: IssueClassifier
    private let key: Int

    /// From this confidence on a text is put into an issue: an alarm may follow from it.
    private static let sure = 0.8
    /// Fewer examples of an issue teach nothing that its words do not say already.
    static let leastExamples = 3
    /// Of fewer texts nobody can tell how sure is sure.
    private static let leastTexts = 40
    /// How many texts stand for all that have nothing to do with a confirmed issue, and for all of other places.
    private static let others = 600

    /// Learns, unless that was done already; nil where there is nothing to learn from.
    /// - Parameters:
    ///   - examples: the texts of each issue.
    ///   - others: texts that are close to none of them.
    ///   - elsewhere: texts that are close, but of other places.
    init?(
        _ examples: [[IssueText]], others: [IssueText], elsewhere: [IssueText], known: LearntIssues?,
        _ watch: GroupingWatch
    ) throws(GroupingWatch.Stopped) {
        let others = Self.sampled(others) + Self.sampled(elsewhere)
        guard !examples.isEmpty, examples.joined().count + others.count >= Self.leastTexts else { return nil }
        var hasher = Hasher()
        for text in examples.joined() { hasher.combine(TextSignature(text)) }
        for text in others { hasher.combine(TextSignature(text)) }
        issues = examples.map { $0.map(\.id) }
        key = hasher.finalize()
        if let known, known.key == key, known.issues == issues {
            classifier = known.classifier
            return
        }
        let named = examples.enumerated().flatMap { place, texts in
            texts.map { IssueClassifier.Example($0, issue: String(place)) }
        }
        classifier = try IssueClassifier(named, others: others, watch)
    }

    func answer(_ text: IssueText) -> Answer? {
        guard let answer = classifier.answer(text), let issue = Int(answer.issue) else { return nil }
        // Of few examples nobody learns more certainty than there are of them.
        let confidence = answer.confidence * (1 - 1 / Double(issues[issue].count + 2))
        return Answer(
            issue: issue, confidence: confidence, isSure: answer.isKnown && confidence >= Self.sure, words: answer.words
        )
    }

    /// A sample that hardly changes when a text is added: those whose ids have the least hashes.
    private static func sampled(_ texts: [IssueText]) -> [IssueText] {
        let hashed = texts.map { text in
            (hash: (text.id.high ^ text.id.low &* 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9, text: text)
        }
        return hashed.sorted { ($0.hash, $0.text.id) < ($1.hash, $1.text.id) }.prefix(others).map(\.text)
    }
}

/// A text that may belong to an issue that people confirmed; nobody can be sure.
package struct IssueDoubt: Sendable, Hashable {
    package var record: RecordID
    package var issue: IssueID
    /// 0 to 1.
    package var confidence: Double
}
