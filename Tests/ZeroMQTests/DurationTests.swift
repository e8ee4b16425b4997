import Testing

@testable import ZeroMQ

struct DurationTests {
    @Test func roundsUpAndStaysInRange() {
        #expect(Duration.zero.wholeMilliseconds == 0)
        #expect(Duration.seconds(-5).wholeMilliseconds == 0)
        #expect(Duration.nanoseconds(1).wholeMilliseconds == 1)
        #expect(Duration.milliseconds(1500).wholeMilliseconds == 1500)
        #expect(Duration.microseconds(1_500_001).wholeMilliseconds == 1501)
        #expect(Duration.seconds(Int64.max).wholeMilliseconds == CInt.max)
    }

    @Test func timeBeyondReckoningDoesNotOverflow() {
        let now = MonotonicTime.now
        #expect(now < now + .seconds(Int64.max))
        #expect(now + .seconds(-1) == now)
    }
}
