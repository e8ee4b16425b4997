import Records

extension LogSender {
    /// Entries of one epoch under way: `acknowledged <= sent <= head`.
    struct Stream {
        /// Into `epochs`.
        var index: Int
        var acknowledged: LogPosition
        /// Batches that are not acknowledged yet, oldest first; at most `ReplicationProtocol.batchesInFlight`.
        var inFlight: [(end: LogPosition, bytes: Int)] = []
        /// Of all that is in flight.
        var bytes = 0
        var isReading = false

        var sent: SequenceNumber { inFlight.last?.end.sequence ?? acknowledged.sequence }

        /// The hash that was sent as the end of a batch, or acknowledged; nil for a place in the midst of a batch.
        func hash(at sequence: SequenceNumber) -> ChainHash? {
            sequence == acknowledged.sequence
                ? acknowledged.hash : inFlight.first { $0.end.sequence == sequence }?.end.hash
        }

        mutating func acknowledge(_ position: LogPosition) {
            acknowledged = position
            let done = inFlight.prefix { $0.end.sequence <= position.sequence }
            bytes -= done.reduce(0) { $0 + $1.bytes }
            inFlight.removeFirst(done.count)
        }
    }

    /// Credit as it is kept: beyond what is acknowledged, so that it holds across epochs.
    struct Allowance {
        var entries: UInt64 = 0
        var bytes = 0

        init() {}

        init(_ credit: Credit, beyond position: LogPosition) {
            entries = credit.sequence > position.sequence ? credit.sequence.value - position.sequence.value : 0
            bytes = credit.bytes
        }
    }
}
