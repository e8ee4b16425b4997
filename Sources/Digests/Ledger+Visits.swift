import Records

extension FigureLedger {
    /// `visits.…`, `problems.…`, `help.…`, and the customers' scores from visits.
    mutating func addVisits(_ visits: [VisitSummary], sites: [DigestSite]) {
        let all: FigureName = "visits"
        addMargin(all, visits)
        count(all.adding("planned"), visits.filter(\.planned).map(\.id))
        count(all.adding("unplanned"), visits.filter { !$0.planned }.map(\.id))
        share(all.adding("reach"), visits.filter(\.reached).map(\.id), of: visits.map(\.id))
        addScores(FigureName("satisfaction").adding("visits"), visits)
        let recommendations = visits.compactMap { visit in visit.recommendation.map { (score: $0, record: visit.id) } }
        mean(FigureName("recommendation").adding("visits", "mean"), recommendations, scale: 0...10)

        let bySite = Dictionary(grouping: visits, by: \.site)
        for site in sites {
            let here = bySite[site.id] ?? []
            addMargin(all.adding("site", site.id.text), here)
            addMean(FigureName("satisfaction").adding("visits", "site", site.id.text), here)
        }
        addProblems(visits)
    }

    /// `satisfaction.survey.SURVEY.MODE.…`: never over several modes together.
    mutating func addSurveys(_ surveys: [SurveySummary]) {
        count("surveys.answers", surveys.map(\.id))
        for (survey, answers) in Dictionary(grouping: surveys, by: \.survey) {
            for (mode, answers) in Dictionary(grouping: answers, by: \.mode.code) {
                let name = FigureName("satisfaction").adding("survey", survey, mode)
                count(name.adding("answers"), answers.map(\.id))
                let scores = answers.compactMap { answer in answer.satisfaction.map { (score: $0, record: answer.id) } }
                addScores(name, scores)
            }
        }
    }

    private mutating func addMargin(_ name: FigureName, _ visits: [VisitSummary]) {
        count(name.adding("attempts"), visits.map(\.id))
        count(name.adding("reached"), visits.filter(\.reached).map(\.id))
        count(name.adding("not_reached"), visits.filter { !$0.reached }.map(\.id))
        let troubled = visits.filter { $0.problemCount > 0 }
        count(name.adding("problems"), troubled.reduce(0) { $0 + $1.problemCount }, from: troubled.map(\.id))
    }

    private mutating func addProblems(_ visits: [VisitSummary]) {
        var categories: [String?: (count: Int, records: [RecordID])] = [:]
        for visit in visits {
            for (category, number) in visit.problems where number > 0 {
                categories[category, default: (0, [])].count += number
                categories[category, default: (0, [])].records.append(visit.id)
            }
        }
        for (category, sum) in categories {
            count(FigureName("problems").adding("category", category), sum.count, from: sum.records)
        }
        let needy = visits.filter { $0.helpNeeded > 0 }
        count("help.needed", needy.reduce(0) { $0 + $1.helpNeeded }, from: needy.map(\.id))
    }

    private mutating func addScores(_ name: FigureName, _ visits: [VisitSummary]) {
        addScores(name, visits.compactMap { visit in visit.satisfaction.map { (score: $0, record: visit.id) } })
    }

    private mutating func addMean(_ name: FigureName, _ visits: [VisitSummary]) {
        let scores = visits.compactMap { visit in visit.satisfaction.map { (score: $0, record: visit.id) } }
        if !scores.isEmpty { mean(name.adding("mean"), scores, scale: 1...5) }
    }

    /// The mean, the share of those satisfied (4 and 5), and how often each score was given.
    private mutating func addScores(_ name: FigureName, _ scores: [(score: Int, record: RecordID)]) {
        mean(name.adding("mean"), scores, scale: 1...5)
        share(name.adding("satisfied"), scores.filter { $0.score >= 4 }.map(\.record), of: scores.map(\.record))
        for score in 1...5 {
            count(name.adding("score", String(score)), scores.filter { $0.score == score }.map(\.record))
        }
    }
}

extension VisitSummary {
    /// Problems of all categories.
    var problemCount: Int { problems.values.reduce(0, +) }
}
