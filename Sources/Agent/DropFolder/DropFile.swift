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
        let rejects = RejectsFile(folder + "/rejects/\(name).rejects." + (format == .csv ? "csv" : "ndjson"))
        let report: IntakeReport
        do {
            report =
                switch format {
                case .csv: try await takeSheet(input, digest, order, intake, rejects)
                case .json, .ndjson: try await takeJSON(input, digest, order, intake, rejects)
                }
        } catch let error as UnreadableFile {
            rejects.abandon()
            try putAside(error)
            throw error
        }
        guard report.failure == nil else {
            rejects.abandon()
            return report
        }
        try rejects.finish()
        try move(to: "done")
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
            let bytes = try input.read(InputFile.block)
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

    /// A file of which nothing can be taken goes to the rejects as a whole, with the reason beside it.
    private func putAside(_ error: UnreadableFile) throws {
        let reason = RejectsFile(folder + "/rejects/\(name).reason.txt")
        try reason.write(Array("\(error)\n".utf8))
        try reason.finish()
        try move(to: "rejects")
    }

    private func move(to subfolder: String) throws(FileFault) {
        var target = folder + "/\(subfolder)/" + name
        var attempt = 1
        while access(target, F_OK) == 0 {
            attempt += 1
            target = folder + "/\(subfolder)/\(attempt)-" + name
        }
        guard rename(folder + "/" + name, target) == 0 else {
            throw FileFault(path: folder + "/" + name, doing: "moving it to \(subfolder)", code: errno)
        }
        try InputFile.synchronizeFolder(folder + "/" + subfolder)
        try InputFile.synchronizeFolder(folder)
    }
}

/// A file of which no row can be taken.
struct UnreadableFile: Error, CustomStringConvertible {
    let description: String
}
