import Foundation
package import Logging
import Platform
package import Records
package import Replication
package import Storage
import Synchronization

/// `backup.start`.
package struct BackupRequest: Codable, Sendable {
    /// Whether headquarters' keys are in it, too.
    package var withKeys: Bool

    package init(withKeys: Bool) { self.withKeys = withKeys }
}

/// `backup.status`.
package struct BackupStatus: Codable, Sendable {
    /// idle, copying, verifying, writing, done, failed.
    package var state: String
    package var done: UInt64
    package var total: UInt64
    /// Of the last one.
    package var manifest: BackupManifest?
    package var failure: String?
    package var folder: String
    /// The backups that one may restore, oldest first.
    package var backups: [BackupName]
    /// "backups", or "none" where there is none.
    package var policy: BackedUp.Policy

    package struct BackupName: Codable, Sendable {
        package var name: String
        package var madeAt: String
    }
}

/// Makes headquarters' backups, one at a time, and says what the sites may trim.
package final class Backups: Sendable {
    private enum State {
        case idle
        case running(BackupWriter.Progress)
        case done(BackupManifest)
        case failed(String)
    }

    private let state = Mutex(State.idle)
    private let isStopping = Mutex(false)
    private let queue = DispatchQueue(label: "backup")
    private let store: RecordStore
    private let writer: BackupWriter
    private let folder: String
    private let age: Duration
    private let keys: String
    private let logger: Logger
    /// Called when the sites must be told something else.
    private let onChange: @Sendable (BackedUp.Policy, [SiteID: BackedUp]) -> Void
    /// Called with what a backup's verification found damaged.
    private let onDamage: @Sendable ([SiteID: [EntryRange]]) -> Void

    /// - Parameters:
    ///   - keys: the folder of headquarters' keys.
    ///   - onDamage: what a backup's verification found damaged, by site; called from any thread.
    ///   - onChange: what the sites are to be told; called from any thread.
    package init(
        store: RecordStore, ownLog: SiteLog, configuration: AggregatorConfiguration, logger: Logger,
        onDamage: @escaping @Sendable ([SiteID: [EntryRange]]) -> Void,
        onChange: @escaping @Sendable (BackedUp.Policy, [SiteID: BackedUp]) -> Void
    ) {
        self.onDamage = onDamage
        self.store = store
        self.logger = logger
        self.onChange = onChange
        folder = configuration.backupFolder
        age = .days(configuration.keepBackupDays)
        keys = configuration.folder + "/keys"
        writer = BackupWriter(store: store, ownLog: ownLog, folder: configuration.backupFolder, program: "huiyin")
    }

    /// Looks at what is there, deletes what is too old, and tells the sites; at the start and now and then, as backups age.
    package func review() {
        queue.sync { tidy() }
    }

    /// Begins a backup. Throws when one is being made.
    func start(withKeys: Bool) throws {
        try state.withLock { state in
            if case .running = state { throw RequestFailure("a backup is being made; see `huiyin backup --status`") }
            state = .running(BackupWriter.Progress(phase: .copying, done: 0, total: 0))
        }
        queue.async { [self] in make(withKeys: withKeys) }
    }

    func status() throws -> BackupStatus {
        let backups = try store.backups()
        var status = BackupStatus(
            state: "idle", done: 0, total: 0, folder: folder,
            backups: backups.map { BackupStatus.BackupName(name: $0.name, madeAt: $0.madeAt.rfc3339) },
            policy: backups.isEmpty ? .none : .backups)
        switch state.withLock({ $0 }) {
        case .idle: break
        case .running(let progress):
            (status.state, status.done, status.total) = (progress.phase.rawValue, progress.done, progress.total)
        case .done(let manifest): (status.state, status.manifest) = ("done", manifest)
        case .failed(let reason): (status.state, status.failure) = ("failed", reason)
        }
        return status
    }

    /// Ends what is being made and waits for it; nothing of it is left.
    package func stop() {
        isStopping.withLock { $0 = true }
        queue.sync {}
    }

    private func make(withKeys: Bool) {
        do {
            let manifest = try writer.make(at: SystemClock.wall, keys: withKeys ? keys : nil) { [self] progress in
                if isStopping.withLock({ $0 }) { throw BackupWriter.Cancelled() }
                state.withLock { $0 = .running(progress) }
            }
            tidy()
            if !manifest.isWhole { onDamage(try damage()) }
            logger.notice("a backup was made", metadata: ["name": "\(manifest.name)", "whole": "\(manifest.isWhole)"])
            state.withLock { $0 = .done(manifest) }
        } catch {
            logger.error("no backup was made", metadata: ["error": "\(error)"])
            state.withLock { $0 = .failed("\(error)") }
        }
    }

    /// What is damaged in the store itself, log by log.
    private func damage() throws -> [SiteID: [EntryRange]] {
        let inspection = try LogInspection(store.folder.path)
        defer { inspection.close() }
        var damage: [SiteID: [EntryRange]] = [:]
        for log in try inspection.logs() { damage[log.site, default: []] += try inspection.damage(of: log) }
        return damage.filter { !$0.value.isEmpty }
    }

    private func tidy() {
        do {
            let now = SystemClock.wall
            try store.tidyBackups(in: folder, keeping: age, at: now)
            let (policy, sites) = try store.backedUp(keeping: age, at: now)
            onChange(policy, sites)
        } catch {
            logger.error("looking after the backups", metadata: ["error": "\(error)"])
        }
    }
}
