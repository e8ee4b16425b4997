import GRDB

/// The tables of headquarters' durable file: everything that cannot be computed again.
enum RecordStoreSchema {
    static func migrate(_ writer: some DatabaseWriter) throws { try migrator.migrate(writer) }

    static var migrator: DatabaseMigrator {
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
        migrator.registerMigration("3-keys") { database in try database.execute(sql: Self.keys) }
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
        migrator.registerMigration("5-epochs") { database in
            try database.execute(
                sql: """
                    -- EpochRange.Cause, and the furthest entry that the site ever said it has.
                    ALTER TABLE log ADD COLUMN cause INTEGER NOT NULL DEFAULT 0;
                    ALTER TABLE log ADD COLUMN claimed INTEGER NOT NULL DEFAULT 0;
                    -- The sessions of each site that count at its next HELLO: tokens of 24 bytes each, joined.
                    CREATE TABLE session (
                        site TEXT PRIMARY KEY, confirmed BLOB, offered BLOB NOT NULL, given BLOB NOT NULL) WITHOUT ROWID;
                    -- Copies that were refused, by the token that they came with.
                    CREATE TABLE fence (
                        site TEXT NOT NULL, token BLOB NOT NULL, epoch BLOB NOT NULL, sequence INTEGER NOT NULL,
                        refused_at INTEGER NOT NULL,
                        -- FenceDecision.
                        decision INTEGER NOT NULL, decided_at INTEGER, decided_by TEXT,
                        PRIMARY KEY (site, token)) WITHOUT ROWID;
                    -- What happened to logs that a person must see. `site` is empty for headquarters itself.
                    CREATE TABLE incident (
                        number INTEGER PRIMARY KEY, site TEXT NOT NULL, kind INTEGER NOT NULL, epoch BLOB NOT NULL,
                        place_epoch BLOB NOT NULL, place_sequence INTEGER NOT NULL, count INTEGER NOT NULL,
                        noted_at INTEGER NOT NULL,
                        UNIQUE (site, kind, epoch, place_epoch));
                    -- Epochs of headquarters that are over.
                    CREATE TABLE headquarters_epoch (epoch BLOB PRIMARY KEY, ended_at INTEGER NOT NULL) WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("6-lost") { database in
            try database.execute(
                sql: """
                    -- Entries of which their site sent the hash only, as their bytes were damaged there.
                    CREATE TABLE lost (
                        log INTEGER NOT NULL, sequence INTEGER NOT NULL, received_at INTEGER NOT NULL,
                        PRIMARY KEY (log, sequence)) WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("7-outboxes") { database in try database.execute(sql: Self.outboxes) }
        migrator.registerMigration("8-erasures") { database in
            try database.execute(
                sql: """
                    -- Entries whose personal part is gone, and the erasure that took it.
                    CREATE TABLE erased (
                        log INTEGER NOT NULL, sequence INTEGER NOT NULL, erasure BLOB NOT NULL,
                        PRIMARY KEY (log, sequence)) WITHOUT ROWID;
                    -- Erasures that were carried out on everything that was here: a backup from before knows nothing of them.
                    CREATE TABLE erasure (id BLOB PRIMARY KEY) WITHOUT ROWID;
                    """)
        }
        return migrator
    }

    /// Keys get a table of their own, as a site has none before it enrols and two while they are changed.
    private static let keys = """
        CREATE TABLE site_key (
            site TEXT NOT NULL REFERENCES site, curve_key TEXT NOT NULL UNIQUE, signing_key TEXT NOT NULL,
            added_at INTEGER NOT NULL,
            -- The entry of the log that brought it; NULL where a person or a code registered it.
            since_epoch BLOB, since_sequence INTEGER,
            -- When a session was opened with it first.
            used_at INTEGER,
            -- From here on it is refused.
            retired_at INTEGER);
        CREATE INDEX site_key_site ON site_key (site);
        INSERT INTO site_key (site, curve_key, signing_key, added_at)
            SELECT id, curve_key, signing_key, added_at FROM site;
        CREATE TABLE site_without_keys (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, time_zone TEXT NOT NULL, added_at INTEGER NOT NULL,
            -- The first day from which records of it are expected.
            expected_from INTEGER NOT NULL,
            revoked_at INTEGER,
            -- The site said everything that it wrote down up to here.
            heard_until INTEGER,
            program_version TEXT,
            -- Somebody asked it to make new keys, and it has not yet.
            renewal_asked_at INTEGER,
            -- The serial number of headquarters' pins that it keeps.
            pins_kept INTEGER NOT NULL DEFAULT 0,
            -- Headquarters itself: its log is kept like any other's, but it is no branch.
            is_own INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        INSERT INTO site_without_keys
            SELECT id, name, time_zone, added_at, expected_from, revoked_at, heard_until, program_version, NULL, 0, is_own
            FROM site;
        DROP TABLE site;
        ALTER TABLE site_without_keys RENAME TO site;
        CREATE TABLE enrolment (
            -- SHA256 of the code's secret, which is kept nowhere else.
            secret_digest BLOB PRIMARY KEY, site TEXT NOT NULL REFERENCES site,
            made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
            -- The keys that used it.
            used_at INTEGER, curve_key TEXT, signing_key TEXT) WITHOUT ROWID;
        ALTER TABLE administrator ADD COLUMN rights TEXT NOT NULL DEFAULT 'full';
        CREATE TABLE site_life (
            site TEXT NOT NULL REFERENCES site, since INTEGER NOT NULL,
            -- 'expected', 'paused' or 'retired'.
            state TEXT NOT NULL,
            noted_at INTEGER NOT NULL, noted_by TEXT NOT NULL, reason TEXT NOT NULL);
        CREATE INDEX site_life_site ON site_life (site, since);
        -- How headquarters is reached, as it was told to the sites: the newest row is in force.
        CREATE TABLE pins (serial INTEGER PRIMARY KEY, content BLOB NOT NULL, made_at INTEGER NOT NULL);
        """

    /// What is handed on to each site. An entry names a record that is stored here: its bytes are there, once.
    private static let outboxes = """
        CREATE TABLE outbox (
            -- The highest of a site is its outbox; those before it say what it was handed once.
            number INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES site, epoch BLOB NOT NULL UNIQUE,
            origin BLOB NOT NULL, sequence INTEGER NOT NULL, hash BLOB NOT NULL,
            -- The epoch of the site's own log that it was begun for.
            log_epoch BLOB NOT NULL,
            acknowledged INTEGER NOT NULL);
        CREATE INDEX outbox_site ON outbox (site, number);
        CREATE TABLE outbox_entry (
            outbox INTEGER NOT NULL, sequence INTEGER NOT NULL, record BLOB NOT NULL,
            log INTEGER NOT NULL, place INTEGER NOT NULL, reason INTEGER NOT NULL, hash BLOB NOT NULL,
            PRIMARY KEY (outbox, sequence)) WITHOUT ROWID;
        CREATE UNIQUE INDEX outbox_record ON outbox_entry (record, outbox);
        """
}
