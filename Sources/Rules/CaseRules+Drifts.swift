import Handbooks
import Records

/// Cases that go the wrong way. (domain: grades, "Three drifts to flag".)
extension CaseRules {
    /// So many grades up is a drift.
    private static let gradesWorse = 2

    func drifts(_ evidence: CaseEvidence, _ timeline: CaseTimeline, _ rises: [GradeRise]) -> [CaseDrift] {
        [inward(evidence, timeline), worse(timeline, rises), spread(evidence, timeline)].compactMap(\.self)
            .sorted { ($0.at, $0.kind.rawValue) < ($1.at, $1.kind.rawValue) }
    }

    /// What came from outside, and then the customer was dissatisfied with us: at a visit, or by saying that it is not
    /// resolved.
    private func inward(_ evidence: CaseEvidence, _ timeline: CaseTimeline) -> CaseDrift? {
        guard evidence.complaint.facts.complaint.origin == .exogenous else { return nil }
        let denials = timeline.events.filter { event in
            if case .visit(confirms: false) = event.kind { true } else { event.stepKind == .reopened }
        }
        let signs = timeline.dissatisfactions + denials.map { ($0.at, $0.id) }
        guard let first = signs.min(by: { ($0.at, $0.id) < ($1.at, $1.id) }) else { return nil }
        return CaseDrift(kind: .inward, at: first.at, evidence: [evidence.complaint.id, first.id])
    }

    private func worse(_ timeline: CaseTimeline, _ rises: [GradeRise]) -> CaseDrift? {
        let first = rises.last { $0.at <= timeline.madeAt }?.grade ?? .ordinary
        guard let rise = rises.first(where: { $0.grade.rawValue - first.rawValue >= Self.gradesWorse }) else {
            return nil
        }
        return CaseDrift(kind: .worse, at: rise.at, evidence: rise.evidence)
    }

    private func spread(_ evidence: CaseEvidence, _ timeline: CaseTimeline) -> CaseDrift? {
        let first = timeline.facts[0]
        guard first.groupSize == 1, first.media == .none else { return nil }
        let complaint = evidence.complaint.id
        var found: [CaseDrift] = []
        if let wider = timeline.facts.first(where: { $0.groupSize > 1 || $0.media.rawValue > first.media.rawValue }) {
            found.append(CaseDrift(kind: .spread, at: wider.at, evidence: [complaint, wider.id]))
        }
        // The first of a hot issue is the one that spread; the others are what it spread to.
        if let hot = evidence.hot, hot.complaints.first == complaint {
            let at = max(timeline.madeAt, hot.completedAt.withinCalendar)
            found.append(CaseDrift(kind: .spread, at: at, evidence: hot.complaints))
        }
        return found.min { $0.at < $1.at }
    }
}
