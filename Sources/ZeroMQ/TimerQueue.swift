/// Names a timer of a `SocketThread`, for cancelling it.
public struct TimerID: Hashable, Sendable {
    fileprivate let number: UInt64
}

/// Timers by due time. A value without a clock: the time comes in as an argument.
struct TimerQueue {
    private struct Entry {
        let due: MonotonicTime
        /// Grows, so that timers due at the same time fire in the order in which they were scheduled.
        let id: TimerID
    }

    /// A binary heap, the earliest first. May hold cancelled ones, which are not in `bodies`.
    private var heap: [Entry] = []
    private var bodies: [TimerID: () -> Void] = [:]
    private var lastNumber: UInt64 = 0

    mutating func schedule(at due: MonotonicTime, _ body: @escaping () -> Void) -> TimerID {
        lastNumber += 1
        let id = TimerID(number: lastNumber)
        bodies[id] = body
        heap.append(Entry(due: due, id: id))
        siftUp(heap.count - 1)
        return id
    }

    mutating func cancel(_ id: TimerID) {
        guard bodies.removeValue(forKey: id) != nil else { return }
        // Keeps the heap within twice the live timers (and 64), however often timers are cancelled.
        guard heap.count > 64, heap.count > 2 * bodies.count else { return }
        heap = heap.filter { bodies[$0.id] != nil }.sorted(by: Self.precedes)
    }

    /// When the next timer is due; `nil` without one.
    mutating func nextDue() -> MonotonicTime? {
        while let first = heap.first {
            if bodies[first.id] != nil { return first.due }
            removeFirst()
        }
        return nil
    }

    /// Takes the next timer that is due at `now` and was scheduled no later than `last`.
    mutating func takeDue(at now: MonotonicTime, upTo last: TimerID) -> (() -> Void)? {
        guard let due = nextDue(), due <= now, heap[0].id.number <= last.number else { return nil }
        let id = heap[0].id
        removeFirst()
        return bodies.removeValue(forKey: id)
    }

    /// The timer scheduled last: what a timer itself schedules is younger, and has to wait for the next turn.
    var youngest: TimerID { TimerID(number: lastNumber) }

    private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
        (left.due, left.id.number) < (right.due, right.id.number)
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0, Self.precedes(heap[child], heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && Self.precedes(heap[child], heap[least]) {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
