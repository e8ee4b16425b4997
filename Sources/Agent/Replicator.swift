import Foundation
package import Logging
import Platform
package import Records
package import Replication
package import Storage
package import ZeroMQ

/// Carries the site's log to headquarters: the shell of a `SiteExchange`, with its socket and timer on a thread of its own.
///
/// One DEALER for each session; libzmq's own reconnecting is off, as it would leave a hole.
package actor Replicator {
    /// Where headquarters is and how it is known.
    package struct Headquarters: Sendable {
        /// Tried in turn.
        package var ways: [HeadquartersWay]
        package var ownKeys: CurveKeyPair
        /// Those before, for a headquarters that is restored from before the change.
        package var previousKeys: CurveKeyPair?
        /// Its signing keys by the pins that are kept; empty without any.
        package var signingKeys: [LogVerifyingKey]

        package init(ways: [HeadquartersWay], ownKeys: CurveKeyPair, signingKeys: [LogVerifyingKey] = []) {
            self.ways = ways
            self.ownKeys = ownKeys
            self.signingKeys = signingKeys
        }
    }

    /// What an operator wants to know of the link.
    package struct LinkState: Sendable {
        package var isLive: Bool
        package var lastHeard: Timestamp?
        package var lastFailure: String?
        package var isDiverged: Bool
        /// Headquarters answers and takes nothing of what it lacks.
        package var isStalled: Bool
        /// Headquarters' clock minus ours, as last measured.
        package var clockOffset: Duration?
        /// Entries that headquarters has whole and cannot read.
        package var quarantined: UInt64
    }

    let thread: SocketThread
    private let context: Context
    let log: SiteLog
    let inboxLog: InboxLog?
    var inbox: InboxReceiver
    private var headquarters: Headquarters
    let logger: Logger
    private let exchange: SiteExchange<SiteLog>
    private var connection: (socket: Socket, monitor: SocketMonitor)?
    private var attempts = 0
    /// The next connection is tried with the previous keys.
    private var usesPreviousKeys = false
    /// The log was issued anew and a key change in it may have moved.
    private var hasBranched = false
    private var timer: TimerID?
    private var clockOffset: Duration?
    private var clockUncertainty: Duration = .zero
    private var isStopped = false
    private var onKeys: @Sendable (Exchange.Keys) -> Void = { _ in }
    /// Entries that headquarters cannot read, by epoch.
    var quarantined: [Epoch: UInt64] = [:]
    private var drain = DrainWatch()
    private let drainPatience = ReplicationProtocol.heartbeat

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameter isIdle: whether the intake has nothing in its hands: a record that has its time but is not in the log yet.
    package init(
        log: SiteLog, inbox: InboxLog? = nil, signingKey: LogSigningKey, headquarters: Headquarters,
        programVersion: String, logger: Logger,
        isIdle: @escaping @Sendable () -> Bool = { true }
    ) throws {
        var random = SystemRandomNumberGenerator()
        thread = try SocketThread(name: "replicator")
        context = try Context()
        self.log = log
        inboxLog = inbox
        self.inbox = InboxReceiver(site: log.site, durable: inbox?.position)
        self.headquarters = headquarters
        self.logger = logger
        let session = SiteSession(
            site: log.site, epochs: log.extents, signingKey: signingKey, boot: Epoch(using: &random),
            seed: random.next(), programVersion: programVersion,
            memory: log.sessionMemory, pinnedKeys: headquarters.signingKeys)
        exchange = SiteExchange(session, log: log, clock: { SystemClock.moment }, isIntakeIdle: isIdle)
    }

    /// Calls back for each KEYS of headquarters, on the replicator's thread. Before `start`.
    package func onKeys(_ body: @escaping @Sendable (Exchange.Keys) -> Void) { onKeys = body }

    /// Nothing beyond what the log holds now is sent until `sign` says with which key.
    package func holdSending() {
        var signing = exchange.session.signing
        signing.hold = exchange.session.sender.head.place
        handle(.resigned(signing))
    }

    /// Which key signs what from here on.
    package func sign(_ signing: SiteSigning) { handle(.resigned(signing)) }

    /// Comes with other keys from here on: the session is ended and a new one opened.
    package func use(_ keys: CurveKeyPair) {
        headquarters.ownKeys = keys
        handle(.closed("the keys were replaced"))
    }

    /// Comes with these where headquarters does not let the present ones in.
    package func use(previous keys: CurveKeyPair) { headquarters.previousKeys = keys }

    /// Takes these ways from here on, and believes what the pins' keys sign; the session that is open stays. Headquarters hears
    /// which pins are kept.
    package func use(_ ways: [HeadquartersWay], pins: Pins) {
        headquarters.ways = ways
        handle(.keptPins(pins.serial, keys: pins.receiptKeys))
    }

    /// The keys by which headquarters' signatures are believed now.
    package var believedKeys: [LogVerifyingKey] { exchange.session.believedKeys }

    /// Begins to connect; returns at once.
    package func start() {
        log.onAppend { [weak self] head in
            guard let self else { return }
            thread.perform { self.assumeIsolated { $0.handle(.appended(head)) } }
        }
        handle(.appended(log.head))
    }

    package var link: LinkState {
        let session = exchange.session
        return LinkState(
            isLive: session.isLive, lastHeard: session.lastHeard, lastFailure: session.lastFailure,
            isDiverged: session.sender.isDiverged,
            isStalled: session.isLive && drain.isFrozen(at: SystemClock.moment.uptime, heartbeat: drainPatience),
            clockOffset: clockOffset, quarantined: quarantined.values.reduce(0, +))
    }

    /// The last measurement of headquarters' clock against ours; nil before the first.
    package var measuredClock: (offset: Duration, uncertainty: Duration)? {
        clockOffset.map { ($0, clockUncertainty) }
    }

    /// Says goodbye and ends the thread. Nothing is lost: what is not acknowledged is in the log.
    package func stop() {
        isStopped = true
        if let timer { thread.cancel(timer) }
        disconnect()
        try? context.close()  // every socket is closed, so that the only error, open sockets, cannot occur
    }

    /// Ends the thread; after `stop`, from another thread.
    package nonisolated func join() { thread.stop() }

    func handle(_ event: SiteSession.Event) {
        guard !isStopped else { return }
        exchange.handle(event) { perform($0) }
        if hasBranched { findKeyChange() }
        drain.note(claimed: log.head, durable: log.acknowledged, at: SystemClock.moment.uptime)
    }

    /// Before anything of the new epoch is sent: the key change may stand there now.
    private func findKeyChange() {
        hasBranched = false
        var signing = exchange.session.signing
        guard let id = signing.change?.record else { return }
        do {
            guard let record = try log.record(id) else { return }
            signing.change?.at = LogPlace(epoch: record.epoch, sequence: record.sequence)
            exchange.handle(.resigned(signing)) { perform($0) }
        } catch {
            logger.error("finding the key change", metadata: ["error": "\(error)"])
        }
    }

    /// Performs an effect; returns the event that follows from it at once, if any.
    private func perform(_ effect: SiteExchange<SiteLog>.Effect) -> SiteSession.Event? {
        switch effect {
        case .connect: return connect()
        case .disconnect:
            inbox.closed()
            disconnect()
        case .opened: return inboxLog.flatMap { _ in perform(inbox.welcomed(logEpoch: log.head.epoch)) }
        case .down(let batch): return perform(inbox.received(batch, keys: exchange.session.believedKeys))
        case .heartbeat: return perform(inbox.heartbeat(logEpoch: log.head.epoch))
        case .send(let message): return send(message)
        case .clockMeasured(let offset, let uncertainty):
            (clockOffset, clockUncertainty) = (offset, uncertainty)
        case .keys(let keys): onKeys(keys)
        case .fetched(let slice): mend(with: slice)
        case .quarantine(let quarantine): take(quarantine)
        case .note(let text): logger.info("link", metadata: ["state": "\(text)"])
        case .wake(let uptime):
            if let timer { thread.cancel(timer) }
            let delay = max(.zero, uptime - SystemClock.moment.uptime)
            timer = thread.schedule(after: delay) { [weak self] in self?.assumeIsolated { $0.handle(.tick) } }
        case .branched(let branch):
            hasBranched = true
            logger.warning(
                "the log goes on in a new epoch",
                metadata: [
                    "cause": "\(branch.cause)", "epoch": "\(branch.epoch)",
                    "after": "\(branch.after?.sequence.description ?? "nothing")",
                ])
        case .unreadable(let error): logger.error("reading the log", metadata: ["error": "\(error)"])
        }
        return nil
    }

    private func connect() -> SiteSession.Event? {
        let way = headquarters.ways[attempts % headquarters.ways.count]
        attempts += 1
        let keys = usesPreviousKeys ? headquarters.previousKeys ?? headquarters.ownKeys : headquarters.ownKeys
        do {
            var options = Socket.Options()
            options.security = .curveClient(keys, serverKey: way.key)
            options.maxMessageSize = ReplicationProtocol.greatestMessage
            options.handshakeInterval = SiteSession.handshakePatience
            let socket = try Socket(context, .dealer, options: options)
            let monitor = try SocketMonitor(socket)
            connection = (socket, monitor)
            monitor.deliver(on: thread) { [weak self] event in self?.assumeIsolated { $0.saw(event) } }
            thread.register(socket) { [weak self] in self?.assumeIsolated { $0.receive() } }
            try socket.connect(to: way.endpoint)
            return nil
        } catch {
            return .closed("\(error)")
        }
    }

    private func disconnect() {
        guard let (socket, monitor) = connection else { return }
        connection = nil
        monitor.close()
        socket.close()
    }

    private func saw(_ event: SocketEvent) {
        switch event.kind {
        case .connected: handle(.reached)
        case .handshakeSucceeded:
            usesPreviousKeys = false
            handle(.connected)
        case .handshakeFailedAuth:
            // The same way once more, with the keys before.
            usesPreviousKeys = !usesPreviousKeys && headquarters.previousKeys != nil
            if usesPreviousKeys { attempts -= 1 }
            handle(
                .closed(
                    "headquarters does not let this site's key in: it was never registered (`huiyin site add`) or has been "
                        + "replaced"))
        case .handshakeFailedNoDetail, .handshakeFailedProtocol:
            handle(.closed("the CURVE handshake failed; is headquarters' key in the configuration right?"))
        case .disconnected, .closed: handle(.unreachable)
        default: break
        }
    }

    private func receive() {
        do {
            while let message = try connection?.socket.receive() {
                guard message.frames.count == 1 else { continue }
                do {
                    let exchange = try message.frames[0].withUnsafeBytes { bytes throws(MalformedMessage) in
                        try Exchange(frame: bytes)
                    }
                    handle(.received(exchange))
                } catch {
                    // A later headquarters may say what this version does not know. One that says nothing else falls silent.
                    logger.warning("a message is passed over", metadata: ["reason": "\(error.reason)"])
                }
            }
        } catch {
            handle(.closed("\(error)"))
        }
    }

    private func send(_ message: Exchange) -> SiteSession.Event? {
        guard let socket = connection?.socket else { return nil }
        do {
            // The credit bounds what is under way far below the socket's mark: a full socket means a dead peer.
            guard try socket.send(Message(message.frame())) == .sent else {
                return .closed("the connection takes nothing")
            }
            return nil
        } catch {
            return .closed("\(error)")
        }
    }
}
