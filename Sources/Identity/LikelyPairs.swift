import Records

/// Looks for customers who are probably one, without comparing each with each: only those who share a key of some kind are
/// compared. One kind of key at a time is in memory, and a key that too many share is passed over; the other kinds find
/// what belongs together there. (domain: customers, "likely pairs are proposed with their reasons".)
package struct LikelyPairs: Sendable {
    /// How sure a proposal has to be.
    package static let threshold = 0.9
    /// A key that more people share tells too little.
    private static let mostOfKey = 60
    /// Greatest number of proposals; the most probable are kept.
    package static let bound = 100_000

    private var table = PeopleTable()

    package init() {}

    package mutating func add(_ person: Person) { table.add(person) }

    package var count: Int { table.count }

    /// The likely pairs, the most probable first.
    /// - Parameter isKnown: pairs that need no proposal: they are one already, or a person said that they never are.
    package mutating func find(
        threshold: Double = Self.threshold, isKnown: (String, String) -> Bool = { _, _ in false }
    ) -> [LikelyPair] {
        table.seal()
        let weigher = PairWeigher(table: table)
        var found: [PairKey: LikelyPair] = [:]
        for kind in BlockingKeys.allKinds {
            var keys: [(key: UInt64, person: UInt32)] = []
            for person in 0..<table.count {
                for key in BlockingKeys.keys(kind, of: person, table) { keys.append((key, UInt32(person))) }
            }
            keys.sort { ($0.key, $0.person) < ($1.key, $1.person) }
            var start = 0
            while start < keys.count {
                var end = start + 1
                while end < keys.count, keys[end].key == keys[start].key { end += 1 }
                if end - start > 1, end - start <= Self.mostOfKey {
                    compare(keys[start..<end].map(\.person), weigher, threshold, isKnown, &found)
                }
                start = end
            }
        }
        return found.values.sorted { ($1.probability, $0.one, $0.other) < ($0.probability, $1.one, $1.other) }
            .prefix(Self.bound).map(\.self)
    }

    private struct PairKey: Hashable {
        var one: UInt32
        var other: UInt32
    }

    private func compare(
        _ people: [UInt32], _ weigher: PairWeigher, _ threshold: Double, _ isKnown: (String, String) -> Bool,
        _ found: inout [PairKey: LikelyPair]
    ) {
        for (index, one) in people.enumerated() {
            for other in people[(index + 1)...] where other != one {
                let key = PairKey(one: one, other: other)
                guard found[key] == nil else { continue }
                let (probability, reasons) = weigher.weigh(Int(one), Int(other))
                guard probability >= threshold else { continue }
                let names = [table.ids[Int(one)], table.ids[Int(other)]].sorted()
                guard names[0] != names[1], !isKnown(names[0], names[1]) else { continue }
                found[key] = LikelyPair(one: names[0], other: names[1], probability: probability, reasons: reasons)
            }
        }
    }
}
