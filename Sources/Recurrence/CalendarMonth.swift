/// Adding calendar months to a moment, in local time, clamped to the end of the month (31 January + 1 = 28 February).
package struct CalendarMonth: Sendable {
    /// The offset of local time from UTC, in seconds east, at a moment in milliseconds since 1970 UTC.
    package var offset: @Sendable (Int64) -> Int64

    package init(offset: @escaping @Sendable (Int64) -> Int64) {
        self.offset = offset
    }

    /// A zone that keeps one offset all year, in seconds east of UTC (28,800 in China).
    package init(secondsEast: Int64) {
        self.init { _ in secondsEast }
    }

    /// The moment `months` calendar months after `moment` at the same local time, in milliseconds since 1970 UTC.
    package func later(_ moment: Int64, months: Int64 = 1) -> Int64 {
        let local = moment &+ offset(moment) &* 1000
        let day = local.flooredDivision(by: Self.millisecondsOfDay)
        let inDay = local &- day &* Self.millisecondsOfDay
        let date = Self.date(ofDay: day)
        let month = date.year &* 12 &+ (date.month &- 1) &+ months
        let year = month.flooredDivision(by: 12)
        let first = Self.day(year: year, month: month &- year &* 12 &+ 1, day: 1)
        let next = month &+ 1
        let nextYear = next.flooredDivision(by: 12)
        let length = Self.day(year: nextYear, month: next &- nextYear &* 12 &+ 1, day: 1) &- first
        let target = (first &+ min(date.day, length) &- 1) &* Self.millisecondsOfDay &+ inDay
        // The offset that holds at the target may differ from the one at the start: a second look settles it.
        let guess = target &- offset(moment) &* 1000
        return target &- offset(guess) &* 1000
    }

    private static let millisecondsOfDay: Int64 = 86_400_000

    /// Days since 1970-01-01 as a date of the proleptic Gregorian calendar (Hinnant's `civil_from_days`).
    private static func date(ofDay days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days &+ 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted &- era &* 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// The inverse: Hinnant's `days_from_civil`.
    private static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooredDivision(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Int64 {
    /// Division that rounds towards negative infinity; the divisor is positive.
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
