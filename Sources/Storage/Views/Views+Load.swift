import GRDB
package import Records

/// What the study of load asks for.
extension Views {
    /// Records of a kind that occurred in that stretch of time and count, in the order of time.
    package func rows(of kind: RecordRow.Kind, in range: Range<Timestamp>) throws -> [RecordRow] {
        try pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM record WHERE kind = ? AND occurred >= ? AND occurred < ? AND retracted = 0
                    ORDER BY occurred, recorded, log, sequence
                    """,
                arguments: [kind.rawValue, range.lowerBound.milliseconds, range.upperBound.milliseconds]
            ).map { try RecordRow($0) }
        }
    }

    /// How many complaints each site had on each day, in days since 1970.
    /// - Parameter offset: milliseconds that local time is ahead of UTC.
    package func complaintsByDay(in range: Range<Timestamp>, offset: Int64) throws -> [String: [Int: Int]] {
        try pool.read { database in
            var counts: [String: [Int: Int]] = [:]
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT site, (occurred + ?) / 86400000 AS day, COUNT(*) FROM record
                    WHERE kind = ? AND occurred >= ? AND occurred < ? AND retracted = 0 GROUP BY site, day
                    """,
                arguments: [
                    offset, RecordRow.Kind.complaint.rawValue, range.lowerBound.milliseconds,
                    range.upperBound.milliseconds,
                ])
            while let row = try rows.next() { counts[row[0], default: [:]][row[1]] = row[2] }
            return counts
        }
    }
}
