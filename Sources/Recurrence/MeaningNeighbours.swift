/// Finds the earlier texts that are close to a text in meaning, whatever their words.
///
/// Up to some thousand texts all are compared. More are put into lists, each by the one of some hundred texts that it is
/// closest to, and a text is compared with those of the lists closest to it.
struct MeaningNeighbours {
    private let space: MeaningSpace
    /// The texts that lists are named by, evenly spread over the canonical order.
    private let centres: [Int]
    private var lists: [[UInt32]]

    /// Up to this many texts all are compared with all.
    static let exhaustive = 6_000
    /// How many of the closest lists are looked through.
    private static let listsRead = 4
    /// How many texts of one list are compared; of more the latest.
    private static let textsRead = 2_000
    /// A pair of texts less close than this is no candidate: it would need words in common, and is found by them.
    private static let leastCosine: Float = 0.42
    /// How many are kept for each text of a large set.
    private static let kept = 24

    init(_ space: MeaningSpace) {
        self.space = space
        let known = (0..<space.count).filter(space.isKnown)
        if known.count <= Self.exhaustive {
            centres = []
            lists = [[]]
        } else {
            let count = Int(2 * Float(known.count).squareRoot())
            centres = (0..<count).map { known[$0 * (known.count - 1) / (count - 1)] }
            lists = Array(repeating: [], count: count)
        }
    }

    /// The candidates among the texts that were added, in their order.
    mutating func findAndAdd(_ text: Int) -> [Int] {
        guard space.isKnown(text) else { return [] }
        let places = closestLists(text)
        var found: [(text: Int, cosine: Float)] = []
        for place in places {
            for other in lists[place].suffix(centres.isEmpty ? .max : Self.textsRead) {
                let cosine = space.cosine(Int(other), text)
                if cosine >= Self.leastCosine { found.append((Int(other), cosine)) }
            }
        }
        if let place = places.first { lists[place].append(UInt32(text)) }
        if !centres.isEmpty, found.count > Self.kept {
            found.sort { ($1.cosine, $0.text) < ($0.cosine, $1.text) }
            found.removeSubrange(Self.kept...)
        }
        return found.map(\.text).sorted()
    }

    private func closestLists(_ text: Int) -> [Int] {
        guard !centres.isEmpty else { return [0] }
        var best: [(place: Int, cosine: Float)] = []
        for (place, centre) in centres.enumerated() {
            let cosine = space.cosine(centre, text)
            if best.count == Self.listsRead, cosine <= best[best.count - 1].cosine { continue }
            let rank = best.firstIndex { $0.cosine < cosine } ?? best.count
            best.insert((place, cosine), at: rank)
            if best.count > Self.listsRead { best.removeLast() }
        }
        return best.map(\.place)
    }
}
