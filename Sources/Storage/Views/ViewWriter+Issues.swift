import Foundation
import GRDB
package import Records

extension ViewWriter {
    /// Notes that texts came in which no grouping has seen.
    package func noteUngrouped() throws {
        try database.execute(sql: "INSERT OR IGNORE INTO ungrouped VALUES ('texts')")
    }

    /// Notes that a grouping is written down. Nothing changes unless it saw every text.
    package func noteGrouped(isComplete: Bool) throws {
        if isComplete { try database.execute(sql: "DELETE FROM ungrouped") }
    }

    /// Removes everything that is known of these issues, and writes others down with their members.
    package func replace(
        _ removed: [RecordID], by issues: [(issue: IssueRow, members: [IssueMemberRow])]
    ) throws {
        for table in ["issue_member", "issue_window", "case_context"] {
            let delete = try BoundStatement(database, "DELETE FROM \(table) WHERE issue = ?")
            for id in removed { try delete.run { $0.bind(id.data) } }
        }
        let delete = try BoundStatement(database, "DELETE FROM issue WHERE id = ?")
        for id in removed { try delete.run { $0.bind(id.data) } }
        let member = try BoundStatement(database, Self.putMember)
        for (issue, members) in issues {
            try put(issue)
            for row in members { try member.run { Self.bind(row, of: issue.id, &$0) } }
        }
    }

    /// Writes an issue down, in the place of what was known of it.
    package func put(_ issue: IssueRow) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO issue VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                issue.id.data, issue.title, issue.firstSeen.milliseconds, issue.lastSeen.milliseconds,
                issue.occurrences, issue.complainants, issue.anonymous, issue.sites.joined(separator: "\u{1F}"),
                issue.places.joined(separator: "\u{1F}"), issue.kinds.joined(separator: "\u{1F}"), issue.category,
            ])
    }

    /// Writes down that a text belongs to an issue, and to no other.
    package func put(_ row: IssueMemberRow, of issue: RecordID) throws {
        try BoundStatement(database, Self.putMember).run { Self.bind(row, of: issue, &$0) }
    }

    private static let putMember = "INSERT OR REPLACE INTO issue_member VALUES (?, ?, ?, ?, ?, ?)"

    private static func bind(_ row: IssueMemberRow, of issue: RecordID, _ bind: inout BoundStatement.Binder) {
        bind.bind(row.text.data)
        bind.bind(row.record.data)
        bind.bind(issue.data)
        bind.bind(row.occurred.milliseconds)
        bind.bind(row.reason)
        bind.bind(Int64(row.score * 1000))
    }

    /// Writes down that an issue satisfied the hot rule.
    package func put(_ window: IssueWindowRow) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO issue_window VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                window.issue.data, window.start.milliseconds, window.until.milliseconds,
                window.completed.milliseconds, window.latest.milliseconds, window.complainants, window.anonymous,
                Data(window.records.flatMap(\.bytes)),
            ])
    }

    /// Writes down what other complaints make of a complaint.
    package func put(_ context: CaseContextRow) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO case_context VALUES (?, ?, ?, ?, ?)",
            arguments: [
                context.id.data, context.issue.data, context.window?.milliseconds, context.earlier?.data,
                context.repeatKind,
            ])
    }

    /// An issue as it is written down.
    package func issue(_ id: RecordID) throws -> IssueRow? {
        try Row.fetchOne(database, sql: "SELECT * FROM issue WHERE id = ?", arguments: [id.data]).map {
            try IssueRow($0)
        }
    }

    /// The texts of an issue in a stretch of time, both ends included, in the order of their time.
    package func members(
        of issue: RecordID, from: Timestamp, until: Timestamp, limit: Int
    ) throws -> [IssueMemberRow] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM issue_member WHERE issue = ? AND occurred BETWEEN ? AND ? ORDER BY occurred, text LIMIT ?
                """, arguments: [issue.data, from.milliseconds, until.milliseconds, limit]
        ).compactMap { IssueMemberRow($0) }
    }

    /// What is known of the complaints of these issues, by case.
    package func contexts(of issues: [RecordID]) throws -> [RecordID: CaseContextRow] {
        var contexts: [RecordID: CaseContextRow] = [:]
        let statement = try database.cachedStatement(sql: "SELECT * FROM case_context WHERE issue = ?")
        for issue in issues {
            for row in try Row.fetchAll(statement, arguments: [issue.data]) {
                guard let context = Self.context(row) else { continue }
                contexts[context.id] = context
            }
        }
        return contexts
    }

    /// The hot windows of these issues.
    package func windows(of issues: [RecordID]) throws -> [IssueWindowRow] {
        let statement = try database.cachedStatement(sql: "SELECT * FROM issue_window WHERE issue = ? ORDER BY start")
        return try issues.flatMap { issue in
            try Row.fetchAll(statement, arguments: [issue.data]).compactMap { IssueWindowRow($0) }
        }
    }

    /// What other complaints make of a complaint; nil when it stands alone.
    package func context(of id: RecordID) throws -> CaseContextRow? {
        try Row.fetchOne(database, sql: "SELECT * FROM case_context WHERE id = ?", arguments: [id.data])
            .flatMap(Self.context)
    }

    /// The hot window of an issue that starts there.
    package func window(of issue: RecordID, start: Timestamp) throws -> IssueWindowRow? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM issue_window WHERE issue = ? AND start = ?",
            arguments: [issue.data, start.milliseconds]
        ).flatMap { IssueWindowRow($0) }
    }

    private static func context(_ row: Row) -> CaseContextRow? {
        guard let id = RecordID(bytes: row["id"] as Data), let issue = RecordID(bytes: row["issue"] as Data) else {
            return nil
        }
        return CaseContextRow(
            id: id, issue: issue, window: (row["window"] as Int64?).map { Timestamp(milliseconds: $0) },
            earlier: (row["earlier"] as Data?).flatMap { RecordID(bytes: $0) }, repeatKind: row["repeat_kind"])
    }
}

extension IssueWindowRow {
    init?(_ row: Row) {
        guard let issue = RecordID(bytes: row["issue"] as Data) else { return nil }
        let bytes = Array(row["records"] as Data)
        let records = stride(from: 0, to: bytes.count - bytes.count % 16, by: 16).compactMap {
            RecordID(bytes: bytes[$0..<$0 + 16])
        }
        self.init(
            issue: issue, start: Timestamp(milliseconds: row["start"]), until: Timestamp(milliseconds: row["until"]),
            completed: Timestamp(milliseconds: row["completed"]), latest: Timestamp(milliseconds: row["latest"]),
            complainants: row["complainants"], anonymous: row["anonymous"], records: records)
    }
}

extension IssueMemberRow {
    init?(_ row: Row) {
        guard let text = RecordID(bytes: row["text"] as Data), let record = RecordID(bytes: row["record"] as Data)
        else { return nil }
        self.init(
            text: text, record: record, occurred: Timestamp(milliseconds: row["occurred"]), reason: row["reason"],
            score: Double(row["score"] as Int64) / 1000)
    }
}
