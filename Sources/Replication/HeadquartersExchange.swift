package import Foundation
package import Records

/// Headquarters' end of the exchange with all sites: performs on the store what each site's `SiteReceiver` decides, and hands
/// the rest to its shell.
///
/// The exchange server and the simulator run this same step; it has one owner, and no thread or clock of its own.
package final class HeadquartersExchange<Store: ReplicatedStore, Route: Hashable> {
    /// What the shell performs, in this order.
    package enum Effect {
        case send(Exchange, to: Route)
        /// Hand over to the store's `append`, and its answer to `stored`.
        case commit(SiteReceiver.StagedBatch)
        /// Hand over to the store's `open`, and its answer to `opened`.
        case open(SessionOpening)
        /// A site opened a session.
        case greeted(SiteID, Exchange.Hello)
        /// A log that was not known before is noted durably.
        case began(SiteID, Epoch)
        /// A copy of a site was refused.
        case fenced(SiteID)
        /// Headquarters turned out to have been restored, and began a new epoch. All sessions are over.
        case restored(Epoch)
        /// What a site has of entries that are damaged here.
        case fetched(SiteID, LogSlice)
        /// The site has said all that it wrote down up to this moment, by headquarters' clock.
        case heard(SiteID, until: Timestamp)
        /// How far the site has its outbox.
        case downlink(SiteID, Exchange.DownAcknowledgement)
        /// The peer did what no honest site does.
        case misbehaved(SiteID, String)
        /// Something failed here; the site will try again.
        case failed(SiteID, doing: String, any Error)
    }

    /// Performs an effect.
    package typealias Shell = (Effect) -> Void

    /// A site's registered signing key cannot be read.
    struct UnreadableKey: Error {}

    package let store: Store
    package private(set) var greeting: Greeting
    package private(set) var receivers: [SiteID: SiteReceiver] = [:]
    var routes: [SiteID: Route] = [:]
    /// Of sessions that are being made durable.
    private var openings: [SiteID: (token: Data, route: Route)] = [:]
    private var memories: [SiteID: SiteMemory]
    /// The next session's number.
    private var nextSession: UInt64
    /// When the present epoch was begun here; nil when it was there before.
    private var begun: Duration?
    /// What each site is told of the backups; one that is not in there has nothing in any.
    package var backups: [SiteID: BackedUp] = [:]
    /// The policy of all.
    package var policy = BackedUp.Policy.unknown
    /// How many entries each site says that it trimmed before they were backed up.
    package private(set) var trimmedEarly: [SiteID: UInt64] = [:]
    private var receiptKey: LogSigningKey
    private var formerReceiptKeys: [LogVerifyingKey]
    private let window: SiteReceiver.Window
    private let clock: () -> Moment

    /// A site's word can make headquarters begin a new epoch once in so long; one that comes earlier is asked to greet again.
    package static var leastLife: Duration { .seconds(10) }

    /// Reads from the store what is kept of every site.
    /// - Parameter formerReceiptKeys: the keys that signed receipts before `receiptKey`.
    package init(
        store: Store, greeting: Greeting, receiptKey: LogSigningKey, formerReceiptKeys: [LogVerifyingKey] = [],
        window: SiteReceiver.Window = .init(), clock: @escaping () -> Moment
    ) throws {
        self.store = store
        self.greeting = greeting
        self.receiptKey = receiptKey
        self.formerReceiptKeys = formerReceiptKeys
        self.window = window
        self.clock = clock
        memories = try store.siteMemories()
        nextSession = try store.nextSession()
    }

    /// Signs receipts with another key from here on; those of the key before are known for headquarters' own.
    package func sign(with key: LogSigningKey) {
        guard key.verifyingKey != receiptKey.verifyingKey else { return }
        formerReceiptKeys.append(receiptKey.verifyingKey)
        receiptKey = key
        for site in receivers.keys {
            receivers[site]?.receiptKey = key
            receivers[site]?.formerReceiptKeys = formerReceiptKeys
        }
    }

    /// A message of a site, known by its connection's key.
    /// - Parameter keys: the site's signing keys, each with the entries that it signs.
    package func receive(
        _ message: Exchange, from site: SiteID, keys: @autoclosure () -> SigningPeriods, over route: Route,
        _ shell: Shell
    ) {
        if case .hello(let hello) = message.body { return greet(hello, site, keys(), route, shell) }
        guard routes[site] == route, var receiver = receivers[site] else {
            // A connection that did not greet, or that another one of the same site replaced.
            var reset = Exchange()
            reset.reset.detail = "greet first"
            return shell(.send(reset, to: route))
        }
        if case .ping(let ping) = message.body { trimmedEarly[site] = ping.trimmedEarly }
        let effects = receiver.receive(message, at: clock())
        receivers[site] = receiver
        perform(effects, site, route, shell)
    }

    /// The store's answer to a commit, of this session or of one before.
    package func stored(_ outcome: StoreOutcome, _ shell: Shell) {
        let site = outcome.site
        guard var receiver = receivers[site] else { return }
        let effects: [SiteReceiver.Effect]
        switch outcome {
        case .committed(_, let position): effects = receiver.committed(position)
        case .conflict(_, _, let stored): effects = receiver.conflicted(at: stored)
        case .failed(_, _, let error):
            shell(.failed(site, doing: "storing entries", error))
            effects = receiver.commitFailed(error.isDiskFull ? .diskFull : .overload, "it could not be stored")
        }
        receivers[site] = receiver
        if let route = routes[site] { perform(effects, site, route, shell) }
    }

    /// The store's answer to a batch that did not come by a connection: a session that is open goes on from there.
    package func carried(_ outcome: StoreOutcome, _ shell: Shell) {
        guard case .committed(let site, let position) = outcome else { return }
        memories[site, default: SiteMemory()].carried(position)
        receivers[site]?.carried(position)
        stored(outcome, shell)
    }

    /// Whether a site's session goes over this connection.
    package func isCurrent(_ route: Route, of site: SiteID) -> Bool { routes[site] == route }
    /// The connection is gone; what was stored of it stays.
    package func closed(_ route: Route, of site: SiteID) {
        guard routes[site] == route else { return }
        routes[site] = nil
        receivers[site]?.closed()
    }

    /// The store's answer to an opening: only now the session's token is offered.
    package func opened(
        _ opening: SessionOpening, _ failure: (any StoreFailure)?, _ shell: Shell
    ) {
        let site = opening.site
        guard let (token, route) = openings[site], token == opening.token, var receiver = receivers[site] else {
            return
        }
        openings[site] = nil
        let effects: [SiteReceiver.Effect]
        if let failure {
            shell(.failed(site, doing: "opening a session", failure))
            effects = receiver.commitFailed(failure.isDiskFull ? .diskFull : .overload, "its session cannot be kept")
        } else {
            routes[site] = route
            for epoch in opening.epochs { shell(.began(site, epoch.epoch)) }
            effects = receiver.opened(token)
        }
        receivers[site] = receiver
        perform(effects, site, route, shell)
    }

    /// Takes over what an administrator decided about copies that were refused.
    package func decided(_ fences: [Data: FenceDecision], of site: SiteID) {
        memories[site, default: SiteMemory()].fences = fences
        receivers[site]?.decided(fences)
    }

    private func greet(
        _ hello: Exchange.Hello, _ site: SiteID, _ keys: SigningPeriods, _ route: Route, _ shell: Shell
    ) {
        guard !keys.periods.isEmpty else {
            return shell(.failed(site, doing: "reading its registered signing key", UnreadableKey()))
        }
        var receiver =
            receivers[site]
            ?? SiteReceiver(
                site: site, memory: memories[site] ?? SiteMemory(), verifyingKeys: keys, receiptKey: receiptKey,
                formerReceiptKeys: formerReceiptKeys, window: window)
        receiver.verifyingKeys = keys
        let token = SessionToken(epoch: greeting.epoch, number: nextSession).data
        nextSession += 1
        let effects = receiver.hello(hello, token: token, headquarters: greeting, at: clock())
        receivers[site] = receiver
        for case .open(let opening) in effects { openings[site] = (opening.token, route) }
        perform(effects, site, route, shell)
        for case .headquartersBehind in effects {
            begin(after: Epoch(bytes: hello.lastHeadquartersEpoch), site, route, shell)
        }
        for case .open in effects { shell(.greeted(site, hello)) }
    }

    /// Begins a new epoch of headquarters; every site greets it anew, and sends what is lacking here.
    private func begin(after told: Epoch?, _ site: SiteID, _ route: Route, _ shell: Shell) {
        defer {
            var reset = Exchange()
            reset.reset.detail = "headquarters was restored; greet its new epoch"
            shell(.send(reset, to: route))
        }
        let now = clock()
        if let begun, now.uptime - begun < Self.leastLife { return }
        do {
            let (epoch, ancestors) = try store.beginEpoch(after: told, at: now.wall)
            (greeting.epoch, greeting.ancestors) = (epoch, ancestors)
            begun = now.uptime
            nextSession = 0
            openings = [:]
            for site in receivers.keys { receivers[site]?.closed() }
            shell(.restored(epoch))
        } catch {
            shell(.failed(site, doing: "beginning a new epoch of headquarters", error))
        }
    }

    func perform(_ effects: [SiteReceiver.Effect], _ site: SiteID, _ route: Route, _ shell: Shell) {
        for effect in effects {
            switch effect {
            case .send(var message):
                (backups[site] ?? BackedUp(policy: policy)).fill(&message)
                shell(.send(message, to: route))
            case .commit(let batch): shell(.commit(batch))
            case .compare(let position): compare(position, site, route, shell)
            case .open(let opening): shell(.open(opening))
            case .confirmed(let tokens): store.note(tokens, of: site)
            case .fence(let token, let incident):
                store.fence(token, of: site, incident, at: clock().wall)
                shell(.fenced(site))
            case .headquartersBehind: break  // after all that the HELLO led to
            case .find(let epoch, let places): find(epoch, places, site, route, shell)
            case .fetch(let fetch): answer(fetch, site, route, shell)
            case .fetched(let slice): shell(.fetched(site, slice))
            case .heard(let until): shell(.heard(site, until: until))
            case .downlink(let acknowledgement): shell(.downlink(site, acknowledgement))
            case .misbehaved(let what): shell(.misbehaved(site, what))
            }
        }
    }

    private func compare(_ position: LogPosition, _ site: SiteID, _ route: Route, _ shell: Shell) {
        guard var receiver = receivers[site] else { return }
        let effects: [SiteReceiver.Effect]
        do {
            effects = receiver.compared(try store.hash(at: position, of: site))
        } catch {
            shell(.failed(site, doing: "reading the store", error))
            effects = receiver.commitFailed(.overload, "the stored log cannot be read now")
        }
        receivers[site] = receiver
        perform(effects, site, route, shell)
    }

    private func find(
        _ epoch: Epoch, _ places: [SequenceNumber], _ site: SiteID, _ route: Route, _ shell: Shell
    ) {
        guard let receiver = receivers[site] else { return }
        do {
            let hashes = try places.map { place in
                try store.hash(
                    at: LogPosition(epoch: epoch, sequence: place, hash: LogChain.unknownLeaf), of: site)
            }
            perform(receiver.found(epoch, places, hashes), site, route, shell)
        } catch {
            shell(.failed(site, doing: "reading the store", error))
        }
    }
}
