package import Foundation
import GRDB
package import Records

/// What sites were told of how headquarters is reached.
extension RecordStore {
    /// The serial number under which `content` is known; a new one, greater than all before, when it is not the newest.
    package func serial(ofPins content: Data, at now: Timestamp) throws(StorageError) -> UInt64 {
        do {
            return try pool.write { database in
                let newest = try Row.fetchOne(
                    database, sql: "SELECT serial, content FROM pins ORDER BY serial DESC LIMIT 1")
                if let newest, newest["content"] == content { return UInt64(newest["serial"] as Int64) }
                try database.execute(
                    sql: "INSERT INTO pins (content, made_at) VALUES (?, ?)", arguments: [content, now.milliseconds])
                return UInt64(database.lastInsertedRowID)
            }
        } catch {
            throw .database(error, path: path, doing: "noting how headquarters is reached")
        }
    }

    /// The newest pins that a site said it keeps; never moves back.
    package func keeps(_ site: SiteID, pins serial: UInt64) throws(StorageError) {
        do {
            try pool.write { database in
                try database.execute(
                    sql: "UPDATE site SET pins_kept = MAX(pins_kept, ?) WHERE id = ?",
                    arguments: [Int64(clamping: serial), site.text])
            }
        } catch {
            throw .database(error, path: path, doing: "noting the pins that site \(site) keeps")
        }
    }
}
