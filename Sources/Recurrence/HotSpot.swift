package import Records

/// One place, product or organisation with different kinds of problems. It does not count for the hot rule.
package struct HotSpot: Sendable, Hashable {
    /// The place's name as its first text writes it, normalised.
    package var place: String
    /// Every text that takes part, those of issues too, in canonical order.
    package var members: [RecordID]

    /// How many groups of texts (issues, or texts alone) must name the place.
    private static let leastKinds = 3
    /// How much of a headline is read, in Unicode scalars.
    private static let headline = 120

    /// The places that the headlines of several groups name, by their first text.
    static func find(_ texts: [IssueText], group: [Int], vocabulary: Vocabulary) -> [HotSpot] {
        var places: [[UInt32]: Int] = [:]
        var members: [[Int]] = []
        var names: [[UInt32]] = []
        for (index, text) in texts.enumerated() {
            let source = text.title.isEmpty ? text.body : text.title
            let scalars = TextNormalisation.scalars(source, limit: Self.headline)
            PlaceNames.forEach(scalars) { range, rank in
                guard rank == .particular, isTelling(scalars[range], vocabulary) else { return }
                let name = Array(scalars[range])
                if let place = places[name] {
                    if members[place].last != index { members[place].append(index) }
                } else {
                    places[name] = members.count
                    members.append([index])
                    names.append(name)
                }
            }
        }
        return zip(names, members).compactMap { name, members in
            guard members.count >= leastKinds, Set(members.map { group[$0] }).count >= leastKinds else { return nil }
            var view = String.UnicodeScalarView()
            for scalar in name { Unicode.Scalar(scalar).map { view.append($0) } }
            return HotSpot(place: String(view), members: members.map { texts[$0].id })
        }
    }

    /// Whether all that a name is made of is rare enough for one place.
    private static func isTelling(_ name: ArraySlice<UInt32>, _ vocabulary: Vocabulary) -> Bool {
        var isTelling = true
        Terms.forEach(Array(name)) { key, range in
            guard range.count > 1 || !Terms.isIdeograph(name[name.startIndex + range.lowerBound]) else { return }
            guard let term = vocabulary.find(key) else { return }
            if !vocabulary.canName(term) { isTelling = false }
        }
        return isTelling
    }
}
