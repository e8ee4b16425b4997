package import Foundation
package import Records

/// What people said of who is one: merges of customers, and that two are never the same. (domain: customers, "One person,
/// many sites".) Pure and free of order: the same records give the same merges whatever order they came in, and undoing a
/// merge leaves exactly what there was without it.
package struct CustomerLinks: Sendable, Equatable {
    /// What was said last of two customers.
    package struct Link: Sendable, Hashable {
        /// By any of their exact keys.
        package var one: [CustomerToken]
        package var other: [CustomerToken]
        package var record: RecordID
    }

    /// What makes two customers one, in the order of time. A merge that would join two who are never the same is not among
    /// them.
    package private(set) var merges: [Link] = []
    /// Who is never the same, in the order of time.
    package private(set) var distinct: [Link] = []
    /// Merges that would join two who are never the same, by way of others: a person has to look at them.
    package private(set) var contradicted: [Link] = []

    /// - Parameters:
    ///   - records: merges and their undoing, in any order, each once; retracted ones left out. Those without the authority are
    ///     passed over.
    ///   - customer: who an exact key belongs to by exact keys alone.
    package init(_ records: [Record], customer: (Data) throws -> Data) rethrows {
        var last: [Pair: (link: Link, isOne: Bool, order: RecordOrder)] = [:]
        for record in records.sorted(by: { ($0.order, $0.id) < ($1.order, $1.id) }) {
            guard Authority.permits(.mergeCustomers, by: record, on: Authority.Subject(site: nil)) else { continue }
            let (one, other, isOne): ([CustomerToken], [CustomerToken], Bool)
            switch record.facts.body {
            case .merge(let merge): (one, other, isOne) = (merge.one, merge.other, true)
            case .unmerge(let unmerge): (one, other, isOne) = (unmerge.one, unmerge.other, false)
            default: continue
            }
            guard let first = one.first, let second = other.first,
                let pair = Pair(try customer(first.value), try customer(second.value))
            else { continue }
            // The last word on a pair holds.
            last[pair] = (Link(one: one, other: other, record: record.id), isOne, record.order)
        }
        let held = last.sorted { ($0.value.order, $0.key) < ($1.value.order, $1.key) }
        distinct = held.filter { !$0.value.isOne }.map(\.value.link)
        settle(held.filter(\.value.isOne).map { ($0.key, $0.value.link) }, held.filter { !$0.value.isOne }.map(\.key))
    }

    /// By single exact keys, where nothing is known of whose they are.
    package init(_ records: [Record]) { self.init(records) { $0 } }

    /// Whether a record says something of who is one.
    package static func isLink(_ record: Record) -> Bool {
        switch record.facts.body {
        case .merge, .unmerge: true
        default: false
        }
    }

    /// Joins one pair after the other, but none that would make one of two who are never the same.
    private mutating func settle(_ pairs: [(pair: Pair, link: Link)], _ never: [Pair]) {
        var group: [Data: Data] = [:]
        func root(_ name: Data) -> Data {
            var name = name
            while let next = group[name] { name = next }
            return name
        }
        for (pair, link) in pairs {
            let (one, other) = (root(pair.lesser), root(pair.greater))
            let isForbidden = never.contains { pair in
                let (first, second) = (root(pair.lesser), root(pair.greater))
                return (first, second) == (one, other) || (second, first) == (one, other)
            }
            if isForbidden {
                contradicted.append(link)
            } else {
                if one != other { group[other] = one }
                merges.append(link)
            }
        }
    }

    /// Two customers by exact keys, the lesser name first.
    private struct Pair: Hashable, Comparable {
        var lesser: Data
        var greater: Data

        /// Nil when they are one anyway.
        init?(_ one: Data, _ other: Data) {
            guard one != other else { return nil }
            (lesser, greater) = one.lexicographicallyPrecedes(other) ? (one, other) : (other, one)
        }

        static func < (left: Pair, right: Pair) -> Bool {
            left.lesser == right.lesser
                ? left.greater.lexicographicallyPrecedes(right.greater)
                : left.lesser.lexicographicallyPrecedes(right.lesser)
        }
    }
}
