package import Records

/// The values of one month, as the aggregator assembles them from its views: all that a digest is made of.
///
/// Records are of the month when they *occurred* in it, in the organisation's zone. Arrays of records may stand in any
/// order; the handbook's lists and an issue's samples keep theirs.
/// A revision is best made with the `asOf` of the closing that it revises: then it differs by what arrived late alone,
/// not also by what happened since.
package struct DigestInput: Sendable {
    package var month: Month
    /// The organisation's zone: the month begins and ends there.
    package var zone: TimeZoneRules
    package var handbook: HandbookReference
    /// The moment at which states and time limits are judged; cases open then count as open.
    package var asOf: Timestamp
    /// Working days of the month, when the handbook knows them.
    package var workingDays: Int?
    package var policy = DigestPolicy()

    package var meeting: MeetingPlan
    package var categories: [CategoryName] = []
    package var touchpoints: [NamedCode] = []
    /// The time limits of the handbook, in the order in which they are shown.
    package var limits: [NamedCode] = []
    /// The rules by which a grade rises.
    package var rules: [NamedCode] = []

    package var sites: [SiteMonth] = []
    /// The complaints made in the month; retracted ones are left out.
    package var cases: [CaseSummary] = []
    package var visits: [VisitSummary] = []
    package var surveys: [SurveySummary] = []
    /// The issues with a member in the month, and those that were flagged in it.
    package var issues: [IssueSummary] = []
    package var flags: [FlagSummary] = []
    /// Records that arrived after the month in which they occurred was closed: those of this month (they make its
    /// revision) and those of earlier ones that arrived since the last digest (they stand in this one as late).
    package var late: [LateRecord] = []
    /// Records of the month written down long after they occurred.
    package var backdated: [BackdatedRecord] = []
    /// What makes the month hard to compare: holidays, changes of the handbook, regroupings.
    package var breaks: [ComparisonBreak] = []
    /// The month before, to compare with.
    package var previous: PreviousMonth?
    /// The same month of the year before.
    package var yearBefore: PreviousMonth?
    /// The closed months before this one, at most the twelve that precede it.
    package var earlier: [PreviousMonth] = []
    /// The handbook's service standards, in its order.
    package var standards: [StandardTarget] = []
    /// What the handbook calls the combinations of impact and control, by `IMPACT.CONTROL`.
    package var matrix: [NamedCode] = []
    /// What the meetings decided and was not settled before the month that precedes this one began.
    package var outcomes: [OutcomeSummary] = []
    /// What the handbook calls the service quality gaps, by number.
    package var gaps: [NamedCode] = []
    /// The five elements of service quality, in their order.
    package var elements: [NamedCode] = []
    /// The handbook's questionnaires; a survey may bear another name.
    package var questionnaires: [NamedCode] = []
    /// Where customers stand; nil where the handbook has no waterfall.
    package var waterfall: WaterfallMonth?
    /// How customers are graded; nil where the handbook grades none, or no profile has a figure.
    package var tiers: TierMonth?
    /// With whom somebody is in touch; nil where the handbook does not care.
    package var contacts: ContactMonth?
    /// How busy sites were; nil where nobody wrote it down.
    package var load: LoadMonth?
    /// The handbook's benchmarks that a figure of the digest can be set beside, in its order.
    package var benchmarks: [BenchmarkTarget] = []
    /// What headquarters taught the sites in the month.
    package var lessons: [LessonSummary] = []
    /// Nil where the handbook asks for no surveys.
    package var surveyDuty: SurveyDuty?

    package init(
        month: Month, zone: TimeZoneRules, handbook: HandbookReference, asOf: Timestamp, meeting: MeetingPlan
    ) {
        self.month = month
        self.zone = zone
        self.handbook = handbook
        self.asOf = asOf
        self.meeting = meeting
    }
}

/// The numbers of the handbook that shape a digest.
package struct DigestPolicy: Sendable {
    /// Below so many observations a share is shown as a fraction, never as a percentage.
    package var smallSample: Int
    /// A site with no more than this part of the median site's complaints *and* of its visits may be under-reporting.
    package var underReportingShare: Double

    package init(smallSample: Int = 10, underReportingShare: Double = 0.5) {
        self.smallSample = smallSample
        self.underReportingShare = underReportingShare
    }
}
