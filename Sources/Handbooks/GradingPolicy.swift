package import Records

/// One reason for a grade. (domain: grades, the table.)
package struct GradeRule: Hashable, Sendable {
    /// Stable, lower-case ASCII: what flags and stored rises carry.
    package var code: String
    /// The reason in words, for example "a group of 10 or more".
    package var term: Term
    /// What a complaint becomes when the condition holds.
    package var grade: Grade
    package var condition: Condition

    /// What must be the case. Numbers are limits that count themselves: "or more".
    package enum Condition: Hashable, Sendable {
        /// A lawsuit of this degree or beyond, 法律诉讼.
        case lawsuit(Complaint.Danger)
        /// Exposure by media of this degree or beyond, 媒体曝光.
        case media(Complaint.Danger)
        /// At least so many people in the group, 人数.
        case group(atLeast: Int)
        /// Open for so long, the delay being ours or not stated.
        case unresolved(after: Span)
        /// The same complaint from so many different complainants within the span, at any sites.
        case sameComplaint(complainants: Int, within: Span)
        /// Complained of again after handling was finished, 二次投诉.
        case secondComplaint
        /// Needs support of one of these kinds.
        case support([Complaint.Support])
    }
}

/// How complaints are graded, 投诉分级.
package struct GradingPolicy: Hashable, Sendable {
    /// In the handbook's order: of two rules that hold at the same moment and give the same grade, the first is named.
    package var rules: [GradeRule]
    /// Grades from here on raise a flag.
    package var flagFrom: Grade
    /// Whether problems from return visits count for the hot rule too. (domain: the hot rule, "a handbook switch".)
    package var visitsCount: Bool

    /// The hot rule's numbers: different complainants, and the window in the organisation's zone. The first such rule's.
    package var hotRule: (complainants: Int, within: Span)? {
        for rule in rules {
            if case .sameComplaint(let complainants, let within) = rule.condition { return (complainants, within) }
        }
        return nil
    }
}
