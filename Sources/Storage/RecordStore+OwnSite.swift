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
                // Keys are kept: what one signed before is verified by it. Nobody connects with these.
                try database.execute(
                    sql: """
                        INSERT INTO site_key (site, curve_key, signing_key, added_at) SELECT ?1, ?2, ?2, ?3
                        WHERE NOT EXISTS (SELECT 1 FROM site_key WHERE site = ?1 AND signing_key = ?2)
                        """,
                    arguments: [id, signingKey.hexadecimal, now.milliseconds])
            }
        } catch {
            throw .database(error, path: path, doing: "registering headquarters' own log")
        }
    }

    /// A key by which headquarters signs or signed, and since when.
    package struct OwnSigningKey: Sendable, Equatable {
        package var key: LogVerifyingKey
        package var since: Timestamp
        /// When the next one took over; nil for the present one.
        package var until: Timestamp?
    }

    /// Headquarters' signing keys, in the order in which they came into use.
    package func ownSigningKeys() throws(StorageError) -> [OwnSigningKey] {
        do {
            let rows = try pool.read { database in
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT signing_key, MIN(added_at) AS since FROM site_key WHERE site = ? GROUP BY signing_key
                        ORDER BY MIN(rowid)
                        """, arguments: [SiteID.headquarters.text])
            }
            var keys: [OwnSigningKey] = []
            for row in rows {
                guard let key = LogVerifyingKey(hexadecimal: row["signing_key"]) else { continue }
                let since = Timestamp(milliseconds: row["since"])
                if !keys.isEmpty { keys[keys.count - 1].until = since }
                keys.append(OwnSigningKey(key: key, since: since))
            }
            return keys
        } catch {
            throw .database(error, path: path, doing: "reading headquarters' signing keys")
        }
    }
}
