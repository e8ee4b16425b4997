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

    /// Takes the entry that follows, with its hash.
    package mutating func append(_ entry: Entry, _ hash: ChainHash) {
        entries.append(entry)
        last = hash
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
    /// Why it was begun; unspecified in a site's first epoch.
    package var cause: EpochRange.Cause
    /// The last acknowledgement that is kept.
    package var receipt: Receipt?

    package init(
        head: LogPosition, first: SequenceNumber = SequenceNumber(1), parent: LogPosition? = nil,
        cause: EpochRange.Cause = .unspecified, receipt: Receipt? = nil
    ) {
        self.head = head
        self.first = first
        self.parent = parent
        self.cause = cause
        self.receipt = receipt
    }

    /// From the wire; nil when a field has the wrong length.
    package init?(_ range: EpochRange) {
        guard let head = LogPosition(range.head) else { return nil }
        self.init(head: head, first: SequenceNumber(max(1, range.first)), cause: range.cause)
        if range.hasParent {
            guard let parent = LogPosition(range.parent) else { return nil }
            self.parent = parent
        }
        if range.hasReceipt {
            guard let position = LogPosition(range.receipt), position.epoch == head.epoch else { return nil }
            receipt = Receipt(position: position, signature: range.receiptSignature)
        }
    }

    /// For the wire.
    package var message: EpochRange {
        var range = EpochRange()
        range.head = head.message
        range.first = first.value
        if let parent { range.parent = parent.message }
        range.cause = cause
        if let receipt {
            range.receipt = receipt.position.message
            range.receiptSignature = receipt.signature
        }
        return range
    }
}

/// One of headquarters' acknowledgements as its site keeps it: the position and the signature over it.
package struct Receipt: Hashable, Sendable {
    package var position: LogPosition
    package var signature: Signature

    package init(position: LogPosition, signature: Signature) {
        self.position = position
        self.signature = signature
    }
}

/// A new epoch that a log must begin because its history differs from the other side's.
package struct LogBranch: Hashable, Sendable {
    /// The epoch that differs.
    package var epoch: Epoch
    /// The last entry of it that both sides have; nil when they have none in common, not even the beginning.
    package var after: LogPosition?
    /// Later epochs of which the other side has entries: they stay as they are. All others are issued again, with what
    /// follows `after`.
    package var untouched: [Epoch]
    package var cause: EpochRange.Cause

    package init(epoch: Epoch, after: LogPosition?, untouched: [Epoch] = [], cause: EpochRange.Cause) {
        self.epoch = epoch
        self.after = after
        self.untouched = untouched
        self.cause = cause
    }
}

extension LogSlice {
    /// The keys that it brings, proved. Only the last entry of a batch changes them: whoever signs ends the batch there.
    package func keyChange(of site: SiteID) -> KeyBinding? {
        entries.last.flatMap { KeyChange($0) }?.proved(of: site)
    }
}
