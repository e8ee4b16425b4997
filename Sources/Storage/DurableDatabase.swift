package import GRDB

/// Opens the databases of both daemons.
package enum DurableDatabase {
    /// What a crash of the machine may take.
    package enum Durability: Sendable {
        /// A transaction that returned is on the disk.
        case full
        /// The last transactions may be lost, the rest is whole: for what can be computed again.
        case consistent
    }

    /// A pool in WAL mode.
    ///
    /// GRDB sets `synchronous = NORMAL` itself after `prepareDatabase`, so that the wanted value is set on the writer after
    /// opening, and read back.
    package static func open(_ path: String, durability: Durability) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            // Of a database that is made now: what trimming frees can be given back in small steps.
            if !database.configuration.readonly { try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
            // What an erasure removes is overwritten, not only let go.
            if !database.configuration.readonly { try database.execute(sql: "PRAGMA secure_delete = ON") }
            try database.execute(sql: "PRAGMA cache_size = -4096")
            try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            let wanted = durability == .full ? 2 : 1
            try database.execute(sql: "PRAGMA synchronous = \(wanted)")
            let found = try Int.fetchOne(database, sql: "PRAGMA synchronous")
            // Ids that clients give come in any order: their index is kept in memory while it is written, and pages that
            // changed many times reach the file once.
            try database.execute(sql: "PRAGMA cache_size = -16384")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 8192")
            guard found == wanted else {
                throw StorageError.database(
                    path: path, doing: "PRAGMA synchronous = \(wanted)", reason: "it reads \(found ?? -1)")
            }
            if durability == .full { try makeDurable(database, path: path) }
        }
        return pool
    }

    /// What a process that died left in the write-ahead log is seen by whoever opens it, and yet a loss of power could take it:
    /// the commit was not synced, or its sync failed. Nothing of it may be sent or acknowledged before it is in the database.
    /// Takes time only after a crash, and for at most `wal_autocheckpoint` pages.
    private static func makeDurable(_ database: Database, path: String) throws {
        // Passive: waits for no reader; one that is just looking at the present state keeps nothing from being copied.
        let (frames, copied) = try database.checkpoint(.passive)
        guard frames == copied else {
            throw StorageError.database(
                path: path, doing: "making the last records durable",
                reason: "another process is reading an older state; end it and start again")
        }
    }
}
