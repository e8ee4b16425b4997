import Foundation
import Handbooks
package import Logging
import Platform
import Records
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
    private let own: OwnLog
    private let backups: Backups
    private let administration: Administration
    private let manager = ServiceManager()
    private let logger: Logger

    /// Opens everything that is needed. Throws what is missing, in use or wrong, and leaves nothing behind.
    package init(_ configuration: AggregatorConfiguration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        let handbook = try configuration.readHandbook()
        let keys = try HeadquartersKeys(configuration)
        ProcessLimits.raiseOpenFiles(to: 65_536)
        let folder = try DataFolder(configuration.folder)
        var random = SystemRandomNumberGenerator()
        store = try RecordStore(folder: folder, using: &random)
        views = try Views(folder: folder)
        let registry = Registry()
        try registry.load(from: store)
        contacts = Contacts(
            Dictionary(
                uniqueKeysWithValues: try store.sites().compactMap { site in site.heardUntil.map { (site.id, $0) } }))
        let hub = FeedHub()
        fold = try Fold(
            store: store, views: views, registry: registry, contacts: contacts, handbook: handbook, logger: logger,
            onFeed: { hub.grew() })
        let fold = fold
        server = try ExchangeServer(
            endpoint: configuration.listen, keys: keys.curve, receiptKey: keys.signing, name: configuration.name,
            store: store, registry: registry, contacts: contacts, logger: logger, onCommit: { fold.wake() })
        hub.connect(server)
        own = try OwnLog(
            folder: configuration.ownLogFolder, key: keys.signing, zone: handbook.zone, store: store, logger: logger,
            at: SystemClock.wall, onCommit: { fold.wake() })
        backups = Backups(store: store, ownLog: own.log, configuration: configuration, logger: logger) {
            [server] policy, sites in
            server.tell(policy, sites)
        }
        administration = Administration(
            store: store, views: views, registry: registry, contacts: contacts, server: server, fold: fold,
            own: own, backups: backups, headquartersKey: keys.curve.publicKey.z85, name: configuration.name,
            receiptKey: keys.signing)
    }

    /// Where it listens, with the real port.
    package var endpoint: String { server.endpoint }

    /// Runs until the service group ends it; then everything is closed.
    package func run() async throws {
        await server.start()
        try await fold.start()
        await own.carry()
        backups.review()
        logger.notice("listening", metadata: ["endpoint": "\(endpoint)", "folder": "\(configuration.folder)"])
        manager.ready("listening on \(endpoint)")
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await answerRequests() }
                group.addTask { await keepContacts() }
                group.addTask { await reviewBackups() }
                if let interval = manager.watchdogInterval { group.addTask { await feedWatchdog(every: interval) } }
            }
        }
        await stop()
    }

    private func stop() async {
        manager.stopping()
        backups.stop()
        await server.stop()
        await fold.stop()
        server.join()
        fold.join()
        do {
            try store.heard(contacts.takeUnsaved())
            try own.log.close()
            try views.close()
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
                try store.heard(contacts.takeUnsaved())
            } catch {
                logger.error("noting contacts", metadata: ["error": "\(error)"])
            }
        }
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
