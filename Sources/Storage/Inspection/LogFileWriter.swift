import Crypto
package import Foundation
import Glibc
package import Records
import Replication
import SwiftProtobuf

/// Writes a log into one file that can be carried (`LogFileItem` in `Protocol/huiyin.proto`): whole on the disk under its name, or
/// not there at all.
package final class LogFileWriter {
    /// The first bytes of every such file.
    package static let magic = Data("huiyin-log-file-1\n".utf8)

    private let path: String
    private let descriptor: CInt
    private var digest = SHA256()
    private var buffer = Data()
    private(set) package var entries: UInt64 = 0
    private var isFinished = false

    private var partial: String { path + ".partial" }

    /// Refuses to replace a file.
    package init(_ path: String, header: LogFileItem.Header) throws(StorageError) {
        self.path = path
        guard access(path, F_OK) != 0 else {
            throw .folder(path: path, reason: "is there already; choose another name, or remove it")
        }
        descriptor = open(path + ".partial", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .folder(path: path, reason: "cannot be written: \(String(cString: strerror(errno)))")
        }
        try put(Self.magic)
        var item = LogFileItem()
        item.header = header
        try put(item)
    }

    deinit {
        guard !isFinished else { return }
        close(descriptor)
        unlink(partial)
    }

    /// Adds a batch.
    package func append(_ batch: Exchange.Batch) throws(StorageError) {
        var item = LogFileItem()
        item.batch = batch
        try put(item)
        entries += UInt64(batch.entries.count)
    }

    /// Closes the file and gives it its name.
    package func finish() throws(StorageError) {
        try flush()
        var item = LogFileItem()
        item.end.entries = entries
        item.end.digest = Data(digest.finalize())
        try put(item)
        try flush()
        guard fsync(descriptor) == 0, close(descriptor) == 0, rename(partial, path) == 0 else { throw failure }
        isFinished = true
        try DataFolder.synchronize(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    private func put(_ item: LogFileItem) throws(StorageError) {
        let bytes: Data
        do {
            bytes = try item.serializedData()
        } catch {
            throw .folder(path: path, reason: "an item cannot be written: \(error)")
        }
        try put(withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Data($0) } + bytes)
    }

    private func put(_ bytes: Data) throws(StorageError) {
        buffer.append(bytes)
        if buffer.count >= 1 << 20 { try flush() }
    }

    private func flush() throws(StorageError) {
        digest.update(data: buffer)
        var start = 0
        while start < buffer.count {
            let written = buffer.withUnsafeBytes { write(descriptor, $0.baseAddress! + start, $0.count - start) }
            guard written > 0 || errno == EINTR else { throw failure }
            start += max(0, written)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private var failure: StorageError {
        .folder(path: path, reason: "cannot be written: \(String(cString: strerror(errno)))")
    }
}
