package import Foundation
package import Records

/// Headquarters' side of the exchange with one site: greeting, verification of batches, acknowledgement after the commit.
///
///     closed ──HELLO──► opening ──durable──► open ──DATA (verified)──► commit under way ──committed──► ACK
///        ▲                │                    └── gap, foreign session ──► RESET    wrong chain or signature ──► REJECT
///        │                └── a newer HELLO takes its place
///        └── RESET, REJECT, BYE, silence
///
/// A HELLO that is refused, or asked for again, ends no session: it may be an old one, or a copy's.
///
/// Who the site is was settled by the connection's key before anything comes here.
package struct SiteReceiver: Sendable {
    /// What the shell performs, in this order.
    package enum Effect: Sendable {
        case send(Exchange)
        /// Store durably, then call `committed`. Nothing of it was acknowledged yet.
        case commit(StagedBatch)
        /// Look up the stored chain's hash there and call `compared` before anything else is handed over.
        case compare(LogPosition)
        /// Store durably, then call `opened`: the session's token is offered only then.
        case open(SessionOpening)
        /// The site took a session up: store it, soon.
        case confirmed(SessionTokens)
        /// A copy of the site was refused: store it, soon.
        case fence(token: Data, Incident)
        /// The site proves that headquarters was restored unawares: begin a new epoch of headquarters.
        case headquartersBehind
        /// Look up the stored chain's hashes at these places and call `found`.
        case find(Epoch, [SequenceNumber])
        /// Look up what is whole here of these entries and answer with FETCHED.
        case fetch(Exchange.Fetch)
        /// What the site has of entries that are damaged here: put back what the chain proves.
        case fetched(LogSlice)
        /// The site has said all that it wrote down up to this moment, by headquarters' clock.
        case heard(until: Timestamp)
        /// How far the site has its outbox: for its `OutboxSender`.
        case downlink(Exchange.DownAcknowledgement)
        /// The peer did what no honest site does; counted and shown.
        case misbehaved(String)
    }

    /// A batch whose leaves, chain and signature were verified.
    package struct StagedBatch: Sendable {
        package var site: SiteID
        package var slice: LogSlice
        /// `h` at each entry of the slice.
        package var hashes: [ChainHash]
        /// The site's signature over the last hash.
        package var signature: Signature
        /// The keys that its last entry names, if it is a key change.
        package var keyChange: KeyBinding?

        package init(site: SiteID, slice: LogSlice, hashes: [ChainHash], signature: Signature) {
            self.site = site
            self.slice = slice
            self.hashes = hashes
            self.signature = signature
        }
    }

    enum State {
        case closed
        /// The session is being made durable.
        case opening(Open, SessionOpening, welcome: Exchange.Welcome)
        case open(Open)
    }

    struct Open {
        var token: Data
        /// The last entries that HELLO named, one for each epoch.
        var heads: [LogPosition]
        /// Verified and handed over for commit; at or after `durable` of its epoch.
        var staged: [Epoch: LogPosition]
        /// What this session handed over for commit and is not durable yet, oldest first.
        var underWay: [(end: LogPosition, bytes: Int)] = []
        /// Of all that is under way.
        var bytes = 0
        /// Headquarters' clock minus the site's, as the quickest message showed it.
        var clockOffset: Duration
        /// A batch that lies wholly in what is stored already, waiting for the comparison.
        var overlap: LogPosition?
    }

    package let site: SiteID
    /// What a site may have under way.
    package let window: Window
    /// What is kept of the site.
    package internal(set) var memory: SiteMemory
    /// The challenge that the next HELLO is to repeat; nil when none was asked to.
    var challenge: Data?
    /// The last HELLO that a session was opened for: its boot and attempt.
    var greeted: (boot: Data, attempt: UInt64)?
    /// The head that the site claimed last.
    package internal(set) var claimed: LogPosition?
    package internal(set) var lastHeard: Moment?
    /// What the site told of itself in its last PING.
    package internal(set) var vitals = Vitals()
    package var verifyingKeys: SigningPeriods
    /// Headquarters' own.
    package var receiptKey: LogSigningKey
    /// The keys that signed receipts before it.
    package var formerReceiptKeys: [LogVerifyingKey]
    var state = State.closed

    /// A site's own word on how it is.
    package struct Vitals: Sendable {
        package var diskFree: UInt64 = 0
        package var queueBytes: UInt64 = 0
        package var oldestUnacknowledged: Timestamp?
    }

    /// Bounds on what one site may have under way; the fleet's sum must fit into memory.
    package struct Window: Sendable {
        /// Entries beyond what is durable.
        package var entries: Int
        /// Bytes beyond what is durable; one batch may go over.
        package var bytes: Int

        package init(entries: Int = 20_000, bytes: Int = 4 << 20) {
            self.entries = entries
            self.bytes = bytes
        }
    }

    /// - Parameters:
    ///   - verifyingKeys: the site's signing keys, each with the entries that it signs.
    ///   - receiptKey: headquarters' own.
    ///   - formerReceiptKeys: those before it, whose receipts sites may still show.
    package init(
        site: SiteID, memory: SiteMemory, verifyingKeys: SigningPeriods, receiptKey: LogSigningKey,
        formerReceiptKeys: [LogVerifyingKey] = [], window: Window = Window()
    ) {
        self.site = site
        self.memory = memory
        self.verifyingKeys = verifyingKeys
        self.receiptKey = receiptKey
        self.formerReceiptKeys = formerReceiptKeys
        self.window = window
    }

    /// The session's token; nil when there is no session.
    package var session: Data? {
        if case .open(let open) = state { open.token } else { nil }
    }

    /// What is durably stored of each epoch.
    package var durable: [Epoch: LogPosition] { memory.durable }

    /// What is durably stored of one epoch; nil when it is not known.
    func position(of epoch: Epoch) -> LogPosition? { memory.epochs[epoch]?.durable }

    /// Entries of an epoch that was not known became durable without a session.
    mutating func carried(_ position: LogPosition) {
        if memory.epochs[position.epoch] == nil { memory.carried(position) }
    }

    /// An administrator decided about copies that were refused.
    package mutating func decided(_ fences: [Data: FenceDecision]) { memory.fences = fences }

    /// The peer went away.
    package mutating func closed() { state = .closed }

    /// Whether nothing was heard for so long that the site counts as gone.
    package func isSilent(at moment: Moment, heartbeat: Duration) -> Bool {
        guard let lastHeard else { return true }
        return moment.uptime - lastHeard.uptime >= heartbeat * ReplicationProtocol.silentHeartbeats
    }

    /// Any message but HELLO.
    package mutating func receive(_ message: Exchange, at moment: Moment) -> [Effect] {
        guard case .open(let open) = state, message.session == open.token else {
            return [reset("unknown session", session: message.session)]
        }
        lastHeard = moment
        let effects: [Effect] = memory.tokens.confirm(open.token) ? [.confirmed(memory.tokens)] : []
        return effects + receive(message.body, open, moment)
    }

    private mutating func receive(
        _ body: Exchange.OneOf_Body?, _ open: Open, _ moment: Moment
    ) -> [Effect] {
        switch body {
        case .data(let batch): return receive(batch, open)
        case .ping(let ping): return receive(ping, open, moment)
        case .locate(let locate): return receive(locate)
        case .fetch(let fetch): return receive(fetch)
        case .fetched(let fetched): return receive(fetched)
        case .downAcknowledgement(let acknowledgement): return [.downlink(acknowledgement)]
        case .bye:
            state = .closed
            return []
        default: return [.misbehaved("a message that only headquarters sends")]
        }
    }

    /// A commit succeeded, of this session or of one before: everything up to `position` is durable.
    package mutating func committed(_ position: LogPosition) -> [Effect] {
        guard let before = memory.epochs[position.epoch]?.durable, before.sequence <= position.sequence else {
            return []
        }
        memory.epochs[position.epoch]?.durable = position
        guard case .open(var open) = state else { return [] }
        // A batch of the session before may become durable in this one: what follows is measured from there.
        if let staged = open.staged[position.epoch], staged.sequence < position.sequence {
            open.staged[position.epoch] = position
        }
        let done = open.underWay.prefix { $0.end.epoch == position.epoch && $0.end.sequence <= position.sequence }
        open.bytes -= done.reduce(0) { $0 + $1.bytes }
        open.underWay.removeFirst(done.count)
        state = .open(open)
        return [acknowledge(position)]
    }

    /// The stored log was not where the batch begins, as a batch of the session before, or another aggregator, came in
    /// between: greet anew.
    /// - Parameter stored: where the stored log is; nil when there is no such log.
    package mutating func conflicted(at stored: LogPosition? = nil) -> [Effect] {
        if let stored { memory.epochs[stored.epoch, default: .init(durable: stored)].durable = stored }
        guard case .open(let open) = state else { return [] }
        return [reset("the stored log has moved on", session: open.token)]
    }

    /// A commit failed: the session ends, the site will send again.
    package mutating func commitFailed(_ reason: Exchange.Reject.Reason, _ detail: String) -> [Effect] {
        if case .closed = state { return [] }
        return [refuse(reason, detail)]
    }

    /// LOCATE: where the two histories part is found by the site, from our hashes.
    private func receive(_ locate: Exchange.Locate) -> [Effect] {
        guard let epoch = Epoch(bytes: locate.epoch), (1...CommonPoint.width).contains(locate.sequences.count) else {
            return [.misbehaved("a malformed LOCATE")]
        }
        return [.find(epoch, locate.sequences.map { SequenceNumber($0) })]
    }

    /// The stored chain's answer to `find`; nil where there is no such entry.
    package func found(_ epoch: Epoch, _ places: [SequenceNumber], _ hashes: [ChainHash?]) -> [Effect] {
        guard case .open = state else { return [] }
        var located = Exchange.Located()
        located.epoch = epoch.data
        located.sequences = places.map(\.value)
        located.hashes = hashes.map { $0?.data ?? Data() }
        return [send { $0.located = located }]
    }
}
