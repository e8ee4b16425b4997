import Foundation
import GRDB
import Glibc
package import Records

/// Puts a backup in the place of headquarters' data: rehearsed on a copy first, and the data that was there is kept aside.
package struct BackupRestore: Sendable {
    /// What a restore means, as the rehearsal found it.
    package struct Findings: Codable, Sendable {
        /// One site's log in the backup and in the folder.
        package struct Log: Codable, Sendable {
            package var site: String
            package var epoch: String
            package var backup: UInt64
            /// Nil where the folder does not have it, or cannot be read.
            package var folder: UInt64?

            /// Entries that the backup lacks. Sites send them again, as far as they still hold them.
            package var beyond: UInt64 { folder.map { $0 > backup ? $0 - backup : 0 } ?? 0 }
        }

        package var name: String
        package var madeAt: Int64
        package var logs: [Log]
        /// Feed entries, closed digests, sites and administrators of the folder that the backup does not have.
        package var feedBeyond: UInt64
        package var digestsBeyond: Int
        package var sitesBeyond: [String]
        package var administratorsBeyond: [String]
        /// Headquarters' own log in the folder is whole and stays: what was decided since the backup is in it.
        package var keepsOwnLog: Bool
        /// Entries that are damaged in the backup itself.
        package var damaged: UInt64
    }

    private let backup: String
    private let folder: String

    /// - Parameters:
    ///   - backup: a folder that `huiyin backup` made.
    ///   - folder: headquarters' data folder; it need not be there.
    package init(backup: String, folder: String) {
        self.backup = backup
        self.folder = folder
    }

    /// Copies the backup, verifies the copy, opens it as a store and compares it with what is in the folder. Touches nothing
    /// that is there; leaves nothing behind.
    package func rehearse() throws -> Findings {
        let copy = folder + "/restore-rehearsal"
        defer { try? FileManager.default.removeItem(atPath: copy) }  // a folder that stays is in nobody's way
        return try prepare(copy)
    }

    /// Restores. Throws, with everything as it was, where a daemon uses the folder or the backup is not whole.
    /// - Parameter now: names the folder in which the old data is kept.
    /// - Returns: what the rehearsal found, and where the old data is; nil when there was none.
    package func restore(at now: Timestamp) throws -> (findings: Findings, aside: String?) {
        let lock = try DataFolder(folder, reserve: 0)
        defer { lock.release() }
        let copy = folder + "/restore-rehearsal"
        defer { try? FileManager.default.removeItem(atPath: copy) }  // moved away by then, or in nobody's way
        let findings = try prepare(copy)
        try beginNewLife(copy + "/log.sqlite", at: now)
        let aside = folder + "/replaced-" + now.rfc3339.filter { $0.isNumber || $0 == "T" }.prefix(15) + "Z"
        try FileManager.default.createDirectory(
            atPath: aside, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        var hasOld = false
        for name in ["log.sqlite", "views.sqlite"] + (findings.keepsOwnLog ? [] : ["own/log.sqlite"]) {
            for suffix in ["-wal", "-shm", ""] where access(folder + "/" + name + suffix, F_OK) == 0 {
                let target = aside + "/" + name.replacing("/", with: "-") + suffix
                try move(folder + "/" + name + suffix, target)
                hasOld = true
            }
        }
        try DataFolder.synchronize(aside)
        if !findings.keepsOwnLog {
            try FileManager.default.createDirectory(
                atPath: folder + "/own", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try move(copy + "/own.sqlite", folder + "/own/log.sqlite")
            try DataFolder.synchronize(folder + "/own")
        }
        // Last: without it the folder is empty, which the next start would take for a new headquarters.
        try move(copy + "/log.sqlite", folder + "/log.sqlite")
        try DataFolder.synchronize(folder)
        if !hasOld { rmdir(aside) }
        return (findings, hasOld ? aside : nil)
    }

    /// Fills a folder with a verified copy, and says what it would mean.
    private func prepare(_ copy: String) throws -> Findings {
        let manifest = try BackupManifest.read(backup)
        try manifest.verifyFiles(in: backup)
        try? FileManager.default.removeItem(atPath: copy)  // of a rehearsal that was cut off, if there is one
        let data = try DataFolder(copy, reserve: 0)
        defer { data.release() }
        for name in [BackupManifest.store, BackupManifest.ownLog] {
            try FileManager.default.copyItem(atPath: backup + "/" + name, toPath: copy + "/" + name)
            try BackupWriter.checkIntegrity(copy + "/" + name)
            try BackupWriter.synchronize(copy + "/" + name)
        }
        var random = SystemRandomNumberGenerator()
        // Opening it also brings its tables to this version.
        let store = try RecordStore(folder: data, using: &random)
        try store.close()
        return try compare(manifest, with: copy)
    }

    private func compare(_ manifest: BackupManifest, with copy: String) throws -> Findings {
        let restored = try LogInspection(copy + "/log.sqlite")
        defer { restored.close() }
        var damaged: UInt64 = 0
        let logs = try restored.logs()
        for log in logs { damaged += try restored.verify(log, keys: restored.signingKeys(of: log.site)).damaged }
        // A folder that is not there, or cannot be read, has nothing to compare with: that is why one restores.
        let live = try? LogInspection(folder)
        defer { live?.close() }
        let liveLogs = (try? live?.logs()) ?? []
        var found = logs.map { log in
            Findings.Log(
                site: log.site.text, epoch: log.epoch.description, backup: log.head.value,
                folder: liveLogs.first { $0.site == log.site && $0.epoch == log.epoch }?.head.value)
        }
        for log in liveLogs where !logs.contains(where: { $0.site == log.site && $0.epoch == log.epoch }) {
            found.append(
                Findings.Log(
                    site: log.site.text, epoch: log.epoch.description, backup: 0, folder: log.head.value))
        }
        let (mine, theirs) = (try restored.headquartersFigures(), try? live?.headquartersFigures())
        return Findings(
            name: manifest.name, madeAt: manifest.madeAt, logs: found,
            feedBeyond: (theirs?.feed).map { $0 > mine.feed ? $0 - mine.feed : 0 } ?? 0,
            digestsBeyond: max(0, (theirs?.digests ?? 0) - mine.digests),
            sitesBeyond: Set(theirs?.sites ?? []).subtracting(mine.sites).sorted(),
            administratorsBeyond: Set(theirs?.administrators ?? []).subtracting(mine.administrators).sorted(),
            keepsOwnLog: keepsOwnLog(copy), damaged: damaged)
    }

    /// Whether headquarters' own log in the folder can go on: it is no older than the backup's, and nothing of it is damaged.
    private func keepsOwnLog(_ copy: String) -> Bool {
        // What cannot be opened cannot go on.
        guard let own = try? LogInspection(folder + "/own"), let logs = try? own.logs(),
            let backup = try? LogInspection(copy + "/" + BackupManifest.ownLog), let older = try? backup.logs()
        else { return false }
        defer {
            own.close()
            backup.close()
        }
        let isNewer = older.allSatisfy { old in logs.contains { $0.epoch == old.epoch && $0.head >= old.head } }
        return isNewer && own.structuralFaults().isEmpty
            && logs.allSatisfy { log in (try? own.verify(log, keys: []))?.isWhole == true }
    }

    /// Headquarters restored is not the one that was: sites and followers of the feed must be able to tell.
    private func beginNewLife(_ path: String, at now: Timestamp) throws {
        let database = try DatabaseQueue(path: path)
        try RecordStoreSchema.migrate(database)
        try database.write { database in
            _ = try RecordStore.beginLife(after: nil, at: now, database)
        }
        try database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try database.close()
        try BackupWriter.synchronize(path)
    }

    private func move(_ source: String, _ target: String) throws {
        guard rename(source, target) == 0 else {
            throw StorageError.folder(
                path: source, reason: "cannot be moved to \(target): \(String(cString: strerror(errno)))")
        }
    }
}

extension LogInspection {
    /// What headquarters has beside logs.
    fileprivate func headquartersFigures() throws -> (
        feed: UInt64, digests: Int, sites: [String], administrators: [String]
    ) {
        try database.read { database in
            (
                UInt64(try Int64.fetchOne(database, sql: "SELECT COALESCE(MAX(sequence), 0) FROM feed") ?? 0),
                try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM digest") ?? 0,
                try String.fetchAll(database, sql: "SELECT id FROM site"),
                try String.fetchAll(database, sql: "SELECT name FROM administrator")
            )
        }
    }
}
