package import Records

/// The sending side of one log: what to read and send next, given what the other side has and how much it will take.
///
///     waiting ──welcomed──► comparing ──equal──► streaming ──(parent complete)──► comparing the next epoch
///        ▲                      └──────unequal or unknown──► diverged
///        └──────────────────────────interrupted─────────────────┘
///
/// Holds no socket, no file and no clock. The log is the queue: nothing is kept here but positions.
package struct LogSender: Sendable {
    /// What the shell performs.
    package enum Effect: Hashable, Sendable {
        /// Look up the own chain's hash there and answer with `compared`.
        case compare(Epoch, SequenceNumber)
        /// Read entries and answer with `read`.
        case read(LogRead)
        /// The other side has everything up to here durably.
        case acknowledged(LogPosition)
        /// The histories differ from here on; nothing is sent.
        case diverged(LogPosition)
    }

    private enum State {
        /// No session.
        case waiting
        /// The other side's position in `epochs[index]` is being compared with the own log.
        case comparing(index: Int, theirs: LogPosition)
        /// Entries of `epochs[index]` flow. `acknowledged <= sent <= epochs[index].head`.
        case streaming(index: Int, acknowledged: LogPosition, sent: SequenceNumber, inFlight: [Sent], isReading: Bool)
        /// The other side has another history at this position.
        case diverged(LogPosition)
    }

    /// A batch that is not acknowledged yet.
    private struct Sent {
        var last: SequenceNumber
        var bytes: Int
    }

    /// Oldest first; a child follows its parent.
    private var epochs: [EpochExtent]
    private var durable: [Epoch: LogPosition] = [:]
    private var credit = Credit.none
    private var state = State.waiting

    /// - Parameter epochs: what the log retains, oldest first; never empty.
    package init(epochs: [EpochExtent]) {
        precondition(!epochs.isEmpty)
        self.epochs = epochs
    }

    /// What is retained, oldest first.
    package var extents: [EpochExtent] { epochs }

    /// The newest epoch's last entry.
    package var head: LogPosition { epochs[epochs.count - 1].head }

    /// What the other side is known to have of the newest epoch; nil before it said so.
    package var acknowledged: LogPosition? {
        switch state {
        case .streaming(let index, let acknowledged, _, _, _) where index == epochs.count - 1: acknowledged
        default: durable[head.epoch]
        }
    }

    /// Whether the two sides have different histories.
    package var isDiverged: Bool {
        if case .diverged = state { true } else { false }
    }

    /// The session opened: `positions` is what the other side has of each of our epochs.
    package mutating func welcomed(positions: [LogPosition], credit: Credit) -> [Effect] {
        durable = Dictionary(positions.map { ($0.epoch, $0) }, uniquingKeysWith: { _, last in last })
        self.credit = credit
        return begin(at: 0)
    }

    /// The session ended, in whatever way.
    package mutating func interrupted() {
        if case .streaming(_, let acknowledged, _, _, _) = state { durable[acknowledged.epoch] = acknowledged }
        state = .waiting
    }

    /// The own log's answer to `compare`: nil when it has no such entry.
    package mutating func compared(_ own: ChainHash?) -> [Effect] {
        guard case .comparing(let index, let theirs) = state else { return [] }
        guard own == theirs.hash else {
            state = .diverged(theirs)
            return [.diverged(theirs)]
        }
        state = .streaming(index: index, acknowledged: theirs, sent: theirs.sequence, inFlight: [], isReading: false)
        return [.acknowledged(theirs)] + advance()
    }

    /// The newest epoch grew.
    package mutating func appended(head: LogPosition) -> [Effect] {
        let last = epochs.count - 1
        precondition(head.epoch == epochs[last].head.epoch && head.sequence >= epochs[last].head.sequence)
        epochs[last].head = head
        return advance()
    }

    /// The log's answer to `read`: what is to be sent now, if it still fits, and what to do next.
    package mutating func read(_ slice: LogSlice) -> (send: LogSlice?, effects: [Effect]) {
        guard case .streaming(let index, let acknowledged, let sent, var inFlight, true) = state,
            slice.epoch == epochs[index].head.epoch, slice.first == sent.next, !slice.entries.isEmpty
        else { return (nil, []) }
        inFlight.append(Sent(last: slice.end.sequence, bytes: slice.size))
        state = .streaming(
            index: index, acknowledged: acknowledged, sent: slice.end.sequence, inFlight: inFlight, isReading: false)
        return (slice, advance())
    }

    /// The other side acknowledged, or gave other credit.
    package mutating func acknowledged(_ position: LogPosition, credit: Credit) -> [Effect] {
        guard case .streaming(let index, let before, let sent, var inFlight, let isReading) = state,
            position.epoch == before.epoch, position.sequence >= before.sequence, position.sequence <= sent
        else { return [] }
        self.credit = credit
        inFlight.removeAll { $0.last <= position.sequence }
        durable[position.epoch] = position
        state = .streaming(index: index, acknowledged: position, sent: sent, inFlight: inFlight, isReading: isReading)
        let news: [Effect] = position.sequence > before.sequence ? [.acknowledged(position)] : []
        if position.sequence == epochs[index].head.sequence, index + 1 < epochs.count {
            return news + begin(at: index + 1)
        }
        return news + advance()
    }

    /// Compares the other side's position in the first epoch from `index` on that it lacks something of.
    private mutating func begin(at index: Int) -> [Effect] {
        let extent = epochs[index]
        let origin = LogPosition(epoch: extent.head.epoch, sequence: .zero, hash: extent.head.hash)
        guard let theirs = durable[extent.head.epoch] else {
            // Headquarters always names a position for each epoch of HELLO; one that it leaves out is not asked for.
            if index + 1 < epochs.count { return begin(at: index + 1) }
            state = .diverged(origin)
            return [.diverged(origin)]
        }
        if theirs == extent.head, index + 1 < epochs.count { return begin(at: index + 1) }
        state = .comparing(index: index, theirs: theirs)
        return [.compare(theirs.epoch, theirs.sequence)]
    }

    /// Asks for the next entries when there are any, one read at a time, as far as the credit reaches.
    private mutating func advance() -> [Effect] {
        guard case .streaming(let index, let acknowledged, let sent, let inFlight, false) = state,
            sent < epochs[index].head.sequence
        else { return [] }
        let outstanding = inFlight.reduce(0) { $0 + $1.bytes }
        let room = credit.bytes - outstanding
        // With nothing under way one entry may always go, however large it is.
        guard sent < credit.sequence, room > 0 || inFlight.isEmpty else { return [] }
        state = .streaming(index: index, acknowledged: acknowledged, sent: sent, inFlight: inFlight, isReading: true)
        let entries = min(ReplicationProtocol.batchEntries, Int(credit.sequence.value - sent.value))
        let bytes = max(1, min(ReplicationProtocol.batchBytes, room))
        return [.read(LogRead(epoch: epochs[index].head.epoch, after: sent, entries: entries, bytes: bytes))]
    }
}

/// How much the receiving side will take: absolute, so that a lost message cannot make it drift.
package struct Credit: Hashable, Sendable {
    /// Entries up to this one.
    package var sequence: SequenceNumber
    /// Bytes of entries beyond what is acknowledged.
    package var bytes: Int

    package init(sequence: SequenceNumber, bytes: Int) {
        self.sequence = sequence
        self.bytes = bytes
    }

    /// Nothing may be sent.
    package static let none = Credit(sequence: .zero, bytes: 0)

    init(_ message: Exchange.Credit) {
        self.init(sequence: SequenceNumber(message.sequence), bytes: Int(clamping: message.bytes))
    }

    var message: Exchange.Credit {
        var message = Exchange.Credit()
        message.sequence = sequence.value
        message.bytes = UInt64(bytes)
        return message
    }
}
