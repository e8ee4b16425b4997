import Foundation
import GRDB
package import Records

/// Who may ask headquarters.
extension RecordStore {
    /// Adds an administrator's key, or replaces the one under that name. Throws when somebody else holds the key.
    package func add(_ administrator: Administrator, at now: Timestamp) throws(StorageError) {
        do {
            try pool.write { database in
                try refuse(administrator.curveKey, heldIn: "site_key", database)
                try database.execute(
                    sql: """
                        INSERT INTO administrator (name, curve_key, added_at, rights) VALUES (?, ?, ?, ?)
                        ON CONFLICT (name) DO UPDATE
                        SET curve_key = excluded.curve_key, added_at = excluded.added_at, rights = excluded.rights,
                            revoked_at = NULL
                        """,
                    arguments: [
                        administrator.name, administrator.curveKey, now.milliseconds, administrator.rights.rawValue,
                    ])
                try requireOneWithFullRights(database)
            }
        } catch {
            if let error = error as? DatabaseError, error.resultCode == .SQLITE_CONSTRAINT {
                throw .foreign(path: path, reason: "another administrator holds that CURVE key")
            }
            throw .database(error, path: path, doing: "adding administrator \(administrator.name)")
        }
    }

    /// Refuses an administrator's key from here on. Throws when there is none of that name, or when nobody with full rights
    /// would be left.
    package func revokeAdministrator(_ name: String, at now: Timestamp) throws(StorageError) {
        do {
            try pool.write { database in
                try database.execute(
                    sql: "UPDATE administrator SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL",
                    arguments: [now.milliseconds, name])
                guard database.changesCount == 1 else {
                    throw StorageError.foreign(
                        path: path, reason: "there is no administrator \(name); see `huiyin administrator list`")
                }
                try requireOneWithFullRights(database)
            }
        } catch {
            throw .database(error, path: path, doing: "revoking administrator \(name)")
        }
    }

    /// Those whose keys are good, by name.
    package func administrators() throws -> [Administrator] {
        try pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM administrator WHERE revoked_at IS NULL ORDER BY name").map {
                // Rights that a later version wrote give the least here.
                Administrator(
                    name: $0["name"], curveKey: $0["curve_key"],
                    rights: Administrator.Rights(rawValue: $0["rights"]) ?? .readOnly)
            }
        }
    }

    /// Rolls the transaction back when nobody would be left who could undo it.
    private func requireOneWithFullRights(_ database: Database) throws {
        let count = try Int.fetchOne(
            database, sql: "SELECT COUNT(*) FROM administrator WHERE revoked_at IS NULL AND rights = 'full'")
        guard count != 0 else {
            throw StorageError.foreign(
                path: path, reason: "nobody with full rights would be left; add another administrator first")
        }
    }
}
