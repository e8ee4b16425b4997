package import Records
import StrictYAML

/// When work is done, 工作时间: what time limits that go by working hours count. Without one, every limit goes by the wall
/// clock. (domain: time limits, "a handbook may name working hours".)
package struct WorkingHours: Hashable, Sendable {
    /// For every site that has none of its own.
    package var schedule: WorkingSchedule
    /// Sites with hours of their own, each once, in the handbook's order.
    package var sites: [SiteSchedule]

    /// One site's hours.
    package struct SiteSchedule: Hashable, Sendable {
        package var site: SiteID
        package var schedule: WorkingSchedule
    }

    /// The hours of that site.
    package func schedule(of site: SiteID) -> WorkingSchedule {
        sites.first { $0.site == site }?.schedule ?? schedule
    }
}

/// A week's hours, and the days that are otherwise.
package struct WorkingSchedule: Hashable, Sendable {
    /// Monday to Sunday, 7 of them: each day's periods, in order and apart from each other.
    package var week: [[WorkingPeriod]]
    /// Days without work, 节假日: each with its number of days since 1970-01-01.
    package var holidays: Set<Int>
    /// Days with hours of their own in place of their weekday's and of a holiday's, 调休.
    package var exceptions: [Int: [WorkingPeriod]]

    /// The periods that begin on a day.
    /// - Parameter day: days since 1970-01-01 in the site's zone.
    package func periods(onDay day: Int) -> [WorkingPeriod] {
        if let exception = exceptions[day] { return exception }
        if holidays.contains(day) { return [] }
        // 1970-01-01 was a Thursday.
        return week[((day + 3) % 7 + 7) % 7]
    }

    /// Whether any day of the week has hours; exceptions alone are none.
    package var hasHours: Bool { week.contains { !$0.isEmpty } }
}

/// A stretch of work in local time, for example `08:30-12:00`. `22:00-06:00` ends on the next day, `00:00-24:00` is all day.
package struct WorkingPeriod: Hashable, Sendable, CustomStringConvertible {
    /// Minutes since midnight, 0 to 1439.
    package let start: Int
    /// Minutes since the midnight before `start`; `start < end <= start + 1440`.
    package let end: Int

    /// Reads `HH:MM-HH:MM`; nil for anything else and for a period without length.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let start = Self.minutes(parts[0]), let end = Self.minutes(parts[1]), start < 1440,
            start != end
        else { return nil }
        self.start = start
        self.end = end > start ? end : end + 1440
    }

    private static func minutes(_ text: Substring) -> Int? {
        let digits = text.utf8.map { Int($0) - 0x30 }
        guard digits.count == 5, digits[2] == 0x3A - 0x30,
            [0, 1, 3, 4].allSatisfy({ (0...9).contains(digits[$0]) })
        else { return nil }
        let (hour, minute) = (digits[0] * 10 + digits[1], digits[3] * 10 + digits[4])
        return minute < 60 && (hour < 24 || (hour == 24 && minute == 0)) ? hour * 60 + minute : nil
    }

    package var description: String { Self.clock(start) + "-" + Self.clock(end > 1440 ? end - 1440 : end) }

    private static func clock(_ minutes: Int) -> String {
        let (hour, minute) = (minutes / 60, minutes % 60)
        return (hour < 10 ? "0" : "") + String(hour) + (minute < 10 ? ":0" : ":") + String(minute)
    }
}

extension WorkingHours {
    init(_ reader: inout YAMLReader) {
        schedule = WorkingSchedule(&reader)
        sites = reader.objects("sites") { SiteSchedule(&$0) } ?? []
        Handbook.checkUnique(sites.map(\.site.text), "sites", &reader)
    }
}

extension WorkingHours.SiteSchedule {
    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("site")
        site = reader.value("site", expected: "a site's id") { try? SiteID($0) } ?? .headquarters  // nil is the fault
        schedule = WorkingSchedule(&reader)
    }
}

extension WorkingSchedule {
    private enum Weekday: String, CaseIterable {
        case monday, tuesday, wednesday, thursday, friday, saturday, sunday
    }

    fileprivate init(_ reader: inout YAMLReader) {
        reader.require("week")
        let spans = reader.objects("week") { Self.days(&$0) } ?? []
        week = Weekday.allCases.map { day in spans.filter { $0.days.contains(day) }.flatMap(\.periods) }
        if let overlapping = week.firstIndex(where: { !Self.areApart($0) }) {
            reader.refuse("week", "the periods of \(Weekday.allCases[overlapping]) overlap")
        }
        week = week.map { $0.sorted { $0.start < $1.start } }
        holidays = Set(reader.values("holidays", expected: "a day such as 2026-10-01", Self.day) ?? [])
        exceptions = [:]
        for (day, periods) in reader.objects("exceptions", { Self.exception(&$0) }) ?? [] {
            guard let day else { continue }
            if !Self.areApart(periods) { reader.refuse("exceptions", "the periods of a day overlap") }
            if exceptions.updateValue(periods.sorted { $0.start < $1.start }, forKey: day) != nil {
                reader.refuse("exceptions", "a day is given twice")
            }
        }
    }

    private static func days(_ reader: inout YAMLReader) -> (days: [Weekday], periods: [WorkingPeriod]) {
        reader.require("days", "periods")
        let days = reader.choices("days", of: Weekday.allCases.map { ($0.rawValue, $0) }) ?? []
        return (days, periods(&reader))
    }

    private static func exception(_ reader: inout YAMLReader) -> (day: Int?, periods: [WorkingPeriod]) {
        reader.require("day", "periods")
        let day = reader.value("day", expected: "a day such as 2026-10-10", day)
        return (day, periods(&reader))
    }

    private static func periods(_ reader: inout YAMLReader) -> [WorkingPeriod] {
        reader.values("periods", expected: "a period such as 08:30-12:00") { WorkingPeriod($0) } ?? []
    }

    /// Whether no two of a day's periods overlap. One that runs into the next day may meet that day's first.
    private static func areApart(_ periods: [WorkingPeriod]) -> Bool {
        let ordered = periods.sorted { $0.start < $1.start }
        return zip(ordered, ordered.dropFirst()).allSatisfy { $0.end <= $1.start }
    }

    /// Days since 1970-01-01 of a day such as `2026-10-01`.
    private static func day(_ text: String) -> Int? {
        guard text.utf8.count == 10, let moment = Timestamp(text, in: .utc) else { return nil }
        return Int((Double(moment.milliseconds) / 86_400_000).rounded(.down))
    }
}
