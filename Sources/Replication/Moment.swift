package import Records

/// "Now", as the shell hands it to the state machines: they never read a clock themselves.
package struct Moment: Hashable, Sendable {
    /// Time since some fixed point, never stepping back: for time-outs and intervals.
    package var uptime: Duration
    /// The wall clock: for what is written down and compared between sites.
    package var wall: Timestamp

    package init(uptime: Duration, wall: Timestamp) {
        self.uptime = uptime
        self.wall = wall
    }
}
