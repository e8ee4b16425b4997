/// Consecutive entries of one epoch, both ends included.
package struct EntryRange: Sendable, Hashable {
    package var epoch: Epoch
    package var first: SequenceNumber
    package var last: SequenceNumber

    /// - Parameter last: not before `first`.
    package init(epoch: Epoch, first: SequenceNumber, last: SequenceNumber) {
        self.epoch = epoch
        self.first = first
        self.last = last
    }

    /// How many they are.
    package var count: UInt64 { last.value - first.value + 1 }

    /// Each of them.
    package var places: [LogPlace] {
        (first.value...last.value).map { LogPlace(epoch: epoch, sequence: SequenceNumber($0)) }
    }

    /// Places put together, by epoch and in order.
    package static func ranges(of places: some Collection<LogPlace>) -> [EntryRange] {
        var ranges: [EntryRange] = []
        for place in places.sorted(by: { ($0.epoch, $0.sequence) < ($1.epoch, $1.sequence) }) {
            if let open = ranges.last, open.epoch == place.epoch, open.last.next == place.sequence {
                ranges[ranges.count - 1].last = place.sequence
            } else {
                ranges.append(EntryRange(epoch: place.epoch, first: place.sequence, last: place.sequence))
            }
        }
        return ranges
    }
}

extension EntryRange {
    /// What a certificate names; nil when that is no range.
    package init?(_ gap: GapCertificate) {
        guard let epoch = Epoch(bytes: gap.epoch), gap.first > 0, gap.last >= gap.first, gap.last < .max else {
            return nil
        }
        self.init(epoch: epoch, first: SequenceNumber(gap.first), last: SequenceNumber(gap.last))
    }
}
