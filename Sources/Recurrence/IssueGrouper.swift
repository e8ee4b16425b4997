import Records

/// Finds what recurs in a set of texts.
package struct IssueGrouper: Sendable {
    private let parameters: GroupingParameters

    package init(parameters: GroupingParameters = .default) {
        self.parameters = parameters
    }

    /// Groups the texts. Their order does not matter; of texts with one id the first in canonical order counts.
    package func group(_ texts: [IssueText]) -> IssueGrouping {
        var seen: Set<RecordID> = []
        let ordered = texts.sorted(by: IssueText.precedes).filter { seen.insert($0.id).inserted }
        var lexicon = Lexicon()
        let terms = ordered.map { text -> [UInt32] in
            var found: Set<UInt32> = []
            Grams.forEach(text.title.isEmpty ? text.body : text.title) {
                found.insert(lexicon.number($0))
            }
            let sorted = found.sorted()
            lexicon.count(sorted)
            return sorted
        }
        let vectors = terms.map { SparseVector($0.map { (term: $0, weight: lexicon.rarity($0)) }) }
        var link = AverageLink(count: ordered.count, edges: edges(vectors, termCount: lexicon.texts.count))
        let groups = link.groups(threshold: Float(parameters.threshold))
        var members: [[Int]] = Array(repeating: [], count: ordered.count)
        for (index, group) in groups.enumerated() { members[group].append(index) }
        let issues = members.filter { $0.count >= 2 }.map { issue($0, in: ordered, vectors: vectors) }
        return IssueGrouping(issues: issues)
    }

    private func edges(_ vectors: [SparseVector], termCount: Int) -> [(left: Int, right: Int, score: Float)] {
        var postings: [[(Int, Float)]] = Array(repeating: [], count: termCount)
        var scores = [Float](repeating: 0, count: vectors.count)
        var edges: [(left: Int, right: Int, score: Float)] = []
        for (index, vector) in vectors.enumerated() {
            var touched: [Int] = []
            for (term, weight) in zip(vector.terms, vector.weights) {
                for (other, otherWeight) in postings[Int(term)] {
                    if scores[other] == 0 { touched.append(other) }
                    scores[other] += weight * otherWeight
                }
                postings[Int(term)].append((index, weight))
            }
            for other in touched {
                if scores[other] >= 0.1 { edges.append((left: other, right: index, score: scores[other])) }
                scores[other] = 0
            }
        }
        return edges
    }

    private func issue(_ members: [Int], in texts: [IssueText], vectors: [SparseVector]) -> RecurringIssue {
        var scores: [Double] = []
        for member in members {
            var sum: Float = 0
            for other in members where other != member { sum += vectors[member].dot(vectors[other]) }
            scores.append(Double(sum) / Double(members.count - 1))
        }
        let central = scores.indices.max { scores[$0] < scores[$1] } ?? 0
        let text = texts[members[central]]
        return RecurringIssue(
            id: IssueID(earliest: texts[members[0]].id), title: text.title.isEmpty ? String(text.body.prefix(40)) : text.title,
            members: members.map { texts[$0].id },
            reasons: members.indices.map {
                MembershipReason(record: texts[members[$0]].id, sharedTerms: [], place: nil, score: scores[$0])
            },
            places: [], kinds: [], sites: Array(Set(members.map { texts[$0].site })).sorted(),
            firstSeen: texts[members[0]].time, lastSeen: texts[members[members.count - 1]].time)
    }
}
