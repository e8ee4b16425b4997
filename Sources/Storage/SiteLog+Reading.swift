import Foundation
import GRDB
package import Records
package import struct Records.Record
package import Replication
import Synchronization

extension SiteLog {
    /// Entries for the sender, their chain computed anew; empty when there are none after `request.after`.
    ///
    /// Ends before a damaged entry, and begins with it when it would be the first: then it stands there as lost. Throws which
    /// it is when not even its hash is left. A hash that is damaged itself, as its neighbours prove, is mended.
    package func read(_ request: LogRead) throws(StorageError) -> LogSlice {
        // Before the snapshot, so that what they promise is in there.
        let (head, acknowledged) = (head(of: request.epoch), acknowledged(of: request.epoch))
        do {
            // Headquarters knows the hashes of what it has.
            let (slice, mended, replaced) = try pool.read {
                try checked(request, head, replacesHashes: request.after >= acknowledged, $0)
            }
            if !mended.isEmpty { try mend(mended) }
            // Before it is sent: what headquarters is told must stand here.
            if !replaced.isEmpty { try replaceHashes(replaced) }
            noteLost(in: slice)
            return slice
        } catch {
            throw .database(error, path: path, doing: "reading the log")
        }
    }

    /// The own chain's hash at a place; nil when there is no such entry.
    package func hash(at sequence: SequenceNumber, of epoch: Epoch) throws(StorageError) -> ChainHash? {
        do {
            return try pool.read { try hash(at: sequence, of: epoch, $0) }
        } catch {
            throw .database(error, path: path, doing: "reading the log")
        }
    }

    /// One record of this site's own, decoded; nil when it is not here.
    package func record(_ id: RecordID) throws -> Record? {
        try pool.read { database in
            guard
                let row = try Row.fetchOne(
                    database, sql: "SELECT epoch, sequence FROM record WHERE id = ?", arguments: [id.data])
            else { return nil }
            let found = try records(database, epoch: row["epoch"], from: row["sequence"], limit: 1, newestFirst: false)
            // The next one stands there when the entry itself is gone.
            return found.first { $0.id == id }
        }
    }

    /// Whether a record of this site's own is here whole.
    package func holds(_ id: RecordID) throws -> Bool { try record(id) != nil }

    /// The newest records before a place (all when nil), newest first, over all epochs.
    package func newest(before place: Place?, limit: Int) throws -> [PlacedRecord] {
        let epochs = state.withLock { $0.epochs }
        return try pool.read { database in
            var found: [PlacedRecord] = []
            for epoch in epochs.reversed() where found.count < limit {
                let from = place.map { $0.epoch == epoch.number ? $0.sequence - 1 : $0.epoch < epoch.number ? 0 : .max }
                found += try records(
                    database, epoch: epoch.number, from: from ?? .max, limit: limit - found.count, newestFirst: true
                ).map { PlacedRecord(record: $0, place: Place(epoch: epoch.number, $0.sequence)) }
            }
            return found
        }
    }

    /// All records after a place, oldest first, over all epochs, at most `limit`.
    package func records(after place: Place, limit: Int) throws -> [PlacedRecord] {
        let epochs = state.withLock { $0.epochs }
        return try pool.read { database in
            var found: [PlacedRecord] = []
            for epoch in epochs where found.count < limit && epoch.number >= place.epoch {
                let from = epoch.number == place.epoch ? min(place.sequence, .max - 1) + 1 : 1
                found += try records(
                    database, epoch: epoch.number, from: from, limit: limit - found.count, newestFirst: false
                ).map { PlacedRecord(record: $0, place: Place(epoch: epoch.number, $0.sequence)) }
            }
            return found
        }
    }

    /// When the oldest entry that headquarters lacks was written down, and how many bytes wait for it.
    package func backlog() throws -> (oldest: Timestamp?, entries: UInt64, bytes: UInt64) {
        let waiting = state.withLock { $0.epochs.filter { !$0.isComplete } }
        let entries = waiting.reduce(0) { $0 + $1.extent.head.sequence.value - $1.acknowledged.sequence.value }
        guard let oldest = waiting.first else { return (nil, 0, 0) }
        return try pool.read { database in
            let number = oldest.number
            let first = try records(
                database, epoch: number, from: Int64(oldest.acknowledged.sequence.value) + 1, limit: 1,
                newestFirst: false
            ).first
            // The mean size of the newest hundred stands for all: counting each would read the whole backlog.
            let mean = try Double.fetchOne(
                database,
                sql: """
                    SELECT AVG(LENGTH(facts) + LENGTH(personal)) FROM
                    (SELECT facts, personal FROM entry WHERE epoch = ? ORDER BY sequence DESC LIMIT 100)
                    """, arguments: [number])
            return (first.map { Timestamp(milliseconds: $0.facts.recordedAt) }, entries, entries * UInt64(mean ?? 0))
        }
    }

    /// What the daemon remembers under a name.
    package func memory(_ name: String) throws -> String? {
        try pool.read { try String.fetchOne($0, sql: "SELECT value FROM memory WHERE name = ?", arguments: [name]) }
    }

    /// Remembers a value under a name.
    package func remember(_ name: String, _ value: String) async throws {
        try await pool.write { database in
            try database.execute(sql: "INSERT OR REPLACE INTO memory VALUES (?, ?)", arguments: [name, value])
        }
    }

    /// The last entry of an epoch; of the newest one where that epoch is not retained.
    func head(of epoch: Epoch) -> LogPosition {
        state.withLock { $0.epochs.last { $0.extent.head.epoch == epoch }?.extent.head } ?? head
    }

    private func acknowledged(of epoch: Epoch) -> SequenceNumber {
        state.withLock { $0.epochs.last { $0.extent.head.epoch == epoch }?.acknowledged.sequence } ?? .zero
    }

    /// Entries and, of them, those whose stored hash is not theirs, and those of which not even the hash is left.
    /// - Parameter replacesHashes: whether a lost hash is replaced by one that no content fits, which keeps the chain going; never
    ///   where the other side may still have the entry.
    func checked(
        _ request: LogRead, _ head: LogPosition, replacesHashes: Bool = false, _ database: Database
    ) throws -> (slice: LogSlice, mended: [LogPosition], replaced: [LogPosition]) {
        var mended: [LogPosition] = []
        var replaced: [LogPosition] = []
        let number = try epochNumber(of: request.epoch, database)
        guard let number, let previous = try hash(at: request.after, of: request.epoch, database) else {
            throw StorageError.damaged(path: path, reason: "entry \(request.after) is not there")
        }
        var slice = LogSlice(
            epoch: request.epoch, first: request.after.next, previous: previous, entries: [], last: previous)
        var bytes = 0
        var damaged: SequenceNumber?
        /// The next place in the slice becomes a lost entry; false where it cannot.
        func lose() -> Bool {
            guard replacesHashes, slice.entries.allSatisfy(\.damaged), slice.entries.count < request.entries else {
                return false
            }
            let place = slice.end.sequence.next
            let hash =
                place == head.sequence
                ? head.hash : LogChain.next(after: slice.last, sequence: place, leaf: LogChain.unknownLeaf)
            replaced.append(LogPosition(epoch: request.epoch, sequence: place, hash: hash))
            slice.append(Entry(lost: hash), hash)
            return true
        }
        let statement = try BoundStatement(
            database,
            """
            SELECT sequence, facts, nonce, personal, personal_digest, hash FROM entry
            WHERE epoch = ? AND sequence > ? ORDER BY sequence LIMIT ?
            """)
        try statement.forEach({ bind in
            bind.bind(number)
            bind.bind(Int64(clamping: request.after.value))
            bind.bind(Int64(request.entries))
        }) { row in
            let found = SequenceNumber(UInt64(row.integer(0)))
            while slice.end.sequence.next < found, lose() {}
            let place = slice.end.sequence.next
            var entry = Entry()
            entry.facts = row.data(1)
            entry.nonce = row.data(2)
            entry.personal = row.data(3)
            if !row.isNull(4) { entry.personalDigest = row.data(4) }
            let hash = LogChain.leaf(entry).map { LogChain.next(after: slice.last, sequence: place, leaf: $0) }
            guard found == place, slice.entries.count < request.entries else {
                damaged = place
                return false
            }
            if let hash, row.holds(hash, 5) {
                slice.append(entry, hash)
            } else if let hash, try isProved(hash, at: place, number, head, database) {
                mended.append(LogPosition(epoch: request.epoch, sequence: place, hash: hash))
                slice.append(entry, hash)
            } else if slice.entries.allSatisfy(\.damaged), let recorded = ChainHash(bytes: row.data(5)) {
                slice.append(Entry(lost: recorded), recorded)
            } else if !lose() {
                damaged = place
                return false
            }
            bytes += slice.entries[slice.entries.count - 1].size
            return bytes < request.bytes
        }
        if slice.entries.isEmpty, head.epoch == request.epoch, head.sequence > request.after {
            while slice.end.sequence < head.sequence, lose() {}
            damaged = slice.first
        }
        if slice.entries.isEmpty, let damaged {
            throw StorageError.damaged(
                path: path, reason: "entry \(damaged) of the log is missing, and its hash with it")
        }
        return (slice, mended, replaced)
    }

    func hash(at sequence: SequenceNumber, of epoch: Epoch, _ database: Database) throws -> ChainHash? {
        guard let number = try epochNumber(of: epoch, database) else { return nil }
        let data =
            sequence == .zero
            ? try Data.fetchOne(database, sql: "SELECT origin FROM epoch WHERE number = ?", arguments: [number])
            : try Data.fetchOne(
                database,
                sql: """
                    SELECT hash FROM entry WHERE epoch = ?1 AND sequence = ?2
                    UNION ALL SELECT trimmed_hash FROM epoch WHERE number = ?1 AND trimmed = ?2
                    """, arguments: [number, Int64(clamping: sequence.value)])
        return data.flatMap { ChainHash(bytes: $0) }
    }

    func epochNumber(of epoch: Epoch, _ database: Database) throws -> Int64? {
        let known = state.withLock { state in state.epochs.last { $0.extent.head.epoch == epoch }?.number }
        if let known { return known }
        return try Int64.fetchOne(database, sql: "SELECT number FROM epoch WHERE id = ?", arguments: [epoch.data])
    }

    private func records(
        _ database: Database, epoch: Int64, from sequence: Int64, limit: Int, newestFirst: Bool
    ) throws -> [Record] {
        let name = state.withLock { state in state.epochs.first { $0.number == epoch }?.extent.head.epoch }
        guard let name else { return [] }
        let order = newestFirst ? "sequence <= ? ORDER BY sequence DESC" : "sequence >= ? ORDER BY sequence"
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM entry WHERE epoch = ? AND \(order) LIMIT ?",
            arguments: [epoch, sequence, limit])
        return rows.compactMap { row in
            var entry = Entry()
            entry.facts = row["facts"]
            entry.nonce = row["nonce"]
            entry.personal = row["personal"]
            entry.personalDigest = row["personal_digest"] ?? Data()
            let sequence = SequenceNumber(UInt64(row["sequence"] as Int64))
            // An entry that cannot be read is shown by `log verify`, not here.
            return try? Record(entry, site: site, epoch: name, sequence: sequence)
        }
    }
}
