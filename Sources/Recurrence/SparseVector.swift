/// Weights of terms, in ascending order of term; of length 1 unless empty.
struct SparseVector: Sendable, Hashable {
    private(set) var terms: [UInt32]
    private(set) var weights: [Float]

    /// Scales the weights to length 1. `entries` may be in any order and name a term once.
    init(_ entries: [(term: UInt32, weight: Float)]) {
        let sorted = entries.sorted { $0.term < $1.term }
        var square: Float = 0
        for entry in sorted { square += entry.weight * entry.weight }
        let scale = square > 0 ? 1 / square.squareRoot() : 0
        terms = sorted.map(\.term)
        weights = sorted.map { $0.weight * scale }
    }

    /// The scalar product; the cosine, since both are of length 1.
    func dot(_ other: SparseVector) -> Float {
        var sum: Float = 0
        var left = 0
        var right = 0
        while left < terms.count, right < other.terms.count {
            let (a, b) = (terms[left], other.terms[right])
            if a == b { sum += weights[left] * other.weights[right] }
            if a <= b { left += 1 }
            if b <= a { right += 1 }
        }
        return sum
    }
}
