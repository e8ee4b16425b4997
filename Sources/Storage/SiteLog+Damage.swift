import Foundation
import GRDB
package import Records
package import Replication
import Synchronization

/// What was found damaged in a site's log, and where the search for it is.
struct DamageState: Sendable {
    /// Damaged entries beyond so many wait for a later search.
    static let greatestList = 10_000

    /// Headquarters never had them, or has them no more: gone for good, and not certified yet.
    var lost: Set<LogPlace> = []
    /// Headquarters has them, by its acknowledgement: to be fetched.
    var wanted: Set<LogPlace> = []
    /// The search goes on behind this entry.
    var searched: (index: Int, sequence: SequenceNumber) = (0, .zero)
}

extension SiteLog {
    /// Whether the entry at a place is what was written though another hash stands with it: the entry behind it follows from
    /// the computed one, or the log's head is it.
    func isProved(
        _ hash: ChainHash, at place: SequenceNumber, _ epoch: Int64, _ head: LogPosition, _ database: Database
    ) throws -> Bool {
        let statement = try BoundStatement(
            database,
            "SELECT facts, nonce, personal, personal_digest, hash FROM entry WHERE epoch = ? AND sequence = ?")
        var proof: Bool?
        try statement.forEach({ bind in
            bind.bind(epoch)
            bind.bind(Int64(place.next.value))
        }) { row in
            var next = Entry()
            next.facts = row.data(0)
            next.nonce = row.data(1)
            next.personal = row.data(2)
            if !row.isNull(3) { next.personalDigest = row.data(3) }
            proof = LogChain.leaf(next).map {
                row.holds(LogChain.next(after: hash, sequence: place.next, leaf: $0), 4)
            }
            return false
        }
        return proof ?? (head.sequence == place && head.hash == hash)
    }

    /// Writes hashes that were damaged anew.
    func mend(_ places: [LogPosition]) throws {
        try pool.write { database in
            for place in places {
                try database.execute(
                    sql: """
                        UPDATE entry SET hash = ?
                        WHERE epoch = (SELECT number FROM epoch WHERE id = ?) AND sequence = ?
                        """, arguments: [place.hash.data, place.epoch.data, Int64(clamping: place.sequence.value)])
            }
        }
    }

    /// Writes down by which hashes entries are lost of which none was left. What is left of their bytes stays.
    func replaceHashes(_ places: [LogPosition]) throws {
        try pool.write { database in
            for place in places {
                // The epoch may have ended meanwhile, and what stood there stands elsewhere.
                let end = head(of: place.epoch)
                guard end.epoch == place.epoch, end.sequence >= place.sequence,
                    let number = try epochNumber(of: place.epoch, database)
                else { throw StorageError.damaged(path: path, reason: "entry \(place.sequence) is not there") }
                try database.execute(
                    sql: """
                        INSERT INTO entry VALUES (?, ?, x'', x'', x'', NULL, ?)
                        ON CONFLICT (epoch, sequence) DO UPDATE SET hash = excluded.hash
                        """,
                    arguments: [number, Int64(clamping: place.sequence.value), place.hash.data])
            }
        }
    }

    /// What is about to be sent as lost is gone for good.
    func noteLost(in slice: LogSlice) {
        let count = slice.entries.prefix { $0.damaged }.count
        guard count > 0 else { return }
        noteLost(EntryRange(epoch: slice.epoch, first: slice.first, last: slice.first.advanced(by: count - 1)))
    }

    /// Nobody has these entries any more.
    package func noteLost(_ range: EntryRange) {
        damage.withLock { state in
            for place in range.places {
                guard state.lost.count < DamageState.greatestList else { return }
                state.wanted.remove(place)
                state.lost.insert(place)
            }
        }
    }

    /// What is gone for good and not certified yet, in order.
    package var lost: [EntryRange] { damage.withLock { EntryRange.ranges(of: $0.lost) } }

    /// What is damaged here and headquarters has, in order.
    package var wanted: [EntryRange] { damage.withLock { EntryRange.ranges(of: $0.wanted) } }

    /// A certificate of these entries is in the log.
    package func certified(_ range: EntryRange) { damage.withLock { $0.lost.subtract(range.places) } }

    /// Looks through the next entries of the log for damage; true when that was the rest of it, and the next search begins anew.
    ///
    /// What is damaged and not acknowledged is left to the sender, which comes to it.
    package func searchDamage(entries: Int) throws(StorageError) -> Bool {
        let epochs = state.withLock { $0.epochs.map { ($0.extent.head, $0.acknowledged.sequence) } }
        let trimmed = retention
        var (index, after) = damage.withLock { $0.searched }
        guard index < epochs.count else {
            damage.withLock { $0.searched = (0, .zero) }
            return true
        }
        let (head, acknowledged) = epochs[index]
        after = max(after, SequenceNumber((trimmed.first[head.epoch]?.value ?? 1) - 1))
        let end = min(acknowledged, after.advanced(by: entries))
        while after < end {
            do {
                let request = LogRead(
                    epoch: head.epoch, after: after, entries: Int(end.value - after.value), bytes: .max)
                let (slice, mended, _) = try pool.read { try checked(request, head, $0) }
                if !mended.isEmpty { try mend(mended) }
                guard !slice.entries.isEmpty else { break }
                want(slice)
                after = slice.end.sequence
            } catch {
                guard case .damaged = StorageError.database(error, path: path, doing: "") else {
                    throw .database(error, path: path, doing: "looking for damage")
                }
                // Not even its hash is left; headquarters' copy brings it back.
                want(LogPlace(epoch: head.epoch, sequence: after.next))
                after = after.next
            }
        }
        damage.withLock { $0.searched = end < acknowledged ? (index, end) : (index + 1, .zero) }
        return false
    }

    private func want(_ slice: LogSlice) {
        for (offset, entry) in slice.entries.enumerated() where entry.damaged {
            want(LogPlace(epoch: slice.epoch, sequence: slice.first.advanced(by: offset)))
        }
    }

    private func want(_ place: LogPlace) {
        damage.withLock { state in
            guard state.wanted.count < DamageState.greatestList, !state.lost.contains(place) else { return }
            state.wanted.insert(place)
        }
    }

    /// Puts back what headquarters had of damaged entries, where the own chain proves it. What it has no more is lost.
    /// - Parameter slice: without entries where it had nothing of what was asked for first.
    /// - Returns: how many are whole again.
    package func mend(with slice: LogSlice) throws(StorageError) -> Int {
        let epochHead = state.withLock { $0.epochs.first { $0.extent.head.epoch == slice.epoch }?.extent.head }
        guard let head = epochHead else { return 0 }
        let whole = slice.entries.prefix { !$0.damaged }
        guard let hashes = LogChain.hashes(of: Array(whole), after: slice.previous, first: slice.first) else {
            return 0
        }
        do {
            let mended = try pool.write { database in
                var mended: [LogPlace] = []
                guard let number = try epochNumber(of: slice.epoch, database) else { return mended }
                for (offset, entry) in whole.enumerated() {
                    let place = slice.first.advanced(by: offset)
                    let own = try hash(at: place, of: slice.epoch, database)
                    let isOurs = own == hashes[offset]
                    guard try isOurs || isProved(hashes[offset], at: place, number, head, database) else { break }
                    try database.execute(
                        sql: "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)",
                        arguments: [
                            number, Int64(place.value), entry.facts, entry.nonce, entry.personal,
                            entry.personalDigest.isEmpty ? nil : entry.personalDigest, hashes[offset].data,
                        ])
                    mended.append(LogPlace(epoch: slice.epoch, sequence: place))
                }
                return mended
            }
            damage.withLock { $0.wanted.subtract(mended) }
            let rest = slice.first.advanced(by: mended.count)
            let last = slice.first.advanced(by: max(1, slice.entries.count) - 1)
            if rest <= last { noteLost(EntryRange(epoch: slice.epoch, first: rest, last: last)) }
            return mended.count
        } catch {
            throw .database(error, path: path, doing: "mending damaged entries")
        }
    }
}
