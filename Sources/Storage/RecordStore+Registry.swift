import Foundation
import GRDB
package import Records

/// A pair of keys that a site was registered with: one lets it in, the other signs its log.
package struct SiteKey: Sendable, Equatable {
    /// Z85 text of the CURVE public key that connects.
    package var curveKey: String
    /// Hexadecimal digits of the Ed25519 key that signs.
    package var signingKey: String
    package var addedAt: Timestamp
    /// The entry of the log that brought it, and that the key before signed last; nil where a person or a code registered it.
    package var since: LogPlace?
    /// When a session was opened with it first.
    package var usedAt: Timestamp?
    /// From here on it is refused.
    package var retiredAt: Timestamp?

    package init(curveKey: String, signingKey: String, addedAt: Timestamp, since: LogPlace? = nil) {
        self.curveKey = curveKey
        self.signingKey = signingKey
        self.addedAt = addedAt
        self.since = since
    }
}

/// A branch as headquarters knows it.
package struct RegisteredSite: Sendable, Equatable {
    package var id: SiteID
    /// What people call it.
    package var name: String
    package var zone: TimeZoneRules
    /// In the order of their registration, retired ones included; empty until it enrols.
    package var keys: [SiteKey] = []
    package var addedAt: Timestamp
    /// Records of it are expected from here on; completeness is over the expected sites.
    package var expectedFrom: Timestamp
    /// What changed since.
    package var lifeChanges: [SiteLife.Change] = []
    package var revokedAt: Timestamp?
    /// The site said everything that it wrote down up to here; nil when it was never heard from.
    package var heardUntil: Timestamp?
    /// Somebody asked it to make new keys, and it has not yet.
    package var renewalAskedAt: Timestamp?
    /// The serial number of headquarters' pins that it keeps; 0 for none.
    package var pinsKept: UInt64 = 0

    /// A site without keys, which enrols by a code.
    package init(id: SiteID, name: String, zone: TimeZoneRules, addedAt: Timestamp, expectedFrom: Timestamp) {
        self.id = id
        self.name = name
        self.zone = zone
        self.addedAt = addedAt
        self.expectedFrom = expectedFrom
    }

    /// A site whose keys were carried here by hand.
    package init(
        id: SiteID, name: String, zone: TimeZoneRules, curveKey: String, signingKey: String, addedAt: Timestamp,
        expectedFrom: Timestamp
    ) {
        self.init(id: id, name: name, zone: zone, addedAt: addedAt, expectedFrom: expectedFrom)
        keys = [SiteKey(curveKey: curveKey, signingKey: signingKey, addedAt: addedAt)]
    }

    /// From when to when records are expected.
    package var life: SiteLife { SiteLife(expectedFrom: expectedFrom, changes: lifeChanges) }

    /// The keys that are good now.
    package var currentKeys: [SiteKey] { revokedAt == nil ? keys.filter { $0.retiredAt == nil } : [] }
}

/// A person or program with an administrator's key.
package struct Administrator: Sendable, Equatable {
    package enum Rights: String, Sendable, Codable, CaseIterable {
        /// Changes and decides.
        case full
        /// Asks only.
        case readOnly = "read-only"
    }

    package var name: String
    /// Z85 text of the CURVE public key.
    package var curveKey: String
    package var rights: Rights

    package init(name: String, curveKey: String, rights: Rights = .full) {
        self.name = name
        self.curveKey = curveKey
        self.rights = rights
    }
}

extension RecordStore {
    /// Registers a site, with the keys that it has. Throws when its id or a key is taken; an administrator's key is.
    package func add(_ site: RegisteredSite) throws(StorageError) {
        guard site.id != .headquarters else {
            throw .foreign(path: path, reason: "\(site.id) is headquarters itself; choose another id for the branch")
        }
        do {
            try pool.write { database in
                try database.execute(
                    sql: "INSERT INTO site (id, name, time_zone, added_at, expected_from) VALUES (?, ?, ?, ?, ?)",
                    arguments: [
                        site.id.text, site.name, site.zone.name, site.addedAt.milliseconds,
                        site.expectedFrom.milliseconds,
                    ])
                for key in site.keys { try add(key, of: site.id, database) }
            }
        } catch {
            if let error = error as? DatabaseError, error.resultCode == .SQLITE_CONSTRAINT {
                throw .foreign(
                    path: path, reason: "a site with the id \(site.id) or with that CURVE key is registered already")
            }
            throw .database(error, path: path, doing: "registering site \(site.id)")
        }
    }

    /// Notes a key. Throws SQLite's constraint error when another site has or had it.
    func add(_ key: SiteKey, of site: SiteID, _ database: Database) throws {
        try refuse(key.curveKey, heldIn: "administrator", database)
        try database.execute(
            sql: """
                INSERT INTO site_key (site, curve_key, signing_key, added_at, since_epoch, since_sequence)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                site.text, key.curveKey, key.signingKey, key.addedAt.milliseconds, key.since?.epoch.data,
                key.since.map { Int64(clamping: $0.sequence.value) },
            ])
    }

    /// All registered branches, by id.
    package func sites() throws -> [RegisteredSite] {
        try pool.read { database in
            let lives = try self.lives(database)
            var keys: [String: [SiteKey]] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT * FROM site_key ORDER BY rowid") {
                keys[row["site"], default: []].append(SiteKey(row))
            }
            return try Row.fetchAll(database, sql: "SELECT * FROM site WHERE is_own = 0 ORDER BY id").map { row in
                guard let zone = TimeZoneRules(row["time_zone"]) else {
                    throw StorageError.damaged(
                        path: path, reason: "site \(row["id"] as String) has an unknown time zone")
                }
                var site = RegisteredSite(
                    id: try SiteID(row["id"]), name: row["name"], zone: zone,
                    addedAt: Timestamp(milliseconds: row["added_at"]),
                    expectedFrom: Timestamp(milliseconds: row["expected_from"]))
                site.keys = keys[site.id.text] ?? []
                site.lifeChanges = lives[site.id.text] ?? []
                site.revokedAt = row.moment("revoked_at")
                site.heardUntil = row.moment("heard_until")
                site.renewalAskedAt = row.moment("renewal_asked_at")
                site.pinsKept = UInt64(row["pins_kept"] as Int64)
                return site
            }
        }
    }

    /// Refuses a site's keys from here on. Its unused code is void. Throws when there is no such site.
    package func revoke(_ site: SiteID, at now: Timestamp) throws(StorageError) {
        do {
            try pool.write { database in
                guard try Self.exists(site, database) else { throw unregistered(site) }
                try database.execute(
                    sql: "UPDATE site SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ?",
                    arguments: [now.milliseconds, site.text])
                try database.execute(
                    sql: "DELETE FROM enrolment WHERE site = ? AND used_at IS NULL", arguments: [site.text])
            }
        } catch {
            throw .database(error, path: path, doing: "revoking site \(site)")
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

    /// One key names one identity, so that nobody gets another's rights.
    func refuse(_ key: String, heldIn table: String, _ database: Database) throws {
        guard
            try String.fetchOne(database, sql: "SELECT curve_key FROM \(table) WHERE curve_key = ?", arguments: [key])
                != nil
        else { return }
        throw StorageError.foreign(
            path: path, reason: "that CURVE key is of \(table == "site_key" ? "a site" : "an administrator")")
    }
}

extension SiteKey {
    init(_ row: Row) {
        self.init(
            curveKey: row["curve_key"], signingKey: row["signing_key"],
            addedAt: Timestamp(milliseconds: row["added_at"]))
        if let epoch = (row["since_epoch"] as Data?).flatMap({ Epoch(bytes: $0) }) {
            since = LogPlace(epoch: epoch, sequence: SequenceNumber(UInt64(row["since_sequence"] as Int64)))
        }
        usedAt = row.moment("used_at")
        retiredAt = row.moment("retired_at")
    }
}

extension Row {
    /// A moment in milliseconds; nil where there is NULL.
    func moment(_ column: String) -> Timestamp? {
        (self[column] as Int64?).map { Timestamp(milliseconds: $0) }
    }
}
