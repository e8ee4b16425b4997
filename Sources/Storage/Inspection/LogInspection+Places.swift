import Foundation
import GRDB
package import Records

extension LogInspection {
    /// One place of a log.
    package struct Place: Sendable {
        package var sequence: SequenceNumber
        /// Nil where the database cannot give it out.
        package var content: (entry: Entry, hash: ChainHash?)?
    }

    /// The signature over a batch as headquarters keeps it.
    package struct StoredBatch: Sendable {
        /// The batch's last entry.
        package var last: SequenceNumber
        package var signature: Signature
        package var receivedAt: Timestamp
    }

    /// Entries of one read.
    private static let chunk = 1000

    /// Calls `body` for each place that the database knows of a log after `sequence`, in order, until it returns false. A place
    /// that is not there at all is passed over.
    package func places(of log: Log, after sequence: SequenceNumber, _ body: (Place) throws -> Bool) throws {
        var cursor = sequence
        while cursor < log.head {
            let (places, isWhole) = chunk(of: log, after: cursor)
            for place in places {
                cursor = place.sequence
                guard try body(place) else { return }
            }
            if isWhole {
                if places.count < Self.chunk { return }
                continue
            }
            // Something on the way cannot be read: each place by itself, until what can be read again is found.
            let end = min(log.head, cursor.advanced(by: Self.chunk))
            while cursor < end {
                cursor = cursor.next
                if let place = single(log, cursor), try !body(place) { return }
            }
        }
    }

    /// Headquarters' batches of a log with their sites' signatures, by their last entries; none in a site's own database.
    package func batches(of log: Log) throws(StorageError) -> [StoredBatch] {
        guard case .headquarters = owner else { return [] }
        do {
            return try database.read { database in
                try Row.fetchAll(
                    database, sql: "SELECT * FROM batch WHERE log = ? ORDER BY last", arguments: [log.number]
                ).map { row in
                    var signature = Signature()
                    signature.keyID = row["key_id"]
                    signature.value = row["signature"]
                    return StoredBatch(
                        last: SequenceNumber(UInt64(clamping: row["last"] as Int64)), signature: signature,
                        receivedAt: Timestamp(milliseconds: row["received_at"]))
                }
            }
        } catch {
            throw .database(error, path: path, doing: "reading the signatures")
        }
    }

    /// The signing keys that headquarters has or had registered for a site; none in a site's own database.
    package func signingKeys(of site: SiteID) throws(StorageError) -> [LogVerifyingKey] {
        guard case .headquarters = owner else { return [] }
        do {
            return try database.read { database in
                let (table, column) = try database.tableExists("site_key") ? ("site_key", "site") : ("site", "id")
                return try String.fetchAll(
                    database, sql: "SELECT signing_key FROM \(table) WHERE \(column) = ?", arguments: [site.text])
            }.compactMap { LogVerifyingKey(hexadecimal: $0) }
        } catch {
            throw .database(error, path: path, doing: "reading the signing keys")
        }
    }

    private var columns: String { "sequence, facts, nonce, personal, personal_digest, hash" }

    private var key: String {
        switch owner {
        case .site: "epoch"
        case .headquarters: "log"
        }
    }

    /// What can be read at one go, and whether nothing on the way was in the way.
    private func chunk(of log: Log, after sequence: SequenceNumber) -> (places: [Place], isWhole: Bool) {
        var places: [Place] = []
        do {
            try database.read { database in
                let statement = try BoundStatement(
                    database,
                    "SELECT \(columns) FROM entry WHERE \(key) = ? AND sequence > ? ORDER BY sequence LIMIT ?")
                try statement.forEach({ bind in
                    bind.bind(log.number)
                    bind.bind(Int64(clamping: sequence.value))
                    bind.bind(Int64(Self.chunk))
                }) { row in
                    let found = Place(row)
                    // A damaged page may give out what does not belong there.
                    guard found.sequence > (places.last?.sequence ?? sequence), found.sequence <= log.head else {
                        throw DatabaseError(resultCode: .SQLITE_CORRUPT)
                    }
                    places.append(found)
                    return true
                }
            }
            return (places, true)
        } catch {
            return (places, false)
        }
    }

    /// One place; nil when the database says that it is not there.
    private func single(_ log: Log, _ sequence: SequenceNumber) -> Place? {
        do {
            return try database.read { database in
                var found: Place?
                let statement = try BoundStatement(
                    database, "SELECT \(columns) FROM entry WHERE \(key) = ? AND sequence = ?")
                try statement.forEach({ bind in
                    bind.bind(log.number)
                    bind.bind(Int64(clamping: sequence.value))
                }) { row in
                    found = Place(row)
                    return false
                }
                return found
            }
        } catch {
            return Place(sequence: sequence, content: nil)
        }
    }
}

extension LogInspection.Place {
    /// From the columns sequence, facts, nonce, personal, personal_digest, hash.
    fileprivate init(_ row: BoundStatement.Row) {
        var entry = Entry()
        entry.facts = row.data(1)
        entry.nonce = row.data(2)
        entry.personal = row.data(3)
        if !row.isNull(4) { entry.personalDigest = row.data(4) }
        sequence = SequenceNumber(UInt64(clamping: row.integer(0)))
        entry.markIfLost(hash: row.data(5))
        content = (entry, ChainHash(bytes: row.data(5)))
    }
}
