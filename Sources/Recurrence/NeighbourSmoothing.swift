/// Compares texts that name no place by their neighbourhoods as well.
///
/// Without a place only the words of the problem are left, and one problem has many wordings: two texts that share few words
/// with one another share more with the wordings in between. So a pair counts as close as the nearest neighbours of the one
/// are to those of the other on average, and a little as close as itself. A place is named or it is not: where one is named,
/// neighbours say nothing more, and would lead from one estate to the next.
struct NeighbourSmoothing {
    /// How many neighbours speak for a text beside itself; fewer in a small set, where the nearest are soon not near.
    private static let mostNeighbours = 20
    private static let textsForNeighbour = 40
    /// What the pair itself counts beside them.
    private static let ownShare: Float = 0.25

    /// What is known of the pairs of texts that name no place: for each text its neighbours, side by side.
    private let starts: [Int]
    private var others: [UInt32]
    private var scores: [Float]
    /// Which edge each of them is.
    private var numbers: [UInt32]

    /// The neighbours that speak for each text, itself first, and what each counts; the sum is 1.
    private var speakers: [[(text: Int, share: Float)]] = []

    /// Changes the scores of the edges between texts that name no place.
    /// - Parameters:
    ///   - isNamed: of each text.
    ///   - isWhole: all pairs are looked at, also those without an edge, which may get one; only in a small set.
    static func smooth(
        _ edges: inout [NeighbourSearch.Edge], isNamed: [Bool], isWhole: Bool, _ watch: GroupingWatch
    ) throws(GroupingWatch.Stopped) {
        var smoothing = NeighbourSmoothing(edges, isNamed)
        guard !smoothing.others.isEmpty else { return }
        let neighbours = min(mostNeighbours, isNamed.count { !$0 } / textsForNeighbour)
        guard neighbours > 0 else { return }
        smoothing.findSpeakers(neighbours)
        var sums = [Float](repeating: 0, count: isNamed.count)
        let unnamed = isWhole ? isNamed.indices.filter { !isNamed[$0] } : []
        for text in isNamed.indices where !isNamed[text] {
            try watch.pass(text, of: isNamed.count, .smoothing)
            smoothing.gather(text, &sums)
            if isWhole { smoothing.connect(text, unnamed, &edges, sums) }
            smoothing.smooth(text, &edges, sums)
            smoothing.clear(text, &sums)
        }
    }

    private init(_ edges: [NeighbourSearch.Edge], _ isNamed: [Bool]) {
        let isOurs = { (edge: NeighbourSearch.Edge) in !isNamed[Int(edge.left)] && !isNamed[Int(edge.right)] }
        var ends = [Int](repeating: 0, count: isNamed.count + 1)
        for edge in edges where isOurs(edge) {
            ends[Int(edge.left) + 1] += 1
            ends[Int(edge.right) + 1] += 1
        }
        for text in isNamed.indices { ends[text + 1] += ends[text] }
        starts = ends
        others = Array(repeating: 0, count: ends[isNamed.count])
        scores = Array(repeating: 0, count: others.count)
        numbers = Array(repeating: 0, count: others.count)
        for (number, edge) in edges.enumerated() where isOurs(edge) {
            for (one, other) in [(edge.left, edge.right), (edge.right, edge.left)] {
                let place = ends[Int(one)]
                (others[place], scores[place], numbers[place]) = (other, edge.score, UInt32(number))
                ends[Int(one)] += 1
            }
        }
    }

    private mutating func findSpeakers(_ neighbours: Int) {
        speakers = (0..<starts.count - 1).map { text in
            // The closest first; of equals the one that stands first.
            var best: [(text: Int, share: Float)] = []
            for place in starts[text]..<starts[text + 1] {
                let score = scores[place]
                if best.count == neighbours, score <= best[best.count - 1].share { continue }
                let rank = best.partitioningIndex { $0.share < score }
                best.insert((Int(others[place]), score), at: rank)
                if best.count > neighbours { best.removeLast() }
            }
            let nearest = best.first?.share ?? 1
            let sum = best.reduce(1) { $0 + $1.share / nearest }
            return [(text, 1 / sum)] + best.map { ($0.text, $0.share / nearest / sum) }
        }
    }

    /// How close those that speak for a text are to each other one. `sums` has a place for each text and is 0.
    private func gather(_ text: Int, _ sums: inout [Float]) {
        for (speaker, share) in speakers[text] {
            sums[speaker] += share
            for place in starts[speaker]..<starts[speaker + 1] { sums[Int(others[place])] += share * scores[place] }
        }
    }

    private func clear(_ text: Int, _ sums: inout [Float]) {
        for (speaker, _) in speakers[text] {
            sums[speaker] = 0
            for place in starts[speaker]..<starts[speaker + 1] { sums[Int(others[place])] = 0 }
        }
    }

    /// How close a text's neighbours are to those of the gathered one.
    private func closeness(_ text: Int, _ sums: [Float]) -> Float {
        speakers[text].reduce(0) { $0 + $1.share * sums[$1.text] }
    }

    /// Changes the edges of a text to later ones.
    private func smooth(_ text: Int, _ edges: inout [NeighbourSearch.Edge], _ sums: [Float]) {
        for place in starts[text]..<starts[text + 1] where Int(others[place]) > text {
            let close = closeness(Int(others[place]), sums)
            edges[Int(numbers[place])].score = Self.ownShare * scores[place] + (1 - Self.ownShare) * close
        }
    }

    /// Gives a text edges to those later ones that it has none to.
    private func connect(_ text: Int, _ unnamed: [Int], _ edges: inout [NeighbourSearch.Edge], _ sums: [Float]) {
        let known = Set(others[starts[text]..<starts[text + 1]])
        for other in unnamed[unnamed.partitioningIndex { $0 > text }...] where !known.contains(UInt32(other)) {
            let score = (1 - Self.ownShare) * closeness(other, sums)
            if score >= NeighbourSearch.leastScore {
                edges.append(.init(left: UInt32(text), right: UInt32(other), score: score))
            }
        }
    }
}
