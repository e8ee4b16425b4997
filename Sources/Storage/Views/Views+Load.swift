import Foundation
import GRDB
package import Records

/// What the study of load asks for.
extension Views {
    /// Notes of how busy sites were that occurred in that stretch of time and count, in the order of time.
    package func loadNotes(in range: Range<Timestamp>) throws -> [RecordRow] {
        try pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM record WHERE kind >= 11 AND kind = ? AND occurred >= ? AND occurred < ? AND retracted = 0
                    ORDER BY occurred, recorded, log, sequence
                    """,
                arguments: [RecordRow.Kind.load.rawValue, range.lowerBound.milliseconds, range.upperBound.milliseconds]
            ).map { try RecordRow($0) }
        }
    }

    /// The last answer to a survey before a moment whose sign is wanted, looked for in the two years before it.
    package func lastAnswer(
        before end: Timestamp, in zone: TimeZoneRules, where isWanted: (Int64) -> Bool
    ) throws -> (id: RecordID, occurred: Timestamp)? {
        let month = Month(of: end, in: zone).index
        return try pool.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT id, occurred, sign FROM record
                    WHERE month BETWEEN ? AND ? AND kind = ? AND occurred < ? AND sign IS NOT NULL AND retracted = 0
                    ORDER BY occurred DESC, id DESC
                    """, arguments: [month - 24, month, RecordRow.Kind.survey.rawValue, end.milliseconds])
            while let row = try rows.next() {
                guard isWanted(row["sign"]), let id = RecordID(bytes: row["id"] as Data) else { continue }
                return (id, Timestamp(milliseconds: row["occurred"]))
            }
            return nil
        }
    }

    /// How many complaints each site had on each day of a zone, in days since 1970.
    package func complaintsByDay(in range: Range<Timestamp>, zone: TimeZoneRules) throws -> [String: [Int: Int]] {
        try pool.read { database in
            var counts: [String: [Int: Int]] = [:]
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT site, occurred / 900000 AS quarter, COUNT(*) FROM record
                    WHERE kind = ? AND occurred >= ? AND occurred < ? AND retracted = 0 GROUP BY site, quarter
                    """,
                arguments: [
                    RecordRow.Kind.complaint.rawValue, range.lowerBound.milliseconds,
                    range.upperBound.milliseconds,
                ])
            while let row = try rows.next() {
                // Every zone's days begin with a quarter of an hour.
                let (site, quarter, count): (String, Int64, Int) = (row[0], row[1], row[2])
                let day = zone.day(of: Timestamp(milliseconds: quarter * 900_000))
                counts[site, default: [:]][day, default: 0] += count
            }
            return counts
        }
    }
}
