/// What the grouping may be told. How the defaults were chosen stands in ARCHITECTURE.md, "Fold, views and feed".
package struct GroupingParameters: Sendable, Hashable {
    /// How close two groups must be on average to become one, 0 to 1; a little more in sets of some hundred texts or less.
    package var threshold: Float
    /// Two texts that have so much of their words in common, by the cosine of all terms, are taken as one from then on.
    package var sameWording: Float
    /// A term in more than this part of all texts is a word of kinds of problems, not of a place.
    package var commonShare: Float
    /// Up to this many shared terms all pairs of texts are compared; about as many nanoseconds.
    package var exhaustiveWork: Int
    /// How many texts are compared in full with each text of a larger set: those that share the most rare terms.
    package var candidates: Int

    /// A set of fewer texts cannot tell which words are rare: one shared word alone makes no issue in it.
    package var fewTexts = 500

    package init(
        threshold: Float = 0.19, sameWording: Float = 0.9, commonShare: Float = 0.012,
        exhaustiveWork: Int = 1_500_000_000, candidates: Int = 48
    ) {
        self.threshold = threshold
        self.sameWording = sameWording
        self.commonShare = commonShare
        self.exhaustiveWork = exhaustiveWork
        self.candidates = max(1, candidates)
    }

    /// The threshold for a set of so many texts. A small set cannot tell which words are rare, so that all texts look
    /// more alike: more is asked of them.
    func threshold(texts: Int) -> Float {
        threshold + Self.caution * Self.smallSet / (Float(texts) + Self.smallSet)
    }

    private static let caution: Float = 0.2
    private static let smallSet: Float = 50

    package static let `default` = GroupingParameters()
}
