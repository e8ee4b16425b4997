import Foundation
import GRDB
package import Records
package import Replication
import SwiftProtobuf

/// The sites' outboxes: for each site that opened its downlink once, a log of what headquarters hands on to it.
///
/// An entry names a record that is stored here and says why the site gets it; its bytes are made when they are sent, the same
/// each time, so that a handbook is stored once however many sites there are, and what is erased is erased in every outbox.
/// An outbox is begun anew, under another epoch and with everything that the site needs, when the site has nothing of it or
/// something else; those before it say what the site was handed once.
extension RecordStore: ReplicatedOutboxes {
    /// A record on its way to a site.
    package struct OutgoingRecord: Sendable {
        package var site: SiteID
        package var id: RecordID
        /// Where it is stored.
        package var log: Int64
        package var sequence: SequenceNumber
        package var reason: Delivery.Reason

        package init(site: SiteID, id: RecordID, log: Int64, sequence: SequenceNumber, reason: Delivery.Reason) {
            self.site = site
            self.id = id
            self.log = log
            self.sequence = sequence
            self.reason = reason
        }
    }

    /// Sites whose outboxes grow in one transaction: those who wait for an acknowledgement wait no longer than that.
    private static let group = 500

    package func outbox(of site: SiteID) throws -> OutboxSender.Outbox? {
        try pool.read { try OutboxRow.newest(of: site, $0)?.outbox }
    }

    /// All outboxes, by site.
    package func outboxes() throws -> [SiteID: OutboxSender.Outbox] {
        try pool.read { database in
            var outboxes: [SiteID: OutboxSender.Outbox] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT * FROM outbox ORDER BY number") {
                outboxes[try SiteID(row["site"])] = OutboxRow(row)?.outbox
            }
            return outboxes
        }
    }

    package func outboxHash(at position: LogPosition, of site: SiteID) throws -> ChainHash? {
        try pool.read { database in
            guard let row = try OutboxRow.newest(of: site, database), row.outbox.head.epoch == position.epoch else {
                return nil
            }
            return try row.hash(at: position.sequence, database)
        }
    }

    /// Appends to the outboxes what they do not hold yet; sites without an outbox are passed over, as theirs is made whole when
    /// they open it. Durable when it returns. Returns the heads that moved.
    @discardableResult
    package func deliver(_ records: [OutgoingRecord]) throws -> [SiteID: LogPosition] {
        var missing = Array(try lacking(records))
        missing.sort { $0.key < $1.key }
        var heads: [SiteID: LogPosition] = [:]
        while !missing.isEmpty {
            let group = missing.prefix(Self.group)
            try pool.write { database in
                for (site, records) in group {
                    guard let row = try OutboxRow.newest(of: site, database) else { continue }
                    heads[site] = try append(records, to: row, database)
                }
            }
            missing.removeFirst(group.count)
        }
        return heads
    }

    /// Those that are not in their site's outbox, by site. Most that a refold hands on again are there.
    private func lacking(_ records: [OutgoingRecord]) throws -> [SiteID: [OutgoingRecord]] {
        try pool.read { database in
            var lacking: [SiteID: [OutgoingRecord]] = [:]
            for (site, records) in Dictionary(grouping: records, by: \.site) {
                guard let row = try OutboxRow.newest(of: site, database) else { continue }
                let missing = try records.filter { try !row.holds($0.id, database) }
                if !missing.isEmpty { lacking[site] = missing }
            }
            return lacking
        }
    }

    /// Begins a site's outbox anew. Durable when it returns.
    /// - Parameters:
    ///   - logEpoch: the newest epoch of the site's own log.
    ///   - records: everything that the site needs.
    package func renewOutbox(
        of site: SiteID, epoch: Epoch, logEpoch: Epoch, with records: [OutgoingRecord]
    ) throws -> OutboxSender.Outbox {
        let origin = LogChain.origin(site: site, epoch: epoch, parent: nil)
        return try pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO outbox (site, epoch, origin, sequence, hash, log_epoch, acknowledged)
                    VALUES (?, ?, ?, 0, ?, ?, 0)
                    """, arguments: [site.text, epoch.data, origin.data, origin.data, logEpoch.data])
            guard var row = try OutboxRow.newest(of: site, database) else {
                preconditionFailure("the row was inserted")
            }
            if let head = try append(records, to: row, database) { row.outbox.head = head }
            return row.outbox
        }
    }

    package func outboxSlice(_ request: LogRead, of site: SiteID) throws -> LogSlice {
        try pool.read { database in
            guard let row = try OutboxRow.newest(of: site, database), row.outbox.head.epoch == request.epoch,
                let previous = try row.hash(at: request.after, database)
            else {
                throw StorageError.damaged(
                    path: path, reason: "the outbox of site \(site) has no entry \(request.after) of that epoch")
            }
            var slice = LogSlice(
                epoch: request.epoch, first: request.after.next, previous: previous, entries: [], last: previous)
            var bytes = 0
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT * FROM outbox_entry WHERE outbox = ? AND sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [row.number, Int64(clamping: request.after.value), request.entries])
            for held in rows where bytes < request.bytes {
                let reason = Delivery.Reason(rawValue: held["reason"]) ?? .unspecified
                let entry = try delivery(held["log"], held["place"], reason, database)
                guard let leaf = LogChain.leaf(entry) else { break }
                let hash = LogChain.next(after: slice.last, sequence: slice.end.sequence.next, leaf: leaf)
                guard hash.data == held["hash"] as Data else {
                    throw StorageError.damaged(
                        path: path, reason: "entry \(slice.end.sequence.next) of the outbox of site \(site) has changed"
                    )
                }
                slice.last = hash
                slice.entries.append(entry)
                bytes += entry.size
            }
            return slice
        }
    }

    package func outboxAcknowledged(_ position: LogPosition, by site: SiteID) {
        pool.asyncWrite(
            { database in
                try database.execute(
                    sql: "UPDATE outbox SET acknowledged = ? WHERE site = ? AND epoch = ?",
                    arguments: [Int64(position.sequence.value), site.text, position.epoch.data])
            }, completion: { _, _ in })
    }

    /// The sites that were ever handed a record.
    package func recipients(of record: RecordID) throws -> [SiteID] {
        try pool.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT site FROM outbox_entry JOIN outbox ON outbox.number = outbox_entry.outbox
                    WHERE record = ? ORDER BY site
                    """, arguments: [record.data]
            ).map { try SiteID($0) }
        }
    }

    /// Where a record stands in the outboxes of the sites that get it.
    package func places(of record: RecordID) throws -> [SiteID: SequenceNumber] {
        try pool.read { database in
            var places: [SiteID: SequenceNumber] = [:]
            for row in try Row.fetchAll(
                database,
                sql: """
                    SELECT site, outbox_entry.sequence AS place FROM outbox_entry
                    JOIN outbox ON outbox.number = outbox_entry.outbox
                    WHERE record = ? AND number = (SELECT MAX(number) FROM outbox AS newer WHERE newer.site = outbox.site)
                    """, arguments: [record.data])
            {
                places[try SiteID(row["site"])] = SequenceNumber(UInt64(row["place"] as Int64))
            }
            return places
        }
    }

    /// The head after what was new; nil when nothing was.
    private func append(_ records: [OutgoingRecord], to row: OutboxRow, _ database: Database) throws -> LogPosition? {
        var head = row.outbox.head
        for record in records where try !row.holds(record.id, database) {
            let place = Int64(record.sequence.value)
            guard let leaf = LogChain.leaf(try delivery(record.log, place, record.reason, database)) else { continue }
            let sequence = head.sequence.next
            let hash = LogChain.next(after: head.hash, sequence: sequence, leaf: leaf)
            head = LogPosition(epoch: head.epoch, sequence: sequence, hash: hash)
            try database.execute(
                sql: "INSERT INTO outbox_entry VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    row.number, Int64(sequence.value), record.id.data, record.log, place, record.reason.rawValue,
                    hash.data,
                ])
        }
        guard head != row.outbox.head else { return nil }
        try database.execute(
            sql: "UPDATE outbox SET sequence = ?, hash = ? WHERE number = ?",
            arguments: [Int64(head.sequence.value), head.hash.data, row.number])
        return head
    }

    /// A stored record as an entry of an outbox.
    private func delivery(
        _ log: Int64, _ place: Int64, _ reason: Delivery.Reason, _ database: Database
    ) throws -> Entry {
        guard
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT site, facts, nonce, personal, personal_digest FROM entry JOIN log ON log.number = entry.log
                    WHERE entry.log = ? AND entry.sequence = ?
                    """, arguments: [log, place])
        else { throw StorageError.damaged(path: path, reason: "entry \(place) of log \(log) is not there") }
        var entry = Entry()
        entry.facts = row["facts"]
        entry.nonce = row["nonce"]
        entry.personal = row["personal"]
        entry.personalDigest = row["personal_digest"] ?? Data()
        return try Entry(delivering: entry, of: SiteID(row["site"]), reason)
    }
}

extension Entry {
    /// A record of a site's log as an entry of another site's outbox: always the same bytes.
    init(delivering entry: Entry, of site: SiteID, _ reason: Delivery.Reason) throws {
        let record = try Facts(serializedBytes: entry.facts)
        var facts = Facts()
        facts.recordID = record.recordID
        facts.occurredAt = record.occurredAt
        facts.recordedAt = record.recordedAt
        facts.delivery.site = site.text
        facts.delivery.facts = entry.facts
        facts.delivery.reason = reason
        self = entry
        self.facts = try facts.serializedData()
    }
}

/// One outbox as it stands in the database.
private struct OutboxRow {
    var number: Int64
    var outbox: OutboxSender.Outbox

    init?(_ row: Row) {
        guard let epoch = Epoch(bytes: row["epoch"] as Data), let origin = ChainHash(bytes: row["origin"] as Data),
            let hash = ChainHash(bytes: row["hash"] as Data), let logEpoch = Epoch(bytes: row["log_epoch"] as Data)
        else { return nil }
        number = row["number"]
        outbox = OutboxSender.Outbox(
            head: LogPosition(epoch: epoch, sequence: SequenceNumber(UInt64(row["sequence"] as Int64)), hash: hash),
            origin: origin, acknowledged: SequenceNumber(UInt64(row["acknowledged"] as Int64)), logEpoch: logEpoch)
    }

    static func newest(of site: SiteID, _ database: Database) throws -> OutboxRow? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM outbox WHERE site = ? ORDER BY number DESC LIMIT 1", arguments: [site.text]
        ).flatMap { OutboxRow($0) }
    }

    /// The chain's hash at a place, `h(0)` at zero; nil when there is no such entry.
    func hash(at sequence: SequenceNumber, _ database: Database) throws -> ChainHash? {
        if sequence == .zero { return outbox.origin }
        return try Data.fetchOne(
            database, sql: "SELECT hash FROM outbox_entry WHERE outbox = ? AND sequence = ?",
            arguments: [number, Int64(clamping: sequence.value)]
        ).flatMap { ChainHash(bytes: $0) }
    }

    func holds(_ record: RecordID, _ database: Database) throws -> Bool {
        try Bool.fetchOne(
            database, sql: "SELECT 1 FROM outbox_entry WHERE record = ? AND outbox = ?",
            arguments: [record.data, number]) ?? false
    }
}
