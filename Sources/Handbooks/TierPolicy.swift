package import Records
import StrictYAML

/// How customers are graded, 客户分级: by a weighted score over their value figures. (domain: customers, "Grades".)
package struct TierPolicy: Hashable, Sendable {
    /// Figures of this long count.
    package var window: Span
    /// The best by value are core customers, 核心客户: this part of all, in percent.
    package var corePercent: Int
    /// What a figure that a customer lacks counts as.
    package var missing: Missing
    /// Which tier those get who share a score at a border.
    package var ties: Ties
    package var weights: [Weight]
    /// The highest first; the last takes all others.
    package var tiers: [Tier]

    /// What a missing figure is taken for.
    package enum Missing: String, Hashable, Sendable, CaseIterable {
        /// Nothing at all.
        case zero
        /// What the customer in the middle has.
        case median
        /// The score is that of the figures that are there.
        case leftOut = "left_out"
    }

    /// What becomes of equal scores.
    package enum Ties: String, Hashable, Sendable, CaseIterable {
        case higher, lower
    }

    /// How much a figure counts.
    package struct Weight: Hashable, Sendable {
        /// A value figure of the profile, for example `annual_sales`.
        package var figure: String
        /// Relative to the others; negative where less is better, such as the cost of contact.
        package var weight: Double
    }

    /// One grade of customers.
    package struct Tier: Hashable, Sendable {
        package var code: String
        package var term: Term
        /// The best so many percent of all; nil for the last, which takes the rest.
        package var topPercent: Int?
        /// How they are served.
        package var service: Term?
    }

    /// The tier of that code.
    package func tier(_ code: String) -> Tier? { tiers.first { $0.code == code } }
}

extension TierPolicy {
    init(_ reader: inout YAMLReader) {
        reader.require("window", "core_percent", "missing", "ties", "weights", "tiers")
        window = reader.span("window") ?? .months(12)
        corePercent = reader.integer("core_percent", in: 1...100) ?? 20
        missing = reader.choice("missing") ?? .zero
        ties = reader.choice("ties") ?? .higher
        weights = reader.objects("weights") { Weight(&$0) } ?? []
        tiers = reader.objects("tiers") { Tier(&$0) } ?? []
        Handbook.checkUnique(weights.map(\.figure), "weights", &reader)
        Handbook.checkUnique(tiers.map(\.code), "tiers", &reader)
        if weights.allSatisfy({ $0.weight == 0 }) { reader.refuse("weights", "at least one must not be 0") }
        var last = 0
        for (index, tier) in tiers.enumerated() {
            let isLast = index == tiers.count - 1
            if isLast != (tier.topPercent == nil) {
                reader.refuse("tiers", at: index, "every tier but the last has a top_percent")
            } else if let percent = tier.topPercent {
                if percent <= last { reader.refuse("tiers", at: index, "top_percent must grow from tier to tier") }
                last = percent
            }
        }
    }
}

extension TierPolicy.Weight {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("figure", "weight")
        figure = reader.code("figure") ?? ""
        weight = reader.double("weight", in: -1000...1000) ?? 0
    }
}

extension TierPolicy.Tier {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en")
        code = reader.code("code") ?? ""
        term = reader.term()
        topPercent = reader.integer("top_percent", in: 1...99)
        service = reader.term("service")
    }
}
