import Foundation
import GRDB
package import Records

extension ViewWriter {
    /// Notes that texts came in which no grouping has seen; `replaceIssues` takes it back.
    package func noteUngrouped() throws {
        try database.execute(sql: "INSERT OR IGNORE INTO ungrouped VALUES ('texts')")
    }

    /// Replaces everything that is known of issues by this. What did not change is left as it is.
    package func replaceIssues(
        _ issues: [(issue: IssueRow, members: [IssueMemberRow])], windows: [IssueWindowRow], contexts: [CaseContextRow]
    ) throws {
        try database.execute(
            sql:
                "DELETE FROM ungrouped; DELETE FROM issue; DELETE FROM issue_member; DELETE FROM issue_window; DELETE FROM case_context;"
        )
        let member = try BoundStatement(database, "INSERT INTO issue_member VALUES (?, ?, ?, ?, ?, ?)")
        for (issue, members) in issues {
            try database.execute(
                sql: "INSERT INTO issue VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    issue.id.data, issue.title, issue.firstSeen.milliseconds, issue.lastSeen.milliseconds,
                    issue.occurrences, issue.complainants, issue.anonymous, issue.sites.joined(separator: "\u{1F}"),
                    issue.places.joined(separator: "\u{1F}"), issue.kinds.joined(separator: "\u{1F}"), issue.category,
                ])
            for row in members {
                try member.run { bind in
                    bind.bind(row.text.data)
                    bind.bind(row.record.data)
                    bind.bind(issue.id.data)
                    bind.bind(row.occurred.milliseconds)
                    bind.bind(row.reason)
                    bind.bind(Int64(row.score * 1000))
                }
            }
        }
        for window in windows {
            try database.execute(
                sql: "INSERT INTO issue_window VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    window.issue.data, window.start.milliseconds, window.until.milliseconds,
                    window.completed.milliseconds, window.latest.milliseconds, window.complainants, window.anonymous,
                    Data(window.records.flatMap(\.bytes)),
                ])
        }
        for context in contexts {
            try database.execute(
                sql: "INSERT INTO case_context VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    context.id.data, context.issue.data, context.window?.milliseconds, context.earlier?.data,
                    context.repeatKind,
                ])
        }
    }

    /// All contexts, by case.
    package func contexts() throws -> [RecordID: CaseContextRow] {
        var contexts: [RecordID: CaseContextRow] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT * FROM case_context") {
            guard let context = Self.context(row) else { continue }
            contexts[context.id] = context
        }
        return contexts
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

    /// Every hot window, by issue and start.
    package func windows() throws -> [IssueWindowRow] {
        try Row.fetchAll(database, sql: "SELECT * FROM issue_window ORDER BY issue, start").compactMap {
            IssueWindowRow($0)
        }
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
