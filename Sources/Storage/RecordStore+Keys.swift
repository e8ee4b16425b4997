import GRDB
package import Records

/// A site's keys over time.
extension RecordStore {
    /// A key change became durable: both keys are let in from here on. The same one again, after the log was issued anew, moves.
    /// One whose CURVE key somebody else has changes nothing.
    func note(_ change: KeyBinding, at place: LogPosition, receivedAt: Timestamp, _ database: Database) throws {
        let curveKey = CurveKeyText.z85(change.curveKey)
        guard try !isTaken(curveKey, besides: change.site, database) else { return }
        try database.execute(
            sql: """
                INSERT INTO site_key (site, curve_key, signing_key, added_at, since_epoch, since_sequence)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (curve_key) DO UPDATE
                SET since_epoch = excluded.since_epoch, since_sequence = excluded.since_sequence
                """,
            arguments: [
                change.site.text, curveKey, change.signingKey.hexadecimal, receivedAt.milliseconds, place.epoch.data,
                Int64(clamping: place.sequence.value),
            ])
        try database.execute(
            sql: "UPDATE site SET renewal_asked_at = NULL WHERE id = ?", arguments: [change.site.text])
    }

    /// A site came with a key: those that were registered before it are refused from here on. Returns whether there were any.
    package func retireKeys(of site: SiteID, before curveKey: String, at now: Timestamp) throws(StorageError) -> Bool {
        do {
            return try pool.write { database in
                try database.execute(
                    sql: """
                        UPDATE site_key SET retired_at = ?1 WHERE site = ?2 AND retired_at IS NULL
                            AND rowid < (SELECT rowid FROM site_key WHERE curve_key = ?3 AND site = ?2)
                        """, arguments: [now.milliseconds, site.text, curveKey])
                return database.changesCount > 0
            }
        } catch {
            throw .database(error, path: path, doing: "retiring the old keys of site \(site)")
        }
    }

    /// Asks a site to make new keys; it is told as soon as it is heard.
    package func askRenewal(of site: SiteID, at now: Timestamp) throws(StorageError) {
        do {
            try pool.write { database in
                guard try Self.exists(site, database) else { throw unregistered(site) }
                try database.execute(
                    sql: "UPDATE site SET renewal_asked_at = ? WHERE id = ?", arguments: [now.milliseconds, site.text])
            }
        } catch {
            throw .database(error, path: path, doing: "asking site \(site) for new keys")
        }
    }
}
