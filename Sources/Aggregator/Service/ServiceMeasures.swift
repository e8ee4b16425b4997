import Digests
import Handbooks
import Records
import Rules

/// The figures that standards and benchmarks speak of, from the cases made and the visits paid in a month.
struct ServiceMeasures {
    /// One figure; of shares the value is in percent.
    struct Value: Sendable, Hashable {
        var value: Double
        /// How many observations it rests on.
        var n: Int
    }

    /// A visit, as far as it is measured.
    struct Visit: Sendable {
        var reached: Bool
        /// 1 to 5; nil where it was not asked.
        var satisfaction: Int?

        init(reached: Bool, satisfaction: Int?) {
            self.reached = reached
            self.satisfaction = satisfaction
        }

        init(_ visit: Records.Visit) {
            self.init(reached: visit.reached, satisfaction: visit.hasSatisfaction ? Int(visit.satisfaction) : nil)
        }
    }

    let cases: [CaseView]
    let visits: [Visit]
    let now: Timestamp

    /// The figure; nil where there is nothing to measure it by.
    func value(of metric: Metric) -> Value? {
        switch metric {
        case .investigatedInTimePercent: inTime("investigation")
        case .answeredInTimePercent: inTime("answer")
        case .onSiteInTimePercent: inTime("on_site")
        case .resolvedInWeekPercent: resolvedInWeek
        case .medianDaysToResolve: median(in: 86_400_000) { $0.resolvedAt }
        case .medianHoursToReact: median(in: 3_600_000) { $0.firstReaction }
        case .falseClosingPercent:
            share(
                cases.filter { !$0.falseClosings.isEmpty }.count,
                of: cases.count { $0.openPeriods.contains { $0.end != nil } })
        case .complaintsPerHundredVisits:
            visits.isEmpty
                ? nil : Value(value: 100 * Double(cases.count) / Double(visits.count), n: cases.count + visits.count)
        case .visitReachPercent: share(visits.count(where: \.reached), of: visits.count)
        case .visitSatisfaction:
            scores.isEmpty
                ? nil : Value(value: Double(scores.reduce(0, +)) / Double(scores.count), n: scores.count)
        case .satisfiedPercent: share(scores.count { $0 >= 4 }, of: scores.count)
        // These need every customer's visits that fell due, or past states.
        case .visitCoveragePercent, .recoveredPercent: nil
        }
    }

    private var scores: [Int] { visits.compactMap(\.satisfaction) }

    private func share(_ part: Int, of whole: Int) -> Value? {
        whole == 0 ? nil : Value(value: 100 * Double(part) / Double(whole), n: whole)
    }

    /// Of the cases that the limit bound and whose matter is decided; what is not due yet or unknown says nothing.
    private func inTime(_ limit: String) -> Value? {
        var (met, missed) = (0, 0)
        for view in cases {
            switch view.limits.first(where: { $0.code == limit })?.status {
            case .met: met += 1
            case .missed: missed += 1
            default: continue
            }
        }
        return share(met, of: met + missed)
    }

    /// Of the cases that were resolved or are a week old; one that was closed without resolution counts for neither.
    private var resolvedInWeek: Value? {
        let week: Duration = .seconds(7 * 86_400)
        var (inTime, decided) = (0, 0)
        for view in cases {
            if let resolved = view.resolvedAt, resolved - view.madeAt < week {
                (inTime, decided) = (inTime + 1, decided + 1)
            } else if now - view.madeAt >= week, view.isOpen || view.resolvedAt != nil {
                decided += 1
            }
        }
        return share(inTime, of: decided)
    }

    /// The Kaplan–Meier median: cases to which it has not happened yet are counted in.
    private func median(in unit: Double, _ event: (CaseView) -> Timestamp?) -> Value? {
        let times = cases.map { view in
            let end = event(view) ?? view.openPeriods.last?.end ?? now
            return SurvivalMedian.Observation(
                milliseconds: (end - view.madeAt).wholeMilliseconds, finished: event(view) != nil)
        }
        return SurvivalMedian.milliseconds(times).map { Value(value: Double($0) / unit, n: times.count) }
    }
}

/// A site beside the others on one figure.
struct SiteMeasure: Sendable, Hashable {
    var site: SiteID
    var measured: ServiceMeasures.Value
    /// Drawn to the figure of all sites together, the more the fewer its observations: a lucky branch with three answers is no
    /// benchmark. (domain: benchmarking.)
    var shrunk: Double

    /// So many observations weigh as much as what all sites together say.
    static let prior = 20.0

    /// Every site that can be measured, the best first.
    static func ranked(_ sites: [SiteID: ServiceMeasures], _ metric: Metric, all: ServiceMeasures.Value)
        -> [SiteMeasure]
    {
        let found = sites.compactMap { site, measures in
            measures.value(of: metric).map { value in
                let weight = Double(value.n)
                return SiteMeasure(
                    site: site, measured: value,
                    shrunk: (weight * value.value + prior * all.value) / (weight + prior))
            }
        }
        return found.sorted { left, right in
            if left.shrunk != right.shrunk { return (left.shrunk > right.shrunk) == metric.moreIsBetter }
            return left.site < right.site
        }
    }
}
