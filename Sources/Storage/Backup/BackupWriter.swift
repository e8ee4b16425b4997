import Foundation
import GRDB
import Glibc
package import Records

/// Makes a backup of headquarters while it runs: a snapshot by SQLite's backup interface, verified before it gets its name.
///
///     NAME.partial: copy ─► integrity ─► chains and signatures ─► digests, manifest, sync ─► NAME
package struct BackupWriter: Sendable {
    /// How far it is.
    package struct Progress: Sendable, Hashable {
        package enum Phase: String, Sendable, Codable { case copying, verifying, writing }

        package var phase: Phase
        /// Pages when copying, entries when verifying.
        package var done: UInt64
        package var total: UInt64

        package init(phase: Phase, done: UInt64, total: UInt64) {
            self.phase = phase
            self.done = done
            self.total = total
        }
    }

    /// It was asked to stop.
    package struct Cancelled: Error {
        package init() {}
    }

    /// Pages of one step; readers and writers go on in between.
    private static let pages: CInt = 1024

    private let store: RecordStore
    private let ownLog: SiteLog
    /// Where backups are kept.
    private let folder: String
    private let program: String

    package init(store: RecordStore, ownLog: SiteLog, folder: String, program: String) {
        self.store = store
        self.ownLog = ownLog
        self.folder = folder
        self.program = program
    }

    /// Makes one and returns what is in it. Blocks its thread.
    /// - Parameters:
    ///   - keys: a folder of key files that is copied, too.
    ///   - progress: told how far it is; what it throws ends the work, and nothing is left.
    package func make(
        at now: Timestamp, keys: String?, progress: @escaping (Progress) throws -> Void
    ) throws -> BackupManifest {
        let name = "huiyin-" + now.rfc3339.filter { $0.isNumber || $0 == "T" }.prefix(15) + "Z"
        let (partial, final) = (folder + "/" + name + ".partial", folder + "/" + name)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        guard access(final, F_OK) != 0 else {
            throw StorageError.folder(path: final, reason: "is there already; a backup was made this second")
        }
        try? FileManager.default.removeItem(atPath: partial)  // of a backup that was cut off, if there is one
        try FileManager.default.createDirectory(
            atPath: partial, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        do {
            let manifest = try fill(partial, name, now, keys, progress)
            guard rename(partial, final) == 0 else {
                throw StorageError.folder(path: final, reason: String(cString: strerror(errno)))
            }
            try DataFolder.synchronize(folder)
            try store.note(manifest)
            return manifest
        } catch {
            try? FileManager.default.removeItem(atPath: partial)  // the failure is what matters
            throw error
        }
    }

    private func fill(
        _ partial: String, _ name: String, _ now: Timestamp, _ keys: String?,
        _ progress: @escaping (Progress) throws -> Void
    ) throws -> BackupManifest {
        // The store first: the own log then has at least what the store has of it.
        try copy(store.pool, to: partial + "/" + BackupManifest.store, progress)
        try copy(ownLog.pool, to: partial + "/" + BackupManifest.ownLog, progress)
        let logs = try verify(partial, progress)
        try progress(Progress(phase: .writing, done: 0, total: 1))
        var names = [BackupManifest.store, BackupManifest.ownLog]
        if let keys { names += try copyKeys(keys, to: partial) }
        var manifest = BackupManifest(
            name: name, madeAt: now.milliseconds, program: program,
            headquartersEpoch: store.headquartersEpoch.description, files: [], logs: logs,
            feed: try feedHead(partial), hasKeys: keys != nil)
        for name in names {
            try Self.synchronize(partial + "/" + name)
            manifest.files.append(try BackupManifest.describe(partial + "/" + name, as: name))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let path = partial + "/" + BackupManifest.file
        try encoder.encode(manifest).write(to: URL(fileURLWithPath: path))
        try Self.synchronize(path)
        try DataFolder.synchronize(partial)
        return manifest
    }

    /// A snapshot as one file: no write-ahead log beside it.
    private func copy(_ source: DatabasePool, to path: String, _ progress: @escaping (Progress) throws -> Void) throws {
        let target = try DatabaseQueue(path: path)
        try source.backup(to: target, pagesPerStep: Self.pages) { step in
            try progress(
                Progress(
                    phase: .copying, done: UInt64(step.completedPageCount), total: UInt64(max(0, step.totalPageCount))))
        }
        try target.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
        try target.close()
        chmod(path, 0o600)
    }

    private func verify(_ partial: String, _ progress: @escaping (Progress) throws -> Void) throws -> [BackupManifest
        .Log]
    {
        for name in [BackupManifest.store, BackupManifest.ownLog] { try Self.checkIntegrity(partial + "/" + name) }
        let inspection = try LogInspection(partial + "/" + BackupManifest.store)
        defer { inspection.close() }
        let logs = try inspection.logs()
        let total = logs.reduce(0) { $0 + $1.head.value }
        var done: UInt64 = 0
        return try logs.map { log in
            try progress(Progress(phase: .verifying, done: done, total: total))
            let found = try inspection.verify(log, keys: inspection.signingKeys(of: log.site))
            done += log.head.value
            let whole = found.findings.map { $0.first.value - 1 }.min() ?? log.head.value
            return BackupManifest.Log(
                site: log.site.text, epoch: log.epoch.description, sequence: log.head.value,
                hash: log.durable.hash.description, whole: min(whole, log.head.value))
        }
    }

    /// Throws what SQLite finds wrong with a copy.
    static func checkIntegrity(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let database = try DatabaseQueue(path: path, configuration: configuration)
        let found = try database.read { try String.fetchAll($0, sql: "PRAGMA integrity_check(10)") }
        try database.close()
        guard found == ["ok"] else {
            throw StorageError.damaged(
                path: path, reason: "the copy fails SQLite's integrity check: \(found.joined(separator: "; "))")
        }
    }

    private func feedHead(_ partial: String) throws -> UInt64 {
        var configuration = Configuration()
        configuration.readonly = true
        let database = try DatabaseQueue(path: partial + "/" + BackupManifest.store, configuration: configuration)
        defer { try? database.close() }  // only read from
        return try database.read {
            UInt64(try Int64.fetchOne($0, sql: "SELECT COALESCE(MAX(sequence), 0) FROM feed") ?? 0)
        }
    }

    private func copyKeys(_ keys: String, to partial: String) throws -> [String] {
        try FileManager.default.createDirectory(
            atPath: partial + "/keys", withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        return try FileManager.default.contentsOfDirectory(atPath: keys).sorted().map { name in
            try FileManager.default.copyItem(atPath: keys + "/" + name, toPath: partial + "/keys/" + name)
            chmod(partial + "/keys/" + name, 0o600)
            return "keys/" + name
        }
    }

    static func synchronize(_ path: String) throws(StorageError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw .folder(path: path, reason: "cannot be synchronized: \(String(cString: strerror(errno)))")
        }
    }
}
