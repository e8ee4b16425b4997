import Foundation
package import GRDB
package import Records

extension Views {
    /// How far each log has been folded.
    package func cursors() throws -> [Int64: Cursor] { try pool.read { try Cursor.all($0) } }

    /// The rows of a case that count: the complaint, its steps, and the visits that follow it up.
    package static func rows(ofCase id: RecordID, _ database: Database) throws -> [RecordRow] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM record WHERE case_id = ? AND retracted = 0", arguments: [id.data]
        )
        .map { try RecordRow($0) }
    }

    /// The records of one kind that occurred in a month, by id.
    package func rows(of kind: RecordRow.Kind, in month: Month) throws -> [RecordRow] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM record WHERE month = ? AND kind = ? AND retracted = 0 ORDER BY id",
                arguments: [month.index, kind.rawValue]
            ).map { try RecordRow($0) }
        }
    }

    /// All records of a month that count, by id.
    package func rows(in month: Month) throws -> [RecordRow] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM record WHERE month = ? AND retracted = 0 ORDER BY id",
                arguments: [month.index]
            )
            .map { try RecordRow($0) }
        }
    }

    /// A record's row; nil when it is not here.
    package func row(_ id: RecordID) throws -> RecordRow? {
        try pool.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM record WHERE id = ?", arguments: [id.data]).map {
                try RecordRow($0)
            }
        }
    }

    /// Flags dated into that stretch of time.
    package func flags(in range: Range<Timestamp>) throws -> [FlagRow] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM flag WHERE at >= ? AND at < ? ORDER BY at, id",
                arguments: [range.lowerBound.milliseconds, range.upperBound.milliseconds]
            ).map { try FlagRow($0) }
        }
    }

    /// For each site, the latest moment up to which it sealed its log, and the seal's place.
    package func seals(of site: SiteID) throws -> [(
        until: Timestamp, clockChecked: Bool, log: Int64, sequence: SequenceNumber
    )] {
        try pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM seal WHERE site = ? ORDER BY until", arguments: [site.text])
                .map {
                    (
                        Timestamp(milliseconds: $0["until"]), $0["clock_checked"], $0["log"],
                        SequenceNumber(UInt64($0["sequence"] as Int64))
                    )
                }
        }
    }

    /// What was decided to be done, in any order.
    package func actionRows() throws -> [RecordRow] { try rows(of: .action) }

    /// What was said of how far action items are, in any order.
    package func progressRows() throws -> [RecordRow] { try rows(of: .progress) }

    /// Of a kind that is rare enough to have an index.
    private func rows(of kind: RecordRow.Kind) throws -> [RecordRow] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM record WHERE kind >= 11 AND kind = ?", arguments: [kind.rawValue]
            ).map { try RecordRow($0) }
        }
    }

    /// For each branch the days on which it wrote anything about: days since 1970 of local time.
    /// - Parameter offset: of local time from UTC, in milliseconds.
    package func activeDays(in range: Range<Timestamp>, offset: Int64) throws -> [String: Set<Int>] {
        try pool.read { database in
            var days: [String: Set<Int>] = [:]
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT DISTINCT site, (occurred + ?) / 86400000 FROM record
                    WHERE occurred >= ? AND occurred < ? AND site <> ?
                    """,
                arguments: [
                    offset, range.lowerBound.milliseconds, range.upperBound.milliseconds, SiteID.headquarters.text,
                ])
            while let row = try rows.next() { days[row[0], default: []].insert(row[1]) }
            return days
        }
    }

    /// When each site's latest record was written down.
    package func latestRecorded() throws -> [SiteID: Timestamp] {
        try pool.read { database in
            var latest: [SiteID: Timestamp] = [:]
            for row in try Row.fetchAll(
                database, sql: "SELECT site, MAX(recorded) AS recorded FROM record GROUP BY site")
            {
                latest[try SiteID(row["site"])] = Timestamp(milliseconds: row["recorded"])
            }
            return latest
        }
    }

    /// One case as it stands; nil when its complaint has not arrived.
    package func caseRow(_ id: RecordID) throws -> CaseRow? {
        try pool.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM case_view WHERE id = ?", arguments: [id.data]).map {
                try CaseRow($0)
            }
        }
    }

    /// Cases that change by time alone up to `now`, the most urgent first.
    package func casesDue(at now: Timestamp, limit: Int) throws -> [RecordID] {
        try pool.read { database in
            try Data.fetchAll(
                database, sql: "SELECT id FROM case_view WHERE next_review <= ? ORDER BY next_review LIMIT ?",
                arguments: [now.milliseconds, limit]
            ).compactMap { RecordID(bytes: $0) }
        }
    }

    /// Cases that change because their site was heard up to `until`.
    package func casesAwaitingWord(of site: SiteID, until: Timestamp, limit: Int) throws -> [RecordID] {
        try pool.read { database in
            try Data.fetchAll(
                database,
                sql: "SELECT id FROM case_view WHERE site = ? AND awaits_word <= ? ORDER BY awaits_word LIMIT ?",
                arguments: [site.text, until.milliseconds, limit]
            ).compactMap { RecordID(bytes: $0) }
        }
    }

    /// The next moment at which some case changes by time alone.
    package func nextReview() throws -> Timestamp? {
        try pool.read { database in
            try Int64.fetchOne(database, sql: "SELECT MIN(next_review) FROM case_view").map {
                Timestamp(milliseconds: $0)
            }
        }
    }

    /// Earlier complaints in the same words, in the order of time, with the exact key of who made them.
    package func complaints(withTextKey key: Int64) throws -> [RecordRow] {
        try pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM record WHERE text_key = ? AND retracted = 0
                    ORDER BY occurred, recorded, site, log, sequence
                    """,
                arguments: [key]
            ).map { try RecordRow($0) }
        }
    }

    /// How many entries of each log were stored whole and could not be read.
    package func unreadable() throws -> [Int64: Int] {
        try pool.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT log, COUNT(*) AS count FROM unreadable GROUP BY log")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["log"], $0["count"]) })
        }
    }

    /// Consecutive entries of a log that cannot be read for one reason.
    package struct UnreadableRange: Sendable {
        package var first: SequenceNumber
        package var last: SequenceNumber
        package var reason: String
    }

    /// What was stored whole and could not be read, by log and in order.
    package func unreadableRanges() throws -> [Int64: [UnreadableRange]] {
        try pool.read { database in
            var ranges: [Int64: [UnreadableRange]] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT * FROM unreadable ORDER BY log, sequence") {
                let (log, reason): (Int64, String) = (row["log"], row["reason"])
                let sequence = SequenceNumber(UInt64(row["sequence"] as Int64))
                var range = UnreadableRange(first: sequence, last: sequence, reason: reason)
                if let last = ranges[log]?.last, last.last.next == sequence, last.reason == reason {
                    range.first = last.first
                    ranges[log]?.removeLast()
                }
                ranges[log, default: []].append(range)
            }
            return ranges
        }
    }

    /// Numbers for the status.
    package func counts() throws -> [String: Int] {
        try pool.read { database in
            var counts: [String: Int] = [:]
            for table in ["record", "conflict", "unreadable", "case_view", "issue", "flag"] {
                counts[table] = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM \(table)") ?? 0
            }
            counts["customer"] =
                try Int.fetchOne(database, sql: "SELECT COUNT(DISTINCT customer) FROM customer_token") ?? 0
            counts["folded"] = try Int.fetchOne(database, sql: "SELECT COALESCE(SUM(sequence), 0) FROM folded") ?? 0
            return counts
        }
    }
}
