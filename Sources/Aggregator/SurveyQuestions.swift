import Digests
import Handbooks
import Records
import struct Records.Record

/// Which questions ask for which of the five elements, by the handbook's questionnaires.
struct SurveyQuestions {
    private var named: [String: [String: Questionnaire.Question]] = [:]
    private var all: [String: Questionnaire.Question] = [:]

    init(_ handbook: Handbook) {
        for questionnaire in handbook.surveys?.questionnaires ?? [] {
            let questions = questionnaire.questions.filter { $0.element != nil }
            named[questionnaire.code] = Dictionary(questions.map { ($0.code, $0) }) { first, _ in first }
            for question in questions where all[question.code] == nil { all[question.code] = question }
        }
    }

    /// What an answer says of each element, in the elements' order. Of several questions for one aspect the mean counts.
    ///
    /// A survey that bears a questionnaire's code is read by that one alone; one that is named otherwise, say for its half year, by the
    /// codes of its questions.
    func elements(of answer: SurveyAnswer) -> [ElementScore] {
        let questions = named[answer.survey] ?? all
        var told: [Questionnaire.Element: [Questionnaire.Aspect: [Double]]] = [:]
        for score in answer.scores {
            guard let question = questions[score.question], let element = question.element,
                let aspect = question.aspect, let value = question.scale?.mapped(score.value)
            else { continue }
            told[element, default: [:]][aspect, default: []].append(value)
        }
        return Questionnaire.Element.allCases.compactMap { element in
            told[element].map { aspects in
                ElementScore(
                    element: element.rawValue, expected: Self.hundredths(aspects[.expected]),
                    perceived: Self.hundredths(aspects[.perceived]))
            }
        }
    }

    private static func hundredths(_ scores: [Double]?) -> Int? {
        scores.map { Int(($0.reduce(0, +) / Double($0.count) * 100).rounded()) }
    }
}

extension SurveySummary {
    init(_ record: Record, _ questions: SurveyQuestions) {
        let answer = record.facts.survey
        self.init(
            id: record.id, site: record.site, survey: answer.survey, mode: answer.mode,
            satisfaction: answer.hasSatisfaction ? Int(answer.satisfaction) : nil,
            elements: answer.scores.isEmpty ? [] : questions.elements(of: answer))
    }
}
