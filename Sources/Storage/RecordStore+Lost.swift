import Foundation
import GRDB
package import Records
package import Replication
import SwiftProtobuf
import Synchronization

/// Entries whose bytes were damaged at their site: headquarters holds their place and their hash, and nothing else.
extension RecordStore {
    /// Consecutive lost entries.
    package struct LostEntries: Sendable, Equatable {
        package var range: EntryRange
        /// When the last whole entry before them was recorded, by the site's clock; nil when there is none.
        package var after: Timestamp?
        /// When headquarters was told.
        package var foundAt: Timestamp
    }

    /// How far back the entry before a gap is sought.
    private static let neighbours = 100

    /// Those of one site, in the order of its logs.
    package func lostEntries(of site: SiteID) throws -> [LostEntries] {
        try pool.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT lost.log, log.epoch, lost.sequence, lost.received_at FROM lost JOIN log ON number = lost.log
                    WHERE site = ? ORDER BY lost.log, lost.sequence
                    """, arguments: [site.text])
            var found: [LostEntries] = []
            for row in rows {
                guard let epoch = Epoch(bytes: row["epoch"] as Data) else { continue }
                let sequence = SequenceNumber(UInt64(row["sequence"] as Int64))
                if let last = found.last, last.range.epoch == epoch, last.range.last.next == sequence {
                    found[found.count - 1].range.last = sequence
                } else {
                    found.append(
                        LostEntries(
                            range: EntryRange(epoch: epoch, first: sequence, last: sequence),
                            after: try recorded(before: sequence, of: row["log"], database),
                            foundAt: Timestamp(milliseconds: row["received_at"])))
                }
            }
            return found
        }
    }

    /// How many entries each log lost, by its number here.
    package func lostCounts() throws -> [Int64: Int] {
        try pool.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT log, COUNT(*) AS count FROM lost GROUP BY log")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["log"], $0["count"]) })
        }
    }

    private func recorded(before sequence: SequenceNumber, of log: Int64, _ database: Database) throws -> Timestamp? {
        let rows = try Data.fetchAll(
            database, sql: "SELECT facts FROM entry WHERE log = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?",
            arguments: [log, Int64(sequence.value), Self.neighbours])
        for facts in rows where !facts.isEmpty {
            // One that cannot be read says nothing.
            guard let facts = try? Facts(serializedBytes: facts), facts.recordedAt > 0 else { continue }
            return Timestamp(milliseconds: facts.recordedAt)
        }
        return nil
    }

    /// What is whole here of entries after a place: those of which a site asks for its own back. Nil when it has no such log.
    package func slice(of site: SiteID, _ request: LogRead) throws -> LogSlice? {
        let number = logs.withLock { $0[SiteEpoch(site: site, epoch: request.epoch)] }
        let before = LogPosition(epoch: request.epoch, sequence: request.after, hash: LogChain.unknownLeaf)
        guard let number, let previous = try hash(at: before, of: site) else { return nil }
        var slice = LogSlice(
            epoch: request.epoch, first: request.after.next, previous: previous, entries: [], last: previous)
        var bytes = 0
        for stored in try entries(of: number, after: request.after, limit: request.entries) {
            let place = slice.end.sequence.next
            let position = LogPosition(epoch: request.epoch, sequence: place, hash: LogChain.unknownLeaf)
            let hash = LogChain.leaf(stored.entry).map { LogChain.next(after: slice.last, sequence: place, leaf: $0) }
            guard stored.sequence == place, let hash, try self.hash(at: position, of: site) == hash,
                bytes < request.bytes
            else { break }
            slice.append(stored.entry, hash)
            bytes += stored.entry.size
        }
        return slice
    }

    /// Puts back what a site has of entries that are damaged here, where the stored chain proves it.
    /// - Returns: how many are whole again, from the first on.
    package func mend(_ site: SiteID, with slice: LogSlice) throws(StorageError) -> Int {
        let number = logs.withLock { $0[SiteEpoch(site: site, epoch: slice.epoch)] }
        guard let number, let hashes = LogChain.hashes(of: slice.entries, after: slice.previous, first: slice.first)
        else { return 0 }
        do {
            return try pool.write { database in
                for (offset, (entry, hash)) in zip(slice.entries, hashes).enumerated() {
                    let place = Int64(slice.first.advanced(by: offset).value)
                    guard try proves(hash, at: place, of: number, database) else { return offset }
                    // The site may not have heard of an erasure yet.
                    let mended = try isErased(number, place, database) ? entry.withoutPersonalPart ?? entry : entry
                    try database.execute(
                        sql: "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)",
                        arguments: [
                            number, place, mended.facts, mended.nonce, mended.personal,
                            mended.personalDigest.isEmpty ? nil : mended.personalDigest, hash.data,
                        ])
                    try database.execute(
                        sql: "DELETE FROM lost WHERE log = ? AND sequence = ?", arguments: [number, place])
                }
                return hashes.count
            }
        } catch {
            throw .database(error, path: path, doing: "mending damaged entries of site \(site)")
        }
    }

    /// Whether an entry with this hash belongs there: it is the stored one, or the log's last, or the entry behind follows from it.
    private func proves(_ hash: ChainHash, at place: Int64, of log: Int64, _ database: Database) throws -> Bool {
        let own = try Data.fetchOne(
            database,
            sql: """
                SELECT hash FROM entry WHERE log = ?1 AND sequence = ?2 AND hash = ?3
                UNION ALL SELECT hash FROM log WHERE number = ?1 AND sequence = ?2 AND hash = ?3
                """, arguments: [log, place, hash.data])
        if own != nil { return true }
        guard
            let row = try Row.fetchOne(
                database, sql: "SELECT * FROM entry WHERE log = ? AND sequence = ?", arguments: [log, place + 1])
        else { return false }
        var next = Entry()
        next.facts = row["facts"]
        next.nonce = row["nonce"]
        next.personal = row["personal"]
        next.personalDigest = row["personal_digest"] ?? Data()
        let sequence = SequenceNumber(UInt64(place + 1))
        return LogChain.leaf(next).map { LogChain.next(after: hash, sequence: sequence, leaf: $0).data } == row["hash"]
    }
}

extension Entry {
    /// Of an entry that is lost a row holds nothing but its hash.
    mutating func markIfLost(hash: Data) {
        damaged = facts.isEmpty && nonce.isEmpty && personal.isEmpty && personalDigest.isEmpty
        if damaged { recordedHash = hash }
    }
}
