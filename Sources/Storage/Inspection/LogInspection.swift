import Foundation
import GRDB
package import Records

/// A stored log as somebody looks at it from outside: read-only, beside a running daemon or without one, whatever its state.
///
/// What cannot be read is told as such, entry by entry, and never keeps the rest from being read. Reads in short transactions, so
/// that a daemon's write-ahead log does not grow meanwhile.
package final class LogInspection: Sendable {
    /// Whose database it is.
    package enum Owner: Sendable, Hashable {
        case site(SiteID)
        case headquarters
    }

    /// One epoch of one site's log.
    package struct Log: Sendable, Hashable {
        /// Short name within this database.
        package var number: Int64
        package var site: SiteID
        package var epoch: Epoch
        /// Where the epoch branched from its parent.
        package var parent: LogPosition?
        /// The entry before the first one that is held: 0 and `h(0)` where nothing was trimmed.
        package var trimmed: LogPosition
        /// The last entry that is here, or should be.
        package var head: SequenceNumber
        /// Up to here headquarters has it: by a site's word what was acknowledged, at headquarters what is durable.
        package var durable: LogPosition
    }

    package let path: String
    package let owner: Owner
    /// Bytes of the database and of its write-ahead log.
    package let fileBytes: UInt64
    let database: DatabaseQueue

    /// - Parameter path: a data folder, or the database in it.
    package init(_ path: String) throws(StorageError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .folder(path: path, reason: "there is nothing of that name")
        }
        let file = isFolder.boolValue ? path + "/log.sqlite" : path
        guard FileManager.default.fileExists(atPath: file) else {
            throw .folder(path: path, reason: "there is no log.sqlite in it")
        }
        self.path = file
        fileBytes = [file, file + "-wal"].reduce(0) { $0 + Self.size(of: $1) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        do {
            database = try DatabaseQueue(path: file, configuration: configuration)
            owner = try database.read { database in
                if try database.tableExists("headquarters") { return .headquarters }
                guard try database.tableExists("owner"),
                    let site = try String.fetchOne(database, sql: "SELECT site FROM owner")
                else { throw StorageError.foreign(path: file, reason: "this is no log of Huiyin's") }
                return .site(try SiteID(site))
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
            throw .folder(
                path: file,
                reason: "cannot be opened; where nothing may be written beside it, copy the folder and look at the copy"
            )
        } catch {
            throw .database(error, path: file, doing: "opening the log")
        }
    }

    /// Every log that is in it: a site's epochs, or all sites' at headquarters, the oldest first.
    package func logs() throws(StorageError) -> [Log] {
        do {
            return try database.read { database in
                switch owner {
                case .site(let site):
                    try Row.fetchAll(database, sql: "SELECT * FROM epoch ORDER BY number").map { row in
                        try siteLog(site, row, database)
                    }
                case .headquarters:
                    try Row.fetchAll(database, sql: "SELECT * FROM log ORDER BY site, number").map(headquartersLog)
                }
            }
        } catch {
            throw .database(error, path: path, doing: "reading which logs there are")
        }
    }

    /// What SQLite finds wrong with the file itself; empty when nothing is. At most 100 faults.
    package func structuralFaults() -> [String] {
        do {
            let found = try database.read { try String.fetchAll($0, sql: "PRAGMA quick_check(100)") }
            return found == ["ok"] ? [] : found
        } catch {
            return ["\(StorageError.database(error, path: path, doing: "checking the file"))"]
        }
    }

    /// Closes the database.
    package func close() { try? database.close() }  // reading leaves nothing behind that closing could lose

    private func siteLog(_ site: SiteID, _ row: Row, _ database: Database) throws -> Log {
        guard let epoch = Epoch(bytes: row["id"] as Data), let origin = ChainHash(bytes: row["origin"] as Data),
            let hash = ChainHash(bytes: row["acknowledged_hash"] as Data)
        else { throw StorageError.damaged(path: path, reason: "epoch \(row["number"] as Int64) has no identity") }
        let number: Int64 = row["number"]
        let durable = LogPosition(
            epoch: epoch, sequence: SequenceNumber(UInt64(clamping: row["acknowledged"] as Int64)), hash: hash)
        let trimmed = SequenceNumber(UInt64(clamping: (row["trimmed"] as Int64?) ?? 0))
        let trimmedHash = (row["trimmed_hash"] as Data?).flatMap { ChainHash(bytes: $0) } ?? origin
        return Log(
            number: number, site: site, epoch: epoch, parent: Self.parent(row),
            trimmed: LogPosition(epoch: epoch, sequence: trimmed, hash: trimmedHash),
            head: max(last(number, database), trimmed, durable.sequence), durable: durable)
    }

    /// The last entry of a site's epoch; where its table is damaged, the last that the identity index knows of.
    private func last(_ number: Int64, _ database: Database) -> SequenceNumber {
        for table in ["entry", "record"] {
            let sql = "SELECT MAX(sequence) FROM \(table) WHERE epoch = ?"
            // What fails here shows as damage when the places are read.
            guard let found = try? Int64.fetchOne(database, sql: sql, arguments: [number]) else { continue }
            return SequenceNumber(UInt64(clamping: found))
        }
        return .zero
    }

    private func headquartersLog(_ row: Row) throws -> Log {
        guard let epoch = Epoch(bytes: row["epoch"] as Data), let origin = ChainHash(bytes: row["origin"] as Data),
            let hash = ChainHash(bytes: row["hash"] as Data)
        else { throw StorageError.damaged(path: path, reason: "log \(row["number"] as Int64) has no identity") }
        let head = SequenceNumber(UInt64(clamping: row["sequence"] as Int64))
        return Log(
            number: row["number"], site: try SiteID(row["site"]), epoch: epoch, parent: Self.parent(row),
            trimmed: LogPosition(epoch: epoch, sequence: .zero, hash: origin), head: head,
            durable: LogPosition(epoch: epoch, sequence: head, hash: hash))
    }

    private static func parent(_ row: Row) -> LogPosition? {
        guard let epoch = (row["parent_epoch"] as Data?).flatMap({ Epoch(bytes: $0) }),
            let sequence: Int64 = row["parent_sequence"],
            let hash = (row["parent_hash"] as Data?).flatMap({ ChainHash(bytes: $0) })
        else { return nil }
        return LogPosition(epoch: epoch, sequence: SequenceNumber(UInt64(clamping: sequence)), hash: hash)
    }

    private static func size(of path: String) -> UInt64 {
        // What cannot be asked is not there.
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64) ?? 0
    }
}
