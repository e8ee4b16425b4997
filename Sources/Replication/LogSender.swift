package import Records

/// The sending side of one log: what to read and send next, given what the other side has and how much it will take.
///
///     waiting ──welcomed──► comparing ──equal──► streaming ──(parent complete)──► comparing the next epoch
///        ▲                   ▲  └──unequal or unknown──► locating ◄──(other hash)── streaming
///        │                   │                              │ common point found
///        │                   │                              ▼
///        │                   │                          branching ──branched──► a new greeting
///        │                   └───(acknowledged beyond what was sent)── streaming
///        └──────────────────────────interrupted─────────────────┘
///
/// Holds no socket, no file and no clock. The log is the queue: nothing is kept here but positions.
package struct LogSender: Sendable {
    /// What the shell performs.
    package enum Effect: Hashable, Sendable {
        /// Look up the own chain's hash there and answer with `compared` before anything else is handed over.
        case compare(Epoch, SequenceNumber)
        /// Read entries and answer with `read`.
        case read(LogRead)
        /// The other side has everything up to here durably, and it is what this log holds.
        case acknowledged(LogPosition)
        /// Ask the other side for its hashes at these places, and answer with `located`.
        case locate(Epoch, [SequenceNumber])
        /// Look up the own chain's hashes at these places and answer with `found`.
        case find(Epoch, [SequenceNumber])
        /// The histories differ: begin a new epoch, durably, and answer with `branched`.
        case branch(LogBranch)
    }

    private enum State {
        /// No session.
        case waiting
        /// The other side's position in `epochs[index]` is being compared with the own log.
        case comparing(index: Int, theirs: LogPosition)
        /// Entries of an epoch flow.
        case streaming(Stream)
        /// The last common entry of `epochs[index]` is being looked for; `theirs` are the other side's hashes at its probes.
        case locating(index: Int, CommonPoint, theirs: [ChainHash?])
        /// A new epoch is being begun; nothing is sent before it is there.
        case branching
    }

    /// Oldest first; a child follows its parent.
    private var epochs: [EpochExtent]
    private var durable: [Epoch: LogPosition] = [:]
    private var allowance = Allowance()
    private var state = State.waiting
    /// The other side has more than this log: whatever follows goes into a new epoch.
    private var isRolledBack = false
    /// Older epochs of which the other side has more, and all that is here.
    private var contained: Set<Epoch> = []
    /// Where batches must end; nil when they may end anywhere.
    private var signing: SiteSigning?

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
        case .streaming(let stream) where stream.index == epochs.count - 1: stream.acknowledged
        default: durable[head.epoch]
        }
    }

    /// Shows a receipt at the next greeting.
    package mutating func keep(_ receipt: Receipt) {
        guard let index = epochs.firstIndex(where: { $0.head.epoch == receipt.position.epoch }) else { return }
        epochs[index].receipt = receipt
    }

    /// Whether nothing of an older epoch is lacking over there, or still compared.
    package var isOnNewest: Bool {
        if case .streaming(let stream) = state { stream.index == epochs.count - 1 } else { false }
    }

    /// Whether this is what the other side is known to have of that epoch.
    package func isDurable(_ position: LogPosition) -> Bool { durable[position.epoch] == position }

    /// Whether the two sides were found to have different histories, and a new epoch is on its way.
    package var isDiverged: Bool {
        switch state {
        case .locating, .branching: true
        case .waiting, .comparing, .streaming: false
        }
    }

    /// The session opened: `positions` is what the other side has of each of our epochs. The credit counts from its position
    /// in the oldest epoch that it lacks something of; in the newest when it lacks nothing.
    /// - Parameter isRolledBack: the other side says that it has more of the log than we.
    package mutating func welcomed(
        positions: [LogPosition], credit: Credit, isRolledBack: Bool = false
    ) -> [Effect] {
        self.isRolledBack = isRolledBack
        durable = Dictionary(positions.map { ($0.epoch, $0) }, uniquingKeysWith: { _, last in last })
        contained = []
        let credited = isRolledBack ? epochs.count - 1 : lacking
        allowance = durable[epochs[credited].head.epoch].map { Allowance(credit, beyond: $0) } ?? Allowance()
        return isRolledBack ? begin(at: epochs.count - 1) : goOn(from: 0)
    }

    /// The epoch that `branch` asked for is there, or was not needed: these are the epochs now. A new greeting names them.
    package mutating func branched(_ epochs: [EpochExtent]) {
        precondition(!epochs.isEmpty)
        self.epochs = epochs
        state = .waiting
    }

    /// Which key signs what from here on, so that batches end where the key changes.
    package mutating func resigned(_ signing: SiteSigning) -> [Effect] {
        self.signing = signing
        return advance()
    }

    /// The session ended, in whatever way.
    package mutating func interrupted() { state = .waiting }

    /// The own log's answer to `compare`: nil when it has no such entry.
    package mutating func compared(_ own: ChainHash?) -> [Effect] {
        guard case .comparing(let index, let theirs) = state else { return [] }
        guard own == theirs.hash else { return locate(at: index, from: theirs.sequence) }
        guard !isRolledBack else { return branch(at: index, after: theirs) }
        durable[theirs.epoch] = theirs
        state = .streaming(Stream(index: index, acknowledged: theirs))
        return [.acknowledged(theirs)] + proceed()
    }

    /// The newest epoch grew. A head that is known already, as news may overtake each other, changes nothing; nor does one of
    /// an epoch that is over, as a branch may overtake it.
    package mutating func appended(head: LogPosition) -> [Effect] {
        let last = epochs.count - 1
        guard head.epoch == epochs[last].head.epoch, head.sequence > epochs[last].head.sequence else { return [] }
        epochs[last].head = head
        return advance()
    }

    /// The log's answer to `read`: what is to be sent now, if it still fits, and what to do next.
    package mutating func read(_ slice: LogSlice) -> (send: LogSlice?, effects: [Effect]) {
        guard case .streaming(var stream) = state, stream.isReading, slice.epoch == stream.acknowledged.epoch,
            slice.first == stream.sent.next
        else { return (nil, []) }
        stream.isReading = false
        if !slice.entries.isEmpty {
            let size = slice.size
            stream.inFlight.append((slice.end, size))
            stream.bytes += size
        }
        state = .streaming(stream)
        // A log that has less than its head says is asked again when it grows, not in a circle.
        return slice.entries.isEmpty ? (nil, []) : (slice, advance())
    }

    /// The other side acknowledged, or gave other credit. Believed only where the hash is the one of this log.
    package mutating func acknowledged(_ position: LogPosition, credit: Credit) -> [Effect] {
        guard case .streaming(var stream) = state, position.epoch == stream.acknowledged.epoch,
            position.sequence >= stream.acknowledged.sequence
        else { return [] }
        if position.sequence > stream.sent {
            // What an earlier session sent became durable meanwhile; or it is not ours at all.
            allowance = Allowance(credit, beyond: position)
            return compare(position, at: stream.index)
        }
        // In the midst of a batch, cut otherwise by an earlier session: the acknowledgement of its end covers it.
        guard let own = stream.hash(at: position.sequence) else { return [] }
        guard own == position.hash else { return locate(at: stream.index, from: position.sequence) }
        let isNews = position.sequence > stream.acknowledged.sequence
        allowance = Allowance(credit, beyond: position)
        stream.acknowledge(position)
        durable[position.epoch] = position
        state = .streaming(stream)
        return (isNews ? [.acknowledged(position)] : []) + proceed()
    }

    /// The other side's hashes at the places that `locate` asked for; nil where it has no such entry.
    package mutating func located(_ epoch: Epoch, _ places: [SequenceNumber], _ hashes: [ChainHash?]) -> [Effect] {
        guard case .locating(let index, let search, let theirs) = state, theirs.isEmpty, search.epoch == epoch,
            places == search.probes, hashes.count == places.count
        else { return [] }
        state = .locating(index: index, search, theirs: hashes)
        return [.find(epoch, places)]
    }

    /// The own log's answer to `find`.
    package mutating func found(_ own: [ChainHash?]) -> [Effect] {
        guard case .locating(let index, var search, let theirs) = state, !theirs.isEmpty else { return [] }
        let head = epochs[index].head
        // The head's own hash is known, though its entry may have been trimmed.
        let known = zip(search.probes, own).map { $0 == head.sequence ? head.hash : $1 }
        search.compare(own: known, theirs: theirs)
        return look(search, at: index)
    }

    /// Begins with the first epoch from `index` on that is unfinished. What is passed over is acknowledged: the site may not have
    /// heard of it, or have forgotten it.
    private mutating func goOn(from index: Int) -> [Effect] {
        let next = unfinished(from: index)
        let whole = epochs[index..<next].map(\.head).filter { durable[$0.epoch] == $0 }
        return whole.map { .acknowledged($0) } + begin(at: next)
    }

    /// The first epoch from `index` on that the other side lacks something of, or may; the newest when there is none. Where
    /// it has more of an older one, the owner of the log may have gone back behind it, or it may have another history there:
    /// more of it proves nothing.
    private func unfinished(from index: Int) -> Int {
        epochs[index...].firstIndex { extent in
            let epoch = extent.head.epoch
            return epoch == head.epoch || durable[epoch] != extent.head && !contained.contains(epoch)
        } ?? epochs.count - 1
    }

    /// The first epoch that the other side has less of; the newest when there is none. Its credit counts there.
    private var lacking: Int {
        epochs.firstIndex { extent in
            durable[extent.head.epoch].map { $0.sequence < extent.head.sequence } ?? true
        } ?? epochs.count - 1
    }

    private mutating func begin(at index: Int) -> [Effect] {
        let head = epochs[index].head
        // The other side names a position for each epoch of HELLO; without one there is nothing to compare.
        guard let theirs = durable[head.epoch] else { return branch(at: index, after: nil) }
        return compare(theirs, at: index)
    }

    private mutating func compare(_ theirs: LogPosition, at index: Int) -> [Effect] {
        state = .comparing(index: index, theirs: theirs)
        return [.compare(theirs.epoch, theirs.sequence)]
    }

    /// Looks for the last common entry below `sequence`, where the two sides differ or we have none.
    private mutating func locate(at index: Int, from sequence: SequenceNumber) -> [Effect] {
        let head = epochs[index].head.sequence
        let epoch = epochs[index].head.epoch
        // 0 is a place like any other: the beginnings may differ as well. Beyond the own head nothing can be common.
        let high = min(sequence.value, head.value + 1)
        guard high > 0 else { return branch(at: index, after: nil) }
        return look(CommonPoint(epoch: epoch, below: SequenceNumber(high)), at: index)
    }

    private mutating func look(_ search: CommonPoint, at index: Int) -> [Effect] {
        guard !search.isFound else {
            let isContained = search.last == epochs[index].head && index + 1 < epochs.count && !isRolledBack
            guard isContained else { return branch(at: index, after: search.last) }
            contained.insert(search.epoch)
            return [.acknowledged(epochs[index].head)] + goOn(from: index + 1)
        }
        state = .locating(index: index, search, theirs: [])
        return [.locate(search.epoch, search.probes)]
    }

    private mutating func branch(at index: Int, after common: LogPosition?) -> [Effect] {
        state = .branching
        let later = epochs[(index + 1)...].map(\.head.epoch)
        let hasMore = isRolledBack || common?.sequence == epochs[index].head.sequence
        return [
            .branch(
                LogBranch(
                    epoch: epochs[index].head.epoch, after: common,
                    untouched: later.filter { durable[$0].map { $0.sequence > .zero } ?? false },
                    cause: hasMore ? .rolledBack : .diverged))
        ]
    }

    /// Goes on with this epoch, or with the next when the other side has all of it.
    private mutating func proceed() -> [Effect] {
        guard case .streaming(let stream) = state else { return [] }
        let isComplete = stream.acknowledged.sequence == epochs[stream.index].head.sequence
        guard isComplete, stream.index + 1 < epochs.count else { return advance() }
        return goOn(from: stream.index + 1)
    }

    /// Asks for the next entries when there are any, one read at a time, as far as the credit reaches.
    private mutating func advance() -> [Effect] {
        guard case .streaming(var stream) = state, !stream.isReading,
            stream.inFlight.count < ReplicationProtocol.batchesInFlight
        else { return [] }
        let sent = stream.sent
        let last = epochs[stream.index].head
        let head = signing?.end(ofBatchAfter: sent, in: last.epoch, head: last.sequence) ?? last.sequence
        let underWay = sent.value - stream.acknowledged.sequence.value
        let room = allowance.bytes - stream.bytes
        // With nothing under way one entry may always go, however large it is.
        guard sent < head, underWay < allowance.entries, room > 0 || stream.inFlight.isEmpty else { return [] }
        stream.isReading = true
        state = .streaming(stream)
        let most = min(UInt64(ReplicationProtocol.batchEntries), allowance.entries - underWay, head.value - sent.value)
        let bytes = max(1, min(ReplicationProtocol.batchBytes, room))
        return [.read(LogRead(epoch: stream.acknowledged.epoch, after: sent, entries: Int(most), bytes: bytes))]
    }
}
