import Handbooks
import Records

/// Time limits on reacting. (domain: time limits.)
extension CaseRules {
    func limits(
        _ timeline: CaseTimeline, _ clock: CaseClock, zone: TimeZoneRules, _ horizon: inout Horizon
    ) -> [LimitView] {
        var views: [LimitView] = []
        views.reserveCapacity(handbook.timeLimits.limits.count)
        for limit in handbook.timeLimits.limits {
            if let view = view(of: limit, timeline, clock, zone: zone, &horizon) { views.append(view) }
        }
        return views
    }

    /// Nil when the limit never bound this case. A complaint that became urgent, or stopped being so, counts from then:
    /// the first stretch in which the limit was kept or missed decides, else the last.
    private func view(
        of limit: TimeLimit, _ timeline: CaseTimeline, _ clock: CaseClock, zone: TimeZoneRules,
        _ horizon: inout Horizon
    ) -> LimitView? {
        let done = timeline.events.isEmpty ? nil : timeline.first(of: limit.metBy)
        var last: LimitView?
        for stretch in timeline.stretches(of: limit.scope) {
            let end = limit.within.end(from: stretch.start, in: zone)
            let (due, period) = clock.due(from: stretch.start, until: end)
            let dueAt = due ?? end
            var view = LimitView(code: limit.code, dueAt: dueAt, status: .notApplicable)
            if let done, done.at < dueAt {
                view.status = .met(at: done.at, recordedLate: done.recorded >= dueAt)
                return view
            }
            if due != nil, stretch.end.map({ $0 >= dueAt }) ?? true {
                let since = max(stretch.start, clock.periods[period].start)
                view.status = standing(dueAt, length: end - stretch.start, since: since, done: done?.at, &horizon)
                if case .missed = view.status { return view }
            }
            last = view
        }
        return last
    }

    /// How a limit that nothing kept stands now. Asks the horizon for exactly what may change it next.
    /// - Parameters:
    ///   - length: what the limit gives in all.
    ///   - since: a warning cannot come before.
    func standing(
        _ dueAt: Timestamp, length: Duration, since: Timestamp, done: Timestamp?, _ horizon: inout Horizon
    ) -> LimitStatus {
        if horizon.now >= dueAt {
            return horizon.isKnown(dueAt) ? .missed(since: dueAt, done: done) : .unknown(heardUntil: horizon.heardUntil)
        }
        let warnAt = max(since, dueAt - length * (100 - handbook.timeLimits.warnAtPercent) / 100)
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
