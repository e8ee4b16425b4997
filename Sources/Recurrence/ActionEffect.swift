import Foundation

/// Whether something that was done about an issue worked, as far as that can be told.
///
/// The rate of occurrences after it is compared with the rate before. Three things make such a comparison lie, and are
/// dealt with: an action answers a peak, after which figures fall by themselves, so the peak is left out of what was
/// before; figures fall everywhere in a quiet season, so sites where nothing was done are compared with; and a site that
/// writes nothing down has no complaints, so days without any record of a site are no days of it.
package struct ActionEffect: Sendable, Hashable {
    package enum Verdict: String, Sendable, Hashable, Codable {
        /// The whole interval is below 1.
        case worked
        /// The whole interval is above 1.
        case worse
        /// The interval has 1 in it: whatever happened may be chance.
        case noDifference = "no_difference"
        /// Too little was to be expected until now.
        case cannotTellYet = "cannot_tell_yet"
    }

    /// Occurrences, and the days of sites in which they could have been written down.
    package struct Rate: Sendable, Hashable {
        package var occurrences = 0
        package var siteDays = 0

        /// In 100 days of one site.
        package var perHundredDays: Double { siteDays == 0 ? 0 : 100 * Double(occurrences) / Double(siteDays) }
    }

    package var before = Rate()
    package var after = Rate()
    /// The same at sites where nothing was done; nil where there are none, or too little happened there.
    package var elsewhere: (before: Rate, after: Rate)? {
        get { comparison.map { ($0.before, $0.after) } }
        set { comparison = newValue.map { Comparison(before: $0.before, after: $0.after) } }
    }
    /// How the rate changed: 0.5 is half as often. Against the sites elsewhere where there are any.
    package var ratio: Double
    /// Of the ratio, 95 %.
    package var interval: ClosedRange<Double>
    package var verdict: Verdict

    private var comparison: Comparison?

    private struct Comparison: Sendable, Hashable {
        var before: Rate
        var after: Rate
    }

    /// One occurrence of the issue.
    package struct Occurrence: Sendable, Hashable {
        package var site: String
        /// Days since 1970 in the organisation's zone.
        package var day: Int

        package init(site: String, day: Int) {
            self.site = site
            self.day = day
        }
    }

    /// How far back and ahead it is looked.
    private static let days = 180
    /// As long before an action its peak lasts, where the hot rule does not say more.
    private static let peakDays = 28
    /// Without an effect at least so many would have been expected after it; of fewer nothing can be told.
    private static let leastExpected = 4.0
    /// So many occurrences elsewhere before it, or there is no comparison.
    private static let leastElsewhere = 5
    /// Of the normal distribution, for 95 %.
    private static let width = 1.96

    /// - Parameters:
    ///   - day: when the action came into force.
    ///   - until: the last day of which everything is known.
    ///   - peakFrom: when the peak began that it answered; at least four weeks before it are left out.
    ///   - actedOn: the sites where it was done; empty: at all of them.
    ///   - activeDays: for each site the days on which it wrote anything down.
    package init(
        day: Int, until: Int, peakFrom: Int? = nil, actedOn: Set<String> = [], occurrences: [Occurrence],
        activeDays: [String: Set<Int>]
    ) {
        let peak = min(peakFrom ?? .max, day - Self.peakDays)
        let (earlier, later) = (peak - Self.days..<peak, day + 1..<max(day + 1, min(until, day + Self.days) + 1))
        let isActedOn = { (site: String) in actedOn.isEmpty || actedOn.contains(site) }
        let rate = { (days: Range<Int>, isOurs: Bool) in
            let sites = activeDays.filter { isActedOn($0.key) == isOurs }
            return Rate(
                // What happened on a day without records of its own site has come from elsewhere and counts no less.
                occurrences: occurrences.count { days.contains($0.day) && isActedOn($0.site) == isOurs },
                siteDays: sites.values.reduce(0) { $0 + $1.count { days.contains($0) } })
        }
        (before, after) = (rate(earlier, true), rate(later, true))
        let (others, othersAfter) = (rate(earlier, false), rate(later, false))
        if others.occurrences >= Self.leastElsewhere, othersAfter.siteDays > 0 {
            comparison = Comparison(before: others, after: othersAfter)
        }
        (ratio, interval, verdict) = (1, 0...Double.infinity, .cannotTellYet)
        guard before.siteDays > 0, after.siteDays > 0 else { return }
        let weekly = Self.dispersion(occurrences.filter { isActedOn($0.site) && earlier.contains($0.day) }.map(\.day))
        var logarithm = Self.logarithm(before, after)
        var variance = Self.variance(before, after)
        if let comparison {
            logarithm -= Self.logarithm(comparison.before, comparison.after)
            variance += Self.variance(comparison.before, comparison.after)
        }
        let reach = Self.width * (variance * weekly).squareRoot()
        ratio = exp(logarithm)
        interval = exp(logarithm - reach)...exp(logarithm + reach)
        let trend = comparison.map { exp(Self.logarithm($0.before, $0.after)) } ?? 1
        let expected = Double(before.occurrences) / Double(before.siteDays) * Double(after.siteDays) * trend
        // Much more than was expected is told at once.
        guard expected >= Self.leastExpected || (interval.lowerBound > 1 && after.occurrences >= 3) else { return }
        verdict = interval.upperBound < 1 ? .worked : interval.lowerBound > 1 ? .worse : .noDifference
    }

    /// Half an occurrence more on either side keeps none from being nothing.
    private static func logarithm(_ before: Rate, _ after: Rate) -> Double {
        log((Double(after.occurrences) + 0.5) / Double(after.siteDays))
            - log((Double(before.occurrences) + 0.5) / Double(before.siteDays))
    }

    private static func variance(_ before: Rate, _ after: Rate) -> Double {
        1 / (Double(before.occurrences) + 0.5) + 1 / (Double(after.occurrences) + 0.5)
    }

    /// How much more than by chance the weeks differ, at least 1: complaints come in bunches.
    private static func dispersion(_ days: [Int]) -> Double {
        guard let first = days.min(), let last = days.max(), days.count >= 4 else { return 1 }
        var weeks = [Double](repeating: 0, count: (last - first) / 7 + 1)
        for day in days { weeks[(day - first) / 7] += 1 }
        guard weeks.count >= 4 else { return 1 }
        let mean = Double(days.count) / Double(weeks.count)
        let variance = weeks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(weeks.count - 1)
        return max(1, variance / mean)
    }
}
