/// Finds for each text the earlier ones that may tell of the same, without comparing all with all.
///
/// Texts stand in an inverted index. A small set is indexed by all terms, and every pair that shares one is scored in
/// passing. A large one is indexed by each text's most telling terms; the rarest are looked up first, within a budget,
/// and only the most promising texts are compared in full. A text that repeats the wording of an earlier one follows it
/// from then on.
struct NeighbourSearch {
    /// Two texts and how close they are; `left < right`.
    struct Edge {
        var left: UInt32
        var right: UInt32
        var score: Float
    }

    private(set) var edges: [Edge] = []
    /// Pairs that tell of the same kind at places that contradict each other, with the cosine of their common terms.
    private(set) var sameKind: [Edge] = []
    /// For each text the earlier one whose wording it repeats, or itself.
    private(set) var leaders: [Int]
    /// Whether there were more candidates for a text than were compared: what has no edge may yet be close.
    private(set) var isTruncated: [Bool]

    private let parameters: GroupingParameters
    private let named: Set<Int>
    /// Whether all pairs are compared.
    let isSmall: Bool

    /// Edges below this do not change an average that matters.
    static let leastScore: Float = 0.02
    /// The same in a large set, where edges cost memory.
    static let leastScoreOfLarge: Float = 0.08
    /// How many of its terms a text of a large set is indexed under.
    static let indexedTerms = 64
    /// How many postings are read for one text of a large set; bounds the time on sets that repeat themselves.
    static let postingsRead = 8_000
    /// What is estimated below this from the terms looked up is no candidate.
    static let leastEstimate: Float = 0.02
    /// From which cosine of their common terms on two texts tell of one kind, and how many such are kept for a text.
    private static let leastKind: Float = 0.45
    private static let kindNeighbours = 16
    /// When the last candidate compared is estimated this close, others were left out that may matter.
    private static let truncationEstimate: Float = 0.08

    /// - Parameters:
    ///   - named: texts that neither follow others nor are followed.
    ///   - leftOut: texts that are compared with none.
    init(
        _ corpus: TextCorpus, parameters: GroupingParameters, named: Set<Int> = [], leftOut: Set<Int> = [],
        _ watch: GroupingWatch
    ) throws(GroupingWatch.Stopped) {
        self.parameters = parameters
        self.named = named
        leaders = Array(0..<corpus.count)
        isTruncated = Array(repeating: false, count: corpus.count)
        let isSmall = corpus.vocabulary.pairings / 2 <= parameters.exhaustiveWork
        self.isSmall = isSmall
        let indexed = (0..<corpus.count).map {
            corpus.tellingEntries($0, limit: isSmall ? .max : Self.indexedTerms)
        }
        var postings = Postings(indexed, termCount: corpus.vocabulary.count)
        var candidates = CandidateCounter(texts: corpus.count)
        var meant = corpus.meanings.map { MeaningNeighbours($0) }
        try corpus.scoring { score throws(GroupingWatch.Stopped) in
            for text in 0..<corpus.count {
                try watch.pass(text, of: corpus.count, .comparing)
                if leftOut.contains(text) { continue }
                var budget = isSmall ? Int.max : Self.postingsRead
                for entry in indexed[text] where budget > 0 {
                    let found = postings.of(entry >> TextFeatures.countBits).suffix(budget)
                    budget -= found.count
                    candidates.add(found, weight: corpus.product(entry), isCommon: corpus.isCommon(entry))
                }
                let best = candidates.take(
                    isSmall ? .max : parameters.candidates, least: isSmall ? Self.leastScore : Self.leastEstimate,
                    of: text, in: corpus)
                connect(text, to: best, in: corpus) {
                    isSmall ? corpus.score(all: $0.all, common: $0.common, $0.text, text) : score($0.text, text)
                }
                guard leaders[text] == text else { continue }
                postings.add(text, under: indexed[text])
                let close = meant?.findAndAdd(text) ?? []
                if !close.isEmpty { connect(text, toMeant: close, beside: best, score) }
            }
        }
    }

    /// Texts of other words that mean about the same.
    private mutating func connect(
        _ text: Int, toMeant close: [Int], beside best: [CandidateCounter.Candidate], _ score: (Int, Int) -> Float
    ) {
        let compared = Set(best.map(\.text))
        for other in close where !compared.contains(other) {
            let close = score(other, text)
            if close >= (isSmall ? Self.leastScore : Self.leastScoreOfLarge) {
                edges.append(Edge(left: UInt32(other), right: UInt32(text), score: close))
            }
        }
    }

    private mutating func connect(
        _ text: Int, to best: [CandidateCounter.Candidate], in corpus: TextCorpus,
        score: (CandidateCounter.Candidate) -> Float
    ) {
        let (first, firstOfKind) = (edges.count, sameKind.count)
        for candidate in best {
            let close = score(candidate)
            if candidate.all >= parameters.sameWording, close >= parameters.sameWording,
                named.isEmpty || named.isDisjoint(with: [text, candidate.text])
            {
                edges.removeSubrange(first...)
                sameKind.removeSubrange(firstOfKind...)
                leaders[text] = candidate.text
                return
            }
            if close >= (isSmall ? Self.leastScore : Self.leastScoreOfLarge) {
                edges.append(Edge(left: UInt32(candidate.text), right: UInt32(text), score: close))
            }
            if candidate.common >= Self.leastKind, sameKind.count - firstOfKind < Self.kindNeighbours,
                corpus.contradict(candidate.text, text)
            {
                sameKind.append(Edge(left: UInt32(candidate.text), right: UInt32(text), score: candidate.common))
            }
        }
        if best.count == parameters.candidates, let last = best.last, last.all >= Self.truncationEstimate {
            isTruncated[text] = true
        }
    }
}
