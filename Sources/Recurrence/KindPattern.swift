package import Records

/// The same kind of problem at different places. It does not count for the hot rule.
package struct KindPattern: Sendable, Hashable {
    /// Phrases of the kind, the most telling first.
    package var kinds: [String]
    /// Every text that takes part, those of issues too, in canonical order.
    package var members: [RecordID]

    /// At how many places a kind of problem must be met.
    static let leastPlaces = 3
    /// How close the words of the kind must be on average.
    private static let threshold: Float = 0.35

    /// Groups of texts that tell of one kind at places that contradict each other. Gives the members of each group.
    static func find(_ sameKind: [NeighbourSearch.Edge], leaders: [Int], nodes: [Int]) -> [[Int]] {
        var link = AverageLink(
            weights: [Int](repeating: 1, count: leaders.count), edges: sameKind,
            isTruncated: [Bool](repeating: false, count: leaders.count), threshold: threshold)
        // Nothing stops it.
        guard let groups = try? link.groups(score: { _, _ in 0 }) else { return [] }
        return IssueGrouper.members(nodes.map { groups[leaders[$0]] }).filter { $0.count >= leastPlaces }
    }
}
