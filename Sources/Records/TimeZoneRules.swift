import Foundation

/// A time zone by its IANA name, with the arithmetic that rules need: calendar months, days and local readings.
///
/// Holds nothing of the machine's own zone, so that the same records give the same views everywhere.
package struct TimeZoneRules: Hashable, Sendable, CustomStringConvertible {
    /// The IANA name, for example `Asia/Shanghai`.
    package let name: String
    private let zone: TimeZone

    /// Nil when the name is not in the time zone database.
    package init?(_ name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        self.name = name
        self.zone = zone
    }

    /// Coordinated universal time.
    package static let utc = TimeZoneRules(fixed: "UTC")

    private init(fixed name: String) {
        self.name = name
        zone = TimeZone(secondsFromGMT: 0) ?? .gmt
    }

    /// What a clock on the wall there shows at `moment`.
    package func civil(_ moment: Timestamp) -> CivilTime {
        CivilTime(millisecondsSince1970: moment.milliseconds + offset(at: moment))
    }

    /// The day there at `moment`, in days since 1970-01-01.
    package func day(of moment: Timestamp) -> Int {
        Int((moment.milliseconds + offset(at: moment)).floorDivided(by: 86_400_000))
    }

    /// The moment at which a clock there shows `civil`; the first of two when the hour is repeated; the moment after
    /// the gap, shifted by its length, when the hour is skipped.
    package func moment(_ civil: CivilTime) -> Timestamp {
        let local = civil.millisecondsSince1970
        let day: Int64 = 86_400_000
        let before = offset(at: Timestamp(milliseconds: local - day))
        let after = offset(at: Timestamp(milliseconds: local + day))
        let first = Timestamp(milliseconds: local - before)
        if before == after || offset(at: first) == before { return first }
        let second = Timestamp(milliseconds: local - after)
        return offset(at: second) == after ? second : first
    }

    /// `count` calendar months after `moment`: same local time, clamped to the month's end.
    package func adding(months count: Int, to moment: Timestamp) -> Timestamp {
        self.moment(civil(moment).addingMonths(count))
    }

    /// Milliseconds that local time is ahead of UTC.
    package func offset(at moment: Timestamp) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000))) * 1000
    }

    package static func == (left: TimeZoneRules, right: TimeZoneRules) -> Bool { left.name == right.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
    package var description: String { name }
}

/// A calendar month of an organisation, for example `2019-07`.
package struct Month: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let year: Int
    /// 1 to 12.
    package let month: Int

    /// Reads `YYYY-MM`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 4, parts[1].count == 2,
            parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } }),
            let year = Int(Substring(parts[0])), let month = Int(Substring(parts[1])), (1...12).contains(month)
        else { return nil }
        self.init(year: year, month: month)
    }

    package init(year: Int, month: Int) {
        self.year = year
        self.month = month
    }

    /// The month in which `moment` lies, in that zone.
    package init(of moment: Timestamp, in zone: TimeZoneRules) {
        let civil = zone.civil(moment)
        self.init(year: civil.year, month: civil.month)
    }

    /// From its first moment (included) to the next month's (excluded).
    package func range(in zone: TimeZoneRules) -> Range<Timestamp> {
        start(in: zone)..<following.start(in: zone)
    }

    package var following: Month { month == 12 ? Month(year: year + 1, month: 1) : Month(year: year, month: month + 1) }
    package var preceding: Month { month == 1 ? Month(year: year - 1, month: 12) : Month(year: year, month: month - 1) }

    package static func < (left: Month, right: Month) -> Bool { (left.year, left.month) < (right.year, right.month) }

    package var description: String {
        let digits = String(year)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + (month < 10 ? "-0" : "-")
            + String(month)
    }

    private func start(in zone: TimeZoneRules) -> Timestamp {
        var first = CivilTime(millisecondsSince1970: 0)
        (first.year, first.month) = (year, month)
        return zone.moment(first)
    }
}
