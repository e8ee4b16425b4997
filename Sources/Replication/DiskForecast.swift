/// For how long a disk's room will do, by how it shrank.
///
/// Keeps a sample an hour for a week: a day's noise does not matter, and what was freed once is soon forgotten.
package struct DiskForecast: Sendable {
    private static let interval: Duration = .seconds(3600)
    private static let samples = 7 * 24

    private var taken: [(at: Duration, free: UInt64)] = []
    private var latest: (at: Duration, free: UInt64)?

    package init() {}

    /// - Parameter now: uptime.
    package mutating func note(free: UInt64, at now: Duration) {
        latest = (now, free)
        if let last = taken.last, now - last.at < Self.interval { return }
        taken.append((now, free))
        if taken.count > Self.samples { taken.removeFirst() }
    }

    /// Days until no room is left; nil while less than an hour was seen, or while nothing shrinks.
    package var daysLeft: Double? {
        guard let first = taken.first, let latest, latest.at - first.at >= Self.interval, latest.free < first.free
        else { return nil }
        let days = (latest.at - first.at) / .seconds(86_400)
        return Double(latest.free) / (Double(first.free - latest.free) / days)
    }
}
