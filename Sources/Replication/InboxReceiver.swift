import Foundation
package import Records

/// A site's side of its downlink: verifies what headquarters sends of the site's outbox, has it stored, acknowledges it.
///
///     closed ──welcomed──► open ──DOWN (verified)──► being stored ──durable──► DOWNACK
///        ▲                  │ └── gap, wrong chain or signature ──► not taken; said again at the next heartbeat what is here
///        └── session over ──┘
///
/// An epoch that the site does not know is taken from its first entry on; what came of another one stays. Whatever is wrong with
/// the downlink, the site's own log goes on.
package struct InboxReceiver: Sendable {
    /// What the shell performs, in this order.
    package enum Effect: Sendable {
        case send(Exchange.DownAcknowledgement)
        /// Store durably, if what is stored ends where this begins, and call `stored` with what is durable then, or
        /// `storingFailed`.
        case store(LogSlice)
        /// Headquarters sent what cannot be believed; counted and shown. Nothing of it is taken.
        case refused(String)
    }

    /// What is taken beyond what is durable.
    package static let window = (entries: 2000, bytes: 1 << 20)

    private enum State {
        case closed
        case open(Open)
    }

    private struct Open {
        /// The end of what was handed over to be stored; nil before the first batch of a site that has nothing.
        var staged: LogPosition?
        /// Something that came was not taken: headquarters has to be told again what is here.
        var isLacking = false
    }

    package let site: SiteID
    /// The last entry that is durable here; nil when there is none of any outbox.
    package private(set) var durable: LogPosition?
    private var state = State.closed

    package init(site: SiteID, durable: LogPosition?) {
        self.site = site
        self.durable = durable
    }

    /// A session opened. Says what is here, which opens the downlink.
    /// - Parameter logEpoch: the newest epoch of the site's own log.
    package mutating func welcomed(logEpoch: Epoch) -> [Effect] {
        state = .open(Open(staged: durable))
        return [.send(opening(logEpoch))]
    }

    /// The session ended.
    package mutating func closed() { state = .closed }

    /// Headquarters lives: where something is lacking the downlink is opened again.
    package mutating func heartbeat(logEpoch: Epoch) -> [Effect] {
        guard case .open(var open) = state, open.isLacking else { return [] }
        (open.staged, open.isLacking) = (durable, false)
        state = .open(open)
        return [.send(opening(logEpoch))]
    }

    /// DOWN.
    /// - Parameter keys: headquarters' signing keys, as the site believes them now.
    package mutating func received(_ batch: Exchange.Batch, keys: [LogVerifyingKey]) -> [Effect] {
        guard case .open(var open) = state else { return [] }
        guard let epoch = Epoch(bytes: batch.epoch), let previous = ChainHash(bytes: batch.previousHash),
            batch.firstSequence > 0, !batch.entries.isEmpty, batch.entries.count <= ReplicationProtocol.batchEntries,
            batch.firstSequence < UInt64.max - UInt64(batch.entries.count)
        else { return refuse("a malformed batch") }
        let first = SequenceNumber(batch.firstSequence)
        let start = LogPosition(
            epoch: epoch, sequence: .zero, hash: LogChain.origin(site: site, epoch: epoch, parent: nil))
        let before = open.staged.flatMap { $0.epoch == epoch ? $0 : nil } ?? start
        // What is here already is only said again: it was compared when the downlink was opened.
        guard first > before.sequence else { return [.send(acknowledgement)] }
        guard first == before.sequence.next else { return lack() }
        guard previous == before.hash else { return refuse("entry \(first) of another history than is here") }
        guard let hashes = LogChain.hashes(of: batch.entries, after: previous, first: first), let last = hashes.last
        else { return refuse("a malformed entry") }
        let slice = LogSlice(epoch: epoch, first: first, previous: previous, entries: batch.entries, last: last)
        guard keys.contains(where: { $0.verifies(batch.signature, .outbox, site: site, position: slice.end) }) else {
            return refuse("a signature that is not headquarters'")
        }
        open.staged = slice.end
        state = .open(open)
        return [.store(slice)]
    }

    /// The store's answer to a slice, of this session or of one before.
    /// - Parameters:
    ///   - end: of the slice.
    ///   - position: what is durable now; not the slice where it did not follow what was there.
    package mutating func stored(upTo end: LogPosition, durable position: LogPosition) -> [Effect] {
        durable = position
        guard case .open(var open) = state else { return [] }
        if position.epoch != end.epoch || position.sequence < end.sequence { open.isLacking = true }
        if open.staged.map({ $0.epoch == position.epoch && $0.sequence < position.sequence }) ?? true {
            open.staged = position
        }
        state = .open(open)
        return [.send(acknowledgement)]
    }

    /// It could not be stored: it is asked for again at the next heartbeat.
    package mutating func storingFailed() { _ = lack() }

    private mutating func lack() -> [Effect] {
        guard case .open(var open) = state else { return [] }
        open.isLacking = true
        state = .open(open)
        return []
    }

    private mutating func refuse(_ what: String) -> [Effect] { lack() + [.refused(what)] }

    private func opening(_ logEpoch: Epoch) -> Exchange.DownAcknowledgement {
        var message = acknowledgement
        message.logEpoch = logEpoch.data
        return message
    }

    private var acknowledgement: Exchange.DownAcknowledgement {
        var message = Exchange.DownAcknowledgement()
        if let durable { message.durable = durable.message }
        let sequence = (durable?.sequence ?? .zero).advanced(by: Self.window.entries)
        message.credit = Credit(sequence: sequence, bytes: Self.window.bytes).message
        return message
    }
}
