/// Agglomerative grouping by average link over a sparse graph; an edge that is not there counts as 0.
struct AverageLink {
    private var sums: [[Int: Float]]
    private var sizes: [Float]
    private var versions: [Int]
    private var parent: [Int]
    private var heap: [Candidate] = []

    private struct Candidate {
        var score: Float
        var left: Int
        var right: Int
        var versions: (Int, Int)

        /// A total order, so that equal scores are taken in the order of the nodes.
        func comes(before other: Candidate) -> Bool {
            if score != other.score { return score > other.score }
            return (left, right) < (other.left, other.right)
        }
    }

    /// `edges` name nodes in `0..<count`, each pair once.
    init(count: Int, edges: [(left: Int, right: Int, score: Float)]) {
        sums = Array(repeating: [:], count: count)
        sizes = Array(repeating: 1, count: count)
        versions = Array(repeating: 0, count: count)
        parent = Array(0..<count)
        for edge in edges {
            sums[edge.left][edge.right] = edge.score
            sums[edge.right][edge.left] = edge.score
        }
    }

    /// Merges the closest groups until none are closer than `threshold`; gives each node's group as its least node.
    mutating func groups(threshold: Float) -> [Int] {
        for left in sums.indices {
            for (right, score) in sums[left] where left < right && score >= threshold {
                push(Candidate(score: score, left: left, right: right, versions: (0, 0)))
            }
        }
        while let best = pop() {
            guard versions[best.left] == best.versions.0, versions[best.right] == best.versions.1 else { continue }
            merge(best.left, best.right, threshold: threshold)
        }
        for node in parent.indices where parent[node] != node { parent[node] = parent[parent[node]] }
        return parent
    }

    private mutating func merge(_ left: Int, _ right: Int, threshold: Float) {
        for (other, sum) in sums[right] where other != left {
            sums[left][other, default: 0] += sum
            sums[other][left] = sums[left][other]
            sums[other][right] = nil
        }
        sums[left][right] = nil
        sums[right] = [:]
        sizes[left] += sizes[right]
        versions[left] += 1
        versions[right] += 1
        parent[right] = left
        for (other, sum) in sums[left] {
            let score = sum / (sizes[left] * sizes[other])
            guard score >= threshold else { continue }
            let (low, high) = (min(left, other), max(left, other))
            push(Candidate(score: score, left: low, right: high, versions: (versions[low], versions[high])))
        }
    }

    private mutating func push(_ candidate: Candidate) {
        heap.append(candidate)
        var child = heap.count - 1
        while child > 0 {
            let above = (child - 1) / 2
            guard heap[child].comes(before: heap[above]) else { break }
            heap.swapAt(child, above)
            child = above
        }
    }

    private mutating func pop() -> Candidate? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var above = 0
        while true {
            var best = above
            for child in [2 * above + 1, 2 * above + 2] where child < heap.count {
                if heap[child].comes(before: heap[best]) { best = child }
            }
            guard best != above else { return first }
            heap.swapAt(above, best)
            above = best
        }
    }
}
