import Recurrence
import Testing

@Suite struct CalendarMonthTests {
    private let china = CalendarMonth(secondsEast: 28_800)

    @Test func dayIsClampedToTheEndOfTheMonth() {
        // 2020-01-31T00:00+08 → 2020-02-29T00:00+08, a leap year.
        #expect(china.later(1_580_400_000_000) == 1_582_905_600_000)
        // 2019-12-31T23:59:59.999+08 → 2020-01-31.
        #expect(china.later(1_577_807_999_999) == 1_580_486_399_999)
    }

    @Test func localDateCounts() {
        // 2019-01-31T17:00Z is 1 February in China.
        #expect(china.later(1_548_954_000_000) == 1_548_954_000_000 + 28 * 86_400_000)
        #expect(CalendarMonth(secondsEast: 0).later(1_548_954_000_000) == 1_551_373_200_000)
    }

    @Test func localTimeStaysWhenTheClocksChange() {
        // Two hours east from 2019-03-31T01:00Z on, one before, as in Berlin: 10 March 12:00 → 10 April 12:00.
        let berlin = CalendarMonth { $0 >= 1_553_994_000_000 ? 7200 : 3600 }
        #expect(berlin.later(1_552_215_600_000) == 1_552_215_600_000 + 31 * 86_400_000 - 3_600_000)
    }

    @Test func momentsBefore1970Count() {
        // 1969-12-31T00:00Z → 1970-01-31.
        #expect(CalendarMonth(secondsEast: 0).later(-86_400_000) == 30 * 86_400_000)
    }
}
