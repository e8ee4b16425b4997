import Foundation
import Records
import Storage

/// The feed as a plain file, one JSON object a line, for programs that read files: `tail -F feed.ndjson`.
///
/// It says nothing that the feed does not say; where it stands is read from its own last line, so that a restart repeats nothing
/// and leaves nothing out. A line that a crash cut off is cut away. When it is full it is renamed to `.1`, older ones count up, and
/// what is beyond the kept ones goes; `tail -F` sees that and reads on in the new file. `.epoch` beside it names the feed that its
/// numbers are of: a restored headquarters begins a new one, and then the file begins anew, too.
struct FeedFile {
    let path: String
    /// It is rotated when it would grow beyond so many bytes.
    let mostBytes: Int
    /// How many old files are kept; at least 1, as the newest of them says where a full one ended.
    let kept: Int
    private(set) var after: UInt64
    private var bytes: Int
    private var mark: Mark

    /// Whose feed it is; kept beside the file.
    private struct Mark: Codable, Equatable {
        var epoch: String
        /// No line of this feed was written yet: the newest old file is of another one.
        var isAnew: Bool
    }

    /// No line is longer: so far back the last one is looked for.
    private static let longestLine: UInt64 = 1 << 20

    /// Reads where the file stands.
    /// - Parameters:
    ///   - feedEpoch: begun anew, the feed's numbers begin anew too; a file of another one is rotated away.
    ///   - feedHead: the feed's last number; a file that is ahead of it is of another feed.
    init(path: String, mostBytes: Int, kept: Int, feedEpoch: String, feedHead: UInt64) throws {
        precondition(kept > 0, "the newest old file says where a full one ended")
        (self.path, self.mostBytes, self.kept) = (path, mostBytes, kept)
        let (last, whole) = try Self.end(of: path)
        let known = try Self.mark(of: path)
        bytes = whole
        after = last ?? 0
        mark = Mark(epoch: feedEpoch, isAnew: false)
        if last == nil, known?.isAnew != true { after = try Self.end(of: path + ".1").last ?? 0 }
        if known.map({ $0.epoch != feedEpoch }) ?? false || after > feedHead {
            // A crash in between rotates once more, which changes nothing: there is no file then.
            try rotate()
            after = 0
            mark.isAnew = true
        } else if last == nil, known?.isAnew == true {
            mark.isAnew = true
        }
        if mark != known { try keepMark() }
    }

    /// Appends entries, in their order; those that are there already are passed over.
    mutating func append(_ entries: [FeedEntry]) throws {
        var lines = Data()
        for entry in entries where entry.sequence > after {
            let line = Data((try FeedLine(entry).json + "\n").utf8)
            if bytes + lines.count > 0, bytes + lines.count + line.count > mostBytes {
                try flush(&lines)
                try rotate()
            }
            lines += line
            after = entry.sequence
        }
        try flush(&lines)
    }

    private mutating func flush(_ lines: inout Data) throws {
        guard !lines.isEmpty else { return }
        try SyncedFile.append(path, lines)
        bytes += lines.count
        lines = Data()
        guard mark.isAnew else { return }
        mark.isAnew = false
        try keepMark()
    }

    private mutating func rotate() throws {
        let files = FileManager.default
        bytes = 0
        guard files.fileExists(atPath: path) else { return }
        let old = { [path] (number: Int) in "\(path).\(number)" }
        if files.fileExists(atPath: old(kept)) { try files.removeItem(atPath: old(kept)) }
        for number in stride(from: kept - 1, to: 0, by: -1) where files.fileExists(atPath: old(number)) {
            try files.moveItem(atPath: old(number), toPath: old(number + 1))
        }
        try files.moveItem(atPath: path, toPath: old(1))
    }

    private func keepMark() throws {
        try SyncedFile.replace(path + ".epoch", with: Data(try DeliveryRequest.json(mark).utf8))
    }

    /// Nil beside a file of an older version, and when there is none.
    private static func mark(of path: String) throws -> Mark? {
        let file = path + ".epoch"
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        let data = try Data(contentsOf: URL(fileURLWithPath: file))
        do {
            return try JSONDecoder().decode(Mark.self, from: data)
        } catch {
            throw RequestFailure("\(file) names no feed; remove it")
        }
    }

    /// The number of the last whole line, and how many bytes the whole lines take; what is beyond is cut away.
    private static func end(of path: String) throws -> (last: UInt64?, bytes: Int) {
        // A file that cannot be opened is another matter than none: its lines would be written once more.
        guard FileManager.default.fileExists(atPath: path) else { return (nil, 0) }
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? handle.close() }  // nothing was written that closing could lose
        let size = try handle.seekToEnd()
        let start = size > longestLine ? size - longestLine : 0
        try handle.seek(toOffset: start)
        let data = try handle.readToEnd() ?? Data()
        guard let end = data.lastIndex(of: 0x0A) else {
            guard start == 0 else { throw unreadable(path) }
            if size > 0 { try handle.truncate(atOffset: 0) }
            return (nil, 0)
        }
        let whole = start + UInt64(end + 1)
        if whole < size { try handle.truncate(atOffset: whole) }
        let previous = data[..<end].lastIndex(of: 0x0A)
        guard previous != nil || start == 0 else { throw unreadable(path) }
        struct Line: Decodable { var sequence: UInt64 }
        do {
            let line = data[(previous.map { $0 + 1 } ?? 0)..<end]
            return (try JSONDecoder().decode(Line.self, from: line).sequence, Int(whole))
        } catch {
            throw unreadable(path)
        }
    }

    private static func unreadable(_ path: String) -> RequestFailure {
        RequestFailure("\(path) does not end in a line of the feed; move it away, and it is written anew")
    }
}
