import Foundation
import Testing

@testable import Records

struct TimestampTests {
    @Test func arithmeticIsInMilliseconds() {
        let time = Timestamp(milliseconds: 1000)
        #expect(time + .milliseconds(1500) == Timestamp(milliseconds: 2500))
        #expect(time - .days(1) == Timestamp(milliseconds: 1000 - 86_400_000))
        #expect(Timestamp(milliseconds: 2500) - time == .milliseconds(1500))
        #expect(Duration.hours(2).wholeMilliseconds == 7_200_000)
        #expect(Duration.nanoseconds(1_999_999).wholeMilliseconds == 1)
    }

    @Test func timestampIsCodedAsANumber() throws {
        #expect(String(decoding: try JSONEncoder().encode([Timestamp.zero]), as: UTF8.self) == "[0]")
        #expect(try JSONDecoder().decode([Timestamp].self, from: Data("[7]".utf8)) == [Timestamp(milliseconds: 7)])
    }

    /// Every day of 400 years and some, against the next one.
    @Test func civilDaysFollowEachOtherWithoutGaps() throws {
        var expected = try #require(CivilTime(year: 1899, month: 12, day: 31))
        var milliseconds = expected.millisecondsSince1970
        for _ in 0..<150_000 {
            milliseconds += 86_400_000
            let isMonthEnd = expected.day == CivilTime.days(inMonth: expected.month, of: expected.year)
            expected = try #require(
                isMonthEnd
                    ? CivilTime(
                        year: expected.month == 12 ? expected.year + 1 : expected.year,
                        month: expected.month % 12 + 1, day: 1)
                    : CivilTime(year: expected.year, month: expected.month, day: expected.day + 1))
            let civil = CivilTime(millisecondsSince1970: milliseconds)
            guard civil == expected, civil.millisecondsSince1970 == milliseconds else {
                Issue.record("\(civil) is not \(expected)")
                return
            }
        }
    }

    @Test func momentsBefore1970AreCivilTimesToo() {
        let civil = CivilTime(millisecondsSince1970: -1)
        #expect(civil == CivilTime(year: 1969, month: 12, day: 31, hour: 23, minute: 59, second: 59, millisecond: 999))
    }

    @Test func leapDaysAreKnown() {
        #expect(CivilTime(year: 2024, month: 2, day: 29) != nil)
        #expect(CivilTime(year: 2000, month: 2, day: 29) != nil)
        #expect(CivilTime(year: 1900, month: 2, day: 29) == nil)
        #expect(CivilTime(year: 2026, month: 2, day: 29) == nil)
        #expect(CivilTime(year: 2026, month: 4, day: 31) == nil)
        #expect(CivilTime(year: 2026, month: 13, day: 1) == nil)
        #expect(CivilTime(year: 2026, month: 1, day: 0) == nil)
        #expect(CivilTime(year: 2026, month: 1, day: 1, hour: 24) == nil)
    }

    @Test(arguments: [
        ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-12-31", 2, "2027-02-28"),
        ("2026-03-31", -1, "2026-02-28"), ("2026-01-15", -1, "2025-12-15"), ("2024-02-29", 12, "2025-02-28"),
        ("2026-05-31", 1, "2026-06-30"), ("2026-07-31", 1, "2026-08-31"), ("2026-01-01", -25, "2023-12-01"),
    ])
    func monthsAreClampedToTheirEnd(day: String, months: Int, later: String) throws {
        let time = try #require(Timestamp(day + "T13:14:15.016Z", in: .utc))
        #expect(TimeZoneRules.utc.adding(months: months, to: time).rfc3339 == later + "T13:14:15.016Z")
    }
}
