import Foundation

/// Finds series of counts that rise beyond their own past: category × site, day by day.
///
/// A cumulative sum of log-likelihood ratios between "as ever" and "twice as many" under a negative binomial, as complaints
/// come in bunches. What is as ever follows from the days before: the mean of half a year that ends two weeks earlier, the
/// day of the week, and the season of the year before where there is one.
package struct TrendWatch: Sendable {
    /// A stretch of days on which a series was above its baseline.
    package struct Rise: Sendable, Hashable {
        /// The first day of what added up to it.
        package var since: Int
        /// The day on which it was certain.
        package var day: Int
        /// Counted from `since` to `day`, and expected.
        package var count: Int
        package var expected: Double
    }

    /// How much of it is needed for certainty; a higher one gives fewer false alarms and later ones. Chosen on simulated
    /// series under which less than one false alarm comes up in twenty years of one series.
    package var threshold = 9.5

    package init() {}

    /// Days that the baseline looks back, that it leaves out, and that it needs.
    private static let memory = 126
    private static let gap = 14
    private static let least = 56
    /// How many times as many is worth an alarm.
    private static let factor = 2.5
    /// So many records at least.
    private static let fewest = 4

    /// The rises of one series, the earliest first.
    /// - Parameter counts: of each day, from the first day that anything is known of to the last.
    package func rises(_ counts: [Int], firstDay: Int) -> [Rise] {
        guard counts.count > Self.least else { return [] }
        var sums = [0]
        for count in counts { sums.append(sums[sums.count - 1] + count) }
        var found: [Rise] = []
        var score = 0.0
        var (start, isRisen) = (0, false)
        var expected = 0.0
        for day in Self.least..<counts.count {
            let baseline = Baseline(counts, sums, before: day - Self.gap, memory: Self.memory)
            let mean = baseline.mean(day)
            if score == 0 { (start, expected) = (day, 0) }
            expected += mean
            score = max(0, score + Self.evidence(counts[day], mean, baseline.dispersion))
            // Not so far up that the end is not seen.
            score = min(score, 2 * threshold)
            if score == 0 { isRisen = false }
            let count = sums[day + 1] - sums[start]
            if score >= threshold, !isRisen, count >= Self.fewest {
                isRisen = true
                found.append(
                    Rise(since: firstDay + start, day: firstDay + day, count: count, expected: expected))
            }
        }
        return found
    }

    /// How much likelier a count is if there are `factor` times as many: the logarithm of the ratio.
    private static func evidence(_ count: Int, _ mean: Double, _ dispersion: Double) -> Double {
        Double(count) * log(factor)
            - (Double(count) + dispersion) * log((dispersion + factor * mean) / (dispersion + mean))
    }
}

/// What a series was like before a day.
private struct Baseline {
    private let level: Double
    private let weekdays: [Double]
    private let season: Double
    /// The size of a negative binomial: small where days differ more than by chance.
    let dispersion: Double

    private static let year = 365
    /// Days to either side of the same day a year ago that make a season.
    private static let seasonReach = 21
    /// What pulls factors towards 1: so many occurrences.
    private static let caution = 14.0

    init(_ counts: [Int], _ sums: [Int], before end: Int, memory: Int) {
        let from = max(0, end - memory)
        let (total, days) = (Double(sums[end] - sums[from]), Double(end - from))
        // As high as it may well be: little is known of a series with few occurrences.
        let level = (total + 1 + total.squareRoot()) / days
        self.level = level
        var byWeekday = [Double](repeating: 0, count: 7)
        for day in from..<end { byWeekday[day % 7] += Double(counts[day]) }
        weekdays = byWeekday.map { ($0 + Self.caution / 7) / ((total + Self.caution) / 7) }
        season = Self.season(sums, end, level)
        var squares = 0.0
        for day in from..<end {
            let off = Double(counts[day]) - level
            squares += off * off
        }
        let variance = squares / max(1, days - 1)
        dispersion = variance > level ? min(50, max(0.3, level * level / (variance - level))) : 50
    }

    /// How the days about a year ago differed from the half year before them.
    private static func season(_ sums: [Int], _ end: Int, _ level: Double) -> Double {
        let middle = end - year + 14
        guard middle - seasonReach - 126 >= 0, middle + seasonReach < sums.count else { return 1 }
        let then = Double(sums[middle + seasonReach] - sums[middle - seasonReach])
        let before =
            Double(sums[middle - seasonReach] - sums[middle - seasonReach - 126]) / 126 * Double(2 * seasonReach)
        return min(3, max(1.0 / 3, (then + caution) / (before + caution)))
    }

    func mean(_ day: Int) -> Double { level * weekdays[day % 7] * season }
}
