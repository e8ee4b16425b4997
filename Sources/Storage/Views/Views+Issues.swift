import Foundation
import GRDB
package import Records

/// What is asked about issues, their texts and what people decided of them.
extension Views {
    /// The issues, the most recently seen first.
    package func issues(limit: Int) throws -> [IssueRow] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM issue ORDER BY last_seen DESC, id LIMIT ?", arguments: [limit]
            )
            .map { try IssueRow($0) }
        }
    }

    /// The identities of all issues.
    package func issueIDs() throws -> [RecordID] {
        try pool.read { database in
            try Data.fetchAll(database, sql: "SELECT id FROM issue ORDER BY id").compactMap { RecordID(bytes: $0) }
        }
    }

    /// The issues of which a member occurred in that stretch of time.
    package func issues(in range: Range<Timestamp>) throws -> [IssueRow] {
        try pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM issue WHERE id IN
                    (SELECT issue FROM issue_member WHERE occurred >= ? AND occurred < ?) ORDER BY id
                    """, arguments: [range.lowerBound.milliseconds, range.upperBound.milliseconds]
            ).map { try IssueRow($0) }
        }
    }

    /// An issue whose id begins with `prefix`; nil when there is none or more than one.
    package func issue(prefix: String) throws -> IssueRow? {
        let wanted = prefix.lowercased()
        return try pool.read { database in
            let ids = try Data.fetchAll(database, sql: "SELECT id FROM issue").filter { data in
                RecordID(bytes: data)?.description.hasPrefix(wanted) ?? false
            }
            guard ids.count == 1, let id = ids.first else { return nil }
            return try Row.fetchOne(database, sql: "SELECT * FROM issue WHERE id = ?", arguments: [id])
                .map { try IssueRow($0) }
        }
    }

    /// The issue of each record that stands in one with a text of that stretch of time.
    package func issueAssignments(in range: Range<Timestamp>) throws -> [RecordID: RecordID] {
        try pool.read { database in
            var assignments: [RecordID: RecordID] = [:]
            let rows = try Row.fetchCursor(
                database, sql: "SELECT record, issue FROM issue_member WHERE occurred >= ? AND occurred < ?",
                arguments: [range.lowerBound.milliseconds, range.upperBound.milliseconds])
            while let row = try rows.next() {
                guard let record = RecordID(bytes: row["record"] as Data),
                    let issue = RecordID(bytes: row["issue"] as Data)
                else { continue }
                assignments[record] = issue
            }
            return assignments
        }
    }

    /// The texts of an issue in the order of their time.
    package func members(of issue: RecordID) throws -> [IssueMemberRow] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM issue_member WHERE issue = ? ORDER BY occurred, text",
                arguments: [issue.data]
            ).compactMap { IssueMemberRow($0) }
        }
    }

    /// The hot windows of an issue, the earliest first.
    package func windows(of issue: RecordID) throws -> [IssueWindowRow] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM issue_window WHERE issue = ? ORDER BY start", arguments: [issue.data]
            ).compactMap { IssueWindowRow($0) }
        }
    }

    /// Whether texts came in that no grouping has seen.
    package func hasUngrouped() throws -> Bool {
        try pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM ungrouped") ?? 0 } > 0
    }

    /// What people decided about issues, in any order.
    package func issueDecisionRows() throws -> [RecordRow] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM record WHERE kind = ?",
                arguments: [RecordRow.Kind.issueDecision.rawValue]
            ).map { try RecordRow($0) }
        }
    }

    /// The issue that a text belongs to, or that has this name itself; nil when there is none.
    package func issue(ofText text: RecordID) throws -> RecordID? {
        try pool.read { database in
            try Data.fetchOne(
                database,
                sql:
                    "SELECT issue FROM issue_member WHERE text = ? UNION ALL SELECT id FROM issue WHERE id = ? LIMIT 1",
                arguments: [text.data, text.data])
        }.flatMap { RecordID(bytes: $0) }
    }

    /// The complaint, visit or problem whose id begins with `prefix`; nil when there is none or more than one.
    package func textID(prefix: String) throws -> RecordID? {
        guard let (first, last) = RecordID.range(prefix: prefix) else { return nil }
        return try pool.read { database in
            let found = try Data.fetchAll(
                database,
                sql: """
                    SELECT id FROM record WHERE id BETWEEN ?1 AND ?2 AND kind IN (1, 2)
                    UNION SELECT text FROM issue_member WHERE text BETWEEN ?1 AND ?2 LIMIT 2
                    """, arguments: [first.data, last.data])
            return found.count == 1 ? found.first.flatMap { RecordID(bytes: $0) } : nil
        }
    }

    /// Complaints and visits, the newest first: the records whose texts may belong to an issue.
    package func textRows(limit: Int) throws -> [RecordRow] {
        try pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM record WHERE kind IN (1, 2) AND retracted = 0 ORDER BY occurred DESC, id LIMIT ?
                    """,
                arguments: [limit]
            ).map { try RecordRow($0) }
        }
    }
}
