package import Records

/// A stage that a case entered, with the impact that it had there: a point of the stage curve.
package struct CurvePoint: Sendable, Codable, Equatable {
    /// Codes of `CaseStep.Stage` and `Complaint.Impact`.
    package var stage: String
    package var impact: String
    package var at: Timestamp
    /// The step that says so.
    package var record: RecordID

    package init(stage: String, impact: String, at: Timestamp, record: RecordID) {
        self.stage = stage
        self.impact = impact
        self.at = at
        self.record = record
    }
}

/// What was found to be at the bottom of a case.
package struct RootCauseSummary: Sendable, Codable, Equatable {
    /// Codes of `CaseStep.Cause`, sorted.
    package var causes: [String]
    /// The service quality gap 服务质量差距, 1 to 5; nil when none was named.
    package var gap: Int?
    /// The chain of whys, from the first to the last, in the staff's words; masked before it is shown.
    package var whys: [String]
    /// The step that says so.
    package var record: RecordID

    package init(causes: [String], gap: Int?, whys: [String] = [], record: RecordID) {
        self.causes = Set(causes).sorted()
        self.gap = gap
        self.whys = whys
        self.record = record
    }

    /// A chain of five whys may have a few links more.
    private static let mostWhys = 8

    /// Masked and cut.
    var presentable: RootCauseSummary {
        var cause = self
        cause.whys = whys.prefix(Self.mostWhys).map { CustomerText.presentable($0, limit: 80) }
        return cause
    }
}
