import Testing

@testable import Records

struct TimestampTextTests {
    @Test(arguments: [
        ("2019-07-01T08:05:00+08:00", "2019-07-01T00:05:00Z"), ("2019-07-01T00:05:00Z", "2019-07-01T00:05:00Z"),
        ("2019-07-01t00:05:00z", "2019-07-01T00:05:00Z"), ("2019-07-01 08:05", "2019-07-01T00:05:00Z"),
        ("2019/7/1 8:05:09", "2019-07-01T00:05:09Z"), ("2019-07-01", "2019-06-30T16:00:00Z"),
        ("2019年7月1日 8:05", "2019-07-01T00:05:00Z"), ("2019年7月1日", "2019-06-30T16:00:00Z"),
        ("2019.7.1 8：05", "2019-07-01T00:05:00Z"), ("2019-07-01T08:05:00.1+08:00", "2019-07-01T00:05:00.100Z"),
        ("2019-07-01T08:05:00.123456789+0800", "2019-07-01T00:05:00.123Z"),
        ("2019-06-30T20:35:00-03:30", "2019-07-01T00:05:00Z"), ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
    ])
    func formsThatPeopleAndProgramsWriteAreRead(text: String, utc: String) throws {
        #expect(Timestamp(text, in: try zone("Asia/Shanghai"))?.rfc3339 == utc)
    }

    @Test(arguments: [
        "", "today", "2019", "2019-07", "19-07-01", "2019-13-01", "2019-02-29", "2019-04-31", "2019-07-01T24:00:00Z",
        "2019-07-01T08:60:00Z", "2019-07-01T08:05:61Z", "2019-07-01T08", "2019-07-01T08:5", "2019-07-01T08:05:00+19:00",
        "2019-07-01T08:05:00+08:0", "2019-07-01 08:05 x", "7/1/2019", "01.07.2019", "2019-07-01T08:05:00.Z",
        "２０１９-07-01",
    ])
    func otherTextsAreRefused(text: String) { #expect(Timestamp(text, in: .utc) == nil) }

    @Test func textsInAZoneCarryItsOffset() throws {
        let time = try moment("2026-01-15T12:00:00.007Z")
        #expect(time.rfc3339 == "2026-01-15T12:00:00.007Z")
        #expect(time.text(in: try zone("Asia/Shanghai")) == "2026-01-15T20:00:00.007+08:00")
        #expect(time.text(in: try zone("America/New_York")) == "2026-01-15T07:00:00.007-05:00")
        #expect(time.text(in: try zone("Asia/Kolkata")) == "2026-01-15T17:30:00.007+05:30")
    }

    @Test func whatIsWrittenIsReadBack() throws {
        var generator = SeededGenerator(seed: 5)
        for name in ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"] {
            let zone = try zone(name)
            for _ in 0..<200 {
                let time = Timestamp(milliseconds: Int64.random(in: 0...2_500_000_000_000, using: &generator))
                #expect(Timestamp(time.text(in: zone), in: .utc) == time)
            }
        }
    }

    @Test func partsOfACivilTimeAreWrittenWithTwoDigits() throws {
        let civil = try #require(CivilTime(year: 987, month: 3, day: 4, hour: 5, minute: 6, second: 7))
        #expect(civil.day(separator: "/") == "0987/03/04")
        #expect(civil.clock == "05:06:07")
    }
}
