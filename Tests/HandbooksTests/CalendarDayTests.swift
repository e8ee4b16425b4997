import Handbooks
import Records
import StrictYAML
import Testing

@Suite struct CalendarDayTests {
    private let zone = TimeZoneRules("Asia/Shanghai") ?? .utc

    private func beginnings(_ day: String, after start: String, _ end: String, limit: Int = 24) throws -> [String] {
        let moment = { (text: String) in try #require(Timestamp(text, in: zone)) }
        return try #require(CalendarDay(day)).beginnings(
            after: moment(start), throughFirstAfter: moment(end), in: zone, limit: limit
        ).map { moment in
            let civil = zone.civil(moment)
            #expect(civil.millisecondOfDay == 0)
            return "\(civil.year)-\(civil.month)-\(civil.day)"
        }
    }

    @Test func dayOfTheYearComesOnceAYearAndTheNextIsKnown() throws {
        #expect(
            try beginnings("03-01", after: "2018-05-01", "2020-03-01 00:00") == ["2019-3-1", "2020-3-1", "2021-3-1"])
        #expect(try beginnings("03-01", after: "2018-05-01", "2018-06-01") == ["2019-3-1"])
    }

    @Test func dayThatAMonthLacksIsItsLast() throws {
        #expect(
            try beginnings("31", after: "2019-01-31", "2019-04-30 12:00") == [
                "2019-2-28", "2019-3-31", "2019-4-30", "2019-5-31",
            ])
        #expect(try beginnings("02-29", after: "2019-01-01", "2020-02-28") == ["2019-2-28", "2020-2-29"])
    }

    @Test func ofManyDaysTheLatestAreKnown() throws {
        #expect(
            try beginnings("15", after: "1971-01-01", "2019-07-20", limit: 2) == [
                "2019-6-15", "2019-7-15", "2019-8-15",
            ])
    }

    @Test(arguments: ["3-1", "13-01", "02-30", "00", "32", "-01", "01-", "1", "0１", "2019-03-01"])
    func whatIsNoDayIsRefused(_ text: String) { #expect(CalendarDay(text) == nil) }

    @Test func planMayNameDaysInThePlaceOfASpan() throws {
        let text = try #require(Handbook.bundledText(named: "property-management"))
        let changed = text.replacing(
            "event: case_resolved\n      after: 1d", with: "event: calendar\n      days: [03-01, \"15\"]")
        #expect(changed != text)
        let item = try #require(Handbook.examine(yaml: changed, file: "h.yaml").value?.visits.items.first)
        #expect(item.when(.chinese) == "每年 3 月 1 日、每月 15 日")
        #expect(item.when(.english) == "every year on 03-01, every month on day 15")
        let both = text.replacing("event: case_resolved\n", with: "event: calendar\n      days: [03-01]\n")
        #expect(Handbook.examine(yaml: both, file: "h.yaml").faults.contains { $0.description.contains("after") })
    }
}
