package import Records

/// A complaint that is, or in the month was, critical 重大.
package struct CriticalCase: Sendable, Codable, Equatable {
    package var id: RecordID
    package var site: SiteID
    package var category: String?
    package var madeAt: Timestamp
    /// At the end of the month.
    package var grade: Grade
    /// It is still open at the moment of the digest.
    package var open: Bool
    package var rises: [GradeRise]
    /// When it was resolved or closed; nil while it is open, and in a digest of an older version.
    package var endedAt: Timestamp?
    /// The stages that it entered, in the order of time; nil in a digest of an older version.
    package var curve: [CurvePoint]?
    /// Masked; nil while nobody said.
    package var rootCause: RootCauseSummary?

    init(_ summary: CaseSummary) {
        id = summary.id
        site = summary.site
        category = summary.category
        madeAt = summary.madeAt
        grade = summary.grade
        open = summary.state.isOpen
        rises = summary.rises
        endedAt = summary.state.resolvedAt ?? summary.state.closedAt
        curve = summary.curve
        rootCause = summary.rootCause?.presentable
    }
}

/// The month before, over the sites that are complete in both months.
package struct DigestComparison: Sendable, Codable, Equatable {
    /// The month before, `2019-06`.
    package var month: String
    package var workingDays: Int?
    package var sites: [SiteID]
    package var received: Int
    package var distinct: Int
    /// Visits that reached the customer.
    package var reached: Int

    /// Nil when no site is complete in both.
    init?(_ previous: PreviousMonth?, sites now: [DigestSite]) {
        guard let previous else { return nil }
        let complete = Set(now.filter { $0.state == .complete }.map(\.id))
        let both = previous.sites.filter { $0.complete && complete.contains($0.id) }
        guard !both.isEmpty else { return nil }
        month = previous.month.description
        workingDays = previous.workingDays
        sites = both.map(\.id).sorted()
        received = both.reduce(0) { $0 + $1.received }
        distinct = both.reduce(0) { $0 + $1.distinct }
        reached = both.reduce(0) { $0 + $1.reached }
    }
}

/// A site with few complaints beside few visits: it reads *under-reporting?*, never *best*.
package struct UnderReportingHint: Sendable, Codable, Equatable {
    package var site: SiteID
    package var received: Int
    /// Visits that reached the customer.
    package var reached: Int
    /// What the median site has.
    package var medianReceived: Double
    package var medianReached: Double

    /// Fewer complete sites than this have no telling median.
    private static let leastSites = 3

    /// The sites for which it may be so; only complete ones are looked at, for the others are not heard anyway.
    static func hints(sites: [DigestSite], input: DigestInput) -> [UnderReportingHint] {
        let complete = sites.filter { $0.state == .complete }
        guard complete.count >= leastSites else { return [] }
        let received = Dictionary(grouping: input.cases, by: \.site).mapValues(\.count)
        let reached = Dictionary(grouping: input.visits.filter(\.reached), by: \.site).mapValues(\.count)
        let medianReceived = median(complete.map { received[$0.id] ?? 0 })
        let medianReached = median(complete.map { reached[$0.id] ?? 0 })
        guard medianReceived > 0 else { return [] }
        let part = input.policy.underReportingShare
        return complete.compactMap { site in
            let complaints = received[site.id] ?? 0
            let visits = reached[site.id] ?? 0
            guard Double(complaints) <= part * medianReceived, Double(visits) <= part * medianReached else {
                return nil
            }
            return UnderReportingHint(
                site: site.id, received: complaints, reached: visits, medianReceived: medianReceived,
                medianReached: medianReached)
        }
    }

    private static func median(_ counts: [Int]) -> Double {
        let ordered = counts.sorted()
        return Double(ordered[(ordered.count - 1) / 2] + ordered[ordered.count / 2]) / 2
    }
}
