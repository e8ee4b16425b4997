import Glibc
package import Records
package import Replication

/// The machine's clocks: the only place where they are read.
package enum SystemClock {
    /// The wall clock, in UTC.
    package static var wall: Timestamp {
        let time = read(CLOCK_REALTIME)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Both clocks at once, for the state machines.
    package static var moment: Moment {
        let time = read(CLOCK_MONOTONIC)
        let uptime = Duration.seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        return Moment(uptime: uptime, wall: wall)
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}
