import Foundation
package import Records

/// Headquarters' side of one site's downlink: what of the site's outbox to send next, given what the site has.
///
///     closed ──DOWNACK with log epoch──► comparing ──equal──► streaming ──DOWN… DOWNACK──► streaming
///        ▲                                  ▲  └──unequal, unknown, new disk──► renewing ──renewed──► comparing
///        └── session over                   └── a place that was not sent so; retried after a failure here (resting)
///
/// The outbox of a site that has nothing of it, or something else, is begun anew with everything that the site needs: it
/// knows records by their ids, so that nothing is doubled. Pure: no store, no clock.
package struct OutboxSender: Sendable {
    /// What the shell performs.
    package enum Effect: Sendable, Equatable {
        /// Look up the outbox, and its hash at this place if there is one, and call `found`.
        case find(LogPosition?)
        /// Begin the outbox anew, for that epoch of the site's own log, and call `renewed`.
        case renew(logEpoch: Epoch)
        /// Read entries of the outbox and call `read`.
        case read(LogRead)
        /// The site has everything up to here.
        case acknowledged(LogPosition)
        /// The peer did what no honest site does.
        case misbehaved(String)
    }

    /// The outbox as it is stored; `acknowledged <= head.sequence`.
    package struct Outbox: Sendable, Equatable {
        package var head: LogPosition
        /// `h(0)` of its epoch.
        package var origin: ChainHash
        /// What the site acknowledged of it.
        package var acknowledged: SequenceNumber
        /// The epoch of the site's own log that it was begun for.
        package var logEpoch: Epoch

        package init(head: LogPosition, origin: ChainHash, acknowledged: SequenceNumber, logEpoch: Epoch) {
            self.head = head
            self.origin = origin
            self.acknowledged = acknowledged
            self.logEpoch = logEpoch
        }

        /// Before its first entry.
        package var start: LogPosition { LogPosition(epoch: head.epoch, sequence: .zero, hash: origin) }
    }

    private enum State {
        /// The site has not said in this session what it has.
        case closed
        case comparing(theirs: LogPosition?, logEpoch: Epoch)
        /// What the site has is kept, as the outbox may not get begun.
        case renewing(theirs: LogPosition?, logEpoch: Epoch)
        case streaming(Stream)
        /// Something failed here; `retry` compares anew.
        case resting(theirs: LogPosition?, logEpoch: Epoch)
    }

    /// `acknowledged <= sent <= head`.
    private struct Stream {
        var logEpoch: Epoch
        var head: LogPosition
        var acknowledged: LogPosition
        /// Ends of batches under way, oldest first.
        var inFlight: [(end: LogPosition, bytes: Int)] = []
        var isReading = false

        var sent: SequenceNumber { inFlight.last?.end.sequence ?? acknowledged.sequence }
    }

    private var state = State.closed
    private var credit = Credit.none

    package init() {}

    /// The session ended, or a new one begins.
    package mutating func closed() { (state, credit) = (.closed, .none) }

    /// DOWNACK.
    package mutating func received(_ message: Exchange.DownAcknowledgement) -> [Effect] {
        var theirs: LogPosition?
        if message.hasDurable {
            theirs = LogPosition(message.durable)
            guard theirs != nil else { return [.misbehaved("a malformed position in DOWNACK")] }
        }
        credit = Credit(message.credit)
        guard message.logEpoch.isEmpty else {
            guard let logEpoch = Epoch(bytes: message.logEpoch) else {
                return [.misbehaved("a malformed epoch in DOWNACK")]
            }
            return opens(theirs, logEpoch)
        }
        guard case .streaming(let stream) = state else { return [] }  // what comes next is decided by what is under way
        return acknowledged(theirs, stream)
    }

    private mutating func opens(_ theirs: LogPosition?, _ logEpoch: Epoch) -> [Effect] {
        if case .renewing = state {
            state = .renewing(theirs: theirs, logEpoch: logEpoch)
            return []
        }
        state = .comparing(theirs: theirs, logEpoch: logEpoch)
        return [.find(theirs)]
    }

    /// The store's answer to `find`.
    /// - Parameters:
    ///   - outbox: nil when the site has none yet.
    ///   - hash: the outbox's at the place that was asked for; nil when it has no such entry.
    package mutating func found(_ outbox: Outbox?, hash: ChainHash?) -> [Effect] {
        guard case .comparing(let theirs, let logEpoch) = state else { return [] }
        switch Self.decide(theirs, outbox, hash: hash, logEpoch: logEpoch) {
        case .continues(let position, let head):
            return [.acknowledged(position)]
                + advance(Stream(logEpoch: logEpoch, head: head, acknowledged: position))
        case .begins:
            state = .renewing(theirs: theirs, logEpoch: logEpoch)
            return [.renew(logEpoch: logEpoch)]
        }
    }

    /// How a downlink goes on.
    package enum Resumption: Sendable, Equatable {
        case continues(after: LogPosition, head: LogPosition)
        /// With a new epoch of the outbox and everything that the site needs.
        case begins
    }

    /// One total function; the first row that fits decides.
    ///
    /// | the site has | the outbox | decision |
    /// |---|---|---|
    /// | anything | is not there | begins |
    /// | anything | was begun for another epoch of the site's own log: the site may have lost records | begins |
    /// | nothing | of which nothing is acknowledged | continues from its start |
    /// | nothing | of which something is acknowledged: the site lost it | begins |
    /// | a place of another epoch | | begins |
    /// | a place of it with the same hash | | continues |
    /// | a place beyond its end, or with another hash: one of the sides was restored | | begins |
    package static func decide(
        _ theirs: LogPosition?, _ outbox: Outbox?, hash: ChainHash?, logEpoch: Epoch
    ) -> Resumption {
        guard let outbox, outbox.logEpoch == logEpoch else { return .begins }
        guard let theirs else {
            return outbox.acknowledged == .zero ? .continues(after: outbox.start, head: outbox.head) : .begins
        }
        guard theirs.epoch == outbox.head.epoch, theirs.sequence <= outbox.head.sequence, theirs.hash == hash else {
            return .begins
        }
        return .continues(after: theirs, head: outbox.head)
    }

    /// The outbox was begun anew and is durable; nil when it could not be. It may have grown meanwhile, so that it is looked up.
    package mutating func renewed(_ outbox: Outbox?) -> [Effect] {
        guard case .renewing(let theirs, let logEpoch) = state else { return [] }
        guard let outbox else {
            state = .resting(theirs: theirs, logEpoch: logEpoch)
            return []
        }
        state = .comparing(theirs: outbox.start, logEpoch: logEpoch)
        return [.find(outbox.start)]
    }

    /// Something that was asked for failed: the downlink rests until `retry`.
    package mutating func failed() {
        switch state {
        case .closed: break
        case .comparing(let theirs, let logEpoch), .renewing(let theirs, let logEpoch),
            .resting(let theirs, let logEpoch):
            state = .resting(theirs: theirs, logEpoch: logEpoch)
        case .streaming(let stream): state = .resting(theirs: stream.acknowledged, logEpoch: stream.logEpoch)
        }
    }

    /// Compares anew after a failure.
    package mutating func retry() -> [Effect] {
        guard case .resting(let theirs, let logEpoch) = state else { return [] }
        state = .comparing(theirs: theirs, logEpoch: logEpoch)
        return [.find(theirs)]
    }

    /// Entries were appended.
    package mutating func grew(to head: LogPosition) -> [Effect] {
        guard case .streaming(var stream) = state, head.epoch == stream.head.epoch,
            head.sequence > stream.head.sequence
        else { return [] }
        stream.head = head
        return advance(stream)
    }

    /// The store's answer to `read`: what is to be sent now, if anything.
    package mutating func read(_ slice: LogSlice) -> (send: LogSlice?, effects: [Effect]) {
        guard case .streaming(var stream) = state, stream.isReading, slice.epoch == stream.head.epoch,
            slice.first == stream.sent.next
        else { return (nil, []) }
        stream.isReading = false
        guard !slice.entries.isEmpty else {
            state = .streaming(stream)
            return (nil, [])
        }
        stream.inFlight.append((slice.end, slice.size))
        return (slice, advance(stream))
    }

    private mutating func acknowledged(_ theirs: LogPosition?, _ before: Stream) -> [Effect] {
        var stream = before
        guard let theirs, theirs.epoch == stream.head.epoch else { return [] }  // sent before the outbox was begun anew
        guard theirs.sequence > stream.acknowledged.sequence else { return advance(stream) }
        guard let index = stream.inFlight.firstIndex(where: { $0.end == theirs }) else {
            // Sent in another session and durable only now; or never sent at all, which the comparison shows.
            state = .comparing(theirs: theirs, logEpoch: stream.logEpoch)
            return [.find(theirs)]
        }
        stream.inFlight.removeFirst(index + 1)
        stream.acknowledged = theirs
        return [.acknowledged(theirs)] + advance(stream)
    }

    /// Asks for the next entries as far as the credit reaches, one read at a time.
    private mutating func advance(_ before: Stream) -> [Effect] {
        var stream = before
        defer { state = .streaming(stream) }
        let bytes = stream.inFlight.reduce(0) { $0 + $1.bytes }
        // The credit may name another epoch's places, as that of a site that has nothing of this one yet.
        let limit = max(credit.sequence, stream.acknowledged.sequence.next)
        // With nothing under way one entry may always go, however large it is.
        guard !stream.isReading, stream.sent < stream.head.sequence,
            stream.inFlight.isEmpty || (stream.sent < limit && bytes < credit.bytes)
        else { return [] }
        stream.isReading = true
        let room = max(1, limit.value - min(limit.value, stream.sent.value))
        let left = stream.head.sequence.value - stream.sent.value
        return [
            .read(
                LogRead(
                    epoch: stream.head.epoch, after: stream.sent,
                    entries: Int(min(room, left, UInt64(ReplicationProtocol.batchEntries))),
                    bytes: max(1, min(ReplicationProtocol.batchBytes, credit.bytes - bytes))))
        ]
    }
}
