import GRDB

/// The tables of the views: everything here follows from the record store and can be dropped.
enum ViewsSchema {
    /// Raised with every change of these tables or of what is written into them: views of another version are computed anew.
    static let version = 9

    static let tables = """
        -- The version of the handbook that everything here was judged by; one row at the most.
        CREATE TABLE judged_by (handbook TEXT NOT NULL);
        CREATE TABLE folded (
            log INTEGER PRIMARY KEY,
            -- Everything up to here counts once; moved in the transaction that counts it.
            sequence INTEGER NOT NULL,
            -- Headquarters' clock minus the site's, by the last offset entry before `sequence`, in milliseconds.
            clock_offset INTEGER NOT NULL);
        CREATE TABLE record (
            id BLOB PRIMARY KEY, log INTEGER NOT NULL, sequence INTEGER NOT NULL, site TEXT NOT NULL,
            kind INTEGER NOT NULL,
            -- Corrected times, in milliseconds.
            occurred INTEGER NOT NULL, recorded INTEGER NOT NULL, received INTEGER NOT NULL,
            -- Of `occurred`, in the organisation's zone: year * 12 + month - 1.
            month INTEGER NOT NULL,
            -- The complaint that it belongs to; its own id for a complaint.
            case_id BLOB,
            -- The first exact key of the customer.
            token BLOB,
            -- Of a complaint: a digest of its words, for the same complaint made twice.
            text_key INTEGER,
            content BLOB NOT NULL,
            -- Headquarters' clock minus the site's when it was written down, in milliseconds.
            clock_offset INTEGER NOT NULL,
            -- The record that it corrects or retracts.
            target BLOB,
            -- Somebody with the authority said that it does not count.
            retracted INTEGER NOT NULL,
            -- Where the correction stands whose content it has; the other columns follow from that content.
            correction_log INTEGER, correction_sequence INTEGER, correction_offset INTEGER,
            -- What it says of how a customer stands; null for a record that says nothing.
            sign INTEGER) WITHOUT ROWID;
        CREATE INDEX record_target ON record (target) WHERE target IS NOT NULL;
        -- With all that the study of customers asks for, so that it reads nothing else.
        CREATE INDEX record_token ON record (token, occurred, recorded, log, sequence, sign, retracted) WHERE token IS NOT NULL;
        CREATE INDEX record_case ON record (case_id) WHERE case_id IS NOT NULL;
        CREATE INDEX record_month ON record (month, kind);
        -- What headquarters decided and what became of it: few among many.
        CREATE INDEX record_rare ON record (kind) WHERE kind >= 11;
        CREATE INDEX record_text ON record (text_key) WHERE text_key IS NOT NULL;
        -- The same record id with other content.
        CREATE TABLE conflict (
            id BLOB NOT NULL, log INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (id, log, sequence)) WITHOUT ROWID;
        -- Entries that this version cannot read; tried again when the views are computed anew.
        CREATE TABLE unreadable (
            log INTEGER NOT NULL, sequence INTEGER NOT NULL, reason TEXT NOT NULL,
            PRIMARY KEY (log, sequence)) WITHOUT ROWID;
        -- Entries that came without their personal part, which no erasure accounts for.
        CREATE TABLE withheld (
            log INTEGER NOT NULL, sequence INTEGER NOT NULL, id BLOB NOT NULL, site TEXT NOT NULL,
            month INTEGER NOT NULL, PRIMARY KEY (log, sequence)) WITHOUT ROWID;
        -- Exact keys; those of one person share the customer, which is the least of its tokens.
        CREATE TABLE customer_token (token BLOB PRIMARY KEY, customer BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX customer_tokens ON customer_token (customer);
        -- Customers by exact keys whom people said to be one with others: who they are then, the least of them.
        CREATE TABLE customer_link (exact BLOB PRIMARY KEY, customer BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX customer_links ON customer_link (customer);
        CREATE TABLE seal (
            log INTEGER NOT NULL, sequence INTEGER NOT NULL, site TEXT NOT NULL, until INTEGER NOT NULL,
            clock_checked INTEGER NOT NULL, PRIMARY KEY (log, sequence)) WITHOUT ROWID;
        CREATE INDEX seal_site ON seal (site, until);
        CREATE TABLE case_view (
            id BLOB PRIMARY KEY, site TEXT NOT NULL, made INTEGER NOT NULL, category TEXT NOT NULL,
            grade INTEGER NOT NULL, peak INTEGER NOT NULL, state TEXT NOT NULL,
            -- Everything else that the rules said, as text, so that equal views are seen to be equal.
            summary TEXT NOT NULL,
            -- The next moment at which it changes by time alone.
            next_review INTEGER,
            -- It changes when the site was heard up to here.
            awaits_word INTEGER,
            -- Open, and a limit or an age passed.
            overdue INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX case_review ON case_view (next_review) WHERE next_review IS NOT NULL;
        CREATE INDEX case_word ON case_view (site, awaits_word) WHERE awaits_word IS NOT NULL;
        -- The sites that work together in a case.
        CREATE TABLE case_site (site TEXT NOT NULL, case_id BLOB NOT NULL, PRIMARY KEY (site, case_id)) WITHOUT ROWID;
        CREATE INDEX case_sites ON case_site (case_id);
        -- Texts came in that were not grouped yet.
        CREATE TABLE ungrouped (reason TEXT PRIMARY KEY) WITHOUT ROWID;
        -- Months of which something came in that no digest was compared with yet.
        CREATE TABLE unrevised (month INTEGER PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE issue (
            id BLOB PRIMARY KEY, title TEXT NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
            occurrences INTEGER NOT NULL, complainants INTEGER NOT NULL, anonymous INTEGER NOT NULL,
            sites TEXT NOT NULL, places TEXT NOT NULL, kinds TEXT NOT NULL, category TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX issue_seen ON issue (last_seen);
        CREATE TABLE issue_member (
            -- A complaint, or a visit's problem; `record` is the record that it stands in.
            text BLOB PRIMARY KEY, record BLOB NOT NULL, issue BLOB NOT NULL, occurred INTEGER NOT NULL,
            reason TEXT NOT NULL,
            -- Thousandths.
            score INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX issue_members ON issue_member (issue, occurred);
        -- The stretches of time in which an issue satisfied the hot rule.
        CREATE TABLE issue_window (
            issue BLOB NOT NULL, start INTEGER NOT NULL, until INTEGER NOT NULL, completed INTEGER NOT NULL,
            latest INTEGER NOT NULL, complainants INTEGER NOT NULL, anonymous INTEGER NOT NULL,
            -- The ids of the complaints, 16 bytes each, in the order of time.
            records BLOB NOT NULL, PRIMARY KEY (issue, start)) WITHOUT ROWID;
        -- What other complaints make of this one.
        CREATE TABLE case_context (
            id BLOB PRIMARY KEY, issue BLOB NOT NULL, window INTEGER, earlier BLOB, repeat_kind TEXT) WITHOUT ROWID;
        CREATE INDEX case_context_issue ON case_context (issue);
        CREATE TABLE flag (
            id BLOB PRIMARY KEY, subject BLOB NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
            -- Space-separated site ids.
            sites TEXT NOT NULL, payload TEXT NOT NULL, withdrawn INTEGER NOT NULL,
            -- Whether the feed says so already.
            announced INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX flag_subject ON flag (subject);
        CREATE INDEX flag_news ON flag (announced) WHERE announced = 0;
        CREATE INDEX flag_time ON flag (at);
        -- How far each log can be searched: behind `folded`, as nobody's flags wait for it.
        CREATE TABLE searched (log INTEGER PRIMARY KEY, sequence INTEGER NOT NULL);
        -- Words of records as they are searched; `place` says where the record stands, see `RecordRow.Place.number`.
        CREATE TABLE searched_text (place INTEGER PRIMARY KEY, id BLOB NOT NULL, words TEXT NOT NULL);
        -- The terms of `searched_text`, by `place`. What is taken out of it stands there until it is merged.
        CREATE VIRTUAL TABLE term USING fts5 (terms, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
        CREATE VIRTUAL TABLE term_count USING fts5vocab (term, row);
        -- Terms of words that were erased are still in pages of the index.
        CREATE TABLE unscrubbed (reason TEXT PRIMARY KEY) WITHOUT ROWID;
        """

    /// Makes the tables, or drops and makes them anew when they are of another version.
    static func prepare(_ database: Database) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found != version else { return }
        guard
            try Bool.fetchOne(database, sql: "SELECT COUNT(*) > 0 FROM pragma_module_list WHERE name = 'fts5'") == true
        else {
            throw DatabaseError(
                message:
                    "this SQLite library has no FTS5, which searching needs; install one that has, such as Debian's")
        }
        try drop(database)
        try database.execute(sql: tables)
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }

    static func drop(_ database: Database) throws {
        // The index first: its own tables go with it.
        for name in try tableNames(database, of: "virtual") + tableNames(database) {
            try database.execute(sql: "DROP TABLE \(name)")
        }
    }

    /// - Parameter type: `table`; `virtual` of an index and what shows it.
    static func tableNames(_ database: Database, of type: String = "table") throws -> [String] {
        try String.fetchAll(
            database,
            sql: """
                SELECT name FROM pragma_table_list
                WHERE schema = 'main' AND type = ? AND name NOT LIKE 'sqlite_%' ORDER BY name
                """, arguments: [type])
    }
}
