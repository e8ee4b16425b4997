import Crypto
import Foundation

/// What is in a backup, as its `manifest.json` says. Keys are added to, never changed.
package struct BackupManifest: Codable, Sendable {
    /// One file of it.
    package struct File: Codable, Sendable {
        package var name: String
        package var bytes: UInt64
        /// SHA-256, hexadecimal digits.
        package var sha256: String
    }

    /// How far one log is in it.
    package struct Log: Codable, Sendable {
        package var site: String
        /// Hexadecimal digits.
        package var epoch: String
        package var sequence: UInt64
        package var hash: String
        /// Whole up to here; less than `sequence` where an entry is damaged.
        package var whole: UInt64
    }

    /// The folder's name.
    package var name: String
    /// Milliseconds since 1970.
    package var madeAt: Int64
    package var program: String
    package var headquartersEpoch: String
    package var files: [File]
    package var logs: [Log]
    package var feed: UInt64
    package var hasKeys: Bool

    package static let file = "manifest.json"
    /// The store, and headquarters' own log.
    package static let store = "log.sqlite"
    package static let ownLog = "own.sqlite"

    /// Entries that are damaged in the store, and so in the backup.
    package var isWhole: Bool { logs.allSatisfy { $0.whole == $0.sequence } }

    /// Reads the manifest of a backup's folder.
    package static func read(_ folder: String) throws(StorageError) -> BackupManifest {
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))
            return try JSONDecoder().decode(BackupManifest.self, from: data)
        } catch {
            throw .foreign(path: folder, reason: "this is no backup of `huiyin backup`: \(file) cannot be read")
        }
    }

    /// Compares every file with what was written. Throws the first that is missing or another.
    package func verifyFiles(in folder: String) throws(StorageError) {
        for file in files {
            let found = try Self.describe(folder + "/" + file.name, as: file.name)
            guard found.bytes == file.bytes, found.sha256 == file.sha256 else {
                throw .damaged(path: folder + "/" + file.name, reason: "it is not what `huiyin backup` wrote")
            }
        }
    }

    static func describe(_ path: String, as name: String) throws(StorageError) -> File {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }  // only read from
            var digest = SHA256()
            var bytes: UInt64 = 0
            while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty {
                digest.update(data: part)
                bytes += UInt64(part.count)
            }
            let text = digest.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return File(name: name, bytes: bytes, sha256: text)
        } catch {
            throw .folder(path: path, reason: "cannot be read: \(error.localizedDescription)")
        }
    }
}
