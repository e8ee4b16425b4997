internal import Glibc

/// A reading of `CLOCK_MONOTONIC`: never set back, unrelated to the time of day.
struct MonotonicTime: Comparable {
    /// Nanoseconds since an arbitrary start.
    private let nanoseconds: Int64

    init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The time now.
    static var now: MonotonicTime {
        var reading = timespec()
        clock_gettime(CLOCK_MONOTONIC, &reading)
        return MonotonicTime(nanoseconds: Int64(reading.tv_sec) * 1_000_000_000 + Int64(reading.tv_nsec))
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Durations beyond a hundred years count as a hundred years.
    static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let bounded = min(max(duration, .zero), .seconds(3_155_760_000))
        let (seconds, attoseconds) = bounded.components
        return MonotonicTime(nanoseconds: time.nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}
