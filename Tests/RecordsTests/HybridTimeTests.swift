import Testing

@testable import Records

struct HybridTimeTests {
    private let noon = Timestamp(milliseconds: 1_782_878_400_000)

    @Test func clockFollowsTheWallAndCountsWithinAMillisecond() {
        var clock = HybridClock()
        expectTick(&clock, at: noon, HybridTime(time: noon, counter: 0))
        expectTick(&clock, at: noon, HybridTime(time: noon, counter: 1))
        expectTick(&clock, at: noon + .milliseconds(1), HybridTime(time: noon + .milliseconds(1), counter: 0))
    }

    @Test func clockNeverGoesBack() {
        var clock = HybridClock(last: HybridTime(time: noon, counter: 9))
        expectTick(&clock, at: noon - .hours(5), HybridTime(time: noon, counter: 10))
    }

    @Test func fullCounterCarriesIntoTheMilliseconds() {
        var clock = HybridClock(last: HybridTime(time: noon, counter: .max))
        expectTick(&clock, at: noon, HybridTime(time: noon + .milliseconds(1), counter: 0))
    }

    @Test func remoteTimeIsAdoptedUnlessItIsFarAhead() {
        var clock = HybridClock(last: HybridTime(time: noon, counter: 0))
        let atTheBound = clock.adopt(HybridTime(time: noon + HybridClock.greatestLead, counter: 3), at: noon)
        #expect(atTheBound)
        #expect(clock.last == HybridTime(time: noon + HybridClock.greatestLead, counter: 3))
        let beyondIt = clock.adopt(HybridTime(time: noon + .hours(1), counter: 0), at: noon)
        #expect(!beyondIt)
        let before = clock.adopt(HybridTime(time: noon - .hours(1), counter: 0), at: noon)
        #expect(before)
        #expect(clock.last == HybridTime(time: noon + HybridClock.greatestLead, counter: 3))
    }

    @Test func readingHoldsItsTime() {
        #expect(HybridTime(time: noon, counter: 77).time == noon)
        #expect(HybridTime(time: Timestamp(milliseconds: -5), counter: 0).time == .zero)
    }

    private func expectTick(_ clock: inout HybridClock, at wall: Timestamp, _ expected: HybridTime) {
        let given = clock.tick(at: wall)
        #expect(given == expected)
    }
}
