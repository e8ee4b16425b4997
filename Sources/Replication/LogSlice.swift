package import Records

/// Consecutive entries of one epoch as they are read from a log.
package struct LogSlice: Sendable {
    package var epoch: Epoch
    /// The place of `entries[0]`.
    package var first: SequenceNumber
    /// `h(first - 1)`.
    package var previous: ChainHash
    package var entries: [Entry]
    /// `h` at the last entry; `previous` when there are none.
    package var last: ChainHash

    package init(epoch: Epoch, first: SequenceNumber, previous: ChainHash, entries: [Entry], last: ChainHash) {
        self.epoch = epoch
        self.first = first
        self.previous = previous
        self.entries = entries
        self.last = last
    }

    /// The position of the last entry; of the one before `first` when there are none.
    package var end: LogPosition {
        let sequence = SequenceNumber(first.value - 1).advanced(by: entries.count)
        return LogPosition(epoch: epoch, sequence: sequence, hash: last)
    }

    /// Bytes of all entries.
    package var size: Int { entries.reduce(0) { $0 + $1.size } }
}

/// What a sender asks its log for.
package struct LogRead: Hashable, Sendable {
    package var epoch: Epoch
    package var after: SequenceNumber
    package var entries: Int
    /// The slice ends at the entry that reaches this, so that it always has at least one.
    package var bytes: Int

    package init(epoch: Epoch, after: SequenceNumber, entries: Int, bytes: Int) {
        self.epoch = epoch
        self.after = after
        self.entries = entries
        self.bytes = bytes
    }
}

/// One epoch of a log, as its owner holds it.
package struct EpochExtent: Hashable, Sendable {
    /// The last entry.
    package var head: LogPosition
    /// The first entry that is still held; 1 unless older ones were trimmed.
    package var first: SequenceNumber
    /// Where it branched from its parent; nil in a site's first epoch.
    package var parent: LogPosition?

    package init(head: LogPosition, first: SequenceNumber = SequenceNumber(1), parent: LogPosition? = nil) {
        self.head = head
        self.first = first
        self.parent = parent
    }

    var message: EpochRange {
        var range = EpochRange()
        range.head = head.message
        range.first = first.value
        if let parent { range.parent = parent.message }
        return range
    }
}
