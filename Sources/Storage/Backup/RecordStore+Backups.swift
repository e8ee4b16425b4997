import Foundation
import GRDB
package import Records
package import Replication

extension RecordStore {
    /// Notes a backup that was made.
    func note(_ manifest: BackupManifest) throws(StorageError) {
        do {
            try pool.write { database in
                try database.execute(
                    sql: "INSERT OR REPLACE INTO backup VALUES (?, ?)", arguments: [manifest.name, manifest.madeAt])
                for log in manifest.logs {
                    try database.execute(
                        sql: "INSERT OR REPLACE INTO backup_mark VALUES (?, ?, ?, ?)",
                        arguments: [
                            manifest.name, log.site, Epoch(hexadecimal: log.epoch)?.data ?? Data(),
                            Int64(clamping: log.whole),
                        ])
                }
            }
        } catch {
            throw .database(error, path: path, doing: "noting a backup")
        }
    }

    /// The backups that one may restore, oldest first.
    package func backups() throws -> [(name: String, madeAt: Timestamp)] {
        try pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM backup ORDER BY made_at, name").map {
                ($0["name"], Timestamp(milliseconds: $0["made_at"]))
            }
        }
    }

    /// Forgets backups that are not in the folder any more, and deletes those that are older than they are kept; the newest
    /// always stays. What is there and not known here, as after a restore, is known from then on.
    package func tidyBackups(in folder: String, keeping age: Duration, at now: Timestamp) throws {
        // None where it is not.
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
            $0.hasPrefix("huiyin-") && !$0.hasSuffix(".partial")
        }
        let there = names.compactMap { try? BackupManifest.read(folder + "/" + $0) }  // what is no backup is left alone
            .filter { FileManager.default.fileExists(atPath: folder + "/" + $0.name + "/" + BackupManifest.store) }
            .sorted { ($0.madeAt, $0.name) < ($1.madeAt, $1.name) }
        let known = Set(try backups().map(\.name))
        for manifest in there where !known.contains(manifest.name) { try note(manifest) }
        let old = there.dropLast().filter { Timestamp(milliseconds: $0.madeAt) < now - age }
        let kept = Set(there.map(\.name)).subtracting(old.map(\.name))
        // Forgotten first: what may not be restored any more must hold nothing back, and count for nothing.
        for name in known.union(old.map(\.name)).subtracting(kept).sorted() {
            try pool.write { database in
                try database.execute(sql: "DELETE FROM backup_mark WHERE backup = ?", arguments: [name])
                try database.execute(sql: "DELETE FROM backup WHERE name = ?", arguments: [name])
            }
        }
        for manifest in old { try FileManager.default.removeItem(atPath: folder + "/" + manifest.name) }
    }

    /// How far each site may trim: what is in the oldest backup that one may restore; where there is none, what has been here
    /// for as long as a backup would be kept.
    package func backedUp(keeping age: Duration, at now: Timestamp) throws -> (
        policy: BackedUp.Policy, sites: [SiteID: BackedUp]
    ) {
        try pool.read { database in
            let oldest = try String.fetchOne(database, sql: "SELECT name FROM backup ORDER BY made_at, name LIMIT 1")
            let policy: BackedUp.Policy = oldest == nil ? .none : .backups
            let rows =
                if let oldest {
                    try Row.fetchAll(
                        database, sql: "SELECT site, epoch, sequence FROM backup_mark WHERE backup = ?",
                        arguments: [oldest])
                } else {
                    try Row.fetchAll(
                        database,
                        sql: """
                            SELECT site, epoch, COALESCE(
                                (SELECT MAX(last) FROM batch WHERE log = number AND received_at <= ?), 0) AS sequence
                            FROM log
                            """, arguments: [(now - age).milliseconds])
                }
            var sites: [SiteID: BackedUp] = [:]
            for row in rows {
                guard let epoch = Epoch(bytes: row["epoch"] as Data) else { continue }
                sites[try SiteID(row["site"]), default: BackedUp(policy: policy)].marks[epoch] = SequenceNumber(
                    UInt64(clamping: row["sequence"] as Int64))
            }
            return (policy, sites)
        }
    }
}
