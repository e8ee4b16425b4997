import Records

/// Puts texts into the groups that people confirmed, as far as a classifier is sure; laid over the groups that words and
/// decisions make.
///
/// Asked about are texts that share words and the place with a confirmed text: a classifier learns the kind of problem well, and
/// the place hardly. A group goes where all of its texts go, or stays what it is, and nothing goes where a decision speaks
/// against it.
struct TaughtGroups {
    /// What the classifier said of the texts that it moved, by their place.
    private(set) var moved: [Int: Double] = [:]
    /// Texts of which it was not sure: their place, that of an example, and the confidence.
    private(set) var doubts: [(text: Int, example: Int, confidence: Double)] = []
    /// What was learnt; nil without any confirmed issue.
    private(set) var learnt: LearntIssues?

    /// A larger group has a life of its own: people merge it, or nobody does.
    private static let mostMoved = 50
    /// Less is no doubt but a no.
    private static let leastDoubt = 0.3
    /// How many examples stand for an issue when names are compared.
    private static let sample = 12

    /// - Parameters:
    ///   - group: the group of each text; changed where one joins a confirmed issue.
    ///   - examples: places of the texts of each confirmed issue.
    ///   - parted: groups that a decision keeps apart.
    init(
        _ texts: [IssueText], _ group: inout [Int], examples: [[Int]], parted: Set<[Int]>, nodes: [Int],
        corpus: TextCorpus, search: NeighbourSearch, known: LearntIssues?, _ watch: GroupingWatch
    ) throws(GroupingWatch.Stopped) {
        guard !examples.isEmpty else { return }
        let taught = Set(examples.map { group[$0[0]] })
        let near = Self.near(Set(examples.joined().map { search.leaders[nodes[$0]] }), search)
        let isNear = { (text: Int) in near.contains(search.leaders[nodes[text]]) }
        let shown = examples.map { Self.sampled($0.map { nodes[$0] }) }
        let isOfPlace = { (text: Int, issue: Int) in Self.isOfPlace(nodes[text], shown[issue], corpus) }
        let beside = texts.indices.filter { !taught.contains(group[$0]) }
        // What tells of the same kind at other places teaches where an issue ends.
        let elsewhere = beside.filter { text in isNear(text) && !shown.indices.contains { isOfPlace(text, $0) } }
        learnt = try LearntIssues(
            examples.map { $0.map { texts[$0] } }, others: beside.filter { !isNear($0) }.map { texts[$0] },
            elsewhere: elsewhere.map { texts[$0] }, known: known, watch)
        guard let learnt else { return }
        let asked = IssueGrouper.members(group).filter { members in
            members.count <= Self.mostMoved && !taught.contains(group[members[0]]) && members.contains(where: isNear)
        }
        for members in asked {
            let answers = members.compactMap { learnt.answer(texts[$0]) }
            guard let issue = answers.first?.issue, answers.allSatisfy({ $0.issue == issue }) else { continue }
            let (own, target) = (group[members[0]], group[examples[issue][0]])
            guard !parted.contains([min(own, target), max(own, target)]),
                members.allSatisfy({ isOfPlace($0, issue) })
            else { continue }
            if answers.allSatisfy(\.isSure) {
                for (text, answer) in zip(members, answers) {
                    group[text] = target
                    moved[text] = answer.confidence
                }
            } else {
                for (text, answer) in zip(members, answers) where answer.confidence >= Self.leastDoubt {
                    doubts.append((text, examples[issue][0], answer.confidence))
                }
            }
        }
    }

    /// Distinct texts that share words with one of these.
    private static func near(_ leaders: Set<Int>, _ search: NeighbourSearch) -> Set<Int> {
        var near = leaders
        for edge in search.edges {
            if leaders.contains(Int(edge.left)) { near.insert(Int(edge.right)) }
            if leaders.contains(Int(edge.right)) { near.insert(Int(edge.left)) }
        }
        return near
    }

    /// Some of the examples, evenly.
    static func sampled(_ examples: [Int]) -> [Int] {
        let stride = max(1, examples.count / sample)
        return examples.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
    }

    /// Whether a text is of the place of half of the examples.
    static func isOfPlace(_ node: Int, _ examples: [Int], _ corpus: TextCorpus) -> Bool {
        examples.count { corpus.isOfSamePlace($0, node) } * 2 >= examples.count
    }
}
