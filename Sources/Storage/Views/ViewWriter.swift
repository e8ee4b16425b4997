package import Foundation
package import GRDB
package import Records
package import struct Records.Record

/// Changes to the views within one transaction of the fold.
package struct ViewWriter {
    package let database: Database
    private let insertRecord: BoundStatement
    private let findAmendment: BoundStatement
    private let upsertCase: BoundStatement

    init(_ database: Database) throws {
        self.database = database
        insertRecord = try BoundStatement(
            database,
            """
            INSERT OR IGNORE INTO record (id, log, sequence, site, kind, occurred, recorded, received, month, case_id, token,
            text_key, content, clock_offset, target, retracted, correction_log, correction_sequence, correction_offset,
            sign)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        findAmendment = try BoundStatement(database, "SELECT 1 FROM record WHERE target = ? LIMIT 1")
        upsertCase = try BoundStatement(
            database,
            """
            INSERT OR REPLACE INTO case_view (id, site, made, category, grade, peak, state, summary, next_review, awaits_word,
            overdue) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
    }

    /// How far each log has been folded, and the clock offset in force there.
    package func cursors() throws -> [Int64: Cursor] { try Cursor.all(database) }

    package func move(_ log: Int64, to cursor: Cursor) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO folded VALUES (?, ?, ?)",
            arguments: [log, Int64(cursor.sequence.value), cursor.clockOffset.wholeMilliseconds])
    }

    /// Adds a record. False when one with the same id is there already; then see `existing`.
    package func insert(_ row: RecordRow) throws -> Bool {
        try insertRecord.run { bind in
            bind.bind(row.id.data)
            bind.bind(row.log)
            bind.bind(Int64(row.sequence.value))
            bind.bind(row.site.text)
            bind.bind(Int64(row.kind.rawValue))
            bind.bind(row.occurred.milliseconds)
            bind.bind(row.recorded.milliseconds)
            bind.bind(row.received.milliseconds)
            bind.bind(row.month)
            bind.bind(row.caseID?.data)
            bind.bind(row.token)
            bind.bind(row.textKey)
            bind.bind(row.content)
            bind.bind(row.clockOffset.wholeMilliseconds)
            bind.bind(row.target?.data)
            bind.bind(row.isRetracted ? 1 : 0)
            bind.bind(row.correction?.log)
            bind.bind(row.correction.map { Int64($0.sequence.value) })
            bind.bind(row.correction?.clockOffset.wholeMilliseconds)
            bind.bind(row.sign)
        } == 1
    }

    /// The record of that id.
    package func existing(_ id: RecordID) throws -> RecordRow? {
        try Row.fetchOne(database, sql: "SELECT * FROM record WHERE id = ?", arguments: [id.data]).map {
            try RecordRow($0)
        }
    }

    /// Puts a record in the place of the one with the same id.
    package func replace(_ row: RecordRow) throws {
        try database.execute(sql: "DELETE FROM record WHERE id = ?", arguments: [row.id.data])
        _ = try insert(row)
    }

    /// Whether a correction or retraction names the record.
    package func isAmended(_ id: RecordID) throws -> Bool {
        var isAmended = false
        try findAmendment.forEach({ $0.bind(id.data) }) { _ in
            isAmended = true
            return false
        }
        return isAmended
    }

    /// The corrections and retractions of a record.
    package func amendments(of id: RecordID) throws -> [RecordRow] {
        try Row.fetchAll(database, sql: "SELECT * FROM record WHERE target = ?", arguments: [id.data]).map {
            try RecordRow($0)
        }
    }

    /// Forgets the view of a case whose complaint does not count any more.
    package func removeCase(_ id: RecordID) throws {
        try database.execute(sql: "DELETE FROM case_view WHERE id = ?", arguments: [id.data])
    }

    package func noteConflict(_ id: RecordID, log: Int64, sequence: SequenceNumber) throws {
        try database.execute(
            sql: "INSERT OR IGNORE INTO conflict VALUES (?, ?, ?)", arguments: [id.data, log, Int64(sequence.value)])
    }

    package func noteUnreadable(log: Int64, sequence: SequenceNumber, reason: String) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO unreadable VALUES (?, ?, ?)", arguments: [log, Int64(sequence.value), reason])
    }

    package func noteSeal(_ seal: Seal, log: Int64, sequence: SequenceNumber, site: SiteID) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO seal VALUES (?, ?, ?, ?, ?)",
            arguments: [log, Int64(sequence.value), site.text, seal.until, seal.clockChecked])
    }

    /// Joins the exact keys that one record names.
    package func join(_ tokens: [Data]) throws -> KeyJoining {
        var customers: Set<Data> = []
        var unknown: [Data] = []
        for token in tokens {
            if let customer = try Data.fetchOne(
                database, sql: "SELECT customer FROM customer_token WHERE token = ?", arguments: [token])
            {
                customers.insert(customer)
            } else {
                unknown.append(token)
            }
        }
        let least = { (left: Data, right: Data) in left.lexicographicallyPrecedes(right) }
        guard let customer = (Array(customers) + unknown).min(by: least) else { return KeyJoining() }
        for token in unknown {
            try database.execute(sql: "INSERT INTO customer_token VALUES (?, ?)", arguments: [token, customer])
        }
        for other in customers where other != customer {
            try database.execute(
                sql: "UPDATE customer_token SET customer = ? WHERE customer = ?", arguments: [customer, other])
        }
        return KeyJoining(
            isMerged: customers.count > 1, isRenamed: customers.contains { $0 != customer }, newKeys: unknown)
    }

    package func write(_ row: CaseRow) throws {
        try upsertCase.run { bind in
            bind.bind(row.id.data)
            bind.bind(row.site.text)
            bind.bind(row.made.milliseconds)
            bind.bind(row.category)
            bind.bind(Int64(row.grade.rawValue))
            bind.bind(Int64(row.peak.rawValue))
            bind.bind(row.state)
            bind.bind(row.summary)
            bind.bind(row.nextReview?.milliseconds)
            bind.bind(row.awaitsWord?.milliseconds)
            bind.bind(row.isOverdue ? 1 : 0)
        }
    }
}

/// What joining the exact keys of a record changed.
package struct KeyJoining: Sendable, Equatable {
    /// Persons that were two before turned out to be one.
    package var isMerged = false
    /// Somebody has another name than before.
    package var isRenamed = false
    /// Keys that no record had named before.
    package var newKeys: [Data] = []
}

/// How far a log has been folded.
package struct Cursor: Sendable, Equatable {
    package var sequence: SequenceNumber
    /// Headquarters' clock minus the site's, by the last offset entry so far.
    package var clockOffset: Duration

    package init(sequence: SequenceNumber = .zero, clockOffset: Duration = .zero) {
        self.sequence = sequence
        self.clockOffset = clockOffset
    }

    static func all(_ database: Database) throws -> [Int64: Cursor] {
        var cursors: [Int64: Cursor] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT * FROM folded") {
            cursors[row["log"]] = Cursor(
                sequence: SequenceNumber(UInt64(row["sequence"] as Int64)),
                clockOffset: .milliseconds(row["clock_offset"] as Int64))
        }
        return cursors
    }
}
