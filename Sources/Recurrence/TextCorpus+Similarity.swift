/// How likely two texts tell of the same problem at the same place, 0 to 1.
///
/// Three facets come together: all terms, where the rare ones of the place weigh most; the common terms alone, which
/// are the words of the kind of problem; and the names in the headlines, which must not contradict each other. Where it is
/// known what both mean, that counts beside the words: places are told by words, and a problem has many wordings.
extension TextCorpus {
    /// Calls `body` with a function that scores two texts by their numbers.
    func scoring<Result, Failure: Error>(
        _ body: ((Int, Int) -> Float) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withEntries { entries, offsets throws(Failure) in
            try vocabulary.squares.withUnsafeBufferPointer { squares throws(Failure) in
                try Self.logarithms.withUnsafeBufferPointer { logarithms throws(Failure) in
                    try body { left, right in
                        score(left, right, entries, offsets, squares, logarithms)
                    }
                }
            }
        }
    }

    /// The score of two texts whose cosines are known, over all terms and over the common ones.
    func score(all: Float, common: Float, _ left: Int, _ right: Int) -> Float {
        var score = min(1, all * (0.5 + common))
        if let likeness = meanings?.likeness(left, right) {
            let share = names[left].isEmpty && names[right].isEmpty ? Self.meaningShare : Self.meaningShareOfNamed
            score += unnamedPart * share * (likeness - score)
        }
        guard score >= Self.worthChecking, contradict(left, right) else { return score }
        return score * Self.contradicted
    }

    /// Whether the headline of a text names a place or a district.
    func isNamed(_ text: Int) -> Bool { !names[text].isEmpty || !districts[text].isEmpty }

    /// Whether both headlines name places and neither knows those of the other, in headline or body.
    func contradict(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (names[left], names[right])
        if !a.isEmpty, !b.isEmpty {
            return max(known(a, in: right), known(b, in: left)) < Self.sameName
        }
        let (c, d) = (districts[left], districts[right])
        return !c.isEmpty && !d.isEmpty && known(c, in: right) == 0 && known(d, in: left) == 0
    }

    /// Whether a text knows a good part of the names of another one, or that one knows its; of two that name nothing nobody
    /// can tell.
    func isOfSamePlace(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (names[left], names[right])
        guard !a.isEmpty || !b.isEmpty else { return true }
        return max(a.isEmpty ? 0 : known(a, in: right), b.isEmpty ? 0 : known(b, in: left)) >= Self.goodPart
    }

    private static let goodPart: Float = 0.4

    /// What a term of one text adds to a scalar product, but for how often the other one has it.
    func product(_ entry: UInt32) -> Float {
        Self.logarithms[Int(entry & TextFeatures.largestCount)]
            * vocabulary.squares[Int(entry >> TextFeatures.countBits)]
    }

    /// Whether the term of an entry is a word of kinds of problems.
    func isCommon(_ entry: UInt32) -> Bool { entry >> TextFeatures.countBits < vocabulary.commonCount }

    private func score(
        _ left: Int, _ right: Int, _ entries: UnsafeBufferPointer<UInt32>, _ offsets: [Int],
        _ squares: UnsafeBufferPointer<Float>, _ logarithms: UnsafeBufferPointer<Float>
    ) -> Float {
        let common = vocabulary.commonCount << TextFeatures.countBits
        var (i, j) = (offsets[left], offsets[right])
        let (iEnd, jEnd) = (offsets[left + 1], offsets[right + 1])
        var commonSum: Float = 0
        var rareSum: Float = 0
        while i < iEnd, j < jEnd {
            let (a, b) = (entries[i], entries[j])
            let (x, y) = (a >> TextFeatures.countBits, b >> TextFeatures.countBits)
            if x == y {
                let product =
                    logarithms[Int(a & TextFeatures.largestCount)] * logarithms[Int(b & TextFeatures.largestCount)]
                    * squares[Int(x)]
                if a < common { commonSum += product } else { rareSum += product }
                i += 1
                j += 1
            } else {
                i += x < y ? 1 : 0
                j += x < y ? 0 : 1
            }
        }
        return self.score(
            all: (commonSum + rareSum) * scales[left] * scales[right],
            common: commonSum * commonScales[left] * commonScales[right], left, right)
    }

    /// What the meaning counts beside the words in a set that names no places: less where a place is named, which a model hardly
    /// tells from another.
    private static let meaningShare: Float = 1 / 2
    private static let meaningShareOfNamed: Float = 1 / 4
    /// Below this the names do not matter any more.
    private static let worthChecking: Float = 0.03
    /// What is left of the score of two texts that name different places.
    private static let contradicted: Float = 0.15
    /// Names that share less than this part of their weight are different ones.
    private static let sameName: Float = 0.15

    /// Which part of the weight of these names occurs in a text.
    private func known(_ names: [UInt32], in text: Int) -> Float {
        let terms = self.terms(text)
        var (sum, found): (Float, Float) = (0, 0)
        for name in names {
            let weight = vocabulary.rarities[Int(name)]
            sum += weight
            if Self.contains(terms, name) { found += weight }
        }
        return found / sum
    }

    private static func contains(_ terms: ArraySlice<UInt32>, _ term: UInt32) -> Bool {
        var (low, high) = (terms.startIndex, terms.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if terms[middle] >> TextFeatures.countBits < term { low = middle + 1 } else { high = middle }
        }
        return low < terms.endIndex && terms[low] >> TextFeatures.countBits == term
    }
}
