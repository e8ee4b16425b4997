import Digests
import Handbooks
import Records

extension StandardTarget {
    /// A standard with the figure of the digest that measures it; nil for one without a target, which is a wish.
    init?(_ standard: ServiceStandard, _ handbook: Handbook) {
        guard let metric = standard.metric, let target = standard.target else { return nil }
        let (figure, scale) = Self.figure(of: metric, handbook)
        self.init(
            code: standard.code, term: standard.term, metric: metric.term, figure: figure, scale: scale,
            isAtLeast: standard.comparison == .atLeast, target: target,
            owner: standard.owner.flatMap { handbook.department($0)?.term }, document: standard.document)
    }

    /// The figure of the digest, and how many of the metric's units one of its own is. Nil where the digest has none yet.
    static func figure(of metric: Metric, _ handbook: Handbook) -> (FigureName?, Double) {
        // The step that a limit waits for stands first; those after it, such as a resolution, do as well.
        let kept = { (kind: CaseStep.Kind) -> FigureName? in
            handbook.timeLimits.limits.first { $0.metBy.first == kind }.map {
                FigureName("limits").adding($0.code, "kept")
            }
        }
        return switch metric {
        case .investigatedInTimePercent: (kept(.investigationBegun), 100)
        case .answeredInTimePercent: (kept(.answered), 100)
        case .onSiteInTimePercent: (kept(.arrived), 100)
        case .resolvedInWeekPercent: ("resolution.within_week", 100)
        case .medianDaysToResolve: ("resolution.median", 1 / 86_400_000)
        case .visitReachPercent: ("visits.reach", 100)
        case .visitSatisfaction: ("satisfaction.visits.mean", 1)
        case .satisfiedPercent: ("satisfaction.visits.satisfied", 100)
        case .medianHoursToReact: ("reaction.median", 1 / 3_600_000)
        case .recoveredPercent: ("waterfall.recovery", 100)
        case .falseClosingPercent, .complaintsPerHundredVisits, .visitCoveragePercent: (nil, 1)
        }
    }
}

extension BenchmarkTarget {
    /// A benchmark with the figure of the digest that it stands beside; nil for one without a number, or that no figure measures.
    init?(_ benchmark: Benchmark, _ handbook: Handbook) {
        guard let metric = benchmark.metric, let value = benchmark.value else { return nil }
        let (figure, scale) = StandardTarget.figure(of: metric, handbook)
        guard let figure else { return nil }
        self.init(
            code: benchmark.code, term: benchmark.term, kind: benchmark.kind.term, metric: metric.term, figure: figure,
            scale: scale, value: value, lesson: benchmark.lesson)
    }
}
