package import Handbooks
package import Records

/// What a handbook makes of the facts of a case. Pure: the moment is an argument, and the same set of records gives the same
/// view whatever order they came in.
package struct CaseRules: Sendable {
    package let handbook: Handbook
    let headquartersSite: SiteID
    /// The immediate rules' indices apart from the clocks', so that a complaint without steps costs little.
    let ageRules: [AgeRule]

    /// A rule that a clock fires.
    struct AgeRule: Sendable {
        var rule: GradeRule
        var span: Span
    }

    /// - Parameter headquarters: the site whose steps count for every case.
    package init(handbook: Handbook, headquarters: SiteID = .headquarters) {
        self.handbook = handbook
        headquartersSite = headquarters
        ageRules = handbook.grading.rules.compactMap { rule in
            if case .unresolved(let span) = rule.condition { AgeRule(rule: rule, span: span) } else { nil }
        }
    }

    /// The case as it stands at `now`.
    package func view(of evidence: CaseEvidence, at now: Timestamp) -> CaseView {
        let resolution = handbook.resolution
        let timeline = CaseTimeline(
            evidence, headquarters: headquartersSite, falseClosingWithin: resolution.falseClosingWithin)
        let heardUntil = evidence.heardUntil.withinCalendar
        var horizon = Horizon(now: now.withinCalendar, heardUntil: heardUntil)
        let clock = CaseClock(periods: timeline.periods, leftWhenReopened: resolution.leftWhenReopened)

        let limits = limits(timeline, clock, evidence, &horizon)
        var firings = immediateFirings(evidence, timeline)
        let ageing = ageing(timeline, clock, zone: evidence.zone, &horizon, &firings)
        let history = GradeHistory(firings, lowerings: timeline.events)
        let escalations = escalations(history, timeline, clock, zone: evidence.zone, &horizon)
        let state = confirmedBySilence(timeline.state, &horizon)

        let complaint = evidence.complaint.facts.complaint
        let latest = timeline.facts[timeline.facts.count - 1]
        return CaseView(
            id: evidence.complaint.id, site: evidence.complaint.site, responsibleSite: timeline.responsibleSite,
            responsiblePerson: timeline.responsiblePerson, madeAt: timeline.madeAt, category: complaint.category,
            touchpoint: complaint.touchpoint,
            product: complaint.product, urgent: latest.urgent, groupSize: latest.groupSize,
            impact: latest.impact, control: latest.control, state: state,
            grade: history.grade, peak: history.peak, rises: history.rises, lowering: history.lowering, limits: limits,
            ageing: ageing, delayCause: timeline.delays[timeline.delays.count - 1].cause,
            handovers: timeline.handovers, refusals: timeline.refusals, powers: timeline.powers, curve: timeline.curve,
            rootCause: timeline.rootCause,
            escalations: escalations, drifts: drifts(evidence, timeline, history.rises),
            openPeriods: timeline.periods, reopenedCount: timeline.reopenedCount,
            falseClosings: timeline.falseClosings, firstReaction: timeline.first(of: Self.reactions)?.at,
            answeredAt: timeline.first(of: [.answered])?.at,
            urgedCount: timeline.events.count { $0.stepKind == .urgedAgain }, repeatOf: evidence.repeatOf,
            hotIssue: evidence.hot?.issue, disregarded: timeline.disregarded, proposals: timeline.proposals,
            nextReview: horizon.nextReview,
            awaitsWord: horizon.awaitsWord)
    }

    /// Who has to act: the site that it was last given to and that did not refuse it.
    package func responsibleSite(of evidence: CaseEvidence) -> SiteID {
        guard !evidence.steps.isEmpty else { return evidence.complaint.site }
        return CaseTimeline(
            evidence, headquarters: headquartersSite, falseClosingWithin: handbook.resolution.falseClosingWithin
        ).responsibleSite
    }

    /// Whether some limit differs by the customer's tier.
    package var dependsOnTiers: Bool { handbook.timeLimits.limits.contains { !$0.tiers.isEmpty } }

    /// What the same customer's new complaint in the same issue is to an earlier case: a duplicate that urges it while it is
    /// open, a second complaint within the handbook's window after it ended, else neither.
    package func repeatEvidence(of madeAt: Timestamp, after earlier: CaseView, zone: TimeZoneRules) -> RepeatEvidence? {
        guard madeAt >= earlier.madeAt else { return nil }
        if earlier.isOpen(at: madeAt) { return RepeatEvidence(earlier: earlier.id, kind: .urgedAgain, at: madeAt) }
        let ends = earlier.openPeriods.compactMap(\.end).filter { $0 <= madeAt }
        guard let end = ends.max(), madeAt <= handbook.resolution.secondComplaintWithin.end(from: end, in: zone)
        else { return nil }
        return RepeatEvidence(earlier: earlier.id, kind: .secondComplaint, at: madeAt)
    }

    /// What counts as somebody having done something about a complaint. (domain: neglect and reaction.)
    private static let reactions: [CaseStep.Kind] = [
        .arrived, .investigationBegun, .answered, .accepted, .compensated, .resolved,
    ]

    private func confirmedBySilence(_ state: CaseState, _ horizon: inout Horizon) -> CaseState {
        guard case .resolved(let at) = state else { return state }
        let silentAt = at + handbook.resolution.confirmedBySilenceAfter
        guard horizon.isKnown(silentAt) else { return state }
        return .confirmed(at: silentAt, resolvedAt: at, bySilence: true)
    }
}

/// Up to where a view can see, and what it waits for.
struct Horizon {
    let now: Timestamp
    let heardUntil: Timestamp
    /// The earliest moment after `now` that changes something.
    private(set) var nextReview: Timestamp?
    /// The earliest moment after `heardUntil`, up to `now`, that changes something once it was heard of.
    private(set) var awaitsWord: Timestamp?

    init(now: Timestamp, heardUntil: Timestamp) {
        self.now = now
        self.heardUntil = heardUntil
    }

    /// Whether the moment came and the site was heard from up to it. If not, notes what has to come first.
    mutating func isKnown(_ moment: Timestamp) -> Bool {
        if moment > now {
            nextReview = min(nextReview ?? moment, moment)
        } else if moment > heardUntil {
            awaitsWord = min(awaitsWord ?? moment, moment)
        } else {
            return true
        }
        return false
    }
}

extension Timestamp {
    /// Within the years 1 to 9999, so that arithmetic on a hostile or broken clock's time cannot overflow.
    var withinCalendar: Timestamp {
        Timestamp(milliseconds: min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999))
    }
}
