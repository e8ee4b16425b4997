import Testing

@testable import Records

/// The expected moments come from Python's zoneinfo.
struct TimeZoneRulesTests {
    @Test func aDayIsByTheClockThatHeldThen() throws {
        let berlin = try zone("Europe/Berlin")
        // 23:30 in summer is 21:30 UTC, and in winter 22:30.
        for (local, day) in [("2026-07-01 23:30", "2026-07-01 00:00"), ("2026-12-01 23:30", "2026-12-01 00:00")] {
            let moment = try #require(Timestamp(local, in: berlin))
            let midnight = try #require(Timestamp(day, in: .utc))
            #expect(Int64(berlin.day(of: moment)) == midnight.milliseconds / 86_400_000)
        }
        #expect(TimeZoneRules.utc.day(of: Timestamp(milliseconds: -1)) == -1)
    }

    @Test(arguments: [
        ("America/New_York", "2026-03-08 01:59", 1_772_953_140_000),
        ("America/New_York", "2026-03-08 03:00", 1_772_953_200_000),
        ("Asia/Shanghai", "1991-04-14 01:00", 671_562_000_000), ("Asia/Shanghai", "1991-04-14 03:00", 671_565_600_000),
        ("Asia/Shanghai", "2019-07-01 08:05", 1_561_939_500_000),
        ("Asia/Kolkata", "2026-01-01 00:00", 1_767_205_800_000),
        ("Pacific/Apia", "2011-12-31 00:00", 1_325_239_200_000),
    ])
    func localReadingsAreMoments(name: String, local: String, milliseconds: Int) throws {
        let zone = try zone(name)
        let time = try #require(Timestamp(local, in: zone))
        #expect(time.milliseconds == Int64(milliseconds))
        #expect(zone.civil(time).day(separator: "-") + " " + zone.civil(time).clock.dropLast(3) == local)
    }

    @Test(arguments: [
        ("America/New_York", "2026-03-08 02:30", "2026-03-08T03:30:00-04:00"),
        ("Asia/Shanghai", "1991-04-14 02:30", "1991-04-14T03:30:00+09:00"),
    ])
    func skippedReadingIsShiftedByTheGap(name: String, local: String, meant: String) throws {
        let zone = try zone(name)
        #expect(Timestamp(local, in: zone)?.text(in: zone) == meant)
    }

    @Test(arguments: [
        ("America/New_York", "2026-11-01 01:30", 1_793_511_000_000),
        ("Asia/Shanghai", "1991-09-15 01:30", 684_865_800_000),
    ])
    func repeatedReadingIsTheFirstOfTheTwo(name: String, local: String, milliseconds: Int) throws {
        #expect(Timestamp(local, in: try zone(name))?.milliseconds == Int64(milliseconds))
    }

    @Test func monthLaterIsTheSameLocalTimeAcrossAChange() throws {
        let zone = try zone("America/New_York")
        let time = try #require(Timestamp("2026-02-20 09:00", in: zone))
        #expect(zone.adding(months: 1, to: time).text(in: zone) == "2026-03-20T09:00:00-04:00")
        #expect(zone.adding(months: 1, to: time) - time == .hours(28 * 24 - 1))
    }

    @Test func unknownZoneIsRefused() {
        #expect(TimeZoneRules("Asia/Atlantis") == nil)
        #expect(TimeZoneRules("") == nil)
    }

    @Test func monthsCoverTimeWithoutGaps() throws {
        for name in ["Asia/Shanghai", "America/New_York", "UTC"] {
            let zone = try zone(name)
            var month = Month(year: 2025, month: 11)
            for _ in 0..<30 {
                let range = month.range(in: zone)
                #expect(range.upperBound == month.following.range(in: zone).lowerBound)
                #expect(Month(of: range.lowerBound, in: zone) == month)
                #expect(Month(of: range.upperBound - .milliseconds(1), in: zone) == month)
                #expect(month.following.preceding == month)
                month = month.following
            }
        }
    }

    @Test func monthBelongsToTheZone() throws {
        let time = try moment("2026-09-30T16:00:00Z")
        #expect(Month(of: time, in: try zone("Asia/Shanghai")).description == "2026-10")
        #expect(Month(of: time, in: .utc).description == "2026-09")
    }

    @Test func monthsAreWrittenAndReadAsYearAndMonth() {
        #expect(Month("2026-10") == Month(year: 2026, month: 10))
        #expect(Month("0987-01")?.description == "0987-01")
        for wrong in [
            "", "2026", "2026-13", "2026-00", "2026-1", "26-10", "2026-10-01", "2026_10", "+026-10", "２026-10",
        ] {
            #expect(Month(wrong) == nil)
        }
        #expect(Month(year: 2025, month: 12) < Month(year: 2026, month: 1))
    }
}
