package import Records

/// A return visit 回访 of the month; one that did not reach the customer is an attempt.
package struct VisitSummary: Sendable {
    package var id: RecordID
    package var site: SiteID
    package var reached: Bool
    /// 1 to 5, 5 the best.
    package var satisfaction: Int?
    /// 0 to 10.
    package var recommendation: Int?
    /// How many problems of each category the customer met; nil stands for no category.
    package var problems: [String?: Int]
    /// How many problems the customer met at each touchpoint that was named.
    package var touchpoints: [String: Int]
    /// How many kinds of help the customer needed.
    package var helpNeeded: Int
    /// It fulfils an item of the visit plan.
    package var planned: Bool

    package init(
        id: RecordID, site: SiteID, reached: Bool, satisfaction: Int? = nil, recommendation: Int? = nil,
        problems: [String?: Int] = [:], touchpoints: [String: Int] = [:], helpNeeded: Int = 0, planned: Bool = false
    ) {
        self.id = id
        self.site = site
        self.reached = reached
        self.satisfaction = satisfaction
        self.recommendation = recommendation
        self.problems = problems
        self.touchpoints = touchpoints
        self.helpNeeded = helpNeeded
        self.planned = planned
    }
}

/// One answer to a survey 满意度调查.
package struct SurveySummary: Sendable {
    package var id: RecordID
    package var site: SiteID
    /// The survey's code.
    package var survey: String
    package var mode: SurveyAnswer.Mode
    /// 1 to 5, 5 the best.
    package var satisfaction: Int?
    /// What it says of the five elements of service quality, each once.
    package var elements: [ElementScore]

    package init(
        id: RecordID, site: SiteID, survey: String, mode: SurveyAnswer.Mode, satisfaction: Int? = nil,
        elements: [ElementScore] = []
    ) {
        self.id = id
        self.site = site
        self.survey = survey
        self.mode = mode
        self.satisfaction = satisfaction
        self.elements = elements
    }
}

/// What one answer says of one of the five elements 服务五要素, in hundredths of the scale 1 to 5.
package struct ElementScore: Sendable, Equatable {
    /// The element's code.
    package var element: String
    package var expected: Int?
    package var perceived: Int?

    package init(element: String, expected: Int?, perceived: Int?) {
        self.element = element
        self.expected = expected
        self.perceived = perceived
    }

    /// Perceived minus expected; nil when one of them was not asked for or not answered.
    var gap: Int? { expected.flatMap { expected in perceived.map { $0 - expected } } }
}
