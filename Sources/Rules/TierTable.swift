package import Handbooks
package import Records

/// The grades of all customers at one moment, 客户分级: by a weighted score over their value figures, each figure by its rank
/// among those who have it, so that one figure's unit does not outweigh another's. (domain: customers, "Grades".)
package struct TierTable: Sendable, Equatable {
    /// One customer's grade.
    package struct Line: Sendable, Equatable {
        package var customer: String
        /// 0 to 1, the best 1.
        package var score: Double
        /// The code of the tier.
        package var tier: String
        /// 核心客户: among the best by value.
        package var isCore: Bool
    }

    /// The best first; those of one score by name.
    package private(set) var lines: [Line] = []
    private var tiers: [String: String] = [:]

    /// - Parameters:
    ///   - customers: everybody who is graded, with what is known of them up to the moment.
    ///   - moment: figures of the policy's window before it count.
    package init(
        _ customers: [(name: String, figures: [String: CustomerStanding.Figure])], policy: TierPolicy,
        zone: TimeZoneRules, at moment: Timestamp
    ) {
        guard !customers.isEmpty, let lowest = policy.tiers.last else { return }
        let values = customers.map { customer in
            customer.figures.filter { $0.value.at <= moment && policy.window.end(from: $0.value.at, in: zone) > moment }
                .mapValues(\.value)
        }
        var sums = [(weighted: Double, weight: Double)](repeating: (0, 0), count: customers.count)
        for weight in policy.weights where weight.weight != 0 {
            let ranks = Self.ranks(values.map { $0[weight.figure] }, policy.missing)
            for (index, rank) in ranks.enumerated() {
                guard let rank else { continue }
                let good = weight.weight > 0 ? rank : 1 - rank
                sums[index].weighted += abs(weight.weight) * good
                sums[index].weight += abs(weight.weight)
            }
        }
        let scores = sums.map { $0.weight > 0 ? $0.weighted / $0.weight : 0 }
        let order = customers.indices.sorted { left, right in
            scores[left] == scores[right] ? customers[left].name < customers[right].name : scores[left] > scores[right]
        }
        let ordered = order.map { scores[$0] }
        for (place, index) in order.enumerated() {
            let score = scores[index]
            let tier = policy.tiers.first { tier in
                tier.topPercent.map { Self.reaches(score, place, $0, ordered, policy.ties) } ?? true
            }
            lines.append(
                Line(
                    customer: customers[index].name, score: score, tier: (tier ?? lowest).code,
                    isCore: Self.reaches(score, place, policy.corePercent, ordered, policy.ties)))
        }
        tiers = Dictionary(lines.map { ($0.customer, $0.tier) }, uniquingKeysWith: { first, _ in first })
    }

    /// The code of a customer's tier; nil for one who is not graded.
    package func tier(of customer: String) -> String? { tiers[customer] }

    /// Who moved between two tables, 升级 and 降级: by name.
    package static func movements(
        from before: TierTable, to after: TierTable
    ) -> [(customer: String, from: String?, to: String)] {
        after.lines.compactMap { line in
            let earlier = before.tier(of: line.customer)
            return earlier == line.tier ? nil : (line.customer, earlier, line.tier)
        }.sorted { $0.0 < $1.0 }
    }

    /// Whether somebody at this place is among the best so many percent. Those who share a score at the border are taken in
    /// together or left out together.
    private static func reaches(
        _ score: Double, _ place: Int, _ percent: Int, _ ordered: [Double], _ ties: TierPolicy.Ties
    ) -> Bool {
        let border = (ordered.count * percent + 99) / 100
        guard border > 0 else { return false }
        if place < border {
            // The last who is taken in shares a score with the first who is not.
            let isSplit = border < ordered.count && ordered[border - 1] == ordered[border] && score == ordered[border]
            return ties == .higher || !isSplit
        }
        return ties == .higher && score == ordered[border - 1]
    }

    /// Each value's rank among all, 0 to 1; those of one value share the middle of theirs.
    private static func ranks(_ values: [Double?], _ missing: TierPolicy.Missing) -> [Double?] {
        let known = values.compactMap(\.self).sorted()
        let median = known.isEmpty ? nil : known[known.count / 2]
        let filled: [Double?] = values.map { value in
            switch missing {
            case .zero: value ?? 0
            case .median: value ?? median
            case .leftOut: value
            }
        }
        let sorted = filled.compactMap(\.self).sorted()
        guard sorted.count > 1 else { return filled.map { $0.map { _ in 1 } } }
        var middle: [Double: Double] = [:]
        var start = 0
        while start < sorted.count {
            var end = start
            while end + 1 < sorted.count, sorted[end + 1] == sorted[start] { end += 1 }
            middle[sorted[start]] = Double(start + end) / 2 / Double(sorted.count - 1)
            start = end + 1
        }
        return filled.map { $0.flatMap { middle[$0] } }
    }
}
