import Foundation
import GRDB
package import Records

/// What the downlink asks the views for.
extension ViewWriter {
    /// What headquarters wrote for the sites, in the order of its writing: handbooks, action items, lessons, merges, erasures.
    package func ordersForSites() throws -> [RecordRow] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM record WHERE site = ? AND kind BETWEEN 8 AND 13 AND retracted = 0
                ORDER BY occurred, recorded, log, sequence
                """, arguments: [SiteID.headquarters.text]
        ).map { try RecordRow($0) }
    }

    /// Corrections and retractions that have effect.
    package func amendmentsInForce() throws -> [RecordRow] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT amendment.* FROM record AS amendment JOIN record AS named ON named.id = amendment.target
                WHERE amendment.retracted = 0 AND (amendment.kind = 7 AND named.retracted = 1
                    OR amendment.log = named.correction_log AND amendment.sequence = named.correction_sequence)
                ORDER BY amendment.occurred, amendment.recorded, amendment.log, amendment.sequence
                """
        ).map { try RecordRow($0) }
    }

    /// A site's own records, the newest first.
    package func rows(of site: SiteID, limit: Int) throws -> [RecordRow] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM record WHERE site = ? AND retracted = 0 ORDER BY occurred DESC, id LIMIT ?",
            arguments: [site.text, limit]
        ).map { try RecordRow($0) }
    }

    /// The cases made at a site that are not finished.
    package func openCases(of site: SiteID) throws -> [RecordID] {
        try Data.fetchAll(
            database,
            sql: """
                SELECT case_view.id FROM case_view JOIN record ON record.id = case_view.id
                WHERE record.site = ? AND state IN ('open', 'resolved') ORDER BY case_view.id
                """, arguments: [site.text]
        ).compactMap { RecordID(bytes: $0) }
    }

    /// The cases in which a site works together with others.
    package func cases(sharedWith site: SiteID) throws -> [RecordID] {
        try Data.fetchAll(
            database, sql: "SELECT case_id FROM case_site WHERE site = ? ORDER BY case_id", arguments: [site.text]
        ).compactMap { RecordID(bytes: $0) }
    }

    /// Notes which sites work together in a case; none where one works alone.
    package func share(_ id: RecordID, among sites: [SiteID]) throws {
        try database.execute(sql: "DELETE FROM case_site WHERE case_id = ?", arguments: [id.data])
        for site in sites {
            try database.execute(sql: "INSERT INTO case_site VALUES (?, ?)", arguments: [site.text, id.data])
        }
    }

    /// The sites that wrote something down about a customer who is known by one of these tokens.
    package func sites(acquaintedWith tokens: [CustomerToken]) throws -> [SiteID] {
        var sites: Set<SiteID> = []
        for token in tokens {
            for text in try String.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT site FROM record WHERE token IN (
                        SELECT token FROM customer_token WHERE customer =
                            (SELECT customer FROM customer_token WHERE token = ?))
                    """, arguments: [token.value])
            {
                sites.insert(try SiteID(text))
            }
        }
        return sites.sorted()
    }
}
