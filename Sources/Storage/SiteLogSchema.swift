import GRDB

/// The tables of a site's log.
enum SiteLogSchema {
    static func migrate(_ pool: DatabasePool) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE owner (site TEXT NOT NULL);
                    CREATE TABLE epoch (
                        number INTEGER PRIMARY KEY,
                        id BLOB NOT NULL UNIQUE,
                        -- h(0)
                        origin BLOB NOT NULL,
                        parent_epoch BLOB, parent_sequence INTEGER, parent_hash BLOB,
                        -- What headquarters has durably.
                        acknowledged INTEGER NOT NULL,
                        acknowledged_hash BLOB NOT NULL);
                    CREATE TABLE entry (
                        epoch INTEGER NOT NULL, sequence INTEGER NOT NULL,
                        facts BLOB NOT NULL, nonce BLOB NOT NULL, personal BLOB NOT NULL,
                        -- Only where the personal part was erased.
                        personal_digest BLOB,
                        hash BLOB NOT NULL,
                        PRIMARY KEY (epoch, sequence)) WITHOUT ROWID;
                    CREATE TABLE record (
                        id BLOB PRIMARY KEY, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL,
                        -- Eight bytes of SHA-256 of what the client gave, to tell the same record from another under its name.
                        content BLOB NOT NULL) WITHOUT ROWID;
                    -- What the daemon remembers of itself, for example the last measured clock offset.
                    CREATE TABLE memory (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("2-epochs") { database in
            try database.execute(
                sql: """
                    -- EpochRange.Cause.
                    ALTER TABLE epoch ADD COLUMN cause INTEGER NOT NULL DEFAULT 0;
                    -- Everything of it was issued again in a later epoch; headquarters is not told of it any more.
                    ALTER TABLE epoch ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0;
                    -- Headquarters' last signed acknowledgement.
                    ALTER TABLE epoch ADD COLUMN receipt_sequence INTEGER;
                    ALTER TABLE epoch ADD COLUMN receipt_hash BLOB;
                    ALTER TABLE epoch ADD COLUMN receipt_key BLOB;
                    ALTER TABLE epoch ADD COLUMN receipt_value BLOB;
                    -- Where an entry stood before it was issued again: its place and hash there are never used for another.
                    CREATE TABLE superseded (
                        epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, hash BLOB NOT NULL,
                        new_epoch INTEGER NOT NULL, new_sequence INTEGER NOT NULL,
                        PRIMARY KEY (epoch, sequence)) WITHOUT ROWID;
                    -- The sessions with headquarters; one row, none before the first.
                    CREATE TABLE session (
                        one INTEGER PRIMARY KEY CHECK (one = 1),
                        token BLOB NOT NULL, headquarters_epoch BLOB NOT NULL,
                        -- Signs receipts.
                        receipt_key BLOB,
                        -- Milliseconds.
                        reconnect INTEGER NOT NULL);
                    """)
        }
        migrator.registerMigration("3-trimming") { database in
            try database.execute(
                sql: """
                    -- Entries up to this one are gone; its hash is what the next one follows.
                    ALTER TABLE epoch ADD COLUMN trimmed INTEGER NOT NULL DEFAULT 0;
                    ALTER TABLE epoch ADD COLUMN trimmed_hash BLOB;
                    -- How many of them were not backed up.
                    ALTER TABLE epoch ADD COLUMN trimmed_early INTEGER NOT NULL DEFAULT 0;
                    -- Headquarters allows trimming up to here.
                    ALTER TABLE epoch ADD COLUMN backed_up INTEGER NOT NULL DEFAULT 0;
                    -- What the due list needs of entries that are gone: facts, and who the customer is.
                    CREATE TABLE remembered (
                        epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, facts BLOB NOT NULL, personal BLOB NOT NULL,
                        PRIMARY KEY (epoch, sequence)) WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("4-receipt-keys") { database in
            try database.execute(
                sql: """
                    -- Every key by which headquarters signed here, in the order of their meeting: for receipts of before.
                    CREATE TABLE receipt_key (number INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE);
                    INSERT INTO receipt_key (key) SELECT receipt_key FROM session WHERE receipt_key IS NOT NULL;
                    """)
        }
        try migrator.migrate(pool)
    }
}
