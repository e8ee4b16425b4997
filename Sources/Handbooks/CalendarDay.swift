package import Records

/// A day that comes again: `03-01` every year, `15` every month. In a month without that day it is the month's last.
/// (domain: return-visit plan, "or a calendar rule".)
package struct CalendarDay: Hashable, Sendable, CustomStringConvertible {
    /// 1 to 12; nil for every month.
    package let month: Int?
    /// 1 to 31.
    package let day: Int

    /// Reads `MM-DD` or `DD`; nil for anything else and for a day that no year has.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { (0x30...0x39).contains($0) } }),
            let day = Int(Substring(parts[parts.count - 1]))
        else { return nil }
        let month = parts.count == 2 ? Int(Substring(parts[0])) : nil
        // 2000 was a leap year.
        guard CivilTime(year: 2000, month: month ?? 1, day: day) != nil else { return nil }
        (self.month, self.day) = (month, day)
    }

    /// The same day of every year.
    package init(anniversaryOf moment: Timestamp, in zone: TimeZoneRules) {
        let civil = zone.civil(moment)
        (month, day) = (civil.month, civil.day)
    }

    /// The beginnings of such days after `start`, up to the first after `end`, the earliest first; `limit` latest ones.
    package func beginnings(
        after start: Timestamp, throughFirstAfter end: Timestamp, in zone: TimeZoneRules, limit: Int
    ) -> [Timestamp] {
        var found: [Timestamp] = []
        // Backwards from the first after the end: a start of long ago makes no long list.
        let last = Month(of: max(start, end), in: zone)
        var current = month.map { Month(year: last.year + 1, month: $0) } ?? last.following
        while found.count <= limit, let beginning = beginning(in: current, zone), beginning > start {
            if beginning > end { found.removeAll() }
            found.append(beginning)
            current = month == nil ? current.preceding : Month(year: current.year - 1, month: current.month)
        }
        return found.reversed()
    }

    private func beginning(in month: Month, _ zone: TimeZoneRules) -> Timestamp? {
        // From the month's end down to its last day that there is.
        (28...31).reversed().lazy.map { min(day, $0) }.compactMap {
            CivilTime(year: month.year, month: month.month, day: $0)
        }.first.map(zone.moment)
    }

    package var description: String {
        let digits = { (number: Int) in (number < 10 ? "0" : "") + String(number) }
        return (month.map { digits($0) + "-" } ?? "") + digits(day)
    }

    /// For people, for example `每年 3 月 1 日` or `the 15th of every month`.
    package func text(_ language: Language) -> String {
        switch (month, language) {
        case (let month?, .chinese): "每年 \(month) 月 \(day) 日"
        case (nil, .chinese): "每月 \(day) 日"
        case (_?, .english): "every year on \(self)"
        case (nil, .english): "every month on day \(day)"
        }
    }
}
