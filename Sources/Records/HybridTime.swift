/// A hybrid logical clock's reading: milliseconds and a counter, so that what follows is greater than what it follows,
/// even when the wall clock steps back. (Kulkarni et al., "Logical Physical Clocks", 2014.)
package struct HybridTime: Hashable, Comparable, Sendable {
    /// 48 bits of milliseconds since 1970, 16 bits of counter.
    package let value: UInt64

    package init(value: UInt64) { self.value = value }

    package init(time: Timestamp, counter: UInt16) {
        value = (UInt64(clamping: time.milliseconds) & 0xFFFF_FFFF_FFFF) << 16 | UInt64(counter)
    }

    package var time: Timestamp { Timestamp(milliseconds: Int64(value >> 16)) }

    package static func < (left: HybridTime, right: HybridTime) -> Bool { left.value < right.value }
}

/// Gives out hybrid times. The wall clock's reading comes as an argument.
package struct HybridClock: Sendable {
    /// A time of another site further ahead of the own wall clock than this is not adopted: one wrong clock must not
    /// carry all others away.
    package static let greatestLead: Duration = .seconds(300)

    /// The greatest time given out or adopted.
    package private(set) var last: HybridTime

    package init(last: HybridTime = HybridTime(value: 0)) { self.last = last }

    /// The next reading: greater than all before, and the wall clock's own when that is ahead.
    package mutating func tick(at wall: Timestamp) -> HybridTime {
        let physical = HybridTime(time: wall, counter: 0)
        last = max(physical, HybridTime(value: last.value + 1))
        return last
    }

    /// Takes note of a remote reading. False when it is too far ahead of `wall` and was left out.
    @discardableResult
    package mutating func adopt(_ remote: HybridTime, at wall: Timestamp) -> Bool {
        guard remote.time <= wall + Self.greatestLead else { return false }
        last = max(last, remote)
        return true
    }
}
