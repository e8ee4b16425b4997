import Handbooks
import Records

/// What of a case needs a person.
extension CaseRules {
    /// Greatest number of records that a flag of a case names: in a hot issue of hundreds each complaint rises by all the
    /// others, and the issue's own flag names them all.
    private static let mostEvidence = 10

    /// Every flag that stands now, in the order of time. The caller compares with what the feed said before, and appends
    /// what was raised, updated and withdrawn.
    package func flags(for view: CaseView) -> [Flag] {
        var flags: [Flag] = []
        let subject = view.id.description
        let sites = view.responsibleSite == view.site ? [view.site] : [view.site, view.responsibleSite]
        for rise in view.rises where rise.grade >= handbook.grading.flagFrom && rise.grade <= view.grade {
            var flag = Flag(
                .gradeRaised, subject: subject, key: rise.grade.code, sites: sites, at: rise.at, grade: rise.grade,
                rule: rise.rule.code, evidence: Array(rise.evidence.prefix(Self.mostEvidence)))
            if case .unresolved = rise.rule.condition { flag.delayNotStated = rise.delayNotStated }
            // Raised to the same grade again after a lowering: the later rise is the one that stands.
            flags.removeAll { $0.id == flag.id }
            flags.append(flag)
        }
        for limit in view.limits { append(limit, grade: nil, view, subject, sites, to: &flags) }
        for (limit, age) in zip(view.ageing, ageRules) where age.rule.grade > view.grade {
            if case .dueSoon = limit.status { append(limit, grade: age.rule.grade, view, subject, sites, to: &flags) }
        }
        if let last = view.falseClosings.last {
            var flag = Flag(
                .falseClosing, subject: subject, sites: sites, at: last.reopenedAt,
                evidence: [view.id] + view.falseClosings.map(\.evidence))
            flag.count = view.falseClosings.count
            flag.reference = last.closedAt
            flags.append(flag)
        }
        if let second = view.refusals.dropFirst().first {
            var flag = Flag(
                .passedOn, subject: subject, sites: sites + view.refusals.map(\.site), at: second.at,
                evidence: Array(view.refusals.map(\.record).prefix(Self.mostEvidence)))
            flag.count = view.refusals.count
            flags.append(flag)
        }
        for step in view.escalations {
            flags.append(
                Flag(
                    .escalated, subject: subject, key: step.rung.code, sites: sites, at: step.at, grade: step.grade,
                    rule: step.rung.code, evidence: [view.id]))
        }
        for drift in view.drifts {
            flags.append(
                Flag(
                    drift.kind.flag, subject: subject, sites: sites, at: drift.at, grade: view.grade,
                    evidence: Array(drift.evidence.prefix(Self.mostEvidence))))
        }
        // One that a person with the authority answered is settled.
        for proposal in view.proposals where proposal.at > view.lowering?.at ?? .zero {
            flags.append(
                Flag(
                    .amendmentProposed, subject: subject, key: proposal.record.description,
                    sites: sites + [proposal.site], at: proposal.at, evidence: [proposal.record]))
        }
        return flags.count < 2 ? flags : flags.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    }

    private func append(
        _ limit: LimitView, grade: Grade?, _ view: CaseView, _ subject: String, _ sites: [SiteID],
        to flags: inout [Flag]
    ) {
        let kind: FlagKind
        let at: Timestamp
        switch limit.status {
        case .dueSoon(let since): (kind, at) = (.limitWarning, since)
        case .missed(let since, _): (kind, at) = (.limitBreached, since)
        case .met, .notYetDue, .unknown, .paused, .notApplicable: return
        }
        var flag = Flag(
            kind, subject: subject, key: limit.code, sites: sites, at: at, grade: grade, rule: limit.code,
            evidence: [view.id])
        flag.reference = limit.dueAt
        flags.append(flag)
    }
}

extension CaseDrift.Kind {
    /// The flag that it raises.
    var flag: FlagKind {
        switch self {
        case .inward: .driftInward
        case .worse: .driftWorse
        case .spread: .driftSpread
        }
    }
}
