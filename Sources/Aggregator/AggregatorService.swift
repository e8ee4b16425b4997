import Embeddings
import Foundation
import Handbooks
package import Logging
import Platform
import Records
import Replication
import ServiceLifecycle
import Storage
import ZeroMQ

/// Headquarters' daemon: takes every site's log, keeps it, folds it into views, watches the clocks, announces.
///
///     sites ─► ExchangeServer ─► RecordStore (durable) ─► ACK
///                                   │ cursor
///                                  Fold ─► Views ─► digests
///                                   └────► feed ─► administrators
package struct AggregatorService: Service {
    /// How often it is written down until when sites were heard.
    static let contactInterval: Duration = .seconds(5)
    /// How often backups are looked at that may have become too old.
    static let backupInterval: Duration = .seconds(3600)

    private let configuration: AggregatorConfiguration
    private let store: RecordStore
    private let views: Views
    private let contacts: Contacts
    private let server: ExchangeServer
    private let fold: Fold
    /// Nil where no model is asked what texts mean.
    private let meanings: MeaningDesk?
    private let own: OwnLog
    private let backups: Backups
    private let deliveries: DeliveryDesk
    /// Nil where nobody enrols by a code.
    private let enrolment: EnrolmentServer?
    private let administration: Administration
    private let metrics: MetricsServer?
    private let rotation: HeadquartersRotation
    private let manager = ServiceManager()
    private let logger: Logger

    /// Opens everything that is needed. Throws what is missing, in use or wrong, and leaves nothing behind.
    package init(_ configuration: AggregatorConfiguration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        let handbook = try configuration.readHandbook()
        let keys = try HeadquartersKeys(configuration)
        let folder = try DataFolder(configuration.folder)
        var random = SystemRandomNumberGenerator()
        store = try RecordStore(folder: folder, using: &random)
        views = try Views(folder: folder)
        let registry = Registry()
        try registry.load(from: store)
        Self.raiseOpenFiles(sites: try store.sites().count, logger)
        contacts = Contacts(
            Dictionary(
                uniqueKeysWithValues: try store.sites().compactMap { site in site.heardUntil.map { (site.id, $0) } }))
        let hub = FeedHub()
        meanings = try Self.meanings(configuration, folder, logger)
        let subjects = FeedSubjects(views: views, handbook: handbook)
        fold = try Fold(
            store: store, views: views, registry: registry, contacts: contacts, handbook: handbook, logger: logger,
            meanings: meanings, subjects: subjects, closesMonths: true, onOutboxes: { hub.outboxesGrew($0) },
            onFeed: { hub.grew() })
        let fold = fold
        let pins = HeadquartersPins(store: store)
        server = try ExchangeServer(
            endpoint: configuration.listen, keys: keys.curve, receiptKey: keys.signing, name: configuration.name,
            store: store, registry: registry, contacts: contacts, pins: pins, subjects: subjects, logger: logger,
            onRenewal: { hub.renew($0, $1, by: fold) }, onCommit: { fold.wake() })
        hub.connect(server)
        own = try OwnLog(
            folder: configuration.ownLogFolder, key: keys.signing, zone: handbook.zone, store: store, logger: logger,
            at: SystemClock.wall, onCommit: { fold.wake() })
        backups = Backups(
            store: store, ownLog: own.log, configuration: configuration, logger: logger,
            onDamage: { [server] wanted in Task { await server.fetch(wanted) } },
            onChange: { [server] policy, sites in server.tell(policy, sites) })
        deliveries = try DeliveryDesk(configuration, store: store, subjects: subjects, logger: logger)
        try pins.set(
            configuration.endpoints(of: server.endpoint).map { ($0, keys.curve.publicKey) }, signedBy: keys.signing)
        let (enrolment, desk) = Self.enrolment(
            configuration, server.endpoint, keys, store: store, registry: registry, pins: pins, logger: logger)
        self.enrolment = enrolment
        rotation = HeadquartersRotation(
            configuration, current: .init(curve: keys.curve, signing: keys.signing), store: store, registry: registry,
            pins: pins, server: server, enrolment: enrolment, own: own, logger: logger)
        administration = Administration(
            store: store, views: views, registry: registry, contacts: contacts, server: server, fold: fold,
            own: own, backups: backups, name: configuration.name, enrolment: desk,
            rotation: rotation, pseudonyms: keys.pseudonyms, deliveries: deliveries)
        let administration = administration
        metrics = try configuration.metrics.map {
            try MetricsServer($0, logger: logger) { AggregatorMetrics(try await administration.status()).text }
        }
    }

    private static func meanings(
        _ configuration: AggregatorConfiguration, _ folder: DataFolder, _ logger: Logger
    ) throws -> MeaningDesk? {
        guard let (endpoint, tokenFile) = configuration.embeddings else { return nil }
        let token = try tokenFile.map { try KeyFile.read($0) }
        let client = EmbeddingClient(endpoint.with(token: token))
        let cache = try EmbeddingCache(folder.file("embeddings.sqlite"))
        return MeaningDesk(MeaningSource(client: client, cache: cache), logger: logger)
    }

    private func tellMetrics() async {
        do {
            try await metrics?.run()
        } catch {
            logger.error("metrics", metadata: ["error": "\(error)"])
        }
    }

    /// Out of file descriptors, libzmq's accept loop spins: there must be two for each site at least.
    private static func raiseOpenFiles(sites: Int, _ logger: Logger) {
        let needed = UInt64(2 * sites + 512)
        let allowed = ProcessLimits.raiseOpenFiles(to: max(65_536, needed))
        guard allowed < needed else { return }
        logger.error(
            "too few open files are allowed for all sites: raise LimitNOFILE, or `ulimit -n`",
            metadata: ["allowed": "\(allowed)", "needed": "\(needed)", "sites": "\(sites)"])
    }

    /// Hears strangers if it is wanted. A port that is taken keeps nobody's records away: it is said, and codes are not made.
    private static func enrolment(
        _ configuration: AggregatorConfiguration, _ endpoint: String, _ keys: HeadquartersKeys, store: RecordStore,
        registry: Registry, pins: HeadquartersPins, logger: Logger
    ) -> (EnrolmentServer?, EnrolmentDesk) {
        var obstacle: String?
        var server: EnrolmentServer?
        if let listen = configuration.enrolmentListen {
            do {
                server = try EnrolmentServer(
                    endpoint: listen, keys: keys.curve, store: store, registry: registry,
                    welcome: EnrolmentServer.Welcome(organisationKey: keys.organisation) { pins.signed },
                    logger: logger)
            } catch {
                obstacle = "headquarters cannot hear strangers at \(listen) (enrolment.listen): \(error)"
                logger.error("enrolment is off", metadata: ["endpoint": "\(listen)", "error": "\(error)"])
            }
        } else {
            obstacle = "enrolment is switched off in headquarters' configuration (enrolment.listen)"
        }
        let endpoints = server.map { configuration.enrolmentEndpoints(of: $0.endpoint, exchange: endpoint) } ?? []
        if endpoints.isEmpty, obstacle == nil {
            obstacle = "headquarters does not know under which address sites reach it: set endpoints in aggregator.yaml"
        }
        return (
            server,
            EnrolmentDesk(
                store: store, endpoints: endpoints, obstacle: obstacle)
        )
    }

    /// Where it listens, with the real port.
    package var endpoint: String { server.endpoint }

    /// Runs until the service group ends it; then everything is closed.
    package func run() async throws {
        // Before anybody is served: a backup from before an erasure brings back what it took.
        let erasing = administration.erasing
        try erasing.round()
        await server.start()
        await enrolment?.start()
        do {
            try await rotation.resume()
        } catch {
            logger.error("going on with the rotation of headquarters' key", metadata: ["error": "\(error)"])
        }
        try await fold.start(knowing: try erasing.ordered())
        await own.carry()
        backups.review()
        logger.notice("listening", metadata: ["endpoint": "\(endpoint)", "folder": "\(configuration.folder)"])
        manager.ready("listening on \(endpoint)")
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await answerRequests() }
                group.addTask { await keepContacts() }
                group.addTask { await reviewBackups() }
                group.addTask { await deliveries.run() }
                group.addTask { await tellMetrics() }
                if let meanings { group.addTask { await meanings.run { fold.meaningsGrew() } } }
                if let interval = manager.watchdogInterval { group.addTask { await feedWatchdog(every: interval) } }
            }
        }
        await stop()
    }

    private func stop() async {
        manager.stopping()
        backups.stop()
        await enrolment?.stop()
        await server.stop()
        await fold.stop()
        enrolment?.join()
        server.join()
        fold.join()
        do {
            try store.heard(contacts.takeUnsaved())
            try own.log.close()
            try views.close()
            try meanings?.close()
            try store.close()
        } catch {
            logger.error("closing", metadata: ["error": "\(error)"])
        }
        logger.notice("stopped")
    }

    private func answerRequests() async {
        await withDiscardingTaskGroup { group in
            for await request in server.administratorRequests {
                group.addTask { await server.answer(request, await administration.answer(request)) }
            }
        }
    }

    private func keepContacts() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.contactInterval)  // ends early only when cancelled
            do {
                try await rotation.finish(at: SystemClock.wall)
            } catch {
                logger.error("finishing the rotation of headquarters' key", metadata: ["error": "\(error)"])
            }
            do {
                try store.heard(contacts.takeUnsaved())
                try store.claim(await server.claims())
                await server.quarantine(try quarantines())
            } catch {
                logger.error("noting contacts", metadata: ["error": "\(error)"])
            }
        }
    }

    /// What cannot be read here, by site and in the order of its logs.
    private func quarantines() throws -> [SiteID: [Exchange.Quarantine]] {
        let ranges = try views.unreadableRanges()
        var quarantines: [SiteID: [Exchange.Quarantine]] = [:]
        for log in try store.storedLogs() {
            guard let unreadable = ranges[log.number] else { continue }
            quarantines[log.site, default: []].append(
                Exchange.Quarantine(log.durable.epoch, unreadable))
        }
        return quarantines
    }

    /// Backups age by themselves.
    private func reviewBackups() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.backupInterval)  // ends early only when cancelled
            if !Task.isCancelled { backups.review() }
        }
    }

    /// Tells the service manager that the threads that matter still turn.
    private func feedWatchdog(every interval: Duration) async {
        while !Task.isCancelled {
            _ = await server.traffic
            _ = await fold.isCaughtUp
            manager.alive()
            try? await Task.sleep(for: interval)  // ends early only when cancelled
        }
    }
}
