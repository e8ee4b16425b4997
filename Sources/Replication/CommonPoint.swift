package import Records

/// The search for the last entry that two histories of one epoch share: several places are compared at a time, and what is
/// between the last equal and the first unequal one is looked at next. 64 places a round find it among a million entries in
/// four rounds.
///
/// A place that one side cannot tell of (damaged, trimmed) settles nothing by itself; where only such places are left they
/// count as unequal, which at worst issues an entry again that the other side has.
package struct CommonPoint: Hashable, Sendable {
    /// Places that are compared at a time, the bound of LOCATE.
    package static let width = 64

    package let epoch: Epoch
    /// The last place that was found equal; nil when there is none yet. 0 is the epoch's beginning.
    package private(set) var last: LogPosition?
    /// The two sides do not have the same entry here; above `last`.
    private var high: SequenceNumber

    /// - Parameter high: a place where the two sides differ, or that is beyond what one of them has; above 0.
    package init(epoch: Epoch, below high: SequenceNumber) {
        precondition(high > .zero)
        self.epoch = epoch
        self.high = high
    }

    /// The first place that is not settled.
    private var low: UInt64 { last.map { $0.sequence.value + 1 } ?? 0 }

    /// Whether `last` is the last common entry.
    package var isFound: Bool { low == high.value }

    /// The places to compare next, ascending; none when it is found.
    package var probes: [SequenceNumber] {
        let open = high.value - low
        let count = min(open, UInt64(Self.width))
        guard count > 0 else { return [] }
        return (1...count).map { number in
            // A peer may claim any place: the step is divided before it is multiplied.
            SequenceNumber(low + (open / count) * number + (open % count) * number / count - 1)
        }
    }

    /// Takes what both sides have at the last probes; nil where a side cannot tell.
    package mutating func compare(own: [ChainHash?], theirs: [ChainHash?]) {
        let places = probes
        guard own.count == places.count, theirs.count == places.count, !places.isEmpty else { return }
        var isTold = false
        for (place, (ours, other)) in zip(places, zip(own, theirs)) {
            guard let ours, let other else { continue }
            isTold = true
            guard ours == other else {
                high = place
                break
            }
            last = LogPosition(epoch: epoch, sequence: place, hash: ours)
        }
        if !isTold { high = places[0] }
    }
}
