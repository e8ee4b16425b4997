import Foundation
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
        /// A site opened a session.
        case greeted(SiteID, Exchange.Hello)
        /// A log that was not known before is noted durably.
        case began(SiteID, Epoch)
        /// The site has said all that it wrote down up to this moment, by headquarters' clock.
        case heard(SiteID, until: Timestamp)
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
    package let greeting: Greeting
    package private(set) var receivers: [SiteID: SiteReceiver] = [:]
    private var routes: [SiteID: Route] = [:]
    private var durable: [SiteID: [Epoch: LogPosition]]
    /// What each site is told of the backups; one that is not in there has nothing in any.
    package var backups: [SiteID: BackedUp] = [:]
    /// The policy of all.
    package var policy = BackedUp.Policy.unknown
    /// How many entries each site says that it trimmed before they were backed up.
    package private(set) var trimmedEarly: [SiteID: UInt64] = [:]
    private var sessions = SessionNumbers()
    private let receiptKey: LogSigningKey
    private let window: SiteReceiver.Window
    private let clock: () -> Moment

    /// Reads from the store what is durable of every log.
    package init(
        store: Store, greeting: Greeting, receiptKey: LogSigningKey, window: SiteReceiver.Window = .init(),
        clock: @escaping () -> Moment
    ) throws {
        self.store = store
        self.greeting = greeting
        self.receiptKey = receiptKey
        self.window = window
        self.clock = clock
        durable = try store.durablePositions()
    }

    /// A message of a site, known by its connection's key.
    /// - Parameter keys: the site's registered signing keys.
    package func receive(
        _ message: Exchange, from site: SiteID, keys: @autoclosure () -> [LogVerifyingKey], over route: Route,
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
        durable[site, default: [:]][position.epoch] = position
        if receivers[site]?.durable[position.epoch] == nil { receivers[site]?.durable[position.epoch] = position }
        stored(outcome, shell)
    }

    /// The connection is gone; what was stored of it stays.
    package func closed(_ route: Route, of site: SiteID) {
        guard routes[site] == route else { return }
        routes[site] = nil
        receivers[site]?.closed()
    }

    private func greet(
        _ hello: Exchange.Hello, _ site: SiteID, _ keys: [LogVerifyingKey], _ route: Route, _ shell: Shell
    ) {
        guard !keys.isEmpty else {
            return shell(.failed(site, doing: "reading its registered signing key", UnreadableKey()))
        }
        do {
            let token = try sessions.next(of: greeting.epoch, from: store)
            var receiver = SiteReceiver(
                site: site, durable: receivers[site]?.durable ?? durable[site] ?? [:], verifyingKeys: keys,
                receiptKey: receiptKey, window: window)
            var effects = receiver.hello(hello, token: token, headquarters: greeting, at: clock())
            do {
                try begin(effects, of: site, shell)
            } catch {
                shell(.failed(site, doing: "noting a new log", error))
                let isDiskFull = (error as? any StoreFailure)?.isDiskFull ?? false
                effects = receiver.commitFailed(isDiskFull ? .diskFull : .overload, "its log cannot be begun")
            }
            receivers[site] = receiver
            routes[site] = route
            shell(.greeted(site, hello))
            perform(effects, site, route, shell)
        } catch {
            shell(.failed(site, doing: "opening a session", error))
        }
    }

    /// Makes logs that were not known before durable, so that their first batch finds them.
    private func begin(_ effects: [SiteReceiver.Effect], of site: SiteID, _ shell: Shell) throws {
        for effect in effects {
            guard case .newEpoch(let epoch, let parent) = effect else { continue }
            try store.begin(epoch, of: site, parent: parent)
            shell(.began(site, epoch))
        }
    }

    private func perform(_ effects: [SiteReceiver.Effect], _ site: SiteID, _ route: Route, _ shell: Shell) {
        for effect in effects {
            switch effect {
            case .send(var message):
                (backups[site] ?? BackedUp(policy: policy)).fill(&message)
                shell(.send(message, to: route))
            case .commit(let batch): shell(.commit(batch))
            case .compare(let position): compare(position, site, route, shell)
            case .newEpoch: break  // noted in `begin`, before the welcome goes out
            case .heard(let until): shell(.heard(site, until: until))
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
}

/// Gives out session tokens, a block of numbers at a time, each block durable before its first use.
private struct SessionNumbers {
    static let block: UInt64 = 1000

    private var next: UInt64 = 0
    private var end: UInt64 = 0

    mutating func next(of epoch: Epoch, from store: some ReplicatedStore) throws -> Data {
        if next == end {
            next = try store.reserveSessions(Self.block)
            end = next + Self.block
        }
        defer { next += 1 }
        var token = epoch.data
        withUnsafeBytes(of: next.bigEndian) { token.append(contentsOf: $0) }
        return token
    }
}
