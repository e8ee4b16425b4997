import Records

/// Says what the members of an issue have in common, in words that stand in their texts.
struct IssueDescriber {
    let texts: [IssueText]
    let nodes: [Int]
    let corpus: TextCorpus

    /// How many members of a large issue stand for it.
    private static let sample = 24
    /// How many terms are named at the most.
    static let namedTerms = 6
    /// How much of a text is quoted where it has no title, in characters.
    private static let cut = 40

    /// The issue of those of these texts for which more than one shared word speaks; nil when fewer than two are left.
    ///
    /// One word alone is either a place or a kind of problem, never both; in a small set even common words are rare.
    func supportedIssue(_ members: [Int]) -> RecurringIssue? {
        var members = members
        while members.count >= 2 {
            let issue = issue(members)
            let kept = zip(members, issue.reasons).filter { $1.isTelling }.map(\.0)
            if kept.count == members.count { return issue }
            members = kept
        }
        return nil
    }

    /// The issue of these texts, which are in canonical order.
    func issue(_ members: [Int]) -> RecurringIssue {
        let sample = Self.sampled(members)
        let shared = sharedTerms(sample)
        let scores = self.scores(members, sample)
        let reasons = zip(members, scores).map { member, score in
            let meaning = meaning(member, sample)
            let phrases = SharedPhrases(of: texts[member], shared: shared, vocabulary: corpus.vocabulary)
            return MembershipReason(
                record: texts[member].id, sharedTerms: Array(phrases.all.prefix(Self.namedTerms)),
                place: phrases.places.first, score: score, meaning: meaning)
        }
        // The closest to the others of those that have words; the earliest of equals.
        let worded = scores.indices.filter { !title(members[$0]).isEmpty }
        let central = worded.max { (scores[$0], $1) < (scores[$1], $0) } ?? 0
        let phrases = SharedPhrases(of: texts[members[central]], shared: shared, vocabulary: corpus.vocabulary)
        return RecurringIssue(
            id: IssueID(earliest: texts[members[0]].id), title: title(members[central]),
            members: members.map { texts[$0].id }, reasons: reasons,
            places: Array(phrases.places.prefix(Self.namedTerms)), kinds: Array(phrases.kinds.prefix(Self.namedTerms)),
            sites: Set(members.map { texts[$0].site }).sorted(),
            firstSeen: texts[members[0]].time, lastSeen: texts[members[members.count - 1]].time)
    }

    /// The pattern of these texts, if they belong to three groups or more.
    func pattern(_ members: [Int], group: [Int]) -> KindPattern? {
        let groups = IssueGrouper.members(members.map { group[$0] })
        guard groups.count >= KindPattern.leastPlaces else { return nil }
        let shared = sharedTerms(Self.sampled(members))
        let phrases = SharedPhrases(of: texts[members[0]], shared: shared, vocabulary: corpus.vocabulary)
        return KindPattern(kinds: Array(phrases.kinds.prefix(Self.namedTerms)), members: members.map { texts[$0].id })
    }

    private func title(_ text: Int) -> String {
        let title = texts[text].title
        return title.isEmpty ? String(texts[text].body.prefix(Self.cut)) : title
    }

    /// The average score of each member with the others, or with a sample of them.
    private func scores(_ members: [Int], _ sample: [Int]) -> [Double] {
        corpus.scoring { score in
            members.map { member in
                var (sum, count): (Float, Float) = (0, 0)
                for other in sample where other != member {
                    sum += nodes[other] == nodes[member] ? 1 : score(nodes[member], nodes[other])
                    count += 1
                }
                return Double(sum / max(1, count))
            }
        }
    }

    /// How close a member is to the others in meaning on average; nil where that is not known.
    private func meaning(_ member: Int, _ sample: [Int]) -> Double? {
        guard let space = corpus.meanings else { return nil }
        let known = sample.filter { $0 != member }.compactMap { space.likeness(nodes[member], nodes[$0]) }
        return known.isEmpty ? nil : Double(known.reduce(0, +) / Float(known.count))
    }

    /// The terms that at least half of these texts have, and the names among them.
    private func sharedTerms(_ members: [Int]) -> SharedTerms {
        var counts: [UInt32: Int] = [:]
        var shared = SharedTerms()
        for member in members {
            for entry in corpus.terms(nodes[member]) { counts[entry >> TextFeatures.countBits, default: 0] += 1 }
            shared.names.formUnion(corpus.names[nodes[member]])
        }
        let least = max(2, (members.count + 1) / 2)
        for (term, count) in counts where count >= least { shared.terms.insert(term) }
        return shared
    }

    private static func sampled(_ members: [Int]) -> [Int] {
        guard members.count > sample else { return members }
        return (0..<sample).map { members[$0 * (members.count - 1) / (sample - 1)] }
    }
}

/// The terms that the members of an issue have in common.
struct SharedTerms {
    var terms: Set<UInt32> = []
    /// Terms of names of places, products and organisations, shared or not.
    var names: Set<UInt32> = []
}

extension MembershipReason {
    /// A text this close to the others says the same, in however few words.
    private static let closeEnough = 0.8

    private static let closeMeaning = 0.5

    /// Whether more than one word speaks for it, or its meaning; one that is a part of another says nothing more.
    var isTelling: Bool {
        guard score < Self.closeEnough, meaning ?? 0 < Self.closeMeaning else { return true }
        let words = Set([place].compactMap { $0 } + sharedTerms)
        return words.count { word in !words.contains { $0 != word && $0.contains(word) } } >= 2
    }
}
