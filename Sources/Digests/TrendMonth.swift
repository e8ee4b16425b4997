import Records

/// The headline figures of an earlier month, for a line over the months.
package struct TrendMonth: Sendable, Codable, Equatable {
    /// `2019-06`.
    package var month: String
    package var received: Int
    package var distinct: Int
    /// Visits that reached the customer.
    package var reached: Int
    /// Sites that were complete, and all that took part.
    package var complete: Int
    package var sites: Int

    init(_ month: PreviousMonth) {
        self.month = month.month.description
        received = month.sites.reduce(0) { $0 + $1.received }
        distinct = month.sites.reduce(0) { $0 + $1.distinct }
        reached = month.sites.reduce(0) { $0 + $1.reached }
        complete = month.sites.count(where: \.complete)
        sites = month.sites.count
    }
}

/// Between which limits a day's complaints are expected: a chart of individual values with the limits of their moving range
/// (W. A. Shewhart; the factor 2.66 is 3 / 1.128). What lies beyond asks for a cause of its own.
package struct ControlLimits: Sendable, Codable, Equatable {
    /// The month whose days they come from.
    package var month: String
    package var centre: Double
    /// Never below 0.
    package var lower: Double
    package var upper: Double

    /// Of fewer days no limits are made.
    private static let leastDays = 14

    /// Nil when there are too few days.
    init?(month: Month?, days: [Int]) {
        guard let month, days.count >= Self.leastDays else { return nil }
        let ranges = zip(days, days.dropFirst()).map { abs($0 - $1) }
        let centre = Double(days.reduce(0, +)) / Double(days.count)
        let reach = 2.66 * Double(ranges.reduce(0, +)) / Double(ranges.count)
        self.month = month.description
        self.centre = Interval.rounded(centre)
        lower = Interval.rounded(max(0, centre - reach))
        upper = Interval.rounded(centre + reach)
    }
}
