package import Records
import StrictYAML

/// A measurable target of the service, 服务标准. (domain: service blueprint, "Service standards".)
package struct ServiceStandard: Hashable, Sendable {
    package var code: String
    package var term: Term
    /// What is measured; nil makes it a wish.
    package var metric: Metric?
    package var comparison: Comparison
    /// In the metric's unit.
    package var target: Double?
    /// What the figure is today, in the same unit: the target should lie beyond it.
    package var current: Double?
    /// The best that anybody reached: the target should not lie beyond it.
    package var best: Double?
    /// The code of the department that answers for it.
    package var owner: String?
    /// Where it is written down.
    package var document: Term?
    /// The goal of the organisation that it serves.
    package var goal: Term?
    /// What customers get from it.
    package var customerNeed: Term?

    /// How the figure stands to the target when the standard is met.
    package enum Comparison: String, Hashable, Sendable, CaseIterable {
        case atLeast = "at_least"
        case atMost = "at_most"

        /// As people write it.
        package var sign: String { self == .atLeast ? "≥" : "≤" }

        /// Whether `value` satisfies the target.
        package func holds(_ value: Double, _ target: Double) -> Bool {
            self == .atLeast ? value >= target : value <= target
        }
    }

    /// Whether such a figure meets the standard; nil for a standard that cannot be measured.
    package func isMet(by value: Double) -> Bool? { target.map { comparison.holds(value, $0) } }
}

/// A figure of the month that standards, commitments and benchmarks speak of.
package enum Metric: String, Hashable, Sendable, CaseIterable {
    /// Parts of the cases made in the month, of those whose limit fell due.
    case investigatedInTimePercent = "investigated_in_time_percent"
    case answeredInTimePercent = "answered_in_time_percent"
    case onSiteInTimePercent = "on_site_in_time_percent"
    /// The part of the month's cases that were resolved within a week.
    case resolvedInWeekPercent = "resolved_in_week_percent"
    /// From made to resolved, the open ones counted in.
    case medianDaysToResolve = "median_days_to_resolve"
    /// From made to the first reaction.
    case medianHoursToReact = "median_hours_to_react"
    /// The part of ended cases that were reopened soon after.
    case falseClosingPercent = "false_closing_percent"
    /// Complaints for each 100 return visits.
    case complaintsPerHundredVisits = "complaints_per_hundred_visits"
    /// Of the visits that fell due.
    case visitCoveragePercent = "visit_coverage_percent"
    case visitReachPercent = "visit_reach_percent"
    /// The mean of 1 to 5.
    case visitSatisfaction = "visit_satisfaction"
    /// The part of answers that are 4 or 5.
    case satisfiedPercent = "satisfied_percent"
    /// Dissatisfied customers who were won back.
    case recoveredPercent = "recovered_percent"

    /// Whether more of it is better.
    package var moreIsBetter: Bool {
        switch self {
        case .medianDaysToResolve, .medianHoursToReact, .falseClosingPercent, .complaintsPerHundredVisits: false
        default: true
        }
    }

    /// The greatest value that it can have.
    var greatest: Double {
        switch self {
        case .visitSatisfaction: 5
        case .medianDaysToResolve, .medianHoursToReact, .complaintsPerHundredVisits: 1e9
        default: 100
        }
    }

    /// The word for people.
    package var term: Term {
        switch self {
        case .investigatedInTimePercent: Term("按时展开调查 %", "investigated in time %")
        case .answeredInTimePercent: Term("按时回复 %", "answered in time %")
        case .onSiteInTimePercent: Term("按时到达现场 %", "on site in time %")
        case .resolvedInWeekPercent: Term("一周内解决 %", "resolved within a week %")
        case .medianDaysToResolve: Term("解决天数中位数", "median days to resolve")
        case .medianHoursToReact: Term("首次响应小时中位数", "median hours to react")
        case .falseClosingPercent: Term("虚假关闭 %", "false closings %")
        case .complaintsPerHundredVisits: Term("每百次回访的投诉数", "complaints per 100 visits")
        case .visitCoveragePercent: Term("回访完成率 %", "visit coverage %")
        case .visitReachPercent: Term("回访接通率 %", "visits that reached %")
        case .visitSatisfaction: Term("回访满意度（1–5）", "satisfaction at visits (1–5)")
        case .satisfiedPercent: Term("满意客户 %", "satisfied customers %")
        case .recoveredPercent: Term("服务补救率 %", "recovered customers %")
        }
    }
}

extension ServiceStandard {
    init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en")
        code = reader.code("code") ?? ""
        term = reader.term()
        metric = reader.choice("metric")
        comparison = reader.choice("comparison") ?? (metric?.moreIsBetter == false ? .atMost : .atLeast)
        let range = 0...(metric?.greatest ?? 1e9)
        target = reader.double("target", in: range)
        current = reader.double("current", in: range)
        best = reader.double("best", in: range)
        owner = reader.code("owner")
        document = reader.term("document")
        goal = reader.term("goal")
        customerNeed = reader.term("customer_need")
        warn(&reader)
    }

    /// What makes a standard weak: customer-centred, measurable, concrete, challenging yet feasible, tied to a goal, documented.
    private func warn(_ reader: inout YAMLReader) {
        func lacks(_ isMissing: Bool, _ key: String, _ reason: String) {
            if isMissing, !reader.has(key) { reader.warn("code", "the standard \(code) \(reason)") }
        }
        lacks(customerNeed == nil, "customer_need", "is not customer-centred: say what customers get (customer_need)")
        lacks(metric == nil, "metric", "is not measurable: name its metric")
        lacks(target == nil, "target", "is not concrete: give its target")
        lacks(owner == nil, "owner", "is nobody's: name the department that answers for it (owner)")
        lacks(goal == nil, "goal", "is not tied to a goal: name it")
        lacks(document == nil, "document", "is not documented: say where it is written down (document)")
        if let metric, reader.has("comparison"), (comparison == .atLeast) != metric.moreIsBetter {
            let better = metric.moreIsBetter ? "more" : "less"
            reader.warn("comparison", "the standard \(code) is met by doing worse: of its metric \(better) is better")
        }
        guard let target else { return }
        if let current, comparison.holds(current, target) {
            reader.warn("target", "the standard \(code) is not challenging: it is met today")
        }
        if let best, !comparison.holds(best, target) {
            reader.warn("target", "the standard \(code) is not feasible: not even the best reached it")
        }
    }
}
