import Foundation
import GRDB
import Replication

/// Why something could not be kept or read: what failed, where, and what to do about it. Never quotes a record.
package enum StorageError: StoreFailure, Sendable, CustomStringConvertible {
    /// The folder cannot be used.
    case folder(path: String, reason: String)
    /// Another process has the folder.
    case inUse(path: String)
    /// Too little room for new records; what is saved is safe.
    case diskFull(path: String, free: UInt64, reserve: UInt64)
    /// A record would be too large to travel to headquarters; nothing of its request was saved.
    case tooLarge(size: Int, most: Int)
    /// The database said no.
    case database(path: String, doing: String, reason: String)
    /// What is stored is not what it should be.
    case damaged(path: String, reason: String)
    /// The folder belongs to somebody else.
    case foreign(path: String, reason: String)

    package var description: String {
        switch self {
        case .folder(let path, let reason): "\(path): \(reason)"
        case .inUse(let path): "\(path): another huiyin process uses this folder; stop it first"
        case .diskFull(let path, let free, let reserve):
            "\(path): only \(free >> 20) MiB are free and \(reserve >> 20) MiB are kept in reserve; "
                + "nothing new is taken until there is room, what is saved is safe"
        case .tooLarge(let size, let most): "a record has \(size) bytes; at most \(most) are taken, shorten its texts"
        case .database(let path, let doing, let reason): "\(path): \(doing) failed: \(reason)"
        case .damaged(let path, let reason): "\(path): damaged: \(reason)"
        case .foreign(let path, let reason): "\(path): \(reason)"
        }
    }

    /// Whether waiting for room on the disk would help.
    package var isDiskFull: Bool {
        switch self {
        case .diskFull: true
        case .database(_, _, let reason): reason.contains("full")
        default: false
        }
    }

    /// Hides statement arguments, which may be customers' words.
    package static func database(_ error: any Error, path: String, doing: String) -> StorageError {
        if let known = error as? StorageError { return known }
        if let error = error as? DatabaseError {
            let reason = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
            return .database(path: path, doing: doing, reason: "\(reason) (\(error.extendedResultCode.rawValue))")
        }
        return .database(path: path, doing: doing, reason: String(describing: error))
    }
}
