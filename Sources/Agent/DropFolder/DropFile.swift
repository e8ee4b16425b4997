import Crypto
import Foundation
import Glibc
import Records
import Storage

/// One file of the drop folder on its way into the log.
struct DropFile {
    enum Format: String {
        case csv, json, ndjson

        init?(name: String) {
            guard let dot = name.lastIndex(of: ".") else { return nil }
            self.init(rawValue: name[name.index(after: dot)...].lowercased())
        }
    }

    /// Bytes read at a time.
    static let block = 1 << 18

    let folder: String
    let name: String
    let format: Format
    /// What its rows are unless they say so themselves.
    let kind: RecordKind?

    init(folder: String, name: String) throws(FileFault) {
        guard let format = Format(name: name) else { throw FileFault(path: name, doing: "taking it", code: EINVAL) }
        self.folder = folder
        self.name = name
        self.format = format
        kind = Self.kind(of: name)
    }

    /// The kind whose code or term the name begins with.
    static func kind(of name: String) -> RecordKind? {
        let name = name.lowercased()
        return RecordKind.vocabulary.first { name.hasPrefix($0.code) || name.hasPrefix($0.term.chinese) }?.value
    }

    /// Takes the file's rows, keeps the refused ones, and moves the file away. A report with a failure: it stays.
    func take(into intake: Intake) async throws -> IntakeReport {
        let input = try InputFile(folder + "/" + name)
        let digest = try input.digest()
        let order = Intake.Order(author: DropFolder.author, kind: kind, source: format == .csv ? .text : .json)
        let rejects = RejectsFile(folder: folder + "/rejects", name: name, suffix: format == .csv ? "csv" : "ndjson")
        let report =
            switch format {
            case .csv: try await takeSheet(input, digest, order, intake, rejects)
            case .json, .ndjson: try await takeJSON(input, digest, order, intake, rejects)
            }
        guard report.failure == nil else {
            rejects.abandon()
            return report
        }
        try rejects.finish()
        try moveAway()
        return report
    }

    private func takeJSON(
        _ input: InputFile, _ digest: String, _ order: Intake.Order, _ intake: Intake, _ rejects: RejectsFile
    ) async throws -> IntakeReport {
        var report = IntakeReport(detail: .refused, isDryRun: false)
        var splitter = RowSplitter(format == .json ? .values : .lines)
        var number = 0
        var isEnd = false
        while !isEnd, report.failure == nil {
            let bytes = try input.read(Self.block)
            bytes.withUnsafeBytes { splitter.feed($0) }
            isEnd = bytes.isEmpty
            while report.failure == nil, let chunk = splitter.next(isEnd: isEnd) {
                let context = intake.context(order)
                let rows = chunk.rows.map { row -> Intake.ReadRow in
                    number += 1
                    return intake.read(row, of: chunk, order, context, defaultID: "\(digest):\(number)")
                }
                do throws(StorageError) {
                    let results = try await intake.save(rows, order, at: context.now)
                    report.add(results)
                    try rejects.note(results, of: chunk)
                } catch {
                    report.failure = .storage(error)
                }
            }
        }
        return report
    }

    private func moveAway() throws(FileFault) {
        var target = folder + "/done/" + name
        var attempt = 1
        while access(target, F_OK) == 0 {
            attempt += 1
            target = folder + "/done/\(attempt)-" + name
        }
        guard rename(folder + "/" + name, target) == 0 else {
            throw FileFault(path: folder + "/" + name, doing: "moving it to done", code: errno)
        }
        try InputFile.synchronizeFolder(folder + "/done")
        try InputFile.synchronizeFolder(folder)
    }
}

/// A file that the system refuses.
struct FileFault: Error, CustomStringConvertible {
    var path: String
    var doing: String
    var code: CInt

    var description: String { "\(path): \(doing) failed: \(String(cString: strerror(code)))" }
}

/// A file that is read from its beginning to its end.
final class InputFile {
    private let path: String
    private let descriptor: CInt

    init(_ path: String) throws(FileFault) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw FileFault(path: path, doing: "opening it", code: errno) }
    }

    deinit { close(descriptor) }

    /// The next bytes; empty at the end.
    func read(_ count: Int) throws(FileFault) -> [UInt8] {
        var code: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let result = Glibc.read(descriptor, buffer.baseAddress, count)
            if result < 0 { code = errno }
            filled = max(0, result)
        }
        guard code == 0 else { throw FileFault(path: path, doing: "reading it", code: code) }
        return bytes
    }

    /// SHA-256 of all of it in hexadecimal digits; reading begins anew afterwards.
    func digest() throws(FileFault) -> String {
        var hash = SHA256()
        while true {
            let bytes = try read(DropFile.block)
            if bytes.isEmpty { break }
            hash.update(data: bytes)
        }
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw FileFault(path: path, doing: "reading it", code: errno) }
        return Hexadecimal.text(hash.finalize())
    }

    /// Makes what was made or moved in a folder durable.
    static func synchronizeFolder(_ path: String) throws(FileFault) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw FileFault(path: path, doing: "synchronizing it", code: errno)
        }
    }
}
