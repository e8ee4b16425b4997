/// Full-jitter exponential back-off: the wait before try n is uniform between 0 and `base · 2ⁿ`, capped.
/// ("Exponential Backoff and Jitter", AWS Architecture Blog, 2015.)
package struct Backoff: Sendable {
    /// The first wait is at most this long.
    package static let base: Duration = .milliseconds(100)
    /// No wait is longer than this.
    package static let cap: Duration = .seconds(15)

    private var failures = 0

    package init() {}

    /// The wait after one more failure; at least what the peer asked for.
    package mutating func next(
        atLeast floor: Duration = .zero, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        let ceiling = min(Self.cap, Self.base * (1 << min(failures, 16)))
        failures += 1
        let milliseconds = Int64.random(in: 0...max(1, ceiling.components.seconds * 1000 + 100), using: &generator)
        return max(floor, min(ceiling, .milliseconds(milliseconds)))
    }

    /// After a success the next failure starts from the beginning.
    package mutating func reset() { failures = 0 }
}
