import Records

extension FigureLedger {
    /// `load.…`: days whose load is known, and those beyond the capacity.
    mutating func addLoad(_ month: LoadMonth) {
        addLoad("load", month.days)
        for (site, days) in Dictionary(grouping: month.days, by: \.site) {
            addLoad(FigureName("load.site").adding(site.text), days)
        }
    }

    private mutating func addLoad(_ name: FigureName, _ days: [LoadMonth.Day]) {
        count(name.adding("days"), days.map(\.record))
        count(name.adding("overloaded"), days.filter(\.isOverloaded).map(\.record))
        count(name.adding("visitors"), days.reduce(0) { $0 + $1.visitors }, from: days.map(\.record))
    }

    /// `reaction.…`: how long it takes until somebody does something about a complaint, and what the customers of the quicker and of
    /// the slower half said afterwards, within a grade. An association: who reacts quickly may differ in other ways.
    mutating func addReaction(_ cases: [CaseSummary], sites: [DigestSite], asOf: Timestamp) {
        let known = Dictionary(uniqueKeysWithValues: sites.map { ($0.id, $0.knownUntil(asOf)) })
        let times = cases.map { summary in
            let end = summary.firstReaction ?? summary.state.closedAt ?? known[summary.site] ?? asOf
            let time = SurvivalMedian.Observation(
                milliseconds: (end - summary.madeAt).wholeMilliseconds, finished: summary.firstReaction != nil)
            return (time: time, record: summary.id)
        }
        median("reaction.median", times)
        let told = cases.filter { $0.firstReaction != nil && $0.satisfactionAfter != nil }
        for (grade, here) in Dictionary(grouping: told, by: \.peak) {
            // Ties keep the order of the records, so that the halves are the same whatever came first.
            let ordered = here.sorted { ($0.reactionTime, $0.id) < ($1.reactionTime, $1.id) }
            let halves = [
                ("quicker", ordered.prefix(ordered.count / 2)), ("slower", ordered.suffix(ordered.count / 2)),
            ]
            for (half, cases) in halves {
                let scores = cases.compactMap { summary in
                    summary.satisfactionAfter.map { (score: $0, record: summary.id) }
                }
                mean(FigureName("reaction.grade").adding(grade.code, half), scores, scale: 1...5)
            }
        }
    }
}

extension CaseSummary {
    fileprivate var reactionTime: Int64 { firstReaction.map { ($0 - madeAt).wholeMilliseconds } ?? .max }
}
