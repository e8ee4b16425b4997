import Foundation
import GRDB
import Recurrence
package import Storage

/// Vectors that a model gave, kept under a hash of the text: a text is asked about once. What they were made of cannot be
/// read from it, but guessed at; so what no text has any more is removed.
package final class EmbeddingCache: Sendable {
    private let pool: DatabasePool
    private let path: String

    /// Opens the file, or makes it for this user alone.
    package init(_ path: String) throws(StorageError) {
        self.path = path
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        do {
            pool = try DurableDatabase.open(path, durability: .consistent)
            try pool.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE IF NOT EXISTS embedding (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID
                        """)
            }
        } catch {
            throw .database(error, path: path, doing: "opening the embeddings")
        }
    }

    /// What is kept under these keys.
    func vectors(_ keys: [[UInt8]]) throws -> [[UInt8]: MeaningVector] {
        try pool.read { database in
            let statement = try database.cachedStatement(sql: "SELECT vector FROM embedding WHERE key = ?")
            var found: [[UInt8]: MeaningVector] = [:]
            for key in keys where found[key] == nil {
                guard let bytes = try Data.fetchOne(statement, arguments: [Data(key)]) else { continue }
                found[key] = MeaningVector(kept: bytes)
            }
            return found
        }
    }

    func keep(_ vectors: [(key: [UInt8], vector: MeaningVector)]) throws {
        try pool.write { database in
            let statement = try database.cachedStatement(sql: "INSERT OR REPLACE INTO embedding VALUES (?, ?)")
            for (key, vector) in vectors {
                try statement.execute(arguments: [Data(key), Data(vector.components.map { UInt8(bitPattern: $0) })])
            }
        }
    }

    /// Removes what is kept under other keys.
    func forget(allBut keys: Set<[UInt8]>) throws {
        try pool.write { database in
            let all = try Data.fetchAll(database, sql: "SELECT key FROM embedding")
            let statement = try database.cachedStatement(sql: "DELETE FROM embedding WHERE key = ?")
            for key in all where !keys.contains(Array(key)) { try statement.execute(arguments: [key]) }
        }
    }

    package var count: Int {
        get throws { try pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM embedding") ?? 0 } }
    }

    /// Leaves one file behind.
    package func close() throws {
        try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try pool.close()
    }
}
