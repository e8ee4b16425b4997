import Foundation
import Glibc
import Records
import Spreadsheets
package import Storage

/// The rows of one file that were refused, with the reasons: written beside its final name, synchronized, then renamed.
/// There is no file when no row was refused; one of an earlier attempt is removed then.
package final class RejectsFile {
    private let folder: String
    package let target: String
    private let temporary: String
    private var descriptor: CInt = -1

    package init(_ path: String) {
        target = path
        let slash = path.lastIndex(of: "/")
        folder = slash.map { String(path[..<$0]) } ?? "."
        temporary = folder + "/." + path[(slash.map { path.index(after: $0) } ?? path.startIndex)...] + ".part"
    }

    /// Whether a row was refused.
    package var hasRows: Bool { descriptor >= 0 }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Writes the refused rows of a chunk as NDJSON: the reasons, and the row as it was given, with bytes
    /// shown that are no text.
    func note(_ results: [RowResult], of chunk: RowChunk) throws(StorageError) {
        for (result, row) in zip(results, chunk.rows) where !result.faults.isEmpty {
            var json = JSONText()
            json.object { json in
                json.field("line", result.line)
                json.array("faults") { json in for fault in result.faults { fault.write(to: &json) } }
                if case .bytes(let range) = row.content {
                    json.field("row", DamagedBytes.shown(in: Array(chunk.bytes[range])))
                }
            }
            json.newline()
            try write(json.bytes)
        }
    }

    package func write(_ bytes: [UInt8]) throws(StorageError) {
        if descriptor < 0 {
            descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw failure("making it") }
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw failure("writing it") }
            rest = rest.dropFirst(count)
        }
    }

    /// Makes it durable under its final name.
    package func finish() throws(StorageError) {
        guard descriptor >= 0 else {
            unlink(target)
            return
        }
        guard fsync(descriptor) == 0, rename(temporary, target) == 0 else { throw failure("keeping it") }
        do {
            try InputFile.synchronizeFolder(folder)
        } catch {
            throw .folder(path: folder, reason: "\(error)")
        }
    }

    /// Leaves nothing behind.
    package func abandon() { unlink(temporary) }

    private func failure(_ doing: String) -> StorageError {
        .folder(path: target, reason: "\(doing) failed: \(String(cString: strerror(errno)))")
    }
}
