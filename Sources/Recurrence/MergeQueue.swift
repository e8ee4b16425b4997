/// Possible merges of two groups, the closest first.
struct MergeQueue {
    /// A group and its closest neighbour, valid as long as both are what they were.
    struct Merge {
        var score: Float
        var group: Int
        var other: Int
        var version: UInt32
        var otherVersion: UInt32

        /// A total order, so that equal scores are taken in the order of the texts.
        func comes(before merge: Merge) -> Bool {
            if score != merge.score { return score > merge.score }
            let (own, its) = (min(group, other), min(merge.group, merge.other))
            return own != its ? own < its : (max(group, other), group) < (max(merge.group, merge.other), merge.group)
        }
    }

    private var heap: [Merge] = []

    mutating func push(_ merge: Merge) {
        heap.append(merge)
        var child = heap.count - 1
        while child > 0, heap[child].comes(before: heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Merge? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var best = parent
            for child in 2 * parent + 1...2 * parent + 2 where child < heap.count {
                if heap[child].comes(before: heap[best]) { best = child }
            }
            guard best != parent else { return first }
            heap.swapAt(parent, best)
            parent = best
        }
    }
}
