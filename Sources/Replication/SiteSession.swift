import Foundation
package import Records

/// A site's side of the exchange with headquarters: connection, greeting, heartbeats, and the sender of its log.
///
///     resting ──wake──► connecting ──connected──► greeting ──WELCOME──► live
///        ▲                  │                        │                   │
///        └──────────────────┴───── closed, REJECT, RESET, BYE, silence ──┘
///
/// One socket for each session: whatever goes wrong, the socket is thrown away and a new one greets anew, so that no message
/// of an old session can be taken for one of the new.
package struct SiteSession: Sendable {
    /// What happened.
    package enum Event: Sendable {
        /// Time may have passed.
        case tick
        /// Headquarters' machine took the connection; the CURVE handshake is under way.
        case reached
        /// The connection's CURVE handshake succeeded.
        case connected
        /// The connection ended or was refused; says why.
        case closed(String)
        /// The connection ended, or nobody took it.
        case unreachable
        case received(Exchange)
        /// The log grew to this head.
        case appended(LogPosition)
        /// The site's keys are changed.
        case resigned(SiteSigning)
        /// The site keeps these pins now, and believes these keys of headquarters.
        case keptPins(UInt64, keys: [LogVerifyingKey])
        /// To be said within the session, if there is one.
        case say(Exchange.OneOf_Body)
        /// The log's answers to what the sender asked for.
        case compared(ChainHash?)
        case read(LogSlice)
        case found([ChainHash?])
        /// The log's epochs, after a new one was begun.
        case branched([EpochExtent])
    }

    /// What the shell performs, in this order.
    package enum Effect: Sendable {
        case connect
        case disconnect
        case send(Exchange)
        case log(LogSender.Effect)
        /// Keep this, durably, before what follows is performed.
        case remember(SessionMemory)
        /// Keep the receipt; may be lost.
        case receipt(Receipt)
        /// Headquarters' clock minus ours, good to within `uncertainty`.
        case clockMeasured(offset: Duration, uncertainty: Duration)
        /// What headquarters says of keys: its own, or that new ones are wanted here.
        case keys(Exchange.Keys)
        /// About damaged entries: FETCH, FETCHED or QUARANTINE.
        case repair(Exchange.OneOf_Body)
        /// A session opened: for the `InboxReceiver`, as what follows.
        case opened
        /// Entries of this site's outbox.
        case down(Exchange.Batch)
        /// Headquarters answered a PING.
        case heartbeat
        /// Something that an operator may want to see.
        case note(String)
        /// Call again with `tick` at this uptime at the latest; replaces earlier wishes.
        case wake(at: Duration)
    }

    /// What the site tells of itself in HELLO and PING; kept up to date by the shell.
    package struct Vitals: Sendable {
        package var diskFree: UInt64 = 0
        package var queueBytes: UInt64 = 0
        package var oldestUnacknowledged: Timestamp?
        /// Nothing that was recorded is still on its way into the log.
        package var isIdle = true

        package init() {}
    }

    enum State {
        /// Waiting to try again.
        case resting(until: Duration)
        case connecting(since: Duration)
        case shakingHands(since: Duration)
        /// HELLO is sent.
        case greeting(since: Duration)
        case live(Live)
    }

    struct Live {
        /// Names the session in every message.
        var token: Data
        var heartbeat: Duration
        /// When anything came.
        var lastHeard: Duration
        /// When something came that answers what was said here.
        var lastAnswered: Duration
        var nextPing: Duration

        /// When headquarters counts as gone, or as deaf.
        var end: Duration {
            min(
                lastHeard + heartbeat * ReplicationProtocol.silentHeartbeats,
                lastAnswered + heartbeat * ReplicationProtocol.unansweredHeartbeats)
        }
    }

    /// How long a connection or a greeting may take.
    static let patience: Duration = .seconds(10)

    /// How long a handshake may take. Where a whole fleet comes back at once, thousands of them wait for each other: who gave up
    /// earlier would come again, and headquarters' work would have been for nothing.
    package static let handshakePatience: Duration = .seconds(30)

    /// A clock that is further off than this is no clock.
    static let greatestOffset: Duration = .days(40_000)

    package let site: SiteID
    package var vitals = Vitals()
    package internal(set) var sender: LogSender
    /// Why the last session ended; nil while one is live.
    package internal(set) var lastFailure: String?
    /// When something was last heard from headquarters.
    package internal(set) var lastHeard: Timestamp?
    var state: State
    var backoff = Backoff()
    var random: SplitMix64
    /// As it is kept on the disk.
    package internal(set) var memory: SessionMemory
    /// Of the RESET that asked for a greeting to be repeated; empty otherwise.
    var challenge = Data()
    /// HELLOs sent in this boot.
    var attempts: UInt64 = 0
    /// Headquarters refuses this copy of the site until an administrator decides.
    package internal(set) var isFenced = false
    /// The highest position that is remembered outside the data folder.
    let witness: LogPosition?
    let boot: Data
    package internal(set) var signing: SiteSigning
    /// The serial number of headquarters' pins that are kept; 0 for none.
    var pinsKept: UInt64 = 0
    /// Headquarters' signing keys by these pins; empty without any.
    var pinnedKeys: [LogVerifyingKey]
    let programVersion: String

    /// - Parameters:
    ///   - boot: random, new at every start of the agent.
    ///   - seed: of the back-off's jitter.
    ///   - memory: what was last remembered.
    ///   - pinnedKeys: headquarters' signing keys by the pins that are kept; empty without any.
    ///   - witness: the highest position that is remembered outside the data folder.
    package init(
        site: SiteID, epochs: [EpochExtent], signingKey: LogSigningKey, boot: Epoch, seed: UInt64,
        programVersion: String, memory: SessionMemory = SessionMemory(), pinnedKeys: [LogVerifyingKey] = [],
        witness: LogPosition? = nil
    ) {
        self.site = site
        self.memory = memory
        self.pinnedKeys = pinnedKeys
        self.witness = witness
        signing = SiteSigning(signingKey)
        self.boot = boot.data
        self.programVersion = programVersion
        sender = LogSender(epochs: epochs)
        random = SplitMix64(seed: seed)
        state = .resting(until: .zero)
    }

    /// The keys by which headquarters' signatures are believed: those of the pins, without any the one that it was known by first.
    package var believedKeys: [LogVerifyingKey] {
        pinnedKeys.isEmpty ? memory.receiptKey.map { [$0] } ?? [] : pinnedKeys
    }

    /// Whether headquarters welcomed this session.
    package var isLive: Bool {
        if case .live = state { true } else { false }
    }

    /// Takes note of an event and says what to do about it.
    package mutating func handle(_ event: Event, at moment: Moment) -> [Effect] {
        var effects: [Effect]
        switch event {
        case .tick: effects = tick(moment)
        case .reached: effects = reached(moment)
        case .connected: effects = connected(moment)
        case .closed(let reason): effects = fail(reason, moment)
        case .unreachable: effects = fail("no connection to headquarters", moment, cap: reconnectCap)
        case .received(let message): effects = received(message, moment)
        case .appended(let head): effects = perform(sender.appended(head: head))
        case .resigned(let signing):
            self.signing = signing
            effects = perform(sender.resigned(signing))
        case .keptPins(let serial, let keys):
            (pinsKept, pinnedKeys) = (serial, keys)
            effects = tellPins()
        case .say(let body): effects = say(body)
        case .compared(let hash): effects = perform(sender.compared(hash))
        case .read(let slice): effects = read(slice, moment)
        case .found(let hashes): effects = perform(sender.found(hashes))
        case .branched(let epochs): effects = branched(epochs, moment)
        }
        effects.append(.wake(at: deadline))
        return effects
    }

    /// When something must happen at the latest.
    private var deadline: Duration {
        switch state {
        case .resting(let until): until
        case .connecting(let since), .greeting(let since): since + Self.patience
        case .shakingHands(let since): since + Self.handshakePatience
        case .live(let live): min(live.nextPing, live.end)
        }
    }

    private mutating func tick(_ moment: Moment) -> [Effect] {
        guard moment.uptime >= deadline else { return [] }
        switch state {
        case .resting:
            state = .connecting(since: moment.uptime)
            return [.connect]
        case .connecting: return fail("no connection within \(Self.patience)", moment)
        case .shakingHands: return fail("no handshake within \(Self.handshakePatience)", moment)
        case .greeting: return fail("headquarters did not answer HELLO within \(Self.patience)", moment)
        case .live(var live):
            if moment.uptime >= live.lastHeard + live.heartbeat * ReplicationProtocol.silentHeartbeats {
                return fail("headquarters was silent for \(ReplicationProtocol.silentHeartbeats) heartbeats", moment)
            }
            if moment.uptime >= live.end {
                return fail(
                    "headquarters answered nothing for \(ReplicationProtocol.unansweredHeartbeats) heartbeats", moment)
            }
            live.nextPing = moment.uptime + live.heartbeat
            state = .live(live)
            return [.send(envelope(live.token) { $0.ping = ping(moment) })]
        }
    }

    private mutating func reached(_ moment: Moment) -> [Effect] {
        if case .connecting = state { state = .shakingHands(since: moment.uptime) }
        return []
    }

    private mutating func connected(_ moment: Moment) -> [Effect] {
        switch state {
        case .connecting, .shakingHands: state = .greeting(since: moment.uptime)
        case .resting, .greeting, .live: return []
        }
        attempts += 1
        return [.send(envelope(Data()) { $0.hello = hello(moment) })]
    }

    /// Ends the session, whatever its state, and rests before the next.
    /// - Parameter cap: of the wait.
    mutating func fail(
        _ reason: String, _ moment: Moment, retryAfter: Duration = .zero, cap: Duration = Backoff.cap
    ) -> [Effect] {
        if case .resting = state { return [] }
        sender.interrupted()
        state = .resting(until: moment.uptime + backoff.next(atLeast: retryAfter, cap: cap, using: &random))
        // A link that is down for weeks is tried often; it is said once.
        defer { lastFailure = reason }
        return [.disconnect] + (lastFailure == reason ? [] : [.note(reason)])
    }

    /// A connection that nobody takes costs next to nothing, so that it is tried again as soon as headquarters said that its
    /// fleet may: the first record after an outage waits for no long back-off.
    private var reconnectCap: Duration { memory.reconnect }

    /// Throws the session away and greets anew at once.
    mutating func greetAnew(_ reason: String, _ moment: Moment) -> [Effect] {
        if case .resting = state { return [] }
        var effects: [Effect] = []
        if case .live(let live) = state { effects = [.send(envelope(live.token) { $0.bye.detail = reason })] }
        sender.interrupted()
        lastFailure = reason
        state = .resting(until: moment.uptime)
        return effects + [.disconnect, .note(reason)]
    }
}
