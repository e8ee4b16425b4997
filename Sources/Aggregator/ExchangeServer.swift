import Foundation
package import Logging
import Platform
package import Records
import Replication
package import Storage
package import ZeroMQ

/// Headquarters' end of every connection: one ROUTER behind CURVE and ZAP, on a thread of its own.
///
/// Its sites' side is a `HeadquartersExchange`; it hands administrators' requests over, and lets them follow the feed.
package actor ExchangeServer {
    /// The CURVE domain; enforced, so that a missing handler lets nobody in.
    static let domain = "huiyin"
    /// Connections that said nothing for so long are forgotten; living ones speak every few seconds.
    static let sweepInterval: Duration = .seconds(60)

    /// An administrator's request, to be answered with `answer`.
    package struct AdministratorRequest: Sendable {
        package var administrator: Administrator
        package var method: String
        package var arguments: String
        var route: Route
        var number: UInt64
    }

    /// The address of a connection within the ROUTER.
    struct Route: Hashable, Sendable {
        var bytes: [UInt8]
    }

    struct Peer {
        var identity: String
        var site: SiteID?
        var tail: FeedTail?
        var lastHeard: Duration
    }

    let thread: SocketThread
    let store: RecordStore
    let logger: Logger
    private let context: Context
    let router: Socket
    private let monitor: SocketMonitor
    private let authenticator: Authenticator
    let registry: Registry
    let contacts: Contacts
    let pins: HeadquartersPins
    let subjects: FeedSubjects
    let exchange: HeadquartersExchange<RecordStore, Route>
    /// Called when entries became durable.
    let onCommit: @Sendable () -> Void
    /// A site's outbox is to be begun anew, for that epoch of its log; `outboxRenewed` answers.
    let onRenewal: @Sendable (SiteID, Epoch) -> Void
    let downlink: HeadquartersDownlink<RecordStore>
    private let requests: AsyncStream<AdministratorRequest>.Continuation
    /// Administrators' requests in the order of their arrival.
    package nonisolated let administratorRequests: AsyncStream<AdministratorRequest>
    var peers: [Route: Peer] = [:]
    var watches: [SiteID: SiteWatch] = [:]
    /// What is damaged here, oldest first; the site is asked for the first of them.
    var wanted: [SiteID: [EntryRange]] = [:]
    /// What cannot be read here, as the sites were told.
    var quarantines: [SiteID: [Exchange.Quarantine]] = [:]
    private var sweep: TimerID?
    var counters = Counters()
    package nonisolated let endpoint: String

    /// What went through, for status and metrics.
    package struct Counters: Sendable {
        package var entries = 0
        package var batches = 0
        package var misbehaviour = 0
        package var malformed = 0
        package var refusedMessages = 0
        /// Connections that could not be accepted, mostly for want of file descriptors.
        package var acceptFailures = 0
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Binds the endpoint behind the authenticator. Throws when the port is taken or the self-test fails.
    package init(
        endpoint: String, keys: CurveKeyPair, receiptKey: LogSigningKey, name: String, store: RecordStore,
        registry: Registry, contacts: Contacts, pins: HeadquartersPins, subjects: FeedSubjects,
        logger: Logger,
        onRenewal: @escaping @Sendable (SiteID, Epoch) -> Void,
        onCommit: @escaping @Sendable () -> Void
    ) throws {
        thread = try SocketThread(name: "exchange")
        context = try Context(maxSockets: 1023)
        authenticator = try Authenticator(context) { key, _, _ in registry.decide(key) }
        try authenticator.selfTest(domain: Self.domain)
        var options = Socket.Options()
        options.security = .curveServer(keys.secretKey, zapDomain: Self.domain)
        options.maxMessageSize = ReplicationProtocol.greatestMessage
        options.handshakeInterval = SiteSession.handshakePatience
        // An honest site has no more under way than this; a peer's memory here is bounded by it × the greatest message.
        options.receiveHighWaterMark = 2 * ReplicationProtocol.batchesInFlight
        options.backlog = 4096
        router = try Socket(context, .router, options: options)
        monitor = try SocketMonitor(router)
        self.endpoint = try router.bind(to: endpoint)
        self.store = store
        self.registry = registry
        self.contacts = contacts
        self.subjects = subjects
        self.pins = pins
        self.logger = logger
        self.onCommit = onCommit
        self.onRenewal = onRenewal
        downlink = HeadquartersDownlink(store, key: receiptKey)
        exchange = try HeadquartersExchange(
            store: store,
            greeting: Greeting(
                name: name, epoch: store.headquartersEpoch, ancestors: try store.ancestors(),
                reconnect: Self.reconnect(sites: registry.sites.count)),
            receiptKey: receiptKey,
            formerReceiptKeys: try store.ownSigningKeys().map(\.key).filter { $0 != receiptKey.verifyingKey },
            clock: { SystemClock.moment })
        (administratorRequests, requests) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1000))
    }

    /// How long a site may wait before it tries again a connection that nobody took: all together they try about five
    /// hundred times a second, whatever their number.
    private static func reconnect(sites: Int) -> Duration { .milliseconds(max(150, sites * 4)) }

    package func start() {
        monitor.deliver(on: thread) { [weak self] event in self?.assumeIsolated { $0.saw(event) } }
        thread.register(router) { [weak self] in self?.assumeIsolated { $0.receive() } }
        sweepLater()
    }

    /// Forgets connections that have been silent for long: ROUTER does not say when a peer is gone.
    private func sweepLater() {
        sweep = thread.schedule(after: Self.sweepInterval) { [weak self] in
            self?.assumeIsolated { server in
                let horizon = SystemClock.moment.uptime - Self.sweepInterval
                for (route, peer) in server.peers where peer.lastHeard < horizon { server.forget(route) }
                server.sweepLater()
            }
        }
    }

    /// Closes the socket; sites keep what is not acknowledged.
    package func stop() {
        if let sweep { thread.cancel(sweep) }
        requests.finish()
        monitor.close()
        router.close()
    }

    /// Ends the threads; after `stop`, from another thread.
    package nonisolated func join() {
        thread.stop()
        authenticator.close()
        try? context.close()  // every socket is closed by now, so that the only error cannot occur
    }

    package var traffic: Counters { counters }

    /// Raises an alarm when connections cannot be accepted, the first time and then now and then: the accept loop spins.
    private func saw(_ event: SocketEvent) {
        guard case .acceptFailed(let errno) = event.kind else { return }
        counters.acceptFailures += 1
        guard counters.acceptFailures % 1000 == 1 else { return }
        logger.critical(
            "a connection could not be accepted; if it is for want of file descriptors, raise LimitNOFILE",
            metadata: [
                "error": "\(String(cString: strerror(errno)))", "openFiles": "\(ProcessLimits.openFiles)",
                "failures": "\(counters.acceptFailures)",
            ])
    }

    // MARK: Receiving

    private func receive() {
        do {
            try router.receiveAll { message in handle(message) }
        } catch {
            logger.error("receiving", metadata: ["error": "\(error)"])
        }
    }

    private func handle(_ message: Multipart) {
        guard message.frames.count == 2 else {
            counters.malformed += 1
            return
        }
        let route = Route(bytes: message.frames[0].bytes)
        // Who it is: the connection's key, on every frame; looked up anew each time, before anything is decoded.
        guard let key = message.frames[1].userID, let identity = registry.identity(ofKey: key) else {
            counters.refusedMessages += 1
            if peers.removeValue(forKey: route) != nil { sendBye(to: route) }
            return
        }
        if case .revoked(let site) = identity { return refuseRevoked(site, route) }
        do {
            let exchange = try message.frames[1].withUnsafeBytes { bytes throws(MalformedMessage) in
                try Exchange(frame: bytes)
            }
            peers[route, default: Peer(identity: key, lastHeard: .zero)].lastHeard = SystemClock.moment.uptime
            switch identity {
            case .site(let site): handle(exchange, from: site, route)
            case .administrator(let administrator): handle(exchange, from: administrator, route)
            case .revoked: break  // refused above
            }
        } catch {
            counters.malformed += 1
            logger.warning("a malformed message", metadata: ["from": "\(identity.name)", "reason": "\(error.reason)"])
        }
    }

    private func handle(_ message: Exchange, from administrator: Administrator, _ route: Route) {
        switch message.body {
        case .request(let request):
            let handedOver = AdministratorRequest(
                administrator: administrator, method: request.method, arguments: request.arguments, route: route,
                number: request.number)
            if case .dropped = requests.yield(handedOver) {
                answer(handedOver, .failure(RequestFailure("headquarters is overloaded; try again")))
            }
        case .tail(let tail): follow(tail, route)
        case .keys(let keys):
            guard keys.kept < pins.serial else { return }
            var news = Exchange()
            news.keys.pins = pins.signed
            send(news, to: route)
        case .bye: peers[route] = nil
        default: counters.misbehaviour += 1
        }
    }

    func send(_ message: Exchange, to route: Route) {
        do {
            switch try router.send(Message(route.bytes), Message(message.frame())) {
            case .sent: break
            case .wouldBlock, .unreachable: forget(route)
            }
        } catch {
            logger.error("sending", metadata: ["error": "\(error)"])
            forget(route)
        }
    }

    private func sendBye(to route: Route) {
        var bye = Exchange()
        bye.bye.detail = "this key is not registered any more"
        send(bye, to: route)
    }

    /// Says so and forgets the connection; what it sent was not even decoded.
    private func refuseRevoked(_ site: SiteID, _ route: Route) {
        counters.refusedMessages += 1
        var reject = Exchange()
        reject.reject.reason = .revoked
        reject.reject.retryAfterMs = Self.revokedRetry
        send(reject, to: route)
        forget(route)
    }

    /// A revoked site asks again after so many milliseconds: it may be let in once more.
    private static let revokedRetry: UInt32 = 30_000

    /// A site was revoked: its connections hear of it at once, not only when they send something.
    package func revoked(_ site: SiteID) {
        for (route, peer) in peers where peer.site == site { refuseRevoked(site, route) }
    }

    /// A peer that takes nothing is gone; it will greet anew.
    private func forget(_ route: Route) {
        guard let peer = peers.removeValue(forKey: route), let site = peer.site else { return }
        exchange.closed(route, of: site)
    }
}

extension Registry.Identity {
    /// For logs.
    var name: String {
        switch self {
        case .site(let site): "site \(site.id)"
        case .administrator(let administrator): "administrator \(administrator.name)"
        case .revoked(let site): "revoked site \(site)"
        }
    }
}
