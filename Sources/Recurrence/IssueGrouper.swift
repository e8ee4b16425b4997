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
    package func group(
        _ texts: [IssueText], meanings: TextMeanings = .none, decisions: IssueDecisions = .none
    ) -> IssueGrouping {
        // Nothing stops it.
        (try? group(texts, meanings: meanings, decisions: decisions, .none).grouping) ?? IssueGrouping(issues: [])
    }

    /// The same under watch, with an index that assigns what comes in afterwards.
    /// - Parameter learnt: what the grouping before this one learnt; of use while it is still the same.
    package func group(
        _ texts: [IssueText], meanings: TextMeanings = .none, decisions: IssueDecisions = .none,
        learnt: LearntIssues? = nil, _ watch: GroupingWatch
    ) throws(GroupingWatch.Stopped) -> GroupedTexts {
        let ordered = Self.canonical(texts)
        var nodes: [Int] = []
        let corpus = try TextCorpus(
            ordered, parameters: parameters, nodes: &nodes, named: decisions.named, meanings: meanings, watch)
        let constraints = Constraints(decisions, ordered, nodes)
        let search = try NeighbourSearch(
            corpus, parameters: parameters, named: constraints.named, leftOut: constraints.pinned, watch)
        let groups = try groups(nodes, corpus, search, constraints, watch)
        var group = nodes.map { groups[search.leaders[$0]] }
        decisions.join(&group) { constraints.places[$0] }
        let taught = try TaughtGroups(
            ordered, &group, examples: constraints.examples(decisions, group),
            parted: constraints.parted(group, decisions), nodes: nodes, corpus: corpus, search: search, known: learnt,
            watch)
        let describer = IssueDescriber(texts: ordered, nodes: nodes, corpus: corpus)
        let isSmall = ordered.count < parameters.fewTexts
        let members = Self.members(group).filter { $0.count >= 2 }
        var issues: [RecurringIssue] = []
        for (number, members) in members.enumerated() {
            try watch.pass(number, of: members.count, .describing)
            let isDecided = !constraints.linked.isDisjoint(with: members)
            var issue = isSmall && !isDecided ? describer.supportedIssue(members) : describer.issue(members)
            if isDecided {
                for (place, member) in members.enumerated() {
                    if let confidence = taught.moved[member] { issue?.reasons[place].confidence = confidence }
                }
            }
            if let issue { issues.append(issue) }
        }
        // A text that was left out of its issue stands alone.
        let numbers = IssueGrouping(issues: issues)
        group = ordered.enumerated().map { place, text in numbers.index(of: text.id) ?? issues.count + place }
        let kinds = KindPattern.find(search.sameKind, leaders: search.leaders, nodes: nodes)
        let doubts = taught.doubts.compactMap { doubt in
            numbers.issue(of: ordered[doubt.example].id).map {
                IssueDoubt(record: ordered[doubt.text].id, issue: $0.id, confidence: doubt.confidence)
            }
        }
        let grouping = IssueGrouping(
            issues: issues,
            patterns: kinds.compactMap { describer.pattern($0, group: group) },
            hotSpots: HotSpot.find(ordered, group: group, vocabulary: corpus.vocabulary),
            doubts: doubts)
        let index = IssueIndex(ordered, nodes: nodes, corpus: corpus, parameters: parameters, learnt: taught.learnt) {
            grouping.issue(of: $0)?.id
        }
        return GroupedTexts(grouping: grouping, index: index, learnt: taught.learnt)
    }

    /// The group of each distinct text, named by its least one.
    private func groups(
        _ nodes: [Int], _ corpus: TextCorpus, _ search: NeighbourSearch, _ constraints: Constraints,
        _ watch: GroupingWatch
    ) throws(GroupingWatch.Stopped) -> [Int] {
        var edges = search.edges
        try NeighbourSmoothing.smooth(
            &edges, isNamed: (0..<corpus.count).map(corpus.isNamed), isWhole: search.isSmall, watch)
        var weights = [Int](repeating: 0, count: corpus.count)
        for node in nodes { weights[search.leaders[node]] += 1 }
        var link = AverageLink(
            weights: weights, edges: edges, isTruncated: search.isTruncated,
            threshold: parameters.threshold(texts: corpus.count),
            leastScore: search.isSmall ? NeighbourSearch.leastScore : NeighbourSearch.leastScoreOfLarge,
            apart: constraints.apart)
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

/// What a grouping gives.
package struct GroupedTexts: Sendable {
    package let grouping: IssueGrouping
    /// Assigns what comes in afterwards.
    package let index: IssueIndex
    /// For the next grouping; nil where no issue is confirmed.
    package let learnt: LearntIssues?
}

/// What people decided, in the numbers of a grouping.
private struct Constraints {
    /// Where the texts that decisions name stand in canonical order.
    private(set) var places: [RecordID: Int] = [:]
    /// Texts that a link names.
    private(set) var linked: Set<Int> = []
    /// Distinct texts that stand for themselves.
    private(set) var named: Set<Int> = []
    /// Of these, the ones whose words do not count.
    private(set) var pinned: Set<Int> = []
    /// Distinct texts that are never in one group.
    private(set) var apart: [(left: Int, right: Int)] = []

    init(_ decisions: IssueDecisions, _ ordered: [IssueText], _ nodes: [Int]) {
        guard !decisions.isEmpty else { return }
        let mentioned = decisions.named.union(decisions.links.flatMap { [$0.left, $0.right] })
            .union(decisions.confirmed.joined())
        for (place, text) in ordered.enumerated() where mentioned.contains(text.id) { places[text.id] = place }
        let node = { [places] (text: RecordID) in places[text].map { nodes[$0] } }
        linked = Set(decisions.links.flatMap { [places[$0.left], places[$0.right]] }.compactMap { $0 })
        named = Set(decisions.named.compactMap(node))
        pinned = Set(decisions.pinned.compactMap(node))
        apart = decisions.aparts.compactMap { pair in
            guard let left = node(pair.left), let right = node(pair.right) else { return nil }
            return (left, right)
        }
    }

    /// The texts that show what each confirmed issue is: of each decision those that are still together, and what was pinned
    /// to them.
    func examples(_ decisions: IssueDecisions, _ group: [Int]) -> [[Int]] {
        var examples: [Int: Set<Int>] = [:]
        for texts in decisions.confirmed {
            let together = Dictionary(grouping: texts.compactMap { places[$0] }) { group[$0] }
            guard let most = together.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) }) else { continue }
            examples[most.key, default: []].formUnion(most.value)
        }
        for place in decisions.pinned.compactMap({ places[$0] }) { examples[group[place]]?.insert(place) }
        return examples.values.filter { $0.count >= LearntIssues.leastExamples }.map { $0.sorted() }
            .sorted { $0[0] < $1[0] }
    }

    /// Groups that hold texts which are never in one group, the lesser first.
    func parted(_ group: [Int], _ decisions: IssueDecisions) -> Set<[Int]> {
        Set(
            decisions.aparts.compactMap { pair in
                guard let left = places[pair.left], let right = places[pair.right] else { return nil }
                return [min(group[left], group[right]), max(group[left], group[right])]
            })
    }
}
