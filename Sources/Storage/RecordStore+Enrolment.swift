package import Foundation
import GRDB
package import Records
package import Replication

/// One-time codes: made by an administrator, used once by a branch.
extension RecordStore {
    /// Notes a code for a registered site. Codes of the same site that were not used are void from here on.
    /// - Parameter secretDigest: SHA256 of its secret.
    package func issueCode(
        for site: SiteID, secretDigest: Data, expiresAt: Timestamp, at now: Timestamp
    ) throws(StorageError) {
        do {
            try pool.write { database in
                guard try Self.exists(site, database) else { throw unregistered(site) }
                try database.execute(
                    sql: "DELETE FROM enrolment WHERE site = ? AND used_at IS NULL", arguments: [site.text])
                try database.execute(
                    sql: "INSERT INTO enrolment (secret_digest, site, made_at, expires_at) VALUES (?, ?, ?, ?)",
                    arguments: [secretDigest, site.text, now.milliseconds, expiresAt.milliseconds])
            }
        } catch {
            throw .database(error, path: path, doing: "noting a code for site \(site)")
        }
    }

    /// When the unused code of each site ends.
    package func unusedCodes() throws -> [SiteID: Timestamp] {
        try pool.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT site, expires_at FROM enrolment WHERE used_at IS NULL")
            return Dictionary(
                uniqueKeysWithValues: try rows.map {
                    (try SiteID($0["site"]), Timestamp(milliseconds: $0["expires_at"]))
                })
        }
    }

    /// Somebody presents a code: in one transaction it is looked up, judged, used up, and the keys registered. Keys that the
    /// site had before are retired, and a revocation is over: whoever made the code meant this machine.
    package func enrol(
        _ site: SiteID, secretDigest: Data, keys: IssuedCode.Use, at now: Timestamp
    ) throws(StorageError) -> EnrolmentDecision {
        do {
            return try pool.write { database in
                let row = try Row.fetchOne(
                    database,
                    sql: """
                        SELECT enrolment.*, site.revoked_at IS NOT NULL OR NOT EXISTS (
                            SELECT 1 FROM site_key AS key
                            WHERE key.curve_key = enrolment.curve_key AND key.retired_at IS NULL) AS is_revoked
                        FROM enrolment JOIN site ON site.id = enrolment.site
                        WHERE secret_digest = ? AND site = ?
                        """,
                    arguments: [secretDigest, site.text])
                let decision = EnrolmentDecision.decide(row.map { IssuedCode($0) }, keys: keys, at: now)
                guard decision == .register else { return decision }
                guard try !isTaken(keys.curveKey, besides: site, database) else { return .refuse(.keyTaken) }
                try register(keys, of: site, at: now, database)
                try database.execute(
                    sql: "UPDATE enrolment SET used_at = ?, curve_key = ?, signing_key = ? WHERE secret_digest = ?",
                    arguments: [now.milliseconds, keys.curveKey, keys.signingKey, secretDigest])
                return decision
            }
        } catch {
            throw .database(error, path: path, doing: "enrolling site \(site)")
        }
    }

    private func register(_ keys: IssuedCode.Use, of site: SiteID, at now: Timestamp, _ database: Database) throws {
        try database.execute(
            sql: "UPDATE site_key SET retired_at = ? WHERE site = ? AND retired_at IS NULL",
            arguments: [now.milliseconds, site.text])
        // The same keys come again where a site that was revoked is let in once more.
        try database.execute(
            sql: "UPDATE site_key SET retired_at = NULL WHERE site = ? AND curve_key = ? AND signing_key = ?",
            arguments: [site.text, keys.curveKey, keys.signingKey])
        if database.changesCount == 0 {
            try add(SiteKey(curveKey: keys.curveKey, signingKey: keys.signingKey, addedAt: now), of: site, database)
        }
        try database.execute(
            sql: "UPDATE site SET revoked_at = NULL, renewal_asked_at = NULL WHERE id = ?", arguments: [site.text])
    }

    func isTaken(_ key: String, besides site: SiteID, _ database: Database) throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM site_key WHERE curve_key = ?1 AND site <> ?2)
                    OR EXISTS (SELECT 1 FROM administrator WHERE curve_key = ?1)
                """, arguments: [key, site.text]) ?? true
    }

    static func exists(_ site: SiteID, _ database: Database) throws -> Bool {
        try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM site WHERE id = ?)", arguments: [site.text]) ?? false
    }

    func unregistered(_ site: SiteID) -> StorageError {
        .foreign(path: path, reason: "no site \(site) is registered; see `huiyin site list`")
    }
}

extension IssuedCode {
    fileprivate init(_ row: Row) {
        self.init(
            expiresAt: Timestamp(milliseconds: row["expires_at"]),
            use: (row["curve_key"] as String?).map { Use(curveKey: $0, signingKey: row["signing_key"]) },
            isRevoked: row["is_revoked"] as Bool? ?? false)
    }
}
