package import Records

/// A complaint made in the month, as it stands under the handbook.
package struct CaseSummary: Sendable {
    /// The complaint's record.
    package var id: RecordID
    /// The site that took it in.
    package var site: SiteID
    /// Codes of the handbook; nil when not stated.
    package var category: String?
    package var touchpoint: String?
    package var product: String?
    package var madeAt: Timestamp
    package var channel: Complaint.Channel
    /// The settled identity, as an opaque token; nil for an anonymous one. Never shown.
    package var complainant: String?
    /// The earlier equal complaint that this one is linked to; nil when it is distinct.
    package var distinctOf: RecordID?
    /// At the end of the month.
    package var grade: Grade
    /// The highest so far; `peak >= grade`.
    package var peak: Grade
    /// Every rise, the earliest first.
    package var rises: [GradeRise]
    package var state: CaseState
    package var answeredAt: Timestamp?
    package var urgent: Bool
    /// By the code of each limit that applies to this case.
    package var limits: [String: LimitOutcome]
    /// Complainants in the group 人数; at least 1.
    package var groupSize: Int
    package var delayCause: DelayCause
    package var issue: RecordID?
    /// 影响面 and 掌控度, as they stand at the end of the month.
    package var impact = Complaint.Impact.unspecified
    package var control = Complaint.Control.unspecified
    /// The stages that it entered, in the order of time.
    package var curve: [CurvePoint] = []
    /// As last told; nil while nobody said.
    package var rootCause: RootCauseSummary?
    /// The first thing that anybody did about it.
    package var firstReaction: Timestamp?
    /// What the customer said at the last visit about it, 1 to 5.
    package var satisfactionAfter: Int?

    package init(
        id: RecordID, site: SiteID, category: String? = nil, touchpoint: String? = nil, product: String? = nil,
        madeAt: Timestamp, channel: Complaint.Channel = .unspecified, complainant: String? = nil,
        distinctOf: RecordID? = nil, grade: Grade = .ordinary, peak: Grade? = nil, rises: [GradeRise] = [],
        state: CaseState = .open, answeredAt: Timestamp? = nil, urgent: Bool = false,
        limits: [String: LimitOutcome] = [:], groupSize: Int = 1, delayCause: DelayCause = .notStated,
        issue: RecordID? = nil
    ) {
        self.id = id
        self.site = site
        self.category = category
        self.touchpoint = touchpoint
        self.product = product
        self.madeAt = madeAt
        self.channel = channel
        self.complainant = complainant
        self.distinctOf = distinctOf
        self.grade = grade
        self.peak = max(peak ?? grade, grade)
        self.rises = rises
        self.state = state
        self.answeredAt = answeredAt
        self.urgent = urgent
        self.limits = limits
        self.groupSize = groupSize
        self.delayCause = delayCause
        self.issue = issue
    }
}

/// Where a complaint stands at the moment of the digest.
package enum CaseState: Sendable, Equatable {
    /// Not resolved, or reopened.
    case open
    /// The site says so; not yet confirmed.
    case resolved(at: Timestamp)
    /// Confirmed by the follow-up visit or by silence.
    case confirmed(resolvedAt: Timestamp)
    /// Closed without resolution: withdrawn, not ours, unreachable.
    case closed(at: Timestamp)
}

/// One rise of a grade, with its rule.
package struct GradeRise: Sendable, Codable, Equatable {
    /// The rule's code.
    package var rule: String
    package var grade: Grade
    package var at: Timestamp

    package init(rule: String, grade: Grade, at: Timestamp) {
        self.rule = rule
        self.grade = grade
        self.at = at
    }
}

/// What became of a time limit of one case.
package enum LimitOutcome: String, Sendable, Codable, CaseIterable {
    case met
    case missed
    /// Its moment has not come.
    case notYetDue = "not_yet_due"
    /// The site was not heard from up to the due moment.
    case unknown
}
