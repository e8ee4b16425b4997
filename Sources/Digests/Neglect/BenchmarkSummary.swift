package import Records

/// A benchmark 标杆 of the handbook, to be set beside the month's own figure.
package struct BenchmarkTarget: Sendable {
    package var code: String
    package var term: Term
    /// Which of the five kinds it is.
    package var kind: Term
    package var metric: Term
    /// The figure that measures the same here, and how many of the metric's units one of its own is.
    package var figure: FigureName
    package var scale: Double
    /// In the metric's unit.
    package var value: Double
    /// What they do, or did wrong.
    package var lesson: Term

    package init(
        code: String, term: Term, kind: Term, metric: Term, figure: FigureName, scale: Double, value: Double,
        lesson: Term
    ) {
        self.code = code
        self.term = term
        self.kind = kind
        self.metric = metric
        self.figure = figure
        self.scale = scale
        self.value = value
        self.lesson = lesson
    }
}

/// A benchmark beside the month's own figure.
package struct BenchmarkSummary: Sendable, Codable, Equatable {
    package var code: String
    package var term: Term
    package var kind: Term
    package var metric: Term
    package var figure: FigureName
    package var value: Double
    /// In the same unit.
    package var ours: Double
    package var lesson: Term

    /// Nil while the month has too few observations to be compared.
    init?(_ target: BenchmarkTarget, values: [FigureName: FigureValue], smallSample: Int) {
        guard let measured = values[target.figure], measured.observations >= max(smallSample, 1),
            let number = measured.number
        else { return nil }
        (code, term, kind, metric, figure) = (target.code, target.term, target.kind, target.metric, target.figure)
        (value, lesson) = (target.value, target.lesson)
        ours = Interval.rounded(number * target.scale)
    }
}

/// What headquarters taught the sites in the month, 经验教训.
package struct LessonSummary: Sendable, Codable, Equatable {
    package var id: RecordID
    package var category: String?
    /// In headquarters' words; masked before it is shown.
    package var text: String

    package init(id: RecordID, category: String?, text: String) {
        self.id = id
        self.category = category
        self.text = text
    }

    /// Masked and cut.
    var presentable: LessonSummary {
        LessonSummary(id: id, category: category, text: CustomerText.presentable(text, limit: 200))
    }
}

/// The duty to have customers asked by a third party. (domain: surveys.)
package struct SurveyDuty: Sendable, Codable, Equatable {
    /// The last answer that a third party got; nil when there is none.
    package var record: RecordID?
    package var last: Timestamp?
    /// When the next one is due at the latest; nil when there was none yet.
    package var due: Timestamp?
    /// That moment came.
    package var isOverdue: Bool

    package init(record: RecordID?, last: Timestamp?, due: Timestamp?, isOverdue: Bool) {
        self.record = record
        self.last = last
        self.due = due
        self.isOverdue = isOverdue
    }
}
