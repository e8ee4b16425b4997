import GRDB

/// The tables of headquarters' durable file: everything that cannot be computed again.
enum RecordStoreSchema {
    static func migrate(_ pool: DatabasePool) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE headquarters (
                        -- Bumped by a restore.
                        epoch BLOB NOT NULL, feed_epoch BLOB NOT NULL, sessions INTEGER NOT NULL);
                    CREATE TABLE site (
                        id TEXT PRIMARY KEY, name TEXT NOT NULL, time_zone TEXT NOT NULL,
                        curve_key TEXT NOT NULL UNIQUE, signing_key TEXT NOT NULL,
                        added_at INTEGER NOT NULL,
                        -- The first day from which records of it are expected.
                        expected_from INTEGER NOT NULL,
                        revoked_at INTEGER,
                        -- The site said everything that it wrote down up to here.
                        heard_until INTEGER,
                        program_version TEXT) WITHOUT ROWID;
                    CREATE TABLE administrator (
                        name TEXT PRIMARY KEY, curve_key TEXT NOT NULL UNIQUE, added_at INTEGER NOT NULL,
                        revoked_at INTEGER) WITHOUT ROWID;
                    CREATE TABLE log (
                        number INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES site, epoch BLOB NOT NULL,
                        origin BLOB NOT NULL, parent_epoch BLOB, parent_sequence INTEGER, parent_hash BLOB,
                        -- The high-water mark: compared and set in the transaction of the entries.
                        sequence INTEGER NOT NULL, hash BLOB NOT NULL,
                        UNIQUE (site, epoch));
                    CREATE TABLE entry (
                        log INTEGER NOT NULL, sequence INTEGER NOT NULL,
                        facts BLOB NOT NULL, nonce BLOB NOT NULL, personal BLOB NOT NULL, personal_digest BLOB,
                        hash BLOB NOT NULL,
                        PRIMARY KEY (log, sequence)) WITHOUT ROWID;
                    CREATE TABLE batch (
                        log INTEGER NOT NULL, last INTEGER NOT NULL, key_id BLOB NOT NULL, signature BLOB NOT NULL,
                        received_at INTEGER NOT NULL,
                        PRIMARY KEY (log, last)) WITHOUT ROWID;
                    CREATE TABLE feed (
                        sequence INTEGER PRIMARY KEY, appended_at INTEGER NOT NULL, kind TEXT NOT NULL,
                        subject BLOB NOT NULL, sites TEXT NOT NULL, payload TEXT NOT NULL);
                    CREATE INDEX feed_subject ON feed (subject, sequence);
                    CREATE TABLE digest (
                        month TEXT NOT NULL, revision INTEGER NOT NULL, closed_at INTEGER NOT NULL,
                        content TEXT NOT NULL, changes TEXT NOT NULL,
                        PRIMARY KEY (month, revision)) WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("2-own-log") { database in
            // Headquarters itself: its log is kept like any other's, but it is no branch.
            try database.execute(sql: "ALTER TABLE site ADD COLUMN is_own INTEGER NOT NULL DEFAULT 0")
        }
        migrator.registerMigration("4-backups") { database in
            try database.execute(
                sql: """
                    -- Backups that one may restore, and how far each log is in them.
                    CREATE TABLE backup (name TEXT PRIMARY KEY, made_at INTEGER NOT NULL) WITHOUT ROWID;
                    CREATE TABLE backup_mark (
                        backup TEXT NOT NULL REFERENCES backup ON DELETE CASCADE, site TEXT NOT NULL, epoch BLOB NOT NULL,
                        sequence INTEGER NOT NULL,
                        PRIMARY KEY (backup, site, epoch)) WITHOUT ROWID;
                    """)
        }
        try migrator.migrate(pool)
    }
}
