package import Records
import StrictYAML

/// How customers' satisfaction is asked for, 满意度调查. (domain: surveys.)
package struct SurveyPolicy: Hashable, Sendable {
    /// A third-party survey at least this often.
    package var thirdPartyEvery: Span
    /// A telephone interview should not take longer.
    package var longestInterview: Duration
    package var questionnaires: [Questionnaire]
    /// What each question is held against before it is asked: no hint, no leading.
    package var checklist: [Term]
    /// Words that make a question leading, in either language.
    package var leadingWords: [String]

    /// The questionnaire of that code.
    package func questionnaire(_ code: String) -> Questionnaire? { questionnaires.first { $0.code == code } }
}

/// A list of questions.
package struct Questionnaire: Hashable, Sendable {
    package var code: String
    package var term: Term
    /// How it may be asked.
    package var modes: [SurveyAnswer.Mode]
    package var questions: [Question]

    /// The five elements of service quality as customers see it, 外部服务五要素.
    package enum Element: String, Hashable, Sendable, CaseIterable {
        case tangibles, reliability, responsiveness, assurance, empathy

        /// The word for people.
        package var term: Term {
            switch self {
            case .tangibles: Term("有形性", "tangibles")
            case .reliability: Term("可靠性", "reliability")
            case .responsiveness: Term("响应性", "responsiveness")
            case .assurance: Term("保证性", "assurance")
            case .empathy: Term("移情性", "empathy")
            }
        }
    }

    /// What of an element a question asks for.
    package enum Aspect: String, Hashable, Sendable, CaseIterable {
        case expected, perceived
    }

    /// One question.
    package struct Question: Hashable, Sendable {
        /// What answers carry.
        package var code: String
        package var term: Term
        /// Nil for an open question.
        package var scale: Scale?
        package var element: Element?
        package var aspect: Aspect?
        /// How long it takes to ask and answer.
        package var takes: Duration
    }

    /// The numbers that are answered.
    package struct Scale: Hashable, Sendable {
        package var worst: Int
        package var best: Int

        package init(worst: Int, best: Int) {
            precondition(worst != best, "a scale has two ends")
            self.worst = worst
            self.best = best
        }

        /// On 1 to 5, 5 the best; nil beyond the scale.
        package func mapped(_ value: Double) -> Double? {
            let (low, high) = (Double(min(worst, best)), Double(max(worst, best)))
            guard low...high ~= value else { return nil }
            return 1 + 4 * (value - Double(worst)) / Double(best - worst)
        }
    }

    /// How long it takes to ask all.
    package var takes: Duration { questions.reduce(.zero) { $0 + $1.takes } }
}

extension SurveyPolicy {
    init(_ reader: inout YAMLReader) {
        reader.require("third_party_every", "longest_interview", "questionnaires", "checklist", "leading_words")
        thirdPartyEvery = reader.span("third_party_every") ?? .months(6)
        longestInterview = reader.duration("longest_interview") ?? .zero
        checklist =
            reader.objects("checklist") {
                $0.require("zh", "en"); return $0.term()
            } ?? []
        leadingWords = reader.strings("leading_words", limit: 256) ?? []
        let words = leadingWords
        questionnaires = reader.objects("questionnaires") { Questionnaire(&$0, leadingWords: words) } ?? []
        Handbook.checkUnique(questionnaires.map(\.code), "questionnaires", &reader)
        if thirdPartyEvery.leastDuration > Span.months(6).leastDuration {
            reader.warn("third_party_every", "a third party should ask at least every half year")
        }
        for (index, questionnaire) in questionnaires.enumerated()
        where questionnaire.modes.contains(.phone) && questionnaire.takes > longestInterview {
            reader.warn(
                "questionnaires", at: index,
                "\(questionnaire.code) takes \(Span.duration(questionnaire.takes)) on the telephone, "
                    + "longer than \(Span.duration(longestInterview))")
        }
        let modes = Set(questionnaires.flatMap(\.modes))
        if !modes.isSuperset(of: [.ivr, .thirdParty]) {
            reader.warn("questionnaires", "at least one must be asked by ivr and one by third_party")
        }
    }
}

extension Questionnaire {
    fileprivate init(_ reader: inout YAMLReader, leadingWords: [String]) {
        reader.require("code", "zh", "en", "modes", "questions")
        code = reader.code("code") ?? ""
        term = reader.term()
        modes = reader.words("modes") ?? []
        questions = reader.objects("questions") { Question(&$0) } ?? []
        Handbook.checkUnique(questions.map(\.code), "questions", &reader)
        for (index, question) in questions.enumerated() {
            let words = (question.term.chinese + " " + question.term.english).lowercased()
            for leading in leadingWords where words.contains(leading.lowercased()) {
                reader.warn("questions", at: index, "\(question.code) is leading: \(leading)")
            }
        }
    }
}

extension Questionnaire.Question {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("code", "zh", "en", "takes")
        code = reader.code("code") ?? ""
        term = reader.term()
        scale = reader.object("scale") { Questionnaire.Scale(&$0) }
        element = reader.choice("element")
        aspect = reader.choice("aspect")
        takes = reader.duration("takes") ?? .zero
        if (element == nil) != (aspect == nil) {
            reader.refuse("code", "\(code): element and aspect belong together")
        }
    }
}

extension Questionnaire.Scale {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("worst", "best")
        worst = reader.integer("worst", in: 0...100) ?? 1
        best = reader.integer("best", in: 0...100) ?? 5
        if worst == best {
            reader.refuse("best", "must differ from worst")
            best = worst + 1
        }
    }
}
