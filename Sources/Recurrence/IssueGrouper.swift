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
        let ordered = Self.canonical(texts)
        var nodes: [Int] = []
        let corpus = TextCorpus(ordered, parameters: parameters, nodes: &nodes)
        let search = NeighbourSearch(corpus, parameters: parameters)
        let groups = corpus.scoring { score in
            var weights = [Int](repeating: 0, count: corpus.count)
            for node in nodes { weights[search.leaders[node]] += 1 }
            var link = AverageLink(
                weights: weights, edges: search.edges, isTruncated: search.isTruncated,
                threshold: parameters.threshold(texts: corpus.count))
            return link.groups(score: score)
        }
        let group = nodes.map { groups[search.leaders[$0]] }
        let describer = IssueDescriber(texts: ordered, nodes: nodes, corpus: corpus)
        let isSmall = ordered.count < parameters.fewTexts
        let issues = Self.members(group).filter { $0.count >= 2 }
            .compactMap { isSmall ? describer.supportedIssue($0) : describer.issue($0) }
        let kinds = KindPattern.find(search.sameKind, leaders: search.leaders, nodes: nodes)
        return IssueGrouping(
            issues: issues,
            patterns: kinds.compactMap { describer.pattern($0, group: group) },
            hotSpots: HotSpot.find(ordered, group: group, vocabulary: corpus.vocabulary))
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
