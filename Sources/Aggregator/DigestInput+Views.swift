import Digests
import Foundation
import Handbooks
import Records
import struct Records.Record
import Recurrence
import Rules
import Storage

extension LateRecord {
    init(_ row: RecordRow) {
        self.init(
            id: row.id, site: row.site, kind: row.kind.term, occurred: row.occurred, recorded: row.recorded,
            arrived: row.received, concerns: row.caseID == row.id ? nil : row.caseID)
    }
}

extension CaseEvidence {
    /// 影响面 and 掌控度 as the complaint states them, and as the latest step that says otherwise changed them.
    var impactAndControl: (Complaint.Impact, Complaint.Control) {
        var (impact, control) = (complaint.facts.complaint.impact, complaint.facts.complaint.control)
        for step in steps.sorted(by: { ($0.occurred, $0.recorded, $0.id) < ($1.occurred, $1.recorded, $1.id) }) {
            if step.facts.step.hasImpact { impact = step.facts.step.impact }
            if step.facts.step.hasControl { control = step.facts.step.control }
        }
        return (impact, control)
    }

    /// What the customer said at the last visit about it, 1 to 5; nil where nobody asked.
    var satisfactionAfter: Int? {
        let told = visits.filter { record in
            let visit = record.facts.visit
            return visit.reached && visit.hasSatisfaction && (1...5).contains(visit.satisfaction)
        }
        return told.max { ($0.order, $0.id) < ($1.order, $1.id) }.map { Int($0.facts.visit.satisfaction) }
    }
}

extension VisitSummary {
    init(_ record: Record, _ erasures: Erasures) {
        let visit = record.facts.visit
        var problems: [String?: Int] = [:]
        var touchpoints: [String: Int] = [:]
        for problem in visit.problems {
            problems[problem.category.nonEmpty, default: 0] += 1
            if let touchpoint = problem.touchpoint.nonEmpty { touchpoints[touchpoint, default: 0] += 1 }
        }
        self.init(
            id: record.id, site: record.site, reached: visit.reached,
            satisfaction: visit.hasSatisfaction ? Int(visit.satisfaction) : nil,
            recommendation: visit.hasRecommendation ? Int(visit.recommendation) : nil, problems: problems,
            touchpoints: touchpoints,
            helpNeeded: record.personal?.helpNeeded.count ?? Int(erasures.remains(of: record.id)?.helpNeeded ?? 0),
            planned: !visit.planItems.isEmpty)
    }
}

extension CurvePoint {
    init(_ point: StagePoint) {
        self.init(stage: point.stage.code, impact: point.impact.code, at: point.at, record: point.record)
    }
}

extension RootCauseSummary {
    init(_ cause: RootCause, _ evidence: CaseEvidence) {
        self.init(
            causes: cause.causes.map(\.code), gap: cause.gap,
            whys: evidence.steps.first { $0.id == cause.record }?.personal?.whys ?? [], record: cause.record)
    }
}

extension Digests.CaseState {
    init(_ state: Rules.CaseState) {
        switch state {
        case .open: self = .open
        case .resolved(let at): self = .resolved(at: at)
        case .confirmed(_, let resolvedAt, _): self = .confirmed(resolvedAt: resolvedAt)
        case .closed(let at, _): self = .closed(at: at)
        }
    }
}

extension LimitOutcome {
    init?(_ status: LimitStatus) {
        switch status {
        case .met: self = .met
        case .missed: self = .missed
        case .notYetDue, .dueSoon, .paused: self = .notYetDue
        case .unknown: self = .unknown
        case .notApplicable: return nil
        }
    }
}

extension SourcedText {
    /// Title, or body where there is none.
    var words: [String] { [text.title.nonEmpty ?? text.body].filter { !$0.isEmpty } }
}

extension Handbook {
    /// The handbook's table of meetings as the digest's paper wants it.
    var meetingPlan: MeetingPlan {
        let codes = meetings.flatMap(\.departments)
        var departments: [Term] = []
        for code in codes {
            guard let term = department(code)?.term, !departments.contains(term) else { continue }
            departments.append(term)
        }
        return MeetingPlan(
            when: meetings.first?.when ?? Term("每月月末", "end of every month"), contents: meetings.map(\.contents),
            departments: departments)
    }
}
