import Handbooks
import Records

/// Who has to know of a case that stays open. (domain: time limits, "Escalation ladder per grade".)
extension CaseRules {
    /// A level is reached when the case has been open for as long as the handbook says and has the ladder's grade; a case that
    /// takes the grade later reaches at once what it is old enough for.
    func escalations(
        _ history: GradeHistory, _ timeline: CaseTimeline, _ clock: CaseClock, zone: TimeZoneRules,
        _ horizon: inout Horizon
    ) -> [CaseEscalation] {
        guard !handbook.escalation.isEmpty else { return [] }
        let stretches = history.stretches(from: timeline.madeAt)
        var reached: [CaseEscalation] = []
        for ladder in handbook.escalation {
            for rung in ladder.rungs {
                let end = rung.after.end(from: timeline.madeAt, in: zone)
                guard let due = clock.due(from: timeline.madeAt, until: end).due else { continue }
                let moments = stretches.filter { $0.grade == ladder.grade }.compactMap { stretch -> Timestamp? in
                    let at = max(due, stretch.start)
                    if let end = stretch.end, end <= at { return nil }
                    return timeline.isOpen(at: at) ? at : nil
                }
                guard let at = moments.min(), horizon.isKnown(at) else { continue }
                // Of levels that are reached at one moment the highest alone has to know.
                if let last = reached.last, last.grade == ladder.grade, last.at == at { reached.removeLast() }
                reached.append(CaseEscalation(rung: rung, grade: ladder.grade, at: at))
            }
        }
        return reached.sorted { ($0.at, $0.rung.code) < ($1.at, $1.rung.code) }
    }
}

extension GradeHistory {
    /// The grades that the case had one after the other; the last one has no end.
    func stretches(from madeAt: Timestamp) -> [(grade: Grade, start: Timestamp, end: Timestamp?)] {
        var changes = rises.map { (grade: $0.grade, at: $0.at) } + lowerings.map { (grade: $0.grade, at: $0.at) }
        changes.sort { $0.at < $1.at }
        var stretches: [(grade: Grade, start: Timestamp, end: Timestamp?)] = [(.ordinary, madeAt, nil)]
        for change in changes {
            stretches[stretches.count - 1].end = change.at
            stretches.append((change.grade, change.at, nil))
        }
        return stretches.filter { $0.end != $0.start }
    }
}

extension CaseTimeline {
    /// Whether it was open then; the moment of its end counts, as a limit that is reached at it is missed.
    fileprivate func isOpen(at moment: Timestamp) -> Bool {
        periods.contains { period in period.start <= moment && period.end.map { moment <= $0 } ?? true }
    }
}
