import Testing

@testable import ZeroMQ

struct TimerQueueTests {
    private func time(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    private func fire(_ timers: inout TimerQueue, at now: Int64) {
        let youngest = timers.youngest
        while let body = timers.takeDue(at: time(now), upTo: youngest) { body() }
    }

    @Test func fireInOrderOfTimeThenOfScheduling() {
        var timers = TimerQueue()
        var fired: [Int] = []
        var random = SeededGenerator(state: 7)
        let dues = (0..<500).map { _ in Int64.random(in: 0..<100, using: &random) }
        for (index, due) in dues.enumerated() { _ = timers.schedule(at: time(due)) { fired.append(index) } }
        fire(&timers, at: 49)
        #expect(fired.allSatisfy { dues[$0] <= 49 })
        fire(&timers, at: 100)
        #expect(fired == dues.indices.sorted { (dues[$0], $0) < (dues[$1], $1) })
        #expect(timers.nextDue() == nil)
    }

    @Test func cancelledTimerDoesNotFire() {
        var timers = TimerQueue()
        var fired: [Int] = []
        let ids = (0..<300).map { index in timers.schedule(at: time(Int64(300 - index))) { fired.append(index) } }
        for id in ids.dropFirst() {
            timers.cancel(id)
            timers.cancel(id)
        }
        #expect(timers.nextDue() == time(300))
        fire(&timers, at: 300)
        #expect(fired == [0])
        timers.cancel(ids[0])
    }

    @Test func timerScheduledByATimerWaitsForTheNextTurn() {
        var timers = TimerQueue()
        let first = timers.schedule(at: time(1)) {}
        _ = timers.schedule(at: time(0)) {}
        #expect(timers.takeDue(at: time(5), upTo: first) == nil)
        #expect(timers.takeDue(at: time(5), upTo: timers.youngest) != nil)
    }
}
