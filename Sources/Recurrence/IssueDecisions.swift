package import Records

/// What people decided about recurring issues, in the order in which they did. Their word outlasts every recomputation, and
/// where two of them contradict each other the later one holds.
///
/// Decisions name texts, never issues: an issue is whatever its texts belong to at the time, an identity that may change.
package struct IssueDecisions: Sendable, Hashable {
    package enum Decision: Sendable, Hashable {
        /// The issues of these two texts are one.
        case merge(RecordID, RecordID)
        /// These texts are an issue of their own, other than that of `from`.
        case split([RecordID], from: RecordID)
        /// The text belongs to the issue of the other one, whatever its words say.
        case pin(RecordID, to: RecordID)
        /// These two texts do not tell of the same.
        case unlike(RecordID, RecordID)
        /// These texts are one issue, and show what belongs to it: others are learnt from them.
        case confirm([RecordID])
    }

    /// Two texts, and which decision says so: later ones have greater numbers.
    struct Pair: Sendable, Hashable {
        var left: RecordID
        var right: RecordID
        var order: Int

        func names(_ text: RecordID) -> Bool { left == text || right == text }
    }

    /// Texts whose issues are one; laid over the groups that the words make, so that taking a merge back gives exactly what
    /// was there without it.
    private(set) var links: [Pair] = []
    /// Texts that are never in one group.
    private(set) var aparts: [Pair] = []
    /// Texts whose words do not count: a person said where they belong.
    private(set) var pinned: Set<RecordID> = []
    /// Texts that people looked at and found to be one issue.
    private(set) var confirmed: [[RecordID]] = []

    /// Nobody decided anything.
    package static let none = IssueDecisions([])

    /// - Parameter decisions: the earliest first.
    package init(_ decisions: [Decision]) {
        for (order, decision) in decisions.enumerated() {
            switch decision {
            case .merge(let one, let other): link([(one, other)], order)
            case .split(let texts, let from):
                let texts = texts.filter { $0 != from }
                for text in texts {
                    unpin(text)
                    part(text, from, order)
                }
                link(texts.dropFirst().map { (texts[0], $0) }, order)
            case .pin(let text, let other):
                guard text != other else { continue }
                unpin(text)
                // Whatever was said of this text alone is settled by this.
                links.removeAll { $0.names(text) }
                aparts.removeAll { $0.names(text) }
                pinned.insert(text)
                link([(text, other)], order)
            case .unlike(let one, let other): part(one, other, order)
            case .confirm(let texts):
                confirmed.append(texts)
                link(texts.dropFirst().map { (texts[0], $0) }, order)
            }
        }
    }

    package var isEmpty: Bool { links.isEmpty && aparts.isEmpty && confirmed.isEmpty }

    /// Texts that stand for themselves when texts are compared, whatever others say the same.
    var named: Set<RecordID> {
        Set(aparts.flatMap { [$0.left, $0.right] }).union(pinned)
    }

    private mutating func unpin(_ text: RecordID) {
        guard pinned.remove(text) != nil else { return }
        links.removeAll { $0.names(text) }
    }

    private mutating func link(_ pairs: [(one: RecordID, other: RecordID)], _ order: Int) {
        let pairs = pairs.filter { $0.one != $0.other }
        guard !pairs.isEmpty else { return }
        links += pairs.map { Pair(left: $0.one, right: $0.other, order: order) }
        guard !aparts.isEmpty else { return }
        // The later word holds: what is one issue now is not kept apart by what was said before.
        var sets = LinkedSets(links)
        aparts.removeAll { sets.root($0.left) == sets.root($0.right) }
    }

    private mutating func part(_ one: RecordID, _ other: RecordID, _ order: Int) {
        guard one != other else { return }
        aparts.append(Pair(left: one, right: other, order: order))
    }

    /// Lays the links over groups of texts. A link that would bring together what was parted later does not count.
    /// - Parameters:
    ///   - groups: the group of each text, by its place; changed to the least number of those that became one.
    ///   - places: where a text stands; nil for one that is not here.
    func join(_ groups: inout [Int], places: (RecordID) -> Int?) {
        guard !links.isEmpty else { return }
        var sets = DisjointSets(count: (groups.max() ?? -1) + 1)
        let aparts = aparts.compactMap { pair -> (left: Int, right: Int, order: Int)? in
            guard let left = places(pair.left), let right = places(pair.right) else { return nil }
            return (groups[left], groups[right], pair.order)
        }
        for link in links {
            guard let one = places(link.left), let other = places(link.right) else { continue }
            let (left, right) = (sets.root(groups[one]), sets.root(groups[other]))
            guard left != right else { continue }
            var isParted = false
            for pair in aparts where pair.order >= link.order && !isParted {
                let (first, second) = (sets.root(pair.left), sets.root(pair.right))
                isParted = (first == left && second == right) || (first == right && second == left)
            }
            if !isParted { sets.join(left, right) }
        }
        for place in groups.indices { groups[place] = sets.root(groups[place]) }
    }
}

/// Which texts links connect.
private struct LinkedSets {
    private var parents: [RecordID: RecordID] = [:]

    init(_ links: [IssueDecisions.Pair]) {
        for link in links { parents[root(link.left)] = root(link.right) }
    }

    mutating func root(_ text: RecordID) -> RecordID {
        var text = text
        while let parent = parents[text], parent != text { text = parent }
        return text
    }
}
