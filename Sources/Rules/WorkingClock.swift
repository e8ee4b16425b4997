package import Handbooks
package import Records

/// Counts working time in a zone: several periods a day, holidays, days of their own, periods over midnight. Pure.
///
/// A period begins and ends when the clock on the wall says so; on a day on which the clock is set, it is as much shorter or
/// longer as that makes it. (domain: time limits, "a handbook may name working hours".)
package struct WorkingClock: Sendable {
    /// No stretch of days without work is longer; a schedule that has one never ends anything.
    private static let mostDays = 4000

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
            let begin = max(period.lowerBound, start)
            let worked = period.upperBound - begin
            if left <= worked {
                found = begin + left
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
            worked += min(period.upperBound, end) - max(period.lowerBound, start)
            return true
        }
        return worked
    }

    /// Goes through the periods that end after a moment, in order, until the body has enough or there are none for long.
    private func walk(from start: Timestamp, _ body: (Range<Timestamp>) -> Bool) {
        // One that began the day before may run over midnight.
        var day = Self.day(of: start, zone) - 1
        var idle = 0
        while idle < Self.mostDays {
            idle += 1
            for period in schedule.periods(onDay: day) {
                let range = moment(day, period.start)..<max(moment(day, period.start), moment(day, period.end))
                guard range.upperBound > start, !range.isEmpty else { continue }
                idle = 0
                if !body(range) { return }
            }
            day += 1
        }
    }

    private func moment(_ day: Int, _ minutes: Int) -> Timestamp {
        zone.moment(CivilTime(millisecondsSince1970: Int64(day) * 86_400_000 + Int64(minutes) * 60_000))
    }

    /// Days since 1970-01-01 by the clock on the wall.
    private static func day(of moment: Timestamp, _ zone: TimeZoneRules) -> Int {
        let local = moment.withinCalendar.milliseconds + zone.offset(at: moment.withinCalendar)
        return Int(local >= 0 ? local / 86_400_000 : (local - 86_399_999) / 86_400_000)
    }
}
