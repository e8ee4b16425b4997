package import Foundation
import GRDB
package import Records

/// What erasures ask the views for, and what is noted of entries that came without their personal part.
extension ViewWriter {
    /// An entry without a personal part that no erasure accounts for.
    package struct Withheld: Sendable {
        package var id: RecordID
        package var log: Int64
        package var sequence: SequenceNumber
        package var site: SiteID
        /// See `Month.index`.
        package var month: Int64

        package init(id: RecordID, log: Int64, sequence: SequenceNumber, site: SiteID, month: Int64) {
            self.id = id
            self.log = log
            self.sequence = sequence
            self.site = site
            self.month = month
        }
    }

    package func note(_ withheld: Withheld) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO withheld VALUES (?, ?, ?, ?, ?)",
            arguments: [
                withheld.log, Int64(withheld.sequence.value), withheld.id.data, withheld.site.text, withheld.month,
            ])
    }

    package func withheld() throws -> [Withheld] {
        try Row.fetchAll(database, sql: "SELECT * FROM withheld ORDER BY log, sequence").compactMap { row in
            guard let id = RecordID(bytes: row["id"] as Data) else { return nil }
            return Withheld(
                id: id, log: row["log"], sequence: SequenceNumber(UInt64(row["sequence"] as Int64)),
                site: try SiteID(row["site"]), month: row["month"])
        }
    }

    /// An erasure accounts for it after all.
    package func settle(_ withheld: Withheld) throws {
        try database.execute(
            sql: "DELETE FROM withheld WHERE log = ? AND sequence = ?",
            arguments: [withheld.log, Int64(withheld.sequence.value)])
    }

    /// All exact keys of the customer who is known by one of these, themselves included, and those of whom people said to be
    /// the same customer.
    package func tokens(sharedWith tokens: [Data]) throws -> [Data] {
        var all = Set(tokens)
        for token in tokens {
            all.formUnion(
                try Data.fetchAll(
                    database,
                    sql: """
                        SELECT token FROM customer_token
                        WHERE customer = (SELECT customer FROM customer_token WHERE token = ?1)
                        OR customer IN (
                            SELECT exact FROM customer_link WHERE customer = (
                                SELECT linked.customer FROM customer_token JOIN customer_link AS linked
                                ON linked.exact = customer_token.customer WHERE token = ?1))
                        """, arguments: [token]))
        }
        return all.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Records under a customer's exact key, whether or not they count; in the order of their ids.
    package func rows(under token: Data) throws -> [RecordRow] {
        try Row.fetchAll(database, sql: "SELECT * FROM record WHERE token = ? ORDER BY id", arguments: [token])
            .map { try RecordRow($0) }
    }

    /// Everything that is told of a record by others: the steps and visits of a complaint, corrections and retractions.
    package func rows(concerning id: RecordID) throws -> [RecordRow] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM record WHERE (case_id = ?1 OR target = ?1) AND id <> ?1 ORDER BY id",
            arguments: [id.data]
        ).map { try RecordRow($0) }
    }

    /// The issues that a record's texts belong to.
    package func issues(ofRecord id: RecordID) throws -> [RecordID] {
        try Data.fetchAll(
            database, sql: "SELECT DISTINCT issue FROM issue_member WHERE record = ? ORDER BY issue",
            arguments: [id.data]
        ).compactMap { RecordID(bytes: $0) }
    }

    /// The members of an issue, the earliest first.
    package func issueMembers(_ issue: RecordID) throws -> [IssueMemberRow] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM issue_member WHERE issue = ? ORDER BY occurred, text", arguments: [issue.data]
        ).compactMap { IssueMemberRow($0) }
    }

    /// Erasures that sites wrote: requests, which have no effect.
    package func requestedErasures() throws -> [RecordRow] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM record WHERE kind = ? AND site <> ? ORDER BY id",
            arguments: [RecordRow.Kind.erasure.rawValue, SiteID.headquarters.text]
        ).map { try RecordRow($0) }
    }
}

extension Views {
    /// How many entries of each site's month came without their personal part and unaccounted for.
    package func withheldCounts(in month: Month) throws -> [SiteID: Int] {
        try pool.read { database in
            var counts: [SiteID: Int] = [:]
            for row in try Row.fetchAll(
                database, sql: "SELECT site, COUNT(*) AS count FROM withheld WHERE month = ? GROUP BY site",
                arguments: [month.index])
            {
                counts[try SiteID(row["site"])] = row["count"]
            }
            return counts
        }
    }
}
