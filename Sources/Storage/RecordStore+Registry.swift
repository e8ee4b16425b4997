import Foundation
import GRDB
package import Records

/// A branch as headquarters knows it.
package struct RegisteredSite: Sendable, Equatable {
    package var id: SiteID
    /// What people call it.
    package var name: String
    package var zone: TimeZoneRules
    /// Z85 text of the CURVE public key that connects.
    package var curveKey: String
    /// Hexadecimal digits of the Ed25519 key that signs.
    package var signingKey: String
    package var addedAt: Timestamp
    /// Records of it are expected from here on; completeness is over the expected sites.
    package var expectedFrom: Timestamp
    package var revokedAt: Timestamp?
    /// The site said everything that it wrote down up to here; nil when it was never heard from.
    package var heardUntil: Timestamp?

    package init(
        id: SiteID, name: String, zone: TimeZoneRules, curveKey: String, signingKey: String, addedAt: Timestamp,
        expectedFrom: Timestamp
    ) {
        self.id = id
        self.name = name
        self.zone = zone
        self.curveKey = curveKey
        self.signingKey = signingKey
        self.addedAt = addedAt
        self.expectedFrom = expectedFrom
    }
}

/// A person or program with an administrator's key.
package struct Administrator: Sendable, Equatable {
    package var name: String
    /// Z85 text of the CURVE public key.
    package var curveKey: String

    package init(name: String, curveKey: String) {
        self.name = name
        self.curveKey = curveKey
    }
}

extension RecordStore {
    /// Registers a site. Throws when its id or key is taken; an administrator's key is.
    package func add(_ site: RegisteredSite) throws(StorageError) {
        guard site.id != .headquarters else {
            throw .foreign(path: path, reason: "\(site.id) is headquarters itself; choose another id for the branch")
        }
        do {
            try pool.write { database in
                try refuse(site.curveKey, heldIn: "administrator", database)
                try database.execute(
                    sql: """
                        INSERT INTO site (id, name, time_zone, curve_key, signing_key, added_at, expected_from)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        site.id.text, site.name, site.zone.name, site.curveKey, site.signingKey,
                        site.addedAt.milliseconds, site.expectedFrom.milliseconds,
                    ])
            }
        } catch {
            if let error = error as? DatabaseError, error.resultCode == .SQLITE_CONSTRAINT {
                throw .foreign(
                    path: path, reason: "a site with the id \(site.id) or with that CURVE key is registered already")
            }
            throw .database(error, path: path, doing: "registering site \(site.id)")
        }
    }

    /// All registered branches, by id.
    package func sites() throws -> [RegisteredSite] {
        try pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM site WHERE is_own = 0 ORDER BY id").map { row in
                guard let zone = TimeZoneRules(row["time_zone"]) else {
                    throw StorageError.damaged(
                        path: path, reason: "site \(row["id"] as String) has an unknown time zone")
                }
                var site = RegisteredSite(
                    id: try SiteID(row["id"]), name: row["name"], zone: zone, curveKey: row["curve_key"],
                    signingKey: row["signing_key"], addedAt: Timestamp(milliseconds: row["added_at"]),
                    expectedFrom: Timestamp(milliseconds: row["expected_from"]))
                site.revokedAt = (row["revoked_at"] as Int64?).map { Timestamp(milliseconds: $0) }
                site.heardUntil = (row["heard_until"] as Int64?).map { Timestamp(milliseconds: $0) }
                return site
            }
        }
    }

    /// Notes until when sites have been heard; never moves one back.
    package func heard(_ moments: [SiteID: Timestamp]) throws {
        guard !moments.isEmpty else { return }
        try pool.write { database in
            for (site, moment) in moments.sorted(by: { $0.key < $1.key }) {
                try database.execute(
                    sql: "UPDATE site SET heard_until = MAX(COALESCE(heard_until, 0), ?) WHERE id = ?",
                    arguments: [moment.milliseconds, site.text])
            }
        }
    }

    /// Adds an administrator's key, or replaces the one under that name. Throws when somebody else holds the key.
    package func add(_ administrator: Administrator, at now: Timestamp) throws(StorageError) {
        do {
            try pool.write { database in
                try refuse(administrator.curveKey, heldIn: "site", database)
                try database.execute(
                    sql: """
                        INSERT INTO administrator (name, curve_key, added_at) VALUES (?, ?, ?)
                        ON CONFLICT (name) DO UPDATE
                        SET curve_key = excluded.curve_key, added_at = excluded.added_at, revoked_at = NULL
                        """,
                    arguments: [administrator.name, administrator.curveKey, now.milliseconds])
            }
        } catch {
            if let error = error as? DatabaseError, error.resultCode == .SQLITE_CONSTRAINT {
                throw .foreign(path: path, reason: "another administrator holds that CURVE key")
            }
            throw .database(error, path: path, doing: "adding administrator \(administrator.name)")
        }
    }

    /// One key names one identity, so that nobody gets another's rights.
    private func refuse(_ key: String, heldIn table: String, _ database: Database) throws {
        guard
            try String.fetchOne(database, sql: "SELECT curve_key FROM \(table) WHERE curve_key = ?", arguments: [key])
                != nil
        else { return }
        throw StorageError.foreign(
            path: path, reason: "that CURVE key is of \(table == "site" ? "a site" : "an administrator")")
    }

    package func administrators() throws -> [Administrator] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT name, curve_key FROM administrator WHERE revoked_at IS NULL ORDER BY name"
            ).map { Administrator(name: $0["name"], curveKey: $0["curve_key"]) }
        }
    }
}
