import Foundation
import Handbooks
import Records
import struct Records.Record
import Rules
import Storage

/// Everything that was written down about customers, gathered from the store when somebody asks.
struct CustomerFolder {
    /// Entries read at a time.
    private static let batch = 2000

    let fold: Fold
    let views: Views

    /// The records of one person, as they stand.
    func records(of customer: Data) throws -> [Record] {
        try views.rows(ofTokens: views.tokens(of: customer)).compactMap { try fold.record($0) }
    }

    /// Goes through every record that names a customer, a piece at a time: with the person that it is about now.
    /// - Parameter site: only records of this site; nil for all.
    func forEach(site: SiteID? = nil, _ body: (Data, Record) throws -> Void) throws {
        let customers = try views.customers()
        var after: (log: Int64, sequence: SequenceNumber)?
        while true {
            let rows = try views.rowsOfCustomers(site: site, after: after, limit: Self.batch)
            guard let last = rows.last else { return }
            for row in rows {
                guard let token = row.token, let customer = customers[token], let record = try fold.record(row) else {
                    continue
                }
                try body(customer, record)
            }
            after = (last.log, last.sequence)
        }
    }

    /// Everybody with what follows from their records up to a moment.
    func standings(
        site: SiteID? = nil, _ handbook: Handbook, at moment: Timestamp
    ) throws -> [(customer: Data, records: [Record], standing: CustomerStanding)] {
        var records: [Data: [Record]] = [:]
        try forEach(site: site) { customer, record in
            var kept = record
            // What names a person is needed only to show who it is.
            kept.personal = record.personal.map { personal in
                var reference = Personal()
                reference.customer = personal.customer
                return reference
            }
            records[customer, default: []].append(kept)
        }
        return records.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { customer, records in
            (
                customer, records,
                CustomerStanding(records, handbook: handbook, zone: handbook.zone, at: moment)
            )
        }
    }

    /// What people call a customer, by the last record that says so.
    static func label(_ records: [Record]) -> String {
        records.sorted { ($0.order, $0.id) < ($1.order, $1.id) }.reversed().lazy
            .compactMap { $0.personal?.customer.label }.first { !$0.isEmpty } ?? ""
    }
}
