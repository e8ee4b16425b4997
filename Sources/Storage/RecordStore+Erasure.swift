import Foundation
import GRDB
package import Records
package import struct Records.Record
import Synchronization

/// Lawful erasure at headquarters: personal parts go, the rest of an entry and its place in the chain stay.
extension RecordStore {
    /// An entry whose personal part goes.
    package struct ErasedEntry: Sendable {
        package var log: Int64
        package var sequence: SequenceNumber
        /// The erasure that says so.
        package var erasure: RecordID

        package init(log: Int64, sequence: SequenceNumber, erasure: RecordID) {
            self.log = log
            self.sequence = sequence
            self.erasure = erasure
        }
    }

    /// Entries that are looked at, and blanked, in one transaction.
    private static let sweep = 1000

    /// Removes the personal parts of entries, and notes which erasure took them, so that no repair brings them back. Durable
    /// when it returns.
    /// - Returns: how many had one.
    @discardableResult
    package func erase(_ entries: [ErasedEntry]) throws(StorageError) -> Int {
        guard !entries.isEmpty else { return 0 }
        do {
            let erased = try pool.write { database in
                try entries.reduce(0) { try $0 + (erase($1, database) ? 1 : 0) }
            }
            if erased > 0 { forgetOldPages() }
            return erased
        } catch {
            throw .database(error, path: path, doing: "erasing personal parts")
        }
    }

    /// Goes through every entry of every log and removes the personal parts that are to be gone.
    /// - Parameter erasure: says which erasure takes a record's; nil when it stays.
    /// - Returns: how many had one.
    package func sweep(erasing erasure: (Record) -> RecordID?) throws -> Int {
        var erased = 0
        for log in try storedLogs() {
            var (after, clockOffset) = (SequenceNumber.zero, Duration.zero)
            while case let entries = try entries(of: log.number, after: after, limit: Self.sweep),
                let last = entries.last
            {
                var found: [ErasedEntry] = []
                for stored in entries where !stored.entry.damaged {
                    // What this version cannot read is looked at by the one that can, when it folds it.
                    guard
                        let record = try? Record(
                            stored.entry, site: log.site, epoch: log.durable.epoch, sequence: stored.sequence,
                            clockOffset: clockOffset)
                    else { continue }
                    if case .clockOffset(let measured) = record.facts.body { clockOffset = measured.correction }
                    guard record.personal != nil, let erasure = erasure(record) else { continue }
                    found.append(ErasedEntry(log: log.number, sequence: stored.sequence, erasure: erasure))
                }
                erased += try erase(found)
                after = last.sequence
            }
        }
        return erased
    }

    /// The erasures that were carried out on everything that was here.
    package func erasuresCarriedOut() throws -> Set<RecordID> {
        try pool.read { database in
            Set(try Data.fetchAll(database, sql: "SELECT id FROM erasure").compactMap { RecordID(bytes: $0) })
        }
    }

    /// Notes that erasures were carried out on everything that is here; what comes later is looked at when it is folded.
    package func noteCarriedOut(_ erasures: [RecordID]) throws {
        try pool.write { database in
            for id in erasures {
                try database.execute(sql: "INSERT OR IGNORE INTO erasure VALUES (?)", arguments: [id.data])
            }
        }
    }

    /// Whether an erasure took the personal part of this entry, whatever somebody sends of it.
    func isErased(_ log: Int64, _ place: Int64, _ database: Database) throws -> Bool {
        try Bool.fetchOne(
            database, sql: "SELECT 1 FROM erased WHERE log = ? AND sequence = ?", arguments: [log, place]) ?? false
    }

    private func erase(_ wanted: ErasedEntry, _ database: Database) throws -> Bool {
        let place = Int64(clamping: wanted.sequence.value)
        try database.execute(
            sql: "INSERT OR IGNORE INTO erased VALUES (?, ?, ?)", arguments: [wanted.log, place, wanted.erasure.data])
        guard
            let row = try Row.fetchOne(
                database,
                sql: "SELECT facts, nonce, personal FROM entry WHERE log = ? AND sequence = ? AND nonce <> x''",
                arguments: [wanted.log, place])
        else { return false }
        var entry = Entry()
        (entry.facts, entry.nonce, entry.personal) = (row["facts"], row["nonce"], row["personal"])
        guard let left = entry.withoutPersonalPart else { return false }
        try database.execute(
            sql: "UPDATE entry SET nonce = x'', personal = x'', personal_digest = ? WHERE log = ? AND sequence = ?",
            arguments: [left.personalDigest, wanted.log, place])
        return true
    }

    /// The write-ahead log holds the pages as they were.
    private func forgetOldPages() {
        // A reader that keeps it from being emptied delays this until the next checkpoint that is complete.
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }
}
