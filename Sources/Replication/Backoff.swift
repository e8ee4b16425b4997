import Records

/// Full-jitter exponential back-off: the wait before try n is uniform between 0 and `base · 2ⁿ`, capped.
/// ("Exponential Backoff and Jitter", AWS Architecture Blog, 2015.)
package struct Backoff: Sendable {
    /// The first wait is at most this long.
    package static let base: Duration = .milliseconds(100)
    /// No wait is longer than this, unless the peer asked for more.
    package static let cap: Duration = .seconds(15)

    private var failures = 0

    package init() {}

    /// The wait after one more failure. Where the peer asked for a wait, as it asks all others at the same time, the jitter
    /// comes on top, up to half as much again.
    /// - Parameter cap: a lower bound of the longest wait than the general one.
    package mutating func next(
        atLeast floor: Duration = .zero, cap: Duration = cap, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        let ceiling = max(min(Self.cap, cap, Self.base * (1 << min(failures, 16))), floor / 2)
        failures += 1
        return floor + .milliseconds(Int64.random(in: 0...ceiling.wholeMilliseconds, using: &generator))
    }

    /// After a success the next failure starts from the beginning.
    package mutating func reset() { failures = 0 }
}
