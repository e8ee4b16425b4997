import Foundation
import GRDB
package import Records

extension RecordStore {
    /// Registers headquarters itself, so that its own log is kept like any other's. It has no key to connect with and counts
    /// in no list of branches.
    package func registerOwnSite(
        zone: TimeZoneRules, signingKey: LogVerifyingKey, at now: Timestamp
    ) throws(StorageError) {
        do {
            try pool.write { database in
                let id = SiteID.headquarters.text
                if try Bool.fetchOne(database, sql: "SELECT is_own FROM site WHERE id = ?", arguments: [id]) == false {
                    throw StorageError.foreign(
                        path: path, reason: "a branch is registered as \(id), which is headquarters itself")
                }
                try database.execute(
                    sql: """
                        INSERT INTO site (id, name, time_zone, added_at, expected_from, is_own) VALUES (?, ?, ?, ?, ?, 1)
                        ON CONFLICT (id) DO UPDATE SET time_zone = excluded.time_zone
                        """,
                    arguments: [id, id, zone.name, now.milliseconds, now.milliseconds])
                try database.execute(
                    sql: """
                        INSERT INTO site_key (site, curve_key, signing_key, added_at) VALUES (?, '', ?, ?)
                        ON CONFLICT (curve_key) DO UPDATE SET signing_key = excluded.signing_key
                        """,
                    arguments: [id, signingKey.hexadecimal, now.milliseconds])
            }
        } catch {
            throw .database(error, path: path, doing: "registering headquarters' own log")
        }
    }
}
