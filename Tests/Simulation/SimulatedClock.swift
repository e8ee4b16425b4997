package import Records
import Replication

/// A machine's clock: wrong by some amount, and more so as time goes on; people and programs set it.
package struct SimulatedClock {
    /// When the runs of this simulation begin: shortly before the end of a month, in UTC and in China.
    package static let beginning = Timestamp(milliseconds: 1_709_221_080_000)

    /// The clock minus the true time, when it was last set.
    private var error: Duration
    /// Milliseconds that it gains in a thousand seconds.
    private var drift: Int
    /// When it was last set, in true time; nil: never.
    package private(set) var lastSet: Duration?
    private var since: Duration = .zero

    package init(error: Duration = .zero, drift: Int = 0) { (self.error, self.drift) = (error, drift) }

    /// The clock minus the true time.
    package func error(at now: Duration) -> Duration {
        error + .milliseconds((now - since).wholeMilliseconds * Int64(drift) / 1_000_000)
    }

    package func wall(at now: Duration) -> Timestamp { Self.beginning + now + error(at: now) }

    /// Sets it forward, or back when negative.
    package mutating func step(by amount: Duration, at now: Duration) {
        error = error(at: now) + amount
        (since, lastSet) = (now, now)
    }

    /// Whether it ran on undisturbed since then.
    package func isSteady(since start: Duration) -> Bool { lastSet.map { $0 < start } ?? true }
}
