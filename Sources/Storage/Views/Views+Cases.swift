import Foundation
package import GRDB
package import Records

/// Which cases a list has; every condition that is nil holds for all.
package struct CaseQuery: Sendable {
    package var grade: Grade?
    /// Where it was made, or who is responsible for it.
    package var site: String?
    package var categories: [String]?
    package var isOpen: Bool?
    package var isOverdue: Bool?
    /// Only these, at most as many as one statement takes (some ten thousand).
    package var ids: [RecordID]?
    package var limit: Int

    package init(
        grade: Grade? = nil, site: String? = nil, categories: [String]? = nil, isOpen: Bool? = nil,
        isOverdue: Bool? = nil, ids: [RecordID]? = nil, limit: Int
    ) {
        self.ids = ids
        self.grade = grade
        self.site = site
        self.categories = categories
        self.isOpen = isOpen
        self.isOverdue = isOverdue
        self.limit = limit
    }
}

extension Views {
    /// The cases that are wanted: open ones first, of these the overdue, the gravest, the oldest; then the newest.
    package static func cases(_ query: CaseQuery, _ database: Database) throws -> [RecordID] {
        var conditions = ["1"]
        var arguments: StatementArguments = []
        if let grade = query.grade {
            conditions.append("grade = ?")
            arguments += [grade.rawValue]
        }
        if let site = query.site {
            conditions.append(
                "(site = ? OR id IN (SELECT id FROM record WHERE record.id = case_view.id AND record.site = ?))")
            arguments += [site, site]
        }
        if let categories = query.categories {
            conditions.append("category IN (\(categories.map { _ in "?" }.joined(separator: ", ")))")
            arguments += StatementArguments(categories)
        }
        if let isOpen = query.isOpen { conditions.append(isOpen ? "state = 'open'" : "state <> 'open'") }
        if let isOverdue = query.isOverdue { conditions.append("overdue = \(isOverdue ? 1 : 0)") }
        if let ids = query.ids {
            conditions.append("id IN (\(ids.map { _ in "?" }.joined(separator: ", ")))")
            arguments += StatementArguments(ids.map(\.data))
        }
        arguments += [query.limit]
        return try Data.fetchAll(
            database,
            sql: """
                SELECT id FROM case_view WHERE \(conditions.joined(separator: " AND "))
                ORDER BY state <> 'open', overdue DESC, CASE state WHEN 'open' THEN -grade END,
                    CASE state WHEN 'open' THEN made ELSE -made END, id LIMIT ?
                """, arguments: arguments
        ).compactMap { RecordID(bytes: $0) }
    }

    /// The flags of a kind that stand, in the order of their time.
    package func standingFlags(of kind: String) throws -> [FlagRow] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM flag WHERE kind = ? AND withdrawn = 0 ORDER BY at, id", arguments: [kind]
            ).map { try FlagRow($0) }
        }
    }

    /// The case whose id begins so; nil when there is none or more than one.
    package func caseID(prefix: String) throws -> RecordID? {
        guard let (low, high) = Self.range(prefix) else { return nil }
        let found = try pool.read { database in
            try Data.fetchAll(
                database, sql: "SELECT id FROM case_view WHERE id BETWEEN ? AND ? LIMIT 2", arguments: [low, high])
        }
        return found.count == 1 ? RecordID(bytes: found[0]) : nil
    }
}
