import Crypto
import Foundation
package import Records
import Replication
import SwiftProtobuf

/// Reads a log that was carried by file, item by item; nothing of it is believed for standing there.
package final class LogFileReader {
    /// What comes next in the file.
    package enum Item: Sendable {
        case batch(Exchange.Batch)
        /// The file is whole: as long as its writer made it, and every byte the one that was written.
        case end(entries: UInt64)
    }

    package let path: String
    package let header: LogFileItem.Header
    /// The site that the header names.
    package let site: SiteID
    private let handle: FileHandle
    private var digest: SHA256
    private var entries: UInt64 = 0

    /// Whether a file says that it is one; a folder or a database is none.
    package static func recognises(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? handle.close() }  // only read from
        // What cannot be read is none.
        return (try? handle.read(upToCount: LogFileWriter.magic.count)) == LogFileWriter.magic
    }

    /// Opens a file and reads its header.
    package init(_ path: String) throws(StorageError) {
        self.path = path
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw .folder(path: path, reason: "cannot be read: \(String(cString: strerror(errno)))")
        }
        self.handle = handle
        digest = SHA256()
        let magic = try Self.read(LogFileWriter.magic.count, handle, path)
        guard magic == LogFileWriter.magic else {
            throw .foreign(path: path, reason: "this is no log file of `huiyin log export`")
        }
        digest.update(data: magic)
        guard case .header(let header)? = try Self.next(handle, &digest, path).body else {
            throw .damaged(path: path, reason: "its first item is no header")
        }
        self.header = header
        do {
            site = try SiteID(header.site)
        } catch {
            throw .damaged(path: path, reason: "its header names no site")
        }
    }

    /// The next item. Throws where the file is cut off or changed; nothing behind that place can be had.
    package func next() throws(StorageError) -> Item {
        let before = digest
        switch try Self.next(handle, &digest, path).body {
        case .batch(let batch):
            entries += UInt64(batch.entries.count)
            return .batch(batch)
        case .end(let end):
            guard Data(before.finalize()) == end.digest, entries == end.entries else {
                throw .damaged(path: path, reason: "its bytes are not those that were written")
            }
            return .end(entries: end.entries)
        case .header, nil:
            throw .damaged(path: path, reason: "an item is neither a batch nor the end")
        }
    }

    package func close() { try? handle.close() }  // only read from

    private static func next(_ handle: FileHandle, _ digest: inout SHA256, _ path: String) throws(StorageError)
        -> LogFileItem
    {
        let length = try read(4, handle, path)
        let count = length.reduce(0) { $0 << 8 | Int($1) }
        guard count <= ReplicationProtocol.greatestMessage else {
            throw .damaged(path: path, reason: "an item would have \(count) bytes")
        }
        let bytes = try read(count, handle, path)
        digest.update(data: length)
        digest.update(data: bytes)
        do {
            return try LogFileItem(serializedBytes: bytes)
        } catch {
            throw .damaged(path: path, reason: "an item cannot be read")
        }
    }

    private static func read(_ count: Int, _ handle: FileHandle, _ path: String) throws(StorageError) -> Data {
        do {
            guard count > 0 else { return Data() }
            guard let data = try handle.read(upToCount: count), data.count == count else {
                throw StorageError.damaged(
                    path: path, reason: "it ends in the midst of an item; it was not carried whole")
            }
            return data
        } catch {
            throw .database(error, path: path, doing: "reading the file")
        }
    }
}
