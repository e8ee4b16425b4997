import Records
import Testing

@testable import Handbooks
@testable import Rules

/// Working hours: Monday to Friday 08:30–12:00 and 13:30–18:00, unless a test says otherwise.
@Suite struct WorkingClockTests {
    private static let office = [WorkingPeriod("08:30-12:00"), WorkingPeriod("13:30-18:00")].compactMap(\.self)

    private func clock(
        _ zone: String = "Asia/Shanghai", week: [[WorkingPeriod]]? = nil, holidays: [String] = [],
        exceptions: [String: [WorkingPeriod]] = [:]
    ) throws -> WorkingClock {
        let day = { (text: String) in Int(try moment(text, .utc).milliseconds / 86_400_000) }
        let schedule = WorkingSchedule(
            week: week ?? [[WorkingPeriod]](repeating: Self.office, count: 5) + [[], []],
            holidays: Set(try holidays.map(day)),
            exceptions: Dictionary(uniqueKeysWithValues: try exceptions.map { (try day($0.key), $0.value) }))
        return WorkingClock(schedule, in: try zoneNamed(zone))
    }

    private func end(_ clock: WorkingClock, _ hours: Double, from start: String, zone: String = "Asia/Shanghai") throws
        -> String?
    {
        let rules = try zoneNamed(zone)
        return clock.end(of: .seconds(Int(hours * 3600)), from: try moment(start, rules)).map {
            String($0.text(in: rules).prefix(16))
        }
    }

    @Test func lunchDoesNotCount() throws {
        // 2019-07-01 was a Monday.
        #expect(try end(clock(), 2, from: "2019-07-01 11:00") == "2019-07-01T14:30")
    }

    @Test func whatIsMadeOutsideTheHoursCountsFromTheNextPeriod() throws {
        #expect(try end(clock(), 2, from: "2019-07-01 12:30") == "2019-07-01T15:30")
        #expect(try end(clock(), 2, from: "2019-07-01 19:00") == "2019-07-02T10:30")
        #expect(try end(clock(), 2, from: "2019-07-01 03:00") == "2019-07-01T10:30")
    }

    @Test func anEndOfAPeriodIsReachedInIt() throws {
        #expect(try end(clock(), 3.5, from: "2019-07-01 08:30") == "2019-07-01T12:00")
        #expect(try end(clock(), 8, from: "2019-07-01 08:30") == "2019-07-01T18:00")
    }

    @Test func aWeekendAndAHolidayDoNotCount() throws {
        #expect(try end(clock(), 2, from: "2019-07-05 17:00") == "2019-07-08T09:30")
        #expect(try end(clock(holidays: ["2019-07-08"]), 2, from: "2019-07-05 17:00") == "2019-07-09T09:30")
    }

    @Test func aDayOfItsOwnTakesThePlaceOfItsWeekdayAndOfAHoliday() throws {
        let saturday = try clock(
            holidays: ["2019-07-06"], exceptions: ["2019-07-06": [WorkingPeriod("10:00-12:00")].compactMap(\.self)])
        #expect(try end(saturday, 2, from: "2019-07-05 17:00") == "2019-07-06T11:00")
        let noMonday = try clock(exceptions: ["2019-07-08": []])
        #expect(try end(noMonday, 2, from: "2019-07-05 17:00") == "2019-07-09T09:30")
    }

    @Test func aNightShiftRunsOverMidnightExactly() throws {
        let night = [[WorkingPeriod]](repeating: [WorkingPeriod("22:00-06:00")].compactMap(\.self), count: 7)
        #expect(try end(clock(week: night), 2, from: "2019-07-01 23:00") == "2019-07-02T01:00")
        #expect(try end(clock(week: night), 1, from: "2019-07-02 05:30") == "2019-07-02T22:30")
        #expect(try end(clock(week: night), 8, from: "2019-07-01 22:00") == "2019-07-02T06:00")
    }

    @Test func aMomentOfTwoShiftsCountsOnce() throws {
        var week = [[WorkingPeriod]](repeating: [], count: 7)
        week[0] = [WorkingPeriod("22:00-06:00")].compactMap(\.self)
        week[1] = [WorkingPeriod("05:00-12:00")].compactMap(\.self)
        #expect(try end(clock(week: week), 9, from: "2019-07-01 22:00") == "2019-07-02T07:00")
        let zone = try zoneNamed("Asia/Shanghai")
        let worked = try clock(week: week).worked(
            from: moment("2019-07-01 12:00", zone), until: moment("2019-07-03 00:00", zone))
        #expect(worked == .seconds(14 * 3600))
    }

    @Test func aSpanOfMoreWorkThanACenturyHasNeverEnds() throws {
        var week = [[WorkingPeriod]](repeating: [], count: 7)
        week[0] = [WorkingPeriod("08:00-08:01")].compactMap(\.self)
        #expect(try end(clock(week: week), 1000, from: "2019-07-01 08:00") == nil)
    }

    @Test func allDayIsTheClockOnTheWall() throws {
        let always = [[WorkingPeriod]](repeating: [WorkingPeriod("00:00-24:00")].compactMap(\.self), count: 7)
        #expect(try end(clock(week: always), 50, from: "2019-07-01 23:00") == "2019-07-04T01:00")
    }

    @Test func aNightInWhichTheClockIsSetIsAsMuchShorterOrLonger() throws {
        let night = [[WorkingPeriod]](repeating: [WorkingPeriod("22:00-06:00")].compactMap(\.self), count: 7)
        let berlin = try clock("Europe/Berlin", week: night)
        // In the night to 2019-03-31 the clock went from 02:00 to 03:00, in that to 2019-10-27 back from 03:00.
        let zone = try zoneNamed("Europe/Berlin")
        let spring = berlin.worked(
            from: try moment("2019-03-30 12:00", zone), until: try moment("2019-03-31 12:00", zone))
        let autumn = berlin.worked(
            from: try moment("2019-10-26 12:00", zone), until: try moment("2019-10-27 12:00", zone))
        #expect((spring, autumn) == (.seconds(7 * 3600), .seconds(9 * 3600)))
        #expect(try end(berlin, 7, from: "2019-03-30 22:00", zone: "Europe/Berlin") == "2019-03-31T06:00")
    }

    @Test func aScheduleWithoutWorkNeverEndsAnything() throws {
        #expect(try end(clock(week: [[WorkingPeriod]](repeating: [], count: 7)), 1, from: "2019-07-01 08:00") == nil)
    }

    @Test func whatIsWorkedUntilTheEndIsWhatWasAskedFor() throws {
        let clock = try clock(holidays: ["2019-07-03"])
        var random = SeededGenerator(seed: 5)
        let zone = try zoneNamed("Asia/Shanghai")
        let start = try moment("2019-07-01 00:00", zone)
        for _ in 0..<200 {
            let from = start + .seconds(Int(random.next() % 864_000))
            let length = Duration.seconds(Int(random.next() % 200_000) + 1)
            let end = try #require(clock.end(of: length, from: from))
            #expect(clock.worked(from: from, until: end) == length)
        }
    }
}
