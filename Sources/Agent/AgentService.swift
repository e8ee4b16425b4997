import Glibc
import Handbooks
package import Logging
import Platform
package import Records
import Replication
import ServiceLifecycle
package import Storage
import Synchronization

/// The daemon of a branch: takes records, keeps them and carries them to headquarters. Opening it takes its folder; running
/// it ends with a graceful shutdown or the first failure.
package struct AgentService: Service {
    package let log: SiteLog
    package let intake: Intake
    package let sealing: Sealing
    /// Nil when there is no headquarters.
    package let replicator: Replicator?
    /// Nil when there is no headquarters.
    package let keyKeeper: KeyKeeper?
    private let configuration: AgentConfiguration
    private let inbox: InboxLog
    private let handbook: HandbookInForce
    private let logger: Logger
    private let authenticator: Authenticator
    private let status: AgentStatus
    private let clock: @Sendable () -> Timestamp
    private let onReady: @Sendable (_ port: Int?) -> Void

    /// - Parameters:
    ///   - version: the program's.
    ///   - trusted: user ids that need not be in the configuration; see `Authenticator`.
    ///   - clock: the wall clock.
    ///   - onReady: called once everything listens, with the TCP port if there is one.
    package init(
        _ configuration: AgentConfiguration, version: String, logger: Logger, trusted: Set<UInt32> = [geteuid(), 0],
        clock: @escaping @Sendable () -> Timestamp = { SystemClock.wall },
        onReady: @escaping @Sendable (_ port: Int?) -> Void = { _ in }
    ) throws {
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
        self.onReady = onReady
        let keys = try AgentKeys(configuration.keys)
        let folder = try DataFolder(configuration.folder, reserve: configuration.diskReserve)
        var random = SystemRandomNumberGenerator()
        log = try SiteLog(folder: folder, site: configuration.site, using: &random)
        let inbox = try InboxLog(folder: folder, site: configuration.site)
        self.inbox = inbox
        let handbook = HandbookInForce(configured: configuration.handbook)
        self.handbook = handbook
        intake = Intake(
            log: log, zone: configuration.zone, policy: handbook.policy, pseudonyms: keys.pseudonyms,
            advice: { IntakeAdvice(for: $0, under: handbook.handbook) }, clock: clock)
        replicator = try configuration.headquarters.map { [log, inbox] headquarters in
            let pins = PinFile(configuration.keys.headquarters)
            return try Replicator(
                log: log, inbox: inbox, signingKey: keys.signing,
                headquarters: Replicator.Headquarters(
                    ways: try pins.ways(besides: headquarters), ownKeys: keys.curve,
                    signingKeys: try pins.read()?.receiptKeys ?? []),
                programVersion: version, logger: logger)
        }
        keyKeeper = replicator.flatMap { [log] replicator in
            configuration.headquarters.map { headquarters in
                let rotation = KeyRotation(
                    log: log, paths: configuration.keys, signing: keys.signing, replicator: replicator, clock: clock)
                return KeyKeeper(
                    rotation, pins: PinFile(configuration.keys.headquarters), configured: headquarters,
                    replicator: replicator, greatestAge: configuration.keyRotation, logger: logger, clock: clock)
            }
        }
        sealing = Sealing(log: log, replicator: replicator, zone: configuration.zone, clock: clock)
        authenticator = Authenticator(users: configuration.users, trusted: trusted)
        status = AgentStatus(
            log: log, replicator: replicator, zone: configuration.zone, handbook: handbook, inbox: inbox,
            version: version, sealing: sealing, budget: configuration.diskBudget, clock: clock)
    }

    package func run() async throws {
        try takeHandbooks()
        let manager = ServiceManager()
        let addresses = self.addresses
        let readiness = Readiness(count: addresses.count) { port in
            manager.ready("site \(log.site), \(log.head.sequence) records")
            onReady(port)
        }
        let book = SiteBook(log: log, inbox: inbox, handbook: handbook.handbook, zone: configuration.zone)
        let erasing = Erasing(log: log, inbox: inbox, logger: logger) { await book.forget() }
        // Before anything is served or sent: the folder may have been restored from before an erasure.
        try await erasing.round()
        let housekeeping = Housekeeping(
            log: log, replicator: replicator, sealing: sealing, erasing: erasing, budget: configuration.diskBudget,
            logger: logger,
            watchdog: manager.watchdogInterval,
            alive: { manager.alive() }, clock: clock)
        var services: [any Service] = [housekeeping]
        if let replicator { services.append(Link(replicator: replicator)) }
        if let keyKeeper { services.append(keyKeeper) }
        if let path = configuration.dropFolder {
            services.append(try DropFolder(path, intake: intake, logger: logger))
        }
        // Last, as the last is stopped first: nothing is taken any more when the rest stops.
        let routes = AgentRoutes(
            intake: intake, status: status, sealing: sealing, book: book, inbox: inbox,
            replicator: replicator, rotation: keyKeeper?.rotation)
        services += addresses.map { address in
            AgentServer(address, routes: routes, authenticator: authenticator, logger: logger) { readiness.note($0) }
        }
        logger.info("agent", metadata: ["site": "\(log.site)", "head": "\(log.head.sequence)"])
        defer { manager.stopping() }
        try await keyKeeper?.rotation.resume()
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: logger))
        try await group.run()
        try inbox.close()
        try log.close()
    }

    /// Takes the handbooks that headquarters published before, and each one that comes.
    private func takeHandbooks() throws {
        inbox.onArrival { [handbook, logger] items in
            guard let version = handbook.take(items.map(\.record)) else { return }
            logger.notice("a handbook came into force", metadata: ["version": "\(version)"])
        }
        handbook.take(try inbox.handbooks())
    }

    private var addresses: [AgentServer.Address] {
        let isShared = configuration.users.contains { $0.uid.map { $0 != geteuid() } ?? false }
        let tcp = configuration.listening.map { AgentServer.Address.tcp(host: $0.host, port: $0.port) }
        return [.socket(configuration.socket, isShared: isShared)] + (tcp.map { [$0] } ?? [])
    }
}

/// Runs the replicator.
private struct Link: Service {
    let replicator: Replicator

    func run() async throws {
        await replicator.start()
        // Cancellation ends the wait just as a graceful shutdown does.
        try? await gracefulShutdown()
        await replicator.stop()
        replicator.join()
    }
}

/// Calls back when everything listens.
private final class Readiness: Sendable {
    private let state: Mutex<(missing: Int, port: Int?)>
    private let body: @Sendable (Int?) -> Void

    init(count: Int, _ body: @escaping @Sendable (Int?) -> Void) {
        state = Mutex((count, nil))
        self.body = body
    }

    func note(_ port: Int?) {
        let (isLast, port) = state.withLock { state in
            state.missing -= 1
            if let port { state.port = port }
            return (state.missing == 0, state.port)
        }
        if isLast { body(port) }
    }
}
