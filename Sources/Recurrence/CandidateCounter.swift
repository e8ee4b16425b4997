/// Adds up what each text shares with one text, and takes the best.
struct CandidateCounter: Sendable {
    struct Candidate: Sendable {
        var text: Int
        /// What the shared terms come to: common ones and all.
        var common: Float
        var all: Float

        /// A total order: the closest first, of equals the earliest.
        func comes(before other: Candidate) -> Bool {
            all != other.all ? all > other.all : text < other.text
        }
    }

    /// For each text what its shared terms come to so far: the common ones and the rare ones.
    private var sums: [SIMD2<Float>]
    private var touched: [UInt32] = []

    init(texts: Int) {
        sums = Array(repeating: .zero, count: texts)
    }

    /// Makes room for one more text.
    mutating func extend() { sums.append(.zero) }

    /// Counts a shared term for each of these texts. `weight` is the square of its rarity times the own logarithm.
    mutating func add(_ postings: ArraySlice<Postings.Posting>, weight: Float, isCommon: Bool) {
        let share = isCommon ? SIMD2(weight, 0) : SIMD2(0, weight)
        sums.withUnsafeMutableBufferPointer { sums in
            TextCorpus.logarithms.withUnsafeBufferPointer { logarithms in
                for posting in postings {
                    let text = posting >> TextFeatures.countBits
                    let sum = sums[Int(text)]
                    if sum == .zero { touched.append(text) }
                    sums[Int(text)] = sum + share * logarithms[Int(posting & TextFeatures.largestCount)]
                }
            }
        }
    }

    /// The `limit` best, the closest first, and everything set back.
    mutating func take(_ limit: Int, least: Float, of text: Int, in corpus: TextCorpus) -> [Candidate] {
        let (scales, commonScales) = (corpus.scales, corpus.commonScales)
        var best = BoundedHeap(limit: limit)
        for number in touched {
            let other = Int(number)
            let sum = sums[other]
            sums[other] = .zero
            let all = (sum.x + sum.y) * scales[text] * scales[other]
            guard all >= least else { continue }
            best.add(Candidate(text: other, common: sum.x * commonScales[text] * commonScales[other], all: all))
        }
        touched.removeAll(keepingCapacity: true)
        return best.elements.sorted { $0.comes(before: $1) }
    }

    /// The best of many; the worst of them on top.
    private struct BoundedHeap {
        let limit: Int
        private(set) var elements: [Candidate] = []

        init(limit: Int) {
            self.limit = limit
        }

        mutating func add(_ candidate: Candidate) {
            if elements.count < limit {
                elements.append(candidate)
                var child = elements.count - 1
                while child > 0, elements[(child - 1) / 2].comes(before: elements[child]) {
                    elements.swapAt(child, (child - 1) / 2)
                    child = (child - 1) / 2
                }
            } else if candidate.comes(before: elements[0]) {
                elements[0] = candidate
                sink()
            }
        }

        private mutating func sink() {
            var parent = 0
            while true {
                var worst = parent
                for child in 2 * parent + 1...2 * parent + 2 where child < elements.count {
                    if elements[worst].comes(before: elements[child]) { worst = child }
                }
                guard worst != parent else { return }
                elements.swapAt(parent, worst)
                parent = worst
            }
        }
    }
}
