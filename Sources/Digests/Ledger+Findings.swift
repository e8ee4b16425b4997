import Records

extension FigureLedger {
    /// `critical.…`: the critical cases by the stage that each entered last; and `causes.…`: what was found to be at the bottom of
    /// cases of any grade. A case may have several causes, and one gap.
    mutating func addFindings(_ cases: [CaseSummary], critical: [CriticalCase]) {
        count("critical.cases", critical.map(\.id))
        for (stage, here) in Dictionary(grouping: critical, by: { $0.curve?.last?.stage }) {
            count(FigureName("critical.stage").adding(stage, "cases"), here.map(\.id))
        }
        let found = cases.compactMap { summary in summary.rootCause.map { (id: summary.id, cause: $0) } }
        count("causes.cases", found.map(\.id))
        for (gap, here) in Dictionary(grouping: found, by: \.cause.gap) {
            count(FigureName("causes.gap").adding(gap.map(String.init), "cases"), here.map(\.id))
        }
        let byCause = Dictionary(grouping: found.flatMap { item in item.cause.causes.map { (item.id, $0) } }, by: \.1)
        for (cause, here) in byCause { count(FigureName("causes.cause").adding(cause, "cases"), here.map(\.0)) }
    }

    /// `elements.survey.SURVEY.MODE.element.CODE.…`: what customers expect of each of the five elements 服务五要素, what they
    /// perceive, and the gap between both within one answer. Never over several modes together.
    mutating func addElements(_ surveys: [SurveySummary]) {
        struct Place: Hashable {
            var survey: String
            var mode: String
            var element: String
        }
        var scores: [Place: [(score: ElementScore, record: RecordID)]] = [:]
        for answer in surveys {
            for score in answer.elements {
                let place = Place(survey: answer.survey, mode: answer.mode.code, element: score.element)
                scores[place, default: []].append((score, answer.id))
            }
        }
        for (place, scores) in scores {
            let name = FigureName("elements.survey").adding(place.survey, place.mode, "element", place.element)
            let picked = { (pick: (ElementScore) -> Int?) in
                scores.compactMap { item in pick(item.score).map { (score: $0, record: item.record) } }
            }
            mean(name.adding("expectation"), hundredths: picked(\.expected), scale: 1...5)
            mean(name.adding("perception"), hundredths: picked(\.perceived), scale: 1...5)
            mean(name.adding("difference"), hundredths: picked(\.gap), scale: -4...4)
        }
    }
}
