import Foundation
import Testing

@testable import Recurrence

struct TrendWatchTests {
    /// Knuth's linear congruential generator: the same numbers in each run.
    private struct Noise: RandomNumberGenerator {
        private var state: UInt64
        init(seed: UInt64) { state = seed }
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9
        }

        mutating func poisson(_ mean: Double) -> Int {
            let limit = exp(-mean)
            var (count, product) = (0, Double.random(in: 0..<1, using: &self))
            while product > limit {
                count += 1
                product *= Double.random(in: 0..<1, using: &self)
            }
            return count
        }
    }

    /// Complaints of a day: weekdays, a season of a year, and days that are worse than others.
    private static func count(_ day: Int, _ level: Double, _ noise: inout Noise) -> Int {
        let week = [1.3, 1.1, 1.0, 1.0, 1.1, 0.8, 0.7][day % 7]
        let season = 1 + 0.3 * sin(Double(day) / 365 * 2 * .pi)
        // A gamma of shape 2, mean 1: bunched as complaints are.
        let bunch =
            -(log(Double.random(in: 0.000_001..<1, using: &noise))
            + log(Double.random(in: 0.000_001..<1, using: &noise))) / 2
        return noise.poisson(level * week * season * bunch)
    }

    /// Levels from a complaint in two months to some in a day.
    private static let levels = [0.016, 0.05, 0.15, 0.4, 1, 3]
    private static let years = 3

    @Test func falseAlarmsAreFew() {
        var noise = Noise(seed: 20_261_125)
        var alarms = 0
        var series = 0
        for level in Self.levels {
            for _ in 0..<40 {
                let counts = (0..<Self.years * 365).map { Self.count($0, level, &noise) }
                alarms += TrendWatch().rises(counts, firstDay: 0).count
                series += 1
            }
        }
        let rate = Double(alarms) / Double(series * Self.years)
        print(
            "false alarms: \(alarms) in \(series * Self.years) years of series, \(String(format: "%.3f", rate)) a year")
        #expect(rate <= 0.05)
    }

    @Test func realRisesAreFoundSoon() {
        var noise = Noise(seed: 7)
        var delays: [Int] = []
        var missed = 0
        for level in Self.levels.dropFirst(2) {
            for _ in 0..<20 {
                let start = 500
                // Three times as many for two months.
                let counts = (0..<560).map { Self.count($0, $0 >= start ? 3 * level : level, &noise) }
                if let rise = TrendWatch().rises(counts, firstDay: 0).first(where: { $0.day >= start }) {
                    delays.append(rise.day - start)
                } else {
                    missed += 1
                }
            }
        }
        delays.sort()
        print(
            "rises to three times as many: \(delays.count) found, median after \(delays[delays.count / 2]) days, \(missed) missed"
        )
        #expect(missed <= 24)
        #expect(delays[delays.count / 2] <= 28)
    }

    @Test func eachRiseIsOneAlarm() {
        let counts = (0..<300).map { $0 >= 200 && $0 < 230 ? 5 : $0 % 3 == 0 ? 1 : 0 }
        let rises = TrendWatch().rises(counts, firstDay: 1000)
        #expect(rises.count == 1)
        #expect(rises.first.map { (1200...1205).contains($0.day) && $0.since >= 1190 } == true)
    }

    @Test func shortPastSaysNothing() {
        #expect(TrendWatch().rises([0, 0, 0, 9, 9, 9], firstDay: 0).isEmpty)
        #expect(TrendWatch().rises([], firstDay: 0).isEmpty)
    }

    @Test func laterDaysDoNotChangeEarlierAlarms() {
        let counts = (0..<300).map { $0 >= 200 && $0 < 230 ? 5 : $0 % 3 == 0 ? 1 : 0 }
        let early = TrendWatch().rises(Array(counts.prefix(260)), firstDay: 0)
        #expect(TrendWatch().rises(counts, firstDay: 0).prefix(early.count) == early[...])
    }
}
