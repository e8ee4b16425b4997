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
    func forEach(_ body: (Data, Record) throws -> Void) throws {
        let customers = try views.customers()
        var after: RecordID?
        while true {
            let rows = try views.rowsOfCustomers(after: after, limit: Self.batch)
            guard let last = rows.last else { return }
            for row in rows {
                guard let token = row.token, let customer = customers[token], let record = try fold.record(row) else {
                    continue
                }
                try body(customer, record)
            }
            after = last.id
        }
    }

    /// Everybody with the records of them from all sites, by name.
    func people() throws -> [(customer: Data, records: [Record])] {
        var records: [Data: [Record]] = [:]
        try forEach { customer, record in
            var kept = record
            // What names a person is needed only to show who it is.
            kept.personal = record.personal.map { personal in
                var reference = Personal()
                reference.customer = personal.customer
                return reference
            }
            records[customer, default: []].append(kept)
        }
        return records.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
    }

    /// What people call a customer, by the last record that says so.
    static func label(_ records: [Record]) -> String {
        records.sorted { ($0.order, $0.id) < ($1.order, $1.id) }.reversed().lazy
            .compactMap { $0.personal?.customer.label }.first { !$0.isEmpty } ?? ""
    }
}
