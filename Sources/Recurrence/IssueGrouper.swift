import Records

/// Finds what recurs in a set of texts.
///
/// Texts become vectors (``TextCorpus``), close pairs are found (``NeighbourSearch``) and scored by three facets, pairs
/// become groups (``AverageLink``), and groups of two or more become issues with their reasons (``IssueDescriber``).
package struct IssueGrouper: Sendable {
    private let parameters: GroupingParameters

    package init(parameters: GroupingParameters = .default) {
        self.parameters = parameters
    }

    /// Groups the texts. Their order does not matter; of texts with one id the first in canonical order counts.
    package func group(_ texts: [IssueText]) -> IssueGrouping {
        // Nothing stops it.
        (try? group(texts, .none).grouping) ?? IssueGrouping(issues: [])
    }

    /// The same under watch, with an index that assigns what comes in afterwards.
    package func group(
        _ texts: [IssueText], _ watch: GroupingWatch
    ) throws(GroupingWatch.Stopped) -> (grouping: IssueGrouping, index: IssueIndex) {
        let ordered = Self.canonical(texts)
        var nodes: [Int] = []
        let corpus = try TextCorpus(ordered, parameters: parameters, nodes: &nodes, watch)
        let search = try NeighbourSearch(corpus, parameters: parameters, watch)
        let groups = try groups(nodes, corpus, search, watch)
        let group = nodes.map { groups[search.leaders[$0]] }
        let describer = IssueDescriber(texts: ordered, nodes: nodes, corpus: corpus)
        let isSmall = ordered.count < parameters.fewTexts
        let members = Self.members(group).filter { $0.count >= 2 }
        var issues: [RecurringIssue] = []
        for (number, members) in members.enumerated() {
            try watch.pass(number, of: members.count, .describing)
            let issue = isSmall ? describer.supportedIssue(members) : describer.issue(members)
            if let issue { issues.append(issue) }
        }
        let kinds = KindPattern.find(search.sameKind, leaders: search.leaders, nodes: nodes)
        let grouping = IssueGrouping(
            issues: issues,
            patterns: kinds.compactMap { describer.pattern($0, group: group) },
            hotSpots: HotSpot.find(ordered, group: group, vocabulary: corpus.vocabulary))
        let membership = { grouping.issue(of: $0)?.id }
        return (
            grouping,
            IssueIndex(ordered, nodes: nodes, corpus: corpus, parameters: parameters, issue: membership)
        )
    }

    /// The group of each distinct text, named by its least one.
    private func groups(
        _ nodes: [Int], _ corpus: TextCorpus, _ search: NeighbourSearch, _ watch: GroupingWatch
    ) throws(GroupingWatch.Stopped) -> [Int] {
        var weights = [Int](repeating: 0, count: corpus.count)
        for node in nodes { weights[search.leaders[node]] += 1 }
        var link = AverageLink(
            weights: weights, edges: search.edges, isTruncated: search.isTruncated,
            threshold: parameters.threshold(texts: corpus.count))
        return try corpus.scoring { score throws(GroupingWatch.Stopped) in try link.groups(watch, score: score) }
    }

    /// The texts in canonical order, each id once.
    static func canonical(_ texts: [IssueText]) -> [IssueText] {
        var seen: Set<RecordID> = []
        return texts.sorted(by: IssueText.precedes).filter { seen.insert($0.id).inserted }
    }

    /// The members of each group in canonical order, by their first one.
    static func members(_ group: [Int]) -> [[Int]] {
        var places: [Int: Int] = [:]
        var members: [[Int]] = []
        for (text, group) in group.enumerated() {
            if let place = places[group] {
                members[place].append(text)
            } else {
                places[group] = members.count
                members.append([text])
            }
        }
        return members
    }
}
