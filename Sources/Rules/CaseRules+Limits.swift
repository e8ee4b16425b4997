import Handbooks
import Records

/// Time limits on reacting. (domain: time limits.)
extension CaseRules {
    func limits(
        _ timeline: CaseTimeline, _ clock: CaseClock, _ evidence: CaseEvidence, _ horizon: inout Horizon
    ) -> [LimitView] {
        var views: [LimitView] = []
        views.reserveCapacity(handbook.timeLimits.limits.count)
        for limit in handbook.timeLimits.limits {
            if let view = view(of: limit, timeline, clock, evidence, &horizon) { views.append(view) }
        }
        return views
    }

    /// Nil when the limit never bound this case. A complaint that became urgent, or stopped being so, counts from then:
    /// the first stretch in which the limit was kept or missed decides, else the last.
    private func view(
        of limit: TimeLimit, _ timeline: CaseTimeline, _ clock: CaseClock, _ evidence: CaseEvidence,
        _ horizon: inout Horizon
    ) -> LimitView? {
        let done = timeline.events.isEmpty ? nil : timeline.first(of: limit.metBy)
        let span = limit.within(tier: evidence.tier)
        var clock = clock
        clock.pauses = limit.pausedBy.isEmpty ? [] : timeline.pauses(by: limit.pausedBy)
        if limit.clock == .working, let working = handbook.workingHours {
            // The hours of the case's site, in its zone: to whom it is given later does not move what was due.
            clock.hours = WorkingClock(working.schedule(of: evidence.complaint.site), in: evidence.zone)
        }
        var last: LimitView?
        for stretch in timeline.stretches(of: limit.scope) {
            let fall = fall(of: span, from: stretch.start, clock, zone: evidence.zone)
            let dueAt = fall.due.at ?? fall.unhindered
            var view = LimitView(code: limit.code, dueAt: dueAt, status: .notApplicable)
            if let done, done.at < dueAt || fall.due.pausedSince != nil {
                view.status = .met(at: done.at, recordedLate: done.recorded >= dueAt)
                return view
            }
            if fall.due.at != nil, stretch.end.map({ $0 >= dueAt }) ?? true {
                let since = max(stretch.start, clock.periods[fall.due.period].start)
                view.status = standing(dueAt, warnAt: max(since, fall.warnAt), done: done?.at, &horizon)
                if case .missed = view.status { return view }
            } else if let since = fall.due.pausedSince, stretch.end == nil {
                view.status = .paused(since: since)
            }
            last = view
        }
        return last
    }

    /// When a span is over, when to warn of it, and when it would be over if the case stayed open and nothing paused it.
    private func fall(
        of span: Span, from start: Timestamp, _ clock: CaseClock, zone: TimeZoneRules
    ) -> (due: CaseClock.Due, warnAt: Timestamp, unhindered: Timestamp) {
        let percent = handbook.timeLimits.warnAtPercent
        if case .duration(let length) = span, clock.hours != nil || !clock.pauses.isEmpty {
            let due = clock.due(from: start, length: length)
            let unhindered = clock.hours?.end(of: length, from: start) ?? start + length
            let warnAt = clock.due(from: start, length: length * percent / 100).at ?? unhindered
            return (due, warnAt, unhindered)
        }
        // Calendar months go by the calendar.
        let end = span.end(from: start, in: zone)
        let (due, period) = clock.due(from: start, until: end)
        let warnAt = (due ?? end) - (end - start) * (100 - percent) / 100
        return (CaseClock.Due(at: due, period: period), warnAt, end)
    }

    /// How a limit that nothing kept stands now. Asks the horizon for exactly what may change it next.
    /// - Parameter warnAt: when the warning comes.
    func standing(
        _ dueAt: Timestamp, warnAt: Timestamp, done: Timestamp?, _ horizon: inout Horizon
    ) -> LimitStatus {
        if horizon.now >= dueAt {
            return horizon.isKnown(dueAt) ? .missed(since: dueAt, done: done) : .unknown(heardUntil: horizon.heardUntil)
        }
        // Asked first, so that the breach is waited for whether or not the warning came.
        _ = horizon.isKnown(dueAt)
        return horizon.isKnown(warnAt) ? .dueSoon(since: warnAt) : .notYetDue(warnAt: warnAt)
    }
}

extension CaseTimeline {
    /// A stretch in which a limit binds; `end` is nil while it does.
    struct Stretch {
        var start: Timestamp
        var end: Timestamp?
    }

    /// When a limit of that scope bound this case.
    func stretches(of scope: TimeLimit.Scope) -> [Stretch] {
        if scope == .all || facts.count == 1 {
            return scope == .all || (scope == .urgent) == facts[0].urgent ? [Stretch(start: madeAt, end: nil)] : []
        }
        var stretches: [Stretch] = []
        var binds = false
        for fact in facts where (fact.urgent == (scope == .urgent)) != binds {
            binds.toggle()
            if binds {
                stretches.append(Stretch(start: fact.at, end: nil))
            } else {
                stretches[stretches.count - 1].end = fact.at
            }
        }
        return stretches
    }
}
