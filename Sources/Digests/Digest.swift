import Records

/// The paper of one monthly review meeting: what a month amounts to, how completely it is known, and what differs from
/// the revision before.
///
/// A pure function of its input: permuted input gives an equal digest. `Codable` in the form that `Digest+JSON.swift`
/// describes.
package struct Digest: Sendable, Codable, Equatable {
    /// The version of the JSON form.
    package static let schema = 1

    package internal(set) var schema = Digest.schema
    /// 1 for the first closing; each revision that differs is one higher.
    package internal(set) var revision = 1
    /// SHA-256, in hexadecimal digits, of the canonical JSON in which this field is empty.
    package internal(set) var hash = ""

    package internal(set) var period: DigestPeriod
    package internal(set) var handbook: HandbookReference
    /// Below so many observations no percentage is shown.
    package internal(set) var smallSample: Int
    /// By identifier; the first thing that a digest says.
    package internal(set) var sites: [DigestSite]
    /// In the order of their names.
    package internal(set) var figures: [Figure]
    /// What the codes in figures' names mean.
    package internal(set) var names: DigestNames
    /// Complaints that are or were critical, by the moment they were made.
    package internal(set) var critical: [CriticalCase]
    /// The gravest first; titles and samples are masked.
    package internal(set) var issues: [IssueSummary]
    /// By the moment they were raised.
    package internal(set) var flags: [FlagSummary]
    package internal(set) var underReporting: [UnderReportingHint]
    package internal(set) var meeting: DigestMeeting
    package internal(set) var late: [LateRecord]
    package internal(set) var backdated: [BackdatedRecord]
    package internal(set) var breaks: [ComparisonBreak]
    /// Nil when there is no month before, or no site that is complete in both.
    package internal(set) var comparison: DigestComparison?
    /// The same month of the year before, in the same way.
    package internal(set) var yearBefore: DigestComparison?
    /// The closed months of the year before, the earliest first; nil in a digest of an older version.
    package internal(set) var trend: [TrendMonth]?
    /// Between which limits the days' complaints are expected; nil when too few days are known.
    package internal(set) var dayLimits: ControlLimits?
    /// How the month stands to the handbook's standards; nil in a digest of an older version.
    package internal(set) var standards: [StandardSummary]?
    /// What the meetings decided and was not settled before the preceding month began; nil in a digest of an older version.
    package internal(set) var outcomes: [OutcomeSummary]?
    /// Where customers stand on the waterfall; nil where nothing was measured, and in a digest of an older version.
    package internal(set) var waterfall: WaterfallSummary?
    /// How customers are graded; nil where nobody is, and in a digest of an older version.
    package internal(set) var tiers: TierSummary?
    /// Key accounts and silent customers; nil where nobody is known, and in a digest of an older version.
    package internal(set) var contacts: ContactSummary?
    /// What a year shows of load and complaints, by site; nil where there is nothing, and in a digest of an older version.
    package internal(set) var loadFindings: [LoadFinding]?
    /// Others' figures beside the month's own; nil in a digest of an older version.
    package internal(set) var benchmarks: [BenchmarkSummary]?
    /// What headquarters taught the sites in the month; nil in a digest of an older version.
    package internal(set) var lessons: [LessonSummary]?
    /// Nil where the handbook asks for no surveys, and in a digest of an older version.
    package internal(set) var surveyDuty: SurveyDuty?
    /// What differs from the revision before; nil in the first.
    package internal(set) var changes: DigestChanges?

    /// The first revision of a month.
    package init(_ input: DigestInput) {
        self = DigestEdition(input).digest
    }

    /// What a figure says; nil when there is none of that name.
    package subscript(name: FigureName) -> FigureValue? {
        var range = figures.indices
        while let middle = range.isEmpty ? nil : (range.lowerBound + range.upperBound) / 2 {
            if figures[middle].name == name { return figures[middle].value }
            range = figures[middle].name < name ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    /// A count by its name; 0 when there is none of that name.
    package func count(_ name: FigureName) -> Int {
        guard case .count(let count) = self[name] else { return 0 }
        return count
    }

    /// Complaints received on each day of the month that had begun; empty in a digest of an older version.
    package var days: [Int] {
        let last = CivilTime.days(inMonth: period.month.month, of: period.month.year)
        let names = (1...last).map { FigureName("complaints.day").adding(FigureName.day($0), "received") }
        return names.prefix { self[$0] != nil }.map(count)
    }

    /// The headline figures by site, for the digest of the month after.
    package var asPreviousMonth: PreviousMonth {
        PreviousMonth(
            month: period.month, workingDays: period.workingDays,
            sites: sites.map { site in
                let complaints = FigureName("complaints").adding("site", site.id.text)
                return PreviousMonth.Site(
                    id: site.id, complete: site.state == .complete, received: count(complaints.adding("received")),
                    distinct: count(complaints.adding("distinct")),
                    reached: count(FigureName("visits").adding("site", site.id.text, "reached")))
            }, days: days)
    }
}
