package import Records
import StrictYAML

/// Where customers stand between loyal and lost, and how they fall when nobody looks after them, 客户服务瀑布.
/// (domain: customers, "Waterfall".)
package struct Waterfall: Hashable, Sendable {
    /// The states from the top; they are always these.
    package enum State: String, Hashable, Sendable, CaseIterable, Comparable {
        case loyal
        case verySatisfied = "very_satisfied"
        case satisfied, dissatisfied, angry
        case complainingOutside = "complaining_outside"
        case lost

        /// The word for people.
        package var term: Term {
            switch self {
            case .loyal: Term("忠诚", "loyal")
            case .verySatisfied: Term("非常满意", "very satisfied")
            case .satisfied: Term("满意", "satisfied")
            case .dissatisfied: Term("不满意", "dissatisfied")
            case .angry: Term("生气", "angry")
            case .complainingOutside: Term("告状", "complaining outside")
            case .lost: Term("流失", "lost")
            }
        }

        /// Higher up is greater.
        package static func < (left: State, right: State) -> Bool { left.depth > right.depth }

        private var depth: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// From here down a customer is won back or lost, 控制点.
    package var controlPoint: State
    /// Of the loyal customers; so many lost or won in a month are many, for the organisation's type. 1 to 100.
    package var manyFromPercent = 10
    /// What a measured satisfaction means; of several that hold the first.
    package var measures: [Measure]
    /// How a state falls by itself without contact.
    package var decay: [Decay]

    /// One line of the mapping.
    package struct Measure: Hashable, Sendable {
        package var state: State
        /// 1 to 5.
        package var satisfactionAtLeast: Int
        /// 0 to 10; a visit that did not ask for it does not reach it.
        package var recommendationAtLeast: Int?
    }

    /// One fall.
    package struct Decay: Hashable, Sendable {
        package var from: State
        package var to: State
        /// Since the last contact, or the fall before.
        package var after: Span
    }

    /// The state that such an answer means; nil when the mapping has none.
    package func state(satisfaction: Int, recommendation: Int?) -> State? {
        measures.first { measure in
            satisfaction >= measure.satisfactionAtLeast
                && measure.recommendationAtLeast.map { least in recommendation.map { $0 >= least } ?? false } ?? true
        }?.state
    }
}

extension Waterfall {
    init(_ reader: inout YAMLReader) {
        reader.require("control_point", "measures", "decay")
        controlPoint = reader.choice("control_point") ?? .verySatisfied
        manyFromPercent = reader.integer("many_from_percent", in: 1...100) ?? 10
        measures = reader.objects("measures") { Measure(&$0) } ?? []
        decay = reader.objects("decay") { Decay(&$0) } ?? []
        Handbook.checkUnique(decay.map(\.from.rawValue), "decay", &reader)
        for (index, fall) in decay.enumerated() where fall.to >= fall.from {
            reader.refuse("decay", at: index, "must lead downwards")
        }
        if let last = measures.last, last.satisfactionAtLeast > 1 || last.recommendationAtLeast != nil {
            reader.refuse(
                "measures", at: measures.count - 1, "the last must take every answer: satisfaction_at_least: 1")
        }
    }
}

extension Waterfall.Measure {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("state", "satisfaction_at_least")
        state = reader.choice("state") ?? .satisfied
        satisfactionAtLeast = reader.integer("satisfaction_at_least", in: 1...5) ?? 1
        recommendationAtLeast = reader.integer("recommendation_at_least", in: 0...10)
    }
}

extension Waterfall.Decay {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("from", "to", "after")
        from = reader.choice("from") ?? .loyal
        to = reader.choice("to") ?? .lost
        after = reader.span("after") ?? .months(1)
    }
}
