import Foundation
package import GRDB
package import Records

/// Which records are looked through; every condition that is nil holds for all.
package struct WordSearch: Sendable {
    /// What the index is asked, in FTS5's language.
    package var expression: String
    package var site: String?
    package var kinds: [RecordRow.Kind]?
    package var since: Timestamp?
    /// Excluded.
    package var until: Timestamp?

    package init(
        expression: String, site: String? = nil, kinds: [RecordRow.Kind]? = nil, since: Timestamp? = nil,
        until: Timestamp? = nil
    ) {
        self.expression = expression
        self.site = site
        self.kinds = kinds
        self.since = since
        self.until = until
    }
}

extension Views {
    /// Calls `body` with each record that the index knows for it and its words, the latest first, until it returns false.
    package static func forEachFound(
        _ search: WordSearch, _ database: Database, _ body: (RecordRow, String) throws -> Bool
    ) throws {
        var conditions = ["term MATCH ?", "record.retracted = 0"]
        var arguments: StatementArguments = [search.expression]
        if let site = search.site {
            conditions.append("record.site = ?")
            arguments += [site]
        }
        if let kinds = search.kinds {
            conditions.append("record.kind IN (\(kinds.map { _ in "?" }.joined(separator: ", ")))")
            arguments += StatementArguments(kinds.map(\.rawValue))
        }
        if let since = search.since {
            conditions.append("record.occurred >= ?")
            arguments += [since.milliseconds]
        }
        if let until = search.until {
            conditions.append("record.occurred < ?")
            arguments += [until.milliseconds]
        }
        // Only places are put in order; texts are read one after the other, as far as they are wanted.
        let places = try Int64.fetchCursor(
            database,
            sql: """
                SELECT searched_text.place FROM term
                JOIN searched_text ON searched_text.place = term.rowid JOIN record ON record.id = searched_text.id
                WHERE \(conditions.joined(separator: " AND "))
                ORDER BY record.occurred DESC, record.id
                """, arguments: arguments)
        while let place = try places.next() {
            let found = try Row.fetchOne(
                database,
                sql: """
                    SELECT record.*, searched_text.words FROM searched_text JOIN record ON record.id = searched_text.id
                    WHERE place = ?
                    """, arguments: [place])
            guard let found else { continue }
            guard try body(try RecordRow(found), found["words"]) else { return }
        }
    }

    /// How far each log can be searched.
    package func searched() throws -> [Int64: SequenceNumber] { try pool.read { try Self.searched($0) } }

    /// Whether words that were erased may be in pages of the index.
    package func isUnscrubbed() throws -> Bool { try pool.read { try Self.isUnscrubbed($0) } }

    /// The issue that one of these texts belongs to; the least where they belong to several.
    package static func issue(ofTexts texts: [RecordID], _ database: Database) throws -> RecordID? {
        let found = try texts.compactMap { text in
            try Data.fetchOne(database, sql: "SELECT issue FROM issue_member WHERE text = ?", arguments: [text.data])
        }
        return found.compactMap { RecordID(bytes: $0) }.min()
    }

    static func searched(_ database: Database) throws -> [Int64: SequenceNumber] {
        var searched: [Int64: SequenceNumber] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT * FROM searched") {
            searched[row["log"]] = SequenceNumber(UInt64(row["sequence"] as Int64))
        }
        return searched
    }

    static func isUnscrubbed(_ database: Database) throws -> Bool {
        try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM unscrubbed)") ?? false
    }
}
