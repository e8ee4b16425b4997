import Handbooks
import Records

/// One moment at which a rule gives a grade, or gives it anew.
struct Firing {
    var at: Timestamp
    /// Its place among the case's own events of the same moment: clocks and other cases -1, the complaint 0, then its steps.
    var ordinal: Int
    var rule: GradeRule
    /// The rule's place in the handbook.
    var index: Int
    var evidence: [RecordID]
    var delayNotStated = false
}

/// Grades that follow from facts at once. (domain: grades, the table.)
extension CaseRules {
    func immediateFirings(_ evidence: CaseEvidence, _ timeline: CaseTimeline) -> [Firing] {
        var firings: [Firing] = []
        for (index, rule) in handbook.grading.rules.enumerated() {
            var before: CaseTimeline.Facts?
            for facts in timeline.facts {
                if Self.holds(rule.condition, facts, before: before) {
                    let complaint = evidence.complaint.id
                    firings.append(
                        Firing(
                            at: facts.at, ordinal: facts.ordinal, rule: rule, index: index,
                            evidence: facts.id == complaint ? [complaint] : [complaint, facts.id]))
                }
                before = facts
            }
            firings.append(contentsOf: outsideFirings(rule, index, evidence, timeline))
        }
        return firings
    }

    /// Whether the facts satisfy the condition, and are graver in its respect than those before.
    private static func holds(
        _ condition: GradeRule.Condition, _ facts: CaseTimeline.Facts, before: CaseTimeline.Facts?
    ) -> Bool {
        switch condition {
        case .lawsuit(let degree):
            facts.lawsuit.rawValue >= degree.rawValue && facts.lawsuit.rawValue > (before?.lawsuit.rawValue ?? -1)
        case .media(let degree):
            facts.media.rawValue >= degree.rawValue && facts.media.rawValue > (before?.media.rawValue ?? -1)
        case .group(let atLeast): facts.groupSize >= atLeast && facts.groupSize > (before?.groupSize ?? 0)
        case .support(let kinds): kinds.contains(facts.support) && facts.support != before?.support
        case .unresolved, .sameComplaint, .secondComplaint: false
        }
    }

    /// What other cases do to this one.
    private func outsideFirings(
        _ rule: GradeRule, _ index: Int, _ evidence: CaseEvidence, _ timeline: CaseTimeline
    ) -> [Firing] {
        switch rule.condition {
        case .sameComplaint(let complainants, _):
            guard let hot = evidence.hot, hot.complainants >= complainants else { return [] }
            let first = max(timeline.madeAt, hot.completedAt.withinCalendar)
            let latest = max(first, hot.latestAt.withinCalendar)
            return (latest > first ? [first, latest] : [first]).map { at in
                // As old as the complaint itself when it completed the window, so that the gravest of its reasons is named.
                Firing(
                    at: at, ordinal: at == timeline.madeAt ? 0 : -1, rule: rule, index: index, evidence: hot.complaints)
            }
        case .secondComplaint:
            guard let before = evidence.repeatOf, before.kind == .secondComplaint else { return [] }
            let at = max(timeline.madeAt, before.at.withinCalendar)
            return [
                Firing(at: at, ordinal: 0, rule: rule, index: index, evidence: [before.earlier, evidence.complaint.id])
            ]
        case .lawsuit, .media, .group, .support, .unresolved: return []
        }
    }
}

/// The grade along the case's time: rises by rules, lowerings by people, which hold until there is new evidence.
struct GradeHistory {
    private(set) var grade: Grade = .ordinary
    private(set) var peak: Grade = .ordinary
    private(set) var rises: [GradeRise] = []
    private(set) var lowering: GradeLowering?
    /// All of them that had effect.
    private(set) var lowerings: [GradeLowering] = []

    /// - Parameter lowerings: the case's events in the order of time; those that lower the grade are taken.
    init(_ firings: [Firing], lowerings events: [CaseTimeline.Event]) {
        guard !firings.isEmpty else { return }
        // Of several at one moment the gravest first, then the handbook's order: it alone rises.
        let ordered = firings.sorted { left, right in
            (left.at, left.ordinal, right.rule.grade, left.index) < (
                right.at, right.ordinal, left.rule.grade, right.index
            )
        }
        var next = 0
        for (index, event) in events.enumerated() {
            guard case .step(let step) = event.kind, step.kind == .gradeLowered else { continue }
            while next < ordered.count, (ordered[next].at, ordered[next].ordinal) < (event.at, index + 1) {
                raise(ordered[next])
                next += 1
            }
            if let lower = Grade(rawValue: Int(clamping: step.grade)), lower < grade {
                grade = lower
                let done = GradeLowering(grade: lower, at: event.at, record: event.id)
                lowering = done
                lowerings.append(done)
            }
        }
        for firing in ordered[next...] { raise(firing) }
    }

    private mutating func raise(_ firing: Firing) {
        guard firing.rule.grade > grade else { return }
        grade = firing.rule.grade
        peak = max(peak, grade)
        rises.append(
            GradeRise(
                grade: grade, at: firing.at, rule: firing.rule, evidence: firing.evidence,
                delayNotStated: firing.delayNotStated))
    }
}
