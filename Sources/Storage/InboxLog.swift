import Crypto
import Foundation
import GRDB
package import Records
package import struct Records.Record
package import Replication
import SwiftProtobuf
import Synchronization

/// What headquarters handed on to this site: durable, each record once, whatever outbox it came by.
///
/// An epoch that is begun anew brings everything that the site needs again; what is here already stays as it is.
package final class InboxLog: Sendable {
    /// A record that was handed on.
    package struct Item: Sendable {
        /// In the order of arrival; 1, 2, 3 …
        package var number: Int64
        /// Its sequence number is `number`.
        package var record: Record
        package var reason: Delivery.Reason
        package var receivedAt: Timestamp
    }

    private struct State {
        var position: LogPosition?
        /// A commit failed: what is in the write-ahead log may not be on the disk.
        var isSuspect = false
    }

    package let site: SiteID
    let pool: DatabasePool
    private let path: String
    private let state: Mutex<State>
    private let onArrival = Mutex<(@Sendable ([Item]) -> Void)?>(nil)

    /// Opens the inbox in the agent's folder, or makes it.
    package init(folder: DataFolder, site: SiteID) throws(StorageError) {
        self.site = site
        path = folder.file("inbox.sqlite")
        do {
            pool = try DurableDatabase.open(path, durability: .full)
            try InboxSchema.migrate(pool)
            state = Mutex(State(position: try pool.read { try Self.position($0) }))
        } catch {
            throw .database(error, path: path, doing: "opening the inbox")
        }
        try folder.synchronize()
    }

    /// The last entry that is durable here; nil when nothing ever came.
    package var position: LogPosition? { state.withLock { $0.position } }

    /// Called with the records that are new, after they became durable.
    package func onArrival(_ body: @escaping @Sendable ([Item]) -> Void) { onArrival.withLock { $0 = body } }

    /// Stores a verified slice whole, if it begins where what is stored ends, or begins an epoch; otherwise nothing. The answer
    /// comes on the writer's queue and says what is durable then.
    /// - Parameter now: the wall clock.
    package func append(
        _ slice: LogSlice, at now: Timestamp,
        answer: @escaping @Sendable (Result<LogPosition, StorageError>) -> Void
    ) {
        pool.asyncWriteWithoutTransaction { [self] database in
            do throws(StorageError) { answer(.success(try write(slice, at: now, database))) } catch {
                answer(.failure(error))
            }
        }
    }

    private func write(_ slice: LogSlice, at now: Timestamp, _ database: Database) throws(StorageError) -> LogPosition {
        do {
            try recoverIfSuspect(database)
            guard follows(slice) else {
                // It may be here already: a commit that failed may be found afterwards to be there all the same.
                if let position { return position }
                throw StorageError.damaged(path: path, reason: "entry \(slice.first) does not follow what is here")
            }
            var items: [Item] = []
            try database.inTransaction(.immediate) {
                let before = try Int64.fetchOne(database, sql: "SELECT MAX(number) FROM item") ?? 0
                for entry in slice.entries { try insert(entry, at: now, database) }
                let end = slice.end
                try database.execute(sql: "DELETE FROM position")
                try database.execute(
                    sql: "INSERT INTO position VALUES (?, ?, ?)",
                    arguments: [end.epoch.data, Int64(end.sequence.value), end.hash.data])
                items = try Self.items(database, after: before, limit: slice.entries.count)
                return .commit
            }
            state.withLock { $0.position = slice.end }
            if !items.isEmpty { onArrival.withLock { $0 }?(items) }
            return slice.end
        } catch {
            let failure = StorageError.database(error, path: path, doing: "storing what headquarters handed on")
            if case .damaged = failure { throw failure }
            state.withLock { $0.isSuspect = true }
            throw failure
        }
    }

    private func follows(_ slice: LogSlice) -> Bool {
        guard let position, position.epoch == slice.epoch else {
            let origin = LogChain.origin(site: site, epoch: slice.epoch, parent: nil)
            return slice.first.value == 1 && slice.previous == origin
        }
        return slice.first == position.sequence.next && slice.previous == position.hash
    }

    private func insert(_ entry: Entry, at now: Timestamp, _ database: Database) throws {
        // What a later version wrote and this one cannot read is kept all the same, under a name made of its bytes.
        let facts = try? Facts(serializedBytes: entry.facts)
        let name = facts.flatMap { RecordID(bytes: $0.recordID)?.data }
        let record = (facts?.delivery.facts).flatMap { try? Facts(serializedBytes: $0) }
        let (isHandbook, isErasure) = (record?.isHandbook ?? false, record?.isErasure ?? false)
        let digest = entry.personalDigest
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO item
                (record, is_handbook, is_erasure, facts, nonce, personal, personal_digest, received_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                name ?? Data(SHA256.hash(data: entry.facts).prefix(16)), isHandbook, isErasure, entry.facts,
                entry.nonce, entry.personal, digest.isEmpty ? nil : digest, now.milliseconds,
            ])
    }

    /// After a failed commit: see `SiteLog.recoverIfSuspect`.
    private func recoverIfSuspect(_ database: Database) throws {
        guard state.withLock({ $0.isSuspect }) else { return }
        _ = try database.checkpoint(.truncate)
        let position = try Self.position(database)
        state.withLock { $0 = State(position: position) }
    }

    private static func position(_ database: Database) throws -> LogPosition? {
        try Row.fetchOne(database, sql: "SELECT * FROM position").flatMap { row in
            guard let epoch = Epoch(bytes: row["epoch"] as Data), let hash = ChainHash(bytes: row["hash"] as Data)
            else { return nil }
            return LogPosition(epoch: epoch, sequence: SequenceNumber(UInt64(row["sequence"] as Int64)), hash: hash)
        }
    }

    // MARK: Reading

    /// What was handed on after a number, in the order of arrival.
    package func items(after number: Int64, limit: Int) throws -> [Item] {
        try pool.read { try Self.items($0, after: number, limit: limit) }
    }

    /// The newest before a number (all when nil) that are wanted, newest first.
    package func newest(
        before number: Int64?, limit: Int, where isWanted: (Record) -> Bool = { _ in true }
    ) throws -> [Item] {
        try pool.read { database in
            var found: [Item] = []
            let rows = try Row.fetchCursor(
                database, sql: "SELECT * FROM item WHERE number < ? ORDER BY number DESC",
                arguments: [number ?? .max])
            while found.count < limit, let row = try rows.next() {
                if let item = Self.item(row), isWanted(item.record) { found.append(item) }
            }
            return found
        }
    }

    /// A record that was handed on; nil when it was not.
    package func item(_ id: RecordID) throws -> Item? {
        try pool.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM item WHERE record = ?", arguments: [id.data])
                .flatMap(Self.item)
        }
    }

    /// The handbooks that were handed on.
    package func handbooks() throws -> [Record] {
        try pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM item WHERE is_handbook ORDER BY number")
                .compactMap { Self.item($0)?.record }
        }
    }

    /// How many records were handed on.
    package func count() throws -> Int {
        try pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM item") ?? 0 }
    }

    /// Closes the database.
    package func close() throws { try pool.close() }

    private static func items(_ database: Database, after number: Int64, limit: Int) throws -> [Item] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM item WHERE number > ? ORDER BY number LIMIT ?", arguments: [number, limit]
        ).compactMap(item)
    }

    /// Nil for what this version cannot read; it is kept.
    static func item(_ row: Row) -> Item? {
        guard let outer = try? Facts(serializedBytes: row["facts"] as Data),
            let origin = try? SiteID(outer.delivery.site), let epoch = Epoch(bytes: Data(count: 16))
        else { return nil }
        var entry = Entry()
        entry.facts = outer.delivery.facts
        entry.nonce = row["nonce"]
        entry.personal = row["personal"]
        entry.personalDigest = row["personal_digest"] ?? Data()
        let number: Int64 = row["number"]
        guard let record = try? Record(entry, site: origin, epoch: epoch, sequence: SequenceNumber(UInt64(number)))
        else { return nil }
        return Item(
            number: number, record: record, reason: outer.delivery.reason,
            receivedAt: Timestamp(milliseconds: row["received_at"]))
    }
}

/// The tables of `inbox.sqlite`.
private enum InboxSchema {
    static func migrate(_ pool: DatabasePool) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(
                sql: """
                    -- The last entry that is here, of the newest outbox; one row at the most.
                    CREATE TABLE position (epoch BLOB NOT NULL, sequence INTEGER NOT NULL, hash BLOB NOT NULL);
                    CREATE TABLE item (
                        number INTEGER PRIMARY KEY,
                        record BLOB NOT NULL UNIQUE,
                        is_handbook INTEGER NOT NULL,
                        -- As they came; `personal_digest` only where the personal part was erased.
                        facts BLOB NOT NULL, nonce BLOB NOT NULL, personal BLOB NOT NULL, personal_digest BLOB,
                        received_at INTEGER NOT NULL);
                    CREATE INDEX item_handbook ON item (number) WHERE is_handbook;
                    """)
        }
        migrator.registerMigration("2-erasures") { database in
            try database.execute(
                sql: """
                    ALTER TABLE item ADD COLUMN is_erasure INTEGER NOT NULL DEFAULT 0;
                    CREATE INDEX item_erasure ON item (number) WHERE is_erasure;
                    """)
            for row in try Row.fetchAll(database, sql: "SELECT number, facts FROM item") {
                // What this version cannot read is no erasure that it could carry out.
                guard let outer = try? Facts(serializedBytes: row["facts"] as Data),
                    (try? Facts(serializedBytes: outer.delivery.facts))?.isErasure ?? false
                else { continue }
                try database.execute(
                    sql: "UPDATE item SET is_erasure = 1 WHERE number = ?", arguments: [row["number"] as Int64])
            }
        }
        try migrator.migrate(pool)
    }
}

extension Facts {
    fileprivate var isHandbook: Bool {
        if case .handbookVersion? = body { true } else { false }
    }

    fileprivate var isErasure: Bool {
        if case .erasure? = body { true } else { false }
    }
}
