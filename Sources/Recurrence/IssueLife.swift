package import Records

/// Where an issue is in its life: new → recurring → assigned → fixed → regressed → closed. Follows from its occurrences, the
/// ends of their cases, and what was decided to be done, whatever order these came in.
package struct IssueLife: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// Its second occurrence is not a week ago.
        case new
        case recurring
        /// Something was decided to be done about it.
        case assigned
        /// Every case of it has ended, and nothing came for a while.
        case fixed
        /// It was fixed and came back.
        case regressed
        /// It was fixed and did not come back for a quarter of a year.
        case closed
    }

    /// One text of the issue.
    package struct Occurrence: Sendable, Hashable {
        package var record: RecordID
        /// Milliseconds since 1970 UTC.
        package var time: Int64
        /// When its case was resolved and stayed so; nil while it is open. A problem met in a visit has no case: its own time.
        package var ended: Int64?

        package init(record: RecordID, time: Int64, ended: Int64?) {
            self.record = record
            self.time = time
            self.ended = ended
        }
    }

    /// A time at which it came back.
    package struct Regression: Sendable, Hashable {
        /// The occurrence that brought it back.
        package var record: RecordID
        /// Milliseconds since 1970 UTC: when it came back, and when it had been fixed.
        package var time: Int64
        package var fixed: Int64
    }

    package let state: State
    /// The earliest first.
    package let regressions: [Regression]

    private static let day: Int64 = 86_400_000
    /// So long after its second occurrence it is new.
    private static let newFor = 7 * day
    /// After all cases have ended nothing comes for so long: it is fixed.
    private static let quiet = 28 * day
    /// The same as a duration.
    package static let quietTime: Duration = .milliseconds(quiet)
    private static let closedAfter = 91 * day

    /// - Parameters:
    ///   - assigned: when something was decided to be done about it, in any order.
    ///   - now: milliseconds since 1970 UTC.
    package init(_ occurrences: [Occurrence], assigned: [Int64] = [], now: Int64) {
        let ordered = occurrences.sorted { ($0.time, $0.record) < ($1.time, $1.record) }
        var regressions: [Regression] = []
        // Until when every case so far had ended; nil while one is open.
        var ended: Int64? = .min
        for (place, occurrence) in ordered.enumerated() {
            if place >= 2, let end = ended, occurrence.time >= end + Self.quiet {
                regressions.append(Regression(record: occurrence.record, time: occurrence.time, fixed: end))
            }
            if let end = ended, let own = occurrence.ended {
                ended = max(end, own, occurrence.time)
            } else {
                ended = nil
            }
        }
        self.regressions = regressions
        let second = ordered.count > 1 ? ordered[1].time : Int64.max
        let isAssigned = { (since: Int64) in assigned.contains { $0 >= since && $0 <= now } }
        if let end = ended, ordered.count > 1, now >= end + Self.quiet {
            state = now >= end + Self.closedAfter ? .closed : .fixed
        } else if let last = regressions.last {
            state = isAssigned(last.time) ? .assigned : .regressed
        } else if isAssigned(.min) {
            state = .assigned
        } else {
            state = second == .max || now < second + Self.newFor ? .new : .recurring
        }
    }
}
