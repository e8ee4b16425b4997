import Records

extension FigureLedger {
    /// `limits.CODE.…`: the cohort of cases made in the month, and what became of the limit for each.
    /// met + missed + not yet due + unknown = cohort.
    mutating func addLimits(_ cases: [CaseSummary], named limits: [NamedCode]) {
        let codes = Set(limits.map(\.code)).union(cases.flatMap(\.limits.keys))
        for code in codes {
            let cohort = cases.compactMap { summary in
                summary.limits[code].map { (id: summary.id, site: summary.site, outcome: $0) }
            }
            let name = FigureName("limits").adding(code)
            addOutcomes(name, cohort.map { ($0.id, $0.outcome) })
            let decided = cohort.filter { $0.outcome == .met || $0.outcome == .missed }
            share(name.adding("kept"), decided.filter { $0.outcome == .met }.map(\.id), of: decided.map(\.id))
            for (site, here) in Dictionary(grouping: cohort, by: \.site) {
                addOutcomes(name.adding("site", site.text), here.map { ($0.id, $0.outcome) })
            }
        }
    }

    private mutating func addOutcomes(_ name: FigureName, _ cohort: [(id: RecordID, outcome: LimitOutcome)]) {
        count(name.adding("cohort"), cohort.map(\.id))
        for outcome in LimitOutcome.allCases {
            count(name.adding(outcome.rawValue), cohort.filter { $0.outcome == outcome }.map(\.id))
        }
    }

    /// `resolution.…` and `answer.median`: what became of the month's cases, and how long it takes with the open ones
    /// counted in. A case of a site that was not heard from is watched only as long as the site was.
    mutating func addResolution(_ cases: [CaseSummary], sites: [DigestSite], asOf: Timestamp) {
        let known = Dictionary(uniqueKeysWithValues: sites.map { ($0.id, $0.knownUntil(asOf)) })
        let all: FigureName = "resolution"
        addStates(all, cases)
        for (site, here) in Dictionary(grouping: cases, by: \.site) { addStates(all.adding("site", site.text), here) }
        let open = cases.filter(\.state.isOpen)
        for (cause, here) in Dictionary(grouping: open, by: \.delayCause.code) {
            count(all.adding("delay", cause), here.map(\.id))
        }

        let times = cases.map { summary in
            let time = summary.timeToResolve(knownUntil: known[summary.site] ?? asOf)
            return (time: time, record: summary.id, peak: summary.peak)
        }
        median(all.adding("median"), times.map { ($0.time, $0.record) })
        for (grade, here) in Dictionary(grouping: times, by: \.peak) {
            median(all.adding("grade", grade.code, "median"), here.map { ($0.time, $0.record) })
        }
        let answers = cases.map { summary in
            (time: summary.timeToAnswer(knownUntil: known[summary.site] ?? asOf), record: summary.id)
        }
        median(FigureName("answer").adding("median"), answers)
    }

    private mutating func addStates(_ name: FigureName, _ cases: [CaseSummary]) {
        count(name.adding("open"), cases.filter(\.state.isOpen).map(\.id))
        count(name.adding("resolved"), cases.filter { $0.state.resolvedAt != nil }.map(\.id))
        count(name.adding("closed"), cases.filter { $0.state.closedAt != nil }.map(\.id))
    }
}

extension CaseState {
    var isOpen: Bool { self == .open }

    /// When it was resolved, confirmed or not.
    var resolvedAt: Timestamp? {
        switch self {
        case .resolved(let at), .confirmed(let at): at
        case .open, .closed: nil
        }
    }

    /// When it was closed without resolution.
    var closedAt: Timestamp? {
        guard case .closed(let at) = self else { return nil }
        return at
    }
}

extension CaseSummary {
    /// A case closed without resolution counts as watched up to then.
    fileprivate func timeToResolve(knownUntil: Timestamp) -> SurvivalMedian.Observation {
        let end = state.resolvedAt ?? state.closedAt ?? knownUntil
        return .init(milliseconds: (end - madeAt).wholeMilliseconds, finished: state.resolvedAt != nil)
    }

    /// Whoever had the matter resolved was answered by then.
    fileprivate func timeToAnswer(knownUntil: Timestamp) -> SurvivalMedian.Observation {
        let answered = [answeredAt, state.resolvedAt].compactMap(\.self).min()
        let end = answered ?? state.closedAt ?? knownUntil
        return .init(milliseconds: (end - madeAt).wholeMilliseconds, finished: answered != nil)
    }
}
