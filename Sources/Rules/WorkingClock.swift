package import Handbooks
package import Records

/// Counts working time in a zone: several periods a day, holidays, days of their own, periods over midnight. Pure.
///
/// A period begins and ends when the clock on the wall says so; on a day on which the clock is set, it is as much shorter or
/// longer as that makes it. (domain: time limits, "a handbook may name working hours".)
package struct WorkingClock: Sendable {
    /// No stretch of days without work is longer; a schedule that has one never ends anything.
    private static let mostIdleDays = 4000
    /// No span of work reaches further, about 109 years; one that does never ends.
    private static let mostDays = 40_000

    private let schedule: WorkingSchedule
    private let zone: TimeZoneRules

    package init(_ schedule: WorkingSchedule, in zone: TimeZoneRules) {
        self.schedule = schedule
        self.zone = zone
    }

    /// When `length` of working time has passed since `start`, a moment of work; nil when that never comes.
    package func end(of length: Duration, from start: Timestamp) -> Timestamp? {
        var left = length
        var found: Timestamp?
        walk(from: start) { period in
            let worked = period.upperBound - period.lowerBound
            if left <= worked {
                found = period.lowerBound + left
                return false
            }
            left -= worked
            return true
        }
        return found
    }

    /// How much working time lies between two moments.
    package func worked(from start: Timestamp, until end: Timestamp) -> Duration {
        var worked: Duration = .zero
        guard start < end else { return worked }
        walk(from: start) { period in
            guard period.lowerBound < end else { return false }
            worked += min(period.upperBound, end) - period.lowerBound
            return true
        }
        return worked
    }

    /// Goes through what is work after a moment, in order, until the body has enough or there is none for long. A moment
    /// that two periods have, as a night shift that runs into the next morning's, is gone through once.
    private func walk(from start: Timestamp, _ body: (Range<Timestamp>) -> Bool) {
        // One that began the day before may run over midnight.
        let first = zone.day(of: start.withinCalendar) - 1
        var covered = start
        var idle = 0
        for day in first..<first + Self.mostDays where idle < Self.mostIdleDays {
            idle += 1
            for period in schedule.periods(onDay: day) {
                let (begin, end) = (max(moment(day, period.start), covered), moment(day, period.end))
                guard begin < end else { continue }
                idle = 0
                covered = end
                if !body(begin..<end) { return }
            }
        }
    }

    private func moment(_ day: Int, _ minutes: Int) -> Timestamp {
        zone.moment(CivilTime(millisecondsSince1970: Int64(day) * 86_400_000 + Int64(minutes) * 60_000))
    }
}
