import Handbooks
import Records

/// Grades that a case takes by staying open, the delay being ours. (domain: grades, "unresolved".)
extension CaseRules {
    /// How the case stands to each age; ages that were reached are added to `firings`.
    func ageing(
        _ timeline: CaseTimeline, _ clock: CaseClock, zone: TimeZoneRules, _ horizon: inout Horizon,
        _ firings: inout [Firing]
    ) -> [LimitView] {
        var views: [LimitView] = []
        views.reserveCapacity(ageRules.count)
        for (index, age) in ageRules.enumerated() {
            let end = age.span.end(from: timeline.madeAt, in: zone)
            let (due, period) = clock.due(from: timeline.madeAt, until: end)
            guard let due else {
                let status: LimitStatus =
                    switch timeline.state {
                    case .closed, .open: .notApplicable
                    case .resolved(let at), .confirmed(_, let at, _): .met(at: at, recordedLate: false)
                    }
                views.append(LimitView(code: age.rule.code, dueAt: end, status: status))
                continue
            }
            var view = LimitView(code: age.rule.code, dueAt: due, status: .notApplicable)
            if let moment = timeline.firstOurDelay(from: due, period: period, left: clock.leftWhenReopened) {
                let since = clock.periods.last { $0.start <= moment.at }?.start ?? timeline.madeAt
                let notice = (end - timeline.madeAt) * (100 - handbook.timeLimits.warnAtPercent) / 100
                view.status = standing(moment.at, warnAt: max(since, moment.at - notice), done: nil, &horizon)
                if case .missed(let since, _) = view.status {
                    firings.append(
                        Firing(
                            at: since, ordinal: -1, rule: age.rule, index: index, evidence: moment.evidence,
                            delayNotStated: moment.notStated))
                    view.status = .missed(since: since, done: timeline.end(after: since))
                }
            }
            views.append(view)
        }
        return views
    }
}

extension CaseTimeline {
    /// The first moment from `due` on at which the case is open and the delay ours, and the records that say so; nil when
    /// there is none as far as the records tell.
    ///
    /// A state that begins at a moment does not yet hold at it: what was resolved or excused at the limit moment itself
    /// came too late.
    func firstOurDelay(
        from due: Timestamp, period: Int, left: Duration
    ) -> (at: Timestamp, evidence: [RecordID], notStated: Bool)? {
        for index in periods.indices.dropFirst(period) {
            let start = index == period ? due : periods[index].start + left
            let end = periods[index].end
            if let end, end < start { continue }
            let before = delays.last { $0.at < start } ?? delays[0]
            if before.isOurs { return moment(start, before) }
            let later = delays.first { delay in
                delay.isOurs && delay.at >= start && end.map { delay.at <= $0 } ?? true
            }
            if let later { return moment(later.at, later) }
        }
        return nil
    }

    /// When the open period that contains `moment` ended.
    func end(after moment: Timestamp) -> Timestamp? {
        periods.lazy.compactMap(\.end).first { $0 >= moment }
    }

    private func moment(_ at: Timestamp, _ delay: Delay) -> (at: Timestamp, evidence: [RecordID], notStated: Bool) {
        let notStated =
            switch delay.cause {
            case .ours: false
            default: true
            }
        return (at, delays[0].id == delay.id ? [delay.id] : [delays[0].id, delay.id], notStated)
    }
}
