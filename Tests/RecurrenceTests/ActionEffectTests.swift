import Testing

@testable import Recurrence

struct ActionEffectTests {
    private static let all = Set(0..<1000)

    /// Occurrences of a site every so many days.
    private static func every(_ step: Int, _ days: Range<Int>, _ site: String = "north") -> [ActionEffect.Occurrence] {
        stride(from: days.lowerBound, to: days.upperBound, by: step).map { .init(site: site, day: $0) }
    }

    @Test func fewerThanBeforeWorked() {
        let effect = ActionEffect(
            day: 400, until: 560, occurrences: Self.every(4, 200..<400) + Self.every(40, 401..<560),
            activeDays: ["north": Self.all])
        #expect(effect.verdict == .worked)
        #expect(effect.ratio < 0.25)
        #expect(effect.interval.upperBound < 1)
        #expect(effect.elsewhere == nil)
    }

    @Test func tooShortATimeCannotTell() {
        let effect = ActionEffect(
            day: 400, until: 407, occurrences: Self.every(10, 200..<400), activeDays: ["north": Self.all])
        #expect(effect.verdict == .cannotTellYet)
    }

    @Test func peakThatTriggeredTheActionIsLeftOut() {
        // Once in 20 days as ever, daily in the peak, once in 20 days again: nothing was gained.
        let occurrences = Self.every(20, 190..<370) + Self.every(1, 372..<400) + Self.every(20, 401..<580)
        let effect = ActionEffect(day: 400, until: 580, occurrences: occurrences, activeDays: ["north": Self.all])
        #expect(effect.verdict == .noDifference)
        #expect(effect.before.occurrences == 8)
    }

    @Test func longerPeakMayBeNamed() {
        let occurrences = Self.every(20, 160..<340) + Self.every(1, 340..<400) + Self.every(20, 401..<580)
        let effect = ActionEffect(
            day: 400, until: 580, peakFrom: 340, occurrences: occurrences, activeDays: ["north": Self.all])
        #expect(effect.verdict == .noDifference)
    }

    @Test func fallThatIsEverywhereIsNoEffect() {
        let north = Self.every(4, 190..<372) + Self.every(12, 401..<580)
        let south = Self.every(4, 190..<372, "south") + Self.every(12, 401..<580, "south")
        let days = ["north": Self.all, "south": Self.all]
        let effect = ActionEffect(
            day: 400, until: 580, actedOn: ["north"], occurrences: north + south, activeDays: days)
        #expect(effect.verdict == .noDifference)
        #expect((0.9...1.1).contains(effect.ratio))
        #expect(effect.elsewhere?.before.occurrences == 45)
        // Without anything to compare with, it looks like one.
        let alone = ActionEffect(day: 400, until: 580, occurrences: north, activeDays: ["north": Self.all])
        #expect(alone.verdict == .worked)
    }

    @Test func silentDaysAreNoGoodDays() {
        // After the action the site wrote nothing down but on each tenth day.
        let occurrences = Self.every(10, 190..<372) + Self.every(100, 410..<580)
        let active = Set(0..<401).union(stride(from: 410, to: 580, by: 10))
        let effect = ActionEffect(day: 400, until: 580, occurrences: occurrences, activeDays: ["north": active])
        #expect(effect.after.siteDays == 17)
        #expect(effect.verdict == .cannotTellYet)
    }

    @Test func moreThanBeforeIsWorse() {
        let effect = ActionEffect(
            day: 400, until: 500, occurrences: Self.every(30, 190..<372) + Self.every(3, 401..<500),
            activeDays: ["north": Self.all])
        #expect(effect.verdict == .worse)
    }

    @Test func nothingKnownIsNothingTold() {
        let effect = ActionEffect(day: 400, until: 100, occurrences: [], activeDays: [:])
        #expect(effect.verdict == .cannotTellYet)
        #expect(effect.ratio == 1)
    }

    @Test func bunchesMakeTheIntervalWider() {
        let even = ActionEffect(
            day: 400, until: 580, occurrences: Self.every(6, 194..<372) + Self.every(12, 401..<580),
            activeDays: ["north": Self.all])
        let bunched = (0..<6).flatMap { week in
            (0..<5).map { ActionEffect.Occurrence(site: "north", day: 195 + week * 30 + $0) }
        }
        let uneven = ActionEffect(
            day: 400, until: 580, occurrences: bunched + Self.every(12, 401..<580), activeDays: ["north": Self.all])
        #expect(even.before.occurrences == uneven.before.occurrences)
        #expect(uneven.interval.upperBound > even.interval.upperBound)
    }
}
