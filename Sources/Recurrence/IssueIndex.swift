package import Records

/// Where a new text belongs, as the online index sees it.
package enum IssueAssignment: Sendable, Hashable {
    /// To an issue that exists.
    case existing(IssueID, MembershipReason)
    /// To a text that stood alone: the two are a new issue. `with` is that text.
    case new(IssueID, with: RecordID, MembershipReason)
    /// To nothing that is known.
    case alone
    /// The record was here already, in this issue or alone.
    case known(IssueID?)
}

/// Assigns texts one by one between regroupings.
///
/// What it answers depends on the order of arrival, and terms weigh what they weighed when it was made; the next
/// regrouping settles both.
package struct IssueIndex: Sendable {
    private let parameters: GroupingParameters
    private var corpus: TextCorpus
    private let postings: Postings
    /// What came after `postings` was made.
    private var newer: [UInt32: [Postings.Posting]] = [:]
    private var candidates: CandidateCounter
    /// The earliest record of each distinct text, and its group if it belongs to one.
    private var records: [(id: RecordID, time: Int64)] = []
    private var groups: [Int?] = []
    /// The issues: their identities and distinct texts.
    private var issues: [(id: IssueID, texts: [Int])] = []
    /// Which distinct text each record is.
    private var nodes: [RecordID: Int] = [:]
    /// What the issues that people confirmed teach; nil without any.
    private let learnt: LearntIssues?

    /// How many issues a text is compared with in full, and how many texts of each.
    private static let comparedIssues = 4
    private static let comparedTexts = 6
    /// How many postings are read for one text; of a term in more texts the latest ones are.
    private static let postingsRead = 4000
    /// How many texts a text is compared with in full to find those issues.
    private static let comparedCandidates = 24

    /// An index over texts that were grouped.
    package init(_ texts: [IssueText], grouping: IssueGrouping, parameters: GroupingParameters = .default) {
        self.init(texts, parameters: parameters) { grouping.issue(of: $0)?.id }
    }

    /// An index over texts of which it is known to which issue they belong.
    package init(
        _ texts: [IssueText], parameters: GroupingParameters = .default, issue: (RecordID) -> IssueID?
    ) {
        let ordered = IssueGrouper.canonical(texts)
        var nodes: [Int] = []
        // Nothing stops it.
        let corpus = (try? TextCorpus(ordered, parameters: parameters, nodes: &nodes)) ?? TextCorpus(parameters)
        self.init(ordered, nodes: nodes, corpus: corpus, parameters: parameters, issue: issue)
    }

    /// An index over a corpus that was made already of these texts, which stand in canonical order.
    init(
        _ ordered: [IssueText], nodes: [Int], corpus: TextCorpus, parameters: GroupingParameters,
        learnt: LearntIssues? = nil, issue: (RecordID) -> IssueID?
    ) {
        self.parameters = parameters
        self.learnt = learnt
        let indexed = (0..<corpus.count).map {
            corpus.tellingEntries($0, limit: NeighbourSearch.indexedTerms, isGrowing: true)
        }
        var postings = Postings(indexed, termCount: corpus.vocabulary.count)
        for text in 0..<corpus.count { postings.add(text, under: indexed[text]) }
        self.postings = postings
        self.corpus = corpus
        candidates = CandidateCounter(texts: corpus.count)
        var known: [IssueID: Int] = [:]
        for (text, node) in zip(ordered, nodes) {
            self.nodes[text.id] = node
            let isFirst = node == records.count
            if isFirst {
                records.append((text.id, text.time))
                groups.append(nil)
            }
            guard groups[node] == nil, let id = issue(text.id) else { continue }
            let group = known[id, default: issues.count]
            if group == issues.count {
                known[id] = group
                issues.append((id, []))
            }
            groups[node] = group
            issues[group].texts.append(node)
        }
    }

    /// Finds where a text belongs, and keeps it for the ones that follow. The work does not grow with the number of texts.
    package mutating func assign(_ text: IssueText) -> IssueAssignment {
        if let node = nodes[text.id] { return .known(groups[node].map { issues[$0].id }) }
        if text.isWordless { return .alone }
        let node = corpus.append(text)
        nodes[text.id] = node
        candidates.extend()
        records.append((text.id, text.time))
        groups.append(nil)
        let entries = corpus.tellingEntries(node, limit: NeighbourSearch.indexedTerms, isGrowing: true)
        let answer = answer(text, node, among: lookUp(node, entries))
        let posting = UInt32(node) << TextFeatures.countBits
        for entry in entries {
            newer[entry >> TextFeatures.countBits, default: []].append(posting | entry & TextFeatures.largestCount)
        }
        return answer
    }

    private mutating func lookUp(_ node: Int, _ entries: [UInt32]) -> [CandidateCounter.Candidate] {
        var budget = Self.postingsRead
        for entry in entries where budget > 0 {
            let term = entry >> TextFeatures.countBits
            let (weight, isCommon) = (corpus.product(entry), corpus.isCommon(entry))
            let found = postings.of(term).suffix(budget)
            candidates.add(found, weight: weight, isCommon: isCommon)
            budget -= found.count
            guard let found = newer[term]?.suffix(max(0, budget)) else { continue }
            candidates.add(found, weight: weight, isCommon: isCommon)
            budget -= found.count
        }
        return candidates.take(
            Self.comparedCandidates, least: NeighbourSearch.leastEstimate, of: node, in: corpus)
    }

    private mutating func answer(
        _ text: IssueText, _ node: Int, among candidates: [CandidateCounter.Candidate]
    ) -> IssueAssignment {
        guard let best = closest(node, among: candidates) else {
            return taught(text, node, among: candidates) ?? .alone
        }
        let reason = reason(text, node, best)
        if let group = groups[best.text] {
            groups[node] = group
            issues[group].texts.append(node)
            return .existing(issues[group].id, reason)
        }
        let other = records[best.text]
        let earliest = (other.time, other.id) < (text.time, text.id) ? other.id : text.id
        groups[best.text] = issues.count
        groups[node] = issues.count
        issues.append((IssueID(earliest: earliest), [best.text, node]))
        return .new(IssueID(earliest: earliest), with: other.id, reason)
    }

    /// Where a text belongs by what people confirmed, if it shares words with that issue and names no other place.
    private mutating func taught(
        _ text: IssueText, _ node: Int, among candidates: [CandidateCounter.Candidate]
    ) -> IssueAssignment? {
        guard let learnt, !candidates.isEmpty, let answer = learnt.answer(text), answer.isSure else { return nil }
        let examples = learnt.issues[answer.issue].compactMap { nodes[$0] }
        guard let first = examples.first, let group = groups[first],
            candidates.contains(where: { groups[$0.text] == group }),
            TaughtGroups.isOfPlace(node, TaughtGroups.sampled(examples), corpus)
        else { return nil }
        var reason = reason(text, node, (first, 0))
        (reason.sharedTerms, reason.confidence) = (answer.words, answer.confidence)
        reason.score = corpus.scoring { score in Double(score(first, node)) }
        groups[node] = group
        issues[group].texts.append(node)
        return .existing(issues[group].id, reason)
    }

    /// The text whose issue is the closest on average, or that is itself the closest where it stands alone.
    private func closest(
        _ node: Int, among candidates: [CandidateCounter.Candidate]
    ) -> (text: Int, score: Float)? {
        let threshold = parameters.threshold(texts: corpus.vocabulary.textCount)
        return corpus.scoring { score in
            let scored = candidates.map { (text: $0.text, score: score($0.text, node)) }
                .filter { $0.score >= threshold }
                .sorted { ($1.score, $0.text) < ($0.score, $1.text) }
            var best: (text: Int, score: Float)?
            var seen: [Int] = []
            for candidate in scored where seen.count < Self.comparedIssues {
                var average = candidate.score
                if let group = groups[candidate.text] {
                    guard !seen.contains(group) else { continue }
                    seen.append(group)
                    let texts = sampled(issues[group].texts)
                    average = texts.reduce(0) { $0 + score($1, node) } / Float(texts.count)
                }
                if average >= threshold, average > best?.score ?? 0 { best = (candidate.text, average) }
            }
            return best
        }
    }

    private func sampled(_ texts: [Int]) -> [Int] {
        guard texts.count > Self.comparedTexts else { return texts }
        return (0..<Self.comparedTexts).map { texts[$0 * (texts.count - 1) / (Self.comparedTexts - 1)] }
    }

    private func reason(_ text: IssueText, _ node: Int, _ best: (text: Int, score: Float)) -> MembershipReason {
        var shared = SharedTerms()
        var others = corpus.terms(best.text).map { $0 >> TextFeatures.countBits }[...]
        for entry in corpus.terms(node) {
            let term = entry >> TextFeatures.countBits
            others = others.drop { $0 < term }
            if others.first == term { shared.terms.insert(term) }
        }
        shared.names = Set(corpus.names[node]).union(corpus.names[best.text])
        let phrases = SharedPhrases(of: text, shared: shared, vocabulary: corpus.vocabulary)
        return MembershipReason(
            record: text.id, sharedTerms: Array(phrases.all.prefix(IssueDescriber.namedTerms)),
            place: phrases.places.first, score: Double(best.score))
    }
}
