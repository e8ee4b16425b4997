import Testing

@testable import Replication

struct DiskForecastTests {
    @Test func whatShrinksEvenlyIsForeseen() throws {
        var forecast = DiskForecast()
        for hour in 0...48 as ClosedRange<Int64> {
            forecast.note(free: UInt64(1000 - hour), at: .seconds(3600 * hour))
        }
        // 24 a day, of 952.
        #expect(abs(try #require(forecast.daysLeft) - 952.0 / 24) < 0.001)
    }

    @Test func nothingIsSaidOfAnHourOrOfADiskThatGrows() {
        var forecast = DiskForecast()
        #expect(forecast.daysLeft == nil)
        forecast.note(free: 1000, at: .zero)
        forecast.note(free: 900, at: .seconds(3599))
        #expect(forecast.daysLeft == nil)
        forecast.note(free: 1001, at: .seconds(7200))
        #expect(forecast.daysLeft == nil)
    }

    @Test func aWeekIsRememberedAndNoMore() {
        var forecast = DiskForecast()
        forecast.note(free: 1_000_000, at: .zero)
        for hour in 1...200 as ClosedRange<Int64> { forecast.note(free: 500, at: .seconds(3600 * hour)) }
        #expect(forecast.daysLeft == nil)
    }
}
