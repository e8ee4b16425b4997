import Foundation
import GRDB
package import Records
package import struct Records.Record

/// Lawful erasure at a site: personal parts go, in every epoch, and with them what was kept of trimmed entries for the due list.
extension SiteLog {
    /// Entries that are looked at in one transaction.
    private static let sweep: Int64 = 1000

    /// Goes through the whole log and removes the personal parts that are to be gone; facts, hashes and chain stay. Durable when
    /// it returns.
    /// - Parameter isErased: whether an erasure takes a record's.
    /// - Returns: how many had one.
    package func sweep(erasing isErased: (Record) -> Bool) throws(StorageError) -> Int {
        do {
            var erased = 0
            for (number, epoch) in try pool.read({ try Self.allEpochs($0) }) {
                erased += try sweep("entry", of: number, epoch, isErased)
                erased += try sweep("remembered", of: number, epoch, isErased)
            }
            if erased > 0 {
                // The write-ahead log holds the pages as they were. A reader that keeps it from being emptied delays this.
                _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            }
            return erased
        } catch {
            throw .database(error, path: path, doing: "erasing personal parts")
        }
    }

    private static func allEpochs(_ database: Database) throws -> [(Int64, Epoch)] {
        try Row.fetchAll(database, sql: "SELECT number, id FROM epoch ORDER BY number").compactMap { row in
            Epoch(bytes: row["id"] as Data).map { (row["number"], $0) }
        }
    }

    private func sweep(
        _ table: String, of number: Int64, _ epoch: Epoch, _ isErased: (Record) -> Bool
    ) throws -> Int {
        var (after, clockOffset, erased): (Int64, Duration, Int) = (0, .zero, 0)
        while true {
            let rows = try pool.read {
                try Row.fetchAll(
                    $0, sql: "SELECT * FROM \(table) WHERE epoch = ? AND sequence > ? ORDER BY sequence LIMIT ?",
                    arguments: [number, after, Self.sweep])
            }
            guard let last = rows.last else { return erased }
            var found: [(Int64, Entry)] = []
            for row in rows {
                let place: Int64 = row["sequence"]
                guard
                    // What cannot be read is damaged, or of a later version that carries this out itself.
                    let record = try? Record(
                        Entry(kept: row), site: site, epoch: epoch, sequence: SequenceNumber(UInt64(clamping: place)),
                        clockOffset: clockOffset)
                else { continue }
                if case .clockOffset(let measured) = record.facts.body { clockOffset = measured.correction }
                if record.personal != nil, isErased(record) { found.append((place, Entry(kept: row))) }
            }
            try pool.write { database in
                for (place, entry) in found { erased += try erase(entry, at: place, table, number, database) ? 1 : 0 }
            }
            after = last["sequence"]
        }
    }

    private func erase(
        _ entry: Entry, at place: Int64, _ table: String, _ number: Int64, _ database: Database
    ) throws -> Bool {
        if table == "remembered" {
            try database.execute(
                sql: "UPDATE remembered SET personal = x'' WHERE epoch = ? AND sequence = ? AND personal <> x''",
                arguments: [number, place])
        } else {
            guard let left = entry.withoutPersonalPart else { return false }
            try database.execute(
                sql: """
                    UPDATE entry SET nonce = x'', personal = x'', personal_digest = ?
                    WHERE epoch = ? AND sequence = ? AND nonce <> x''
                    """, arguments: [left.personalDigest, number, place])
        }
        return database.changesCount > 0
    }
}

extension Entry {
    /// From a row of `entry`, or of `remembered`, which has no nonce.
    fileprivate init(kept row: Row) {
        self.init()
        facts = row["facts"]
        personal = row["personal"]
        if row.hasColumn("nonce") {
            nonce = row["nonce"]
            personalDigest = row["personal_digest"] ?? Data()
        }
    }
}
