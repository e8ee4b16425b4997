/// Agglomerative grouping by average link over a sparse graph.
///
/// Two groups become one while the average over all pairs of their members is at least the threshold, the closest
/// first. A pair without an edge counts next to nothing, unless both texts had more neighbours than were compared: then the
/// known pairs stand for the others as well, and before such a merge a sample of the pairs is compared.
struct AverageLink {
    private let threshold: Float
    private var links: [[Link]]
    private var weights: [Float]
    private var members: [[Int]]
    private var isTruncated: [Bool]
    private var versions: [UInt32]
    private var queue = MergeQueue()
    /// Groups that each group must never become one with; only of those that have any.
    private var aparts: [Int: Set<Int>] = [:]

    /// What is known between a group and another one.
    private struct Link {
        var other: UInt32
        /// Of the scores of the known pairs.
        var sum: Float
        /// How many pairs are known.
        var pairs: Float
    }

    /// How many members of each group stand for it when its pairs are sampled.
    private static let sample = 6
    /// What a pair without an edge counts: it is between 0 and the least score of an edge.
    private let withoutEdge: Float
    /// What a pair that was not compared counts beside one that was.
    private static let notCompared: Float = 0.5
    /// When at least this part of the pairs is known, no sample is needed.
    private static let enoughKnown: Float = 0.5

    /// `weights` tells how many texts each node stands for. Edges name each pair once.
    /// Nodes of a pair of `apart` are never in one group.
    init(
        weights: [Int], edges: [NeighbourSearch.Edge], isTruncated: [Bool], threshold: Float,
        leastScore: Float = 0.06, apart: [(left: Int, right: Int)] = []
    ) {
        self.threshold = threshold
        withoutEdge = leastScore / 2
        for (left, right) in apart where left != right {
            aparts[left, default: []].insert(right)
            aparts[right, default: []].insert(left)
        }
        self.weights = weights.map(Float.init)
        self.isTruncated = isTruncated
        members = weights.indices.map { [$0] }
        versions = Array(repeating: 0, count: weights.count)
        links = Array(repeating: [], count: weights.count)
        // Groups never reach across parts that no edge above the threshold connects.
        var parts = DisjointSets(count: weights.count)
        for edge in edges where edge.score >= threshold { parts.join(Int(edge.left), Int(edge.right)) }
        for edge in edges {
            let (left, right) = (Int(edge.left), Int(edge.right))
            guard parts.root(left) == parts.root(right) else { continue }
            let pairs = self.weights[left] * self.weights[right]
            links[left].append(Link(other: edge.right, sum: edge.score * pairs, pairs: pairs))
            links[right].append(Link(other: edge.left, sum: edge.score * pairs, pairs: pairs))
        }
        for node in links.indices { links[node].sort { $0.other < $1.other } }
    }

    /// Merges until nothing is close enough. Gives each node's group, named by its least node.
    ///
    /// The queue holds the closest neighbour of each group. A merge brings no other group closer, so a neighbour that
    /// has changed meanwhile is looked for again only when its turn comes.
    mutating func groups(
        _ watch: GroupingWatch = .none, score: (Int, Int) -> Float
    ) throws(GroupingWatch.Stopped) -> [Int] {
        for group in links.indices { offer(group) }
        var merges = 0
        while let next = queue.pop() {
            merges += 1
            try watch.pass(merges, of: links.count, .joining)
            guard versions[next.group] == next.version else { continue }
            guard versions[next.other] == next.otherVersion else {
                offer(next.group)
                continue
            }
            let (left, right) = (min(next.group, next.other), max(next.group, next.other))
            if isConfirmed(left, right, score: score) { merge(left, right) } else { offer(next.group) }
        }
        var groups = Array(links.indices)
        for (group, nodes) in members.enumerated() {
            for node in nodes { groups[node] = group }
        }
        return groups
    }

    /// Puts the merge of a group with its closest neighbour into the queue, if it is close enough.
    private mutating func offer(_ group: Int) {
        var best: MergeQueue.Merge?
        let others = aparts[group]
        for link in links[group] {
            let score = average(group, link)
            guard score >= threshold, others?.contains(Int(link.other)) != true else { continue }
            let merge = MergeQueue.Merge(
                score: score, group: group, other: Int(link.other), version: versions[group],
                otherVersion: versions[Int(link.other)])
            if best.map({ merge.comes(before: $0) }) ?? true { best = merge }
        }
        if let best { queue.push(best) }
    }

    private func average(_ group: Int, _ link: Link) -> Float {
        let other = Int(link.other)
        let all = weights[group] * weights[other]
        if isTruncated[group], isTruncated[other] {
            // The closest were compared; what was not is less close.
            return link.sum / link.pairs * (Self.notCompared + (1 - Self.notCompared) * link.pairs / all)
        }
        return (link.sum + withoutEdge * (all - link.pairs)) / all
    }

    /// Compares a sample of the pairs where too few are known, and remembers what came out.
    private mutating func isConfirmed(_ left: Int, _ right: Int, score: (Int, Int) -> Float) -> Bool {
        guard isTruncated[left], isTruncated[right], let place = place(of: right, in: left) else { return true }
        let all = weights[left] * weights[right]
        guard links[left][place].pairs < Self.enoughKnown * all else { return true }
        var sum: Float = 0
        var pairs: Float = 0
        for one in Self.sampled(members[left]) {
            for other in Self.sampled(members[right]) {
                sum += score(one, other)
                pairs += 1
            }
        }
        let link = Link(other: UInt32(right), sum: sum / pairs * all, pairs: all)
        links[left][place] = link
        if let back = self.place(of: left, in: right) {
            links[right][back] = Link(other: UInt32(left), sum: link.sum, pairs: all)
        }
        return sum / pairs >= threshold
    }

    private static func sampled(_ members: [Int]) -> [Int] {
        guard members.count > sample else { return members }
        return (0..<sample).map { members[$0 * (members.count - 1) / (sample - 1)] }
    }

    private mutating func merge(_ left: Int, _ right: Int) {
        for other in aparts.removeValue(forKey: right) ?? [] {
            aparts[other]?.remove(right)
            aparts[other]?.insert(left)
            aparts[left, default: []].insert(other)
        }
        let removed = links[right]
        links[right] = []
        for link in removed where Int(link.other) != left {
            let other = Int(link.other)
            if let place = place(of: right, in: other) { links[other].remove(at: place) }
            add(Link(other: UInt32(left), sum: link.sum, pairs: link.pairs), to: other)
            add(link, to: left)
        }
        if let place = place(of: right, in: left) { links[left].remove(at: place) }
        weights[left] += weights[right]
        isTruncated[left] = isTruncated[left] || isTruncated[right]
        members[left] += members[right]
        members[right] = []
        versions[left] += 1
        versions[right] += 1
        offer(left)
    }

    private mutating func add(_ link: Link, to group: Int) {
        let place = links[group].partitioningIndex { $0.other >= link.other }
        if place < links[group].count, links[group][place].other == link.other {
            links[group][place].sum += link.sum
            links[group][place].pairs += link.pairs
        } else {
            links[group].insert(link, at: place)
        }
    }

    private func place(of other: Int, in group: Int) -> Int? {
        let place = links[group].partitioningIndex { Int($0.other) >= other }
        return place < links[group].count && Int(links[group][place].other) == other ? place : nil
    }
}
