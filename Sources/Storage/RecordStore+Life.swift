import GRDB
package import Records

/// The sites' lives: dated changes, none of which is ever removed.
extension RecordStore {
    /// Notes what a site is from a moment on, which may lie in the past or in the future.
    package func note(
        _ change: SiteLife.Change, of site: SiteID, by author: String, reason: String, at now: Timestamp
    ) throws(StorageError) {
        do {
            try pool.write { database in
                guard try Self.exists(site, database) else { throw unregistered(site) }
                try database.execute(
                    sql: """
                        INSERT INTO site_life (site, since, state, noted_at, noted_by, reason) VALUES (?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        site.text, change.since.milliseconds, change.state.rawValue, now.milliseconds, author, reason,
                    ])
            }
        } catch {
            throw .database(error, path: path, doing: "noting the life of site \(site)")
        }
    }

    /// The changes of each site, in the order in which they were noted.
    func lives(_ database: Database) throws -> [String: [SiteLife.Change]] {
        var lives: [String: [SiteLife.Change]] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT site, since, state FROM site_life ORDER BY rowid") {
            // A state that a later version wrote is passed over: what was in force before goes on.
            guard let state = SiteLife.State(rawValue: row["state"]) else { continue }
            let change = SiteLife.Change(since: Timestamp(milliseconds: row["since"]), state: state)
            lives[row["site"], default: []].append(change)
        }
        return lives
    }
}
