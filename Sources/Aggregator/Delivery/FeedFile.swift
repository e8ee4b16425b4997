import Foundation
import Records
import Storage

/// The feed as a plain file, one JSON object a line, for programs that read files: `tail -F feed.ndjson`.
///
/// It says nothing that the feed does not say; where it stands is read from its own last line, so that a restart repeats nothing
/// and leaves nothing out. A line that a crash cut off is cut away. When it is full it is renamed to `.1`, older ones count up, and
/// what is beyond the kept ones goes; `tail -F` sees that and reads on in the new file.
struct FeedFile {
    let path: String
    /// It is rotated when it would grow beyond so many bytes.
    let mostBytes: Int
    /// How many old files are kept.
    let kept: Int
    private(set) var after: UInt64
    private var bytes: Int

    /// Reads where the file stands.
    /// - Parameter feedEpoch: begun anew, the feed's numbers begin anew too; a file of another one is rotated away.
    init(path: String, mostBytes: Int, kept: Int, feedHead: UInt64) throws {
        self.path = path
        self.mostBytes = mostBytes
        self.kept = kept
        let (last, whole) = try Self.end(of: path)
        bytes = whole
        after = last ?? 0
        if last == nil, kept > 0, FileManager.default.fileExists(atPath: path + ".1") {
            after = try Self.end(of: path + ".1").last ?? 0
        }
        if after > feedHead {
            try rotate()
            after = 0
        }
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
    }

    private mutating func rotate() throws {
        let files = FileManager.default
        bytes = 0
        guard files.fileExists(atPath: path) else { return }
        guard kept > 0 else { return try files.removeItem(atPath: path) }
        let old = { [path] (number: Int) in "\(path).\(number)" }
        if files.fileExists(atPath: old(kept)) { try files.removeItem(atPath: old(kept)) }
        for number in stride(from: kept - 1, to: 0, by: -1) where files.fileExists(atPath: old(number)) {
            try files.moveItem(atPath: old(number), toPath: old(number + 1))
        }
        try files.moveItem(atPath: path, toPath: old(1))
    }

    /// The number of the last whole line, and how many bytes the whole lines take; what is beyond is cut away.
    private static func end(of path: String) throws -> (last: UInt64?, bytes: Int) {
        guard let handle = FileHandle(forUpdatingAtPath: path) else { return (nil, 0) }
        defer { try? handle.close() }  // nothing was written that closing could lose
        let data = try handle.readToEnd() ?? Data()
        let whole = data.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        if whole < data.count { try handle.truncate(atOffset: UInt64(whole)) }
        guard whole > 0 else { return (nil, 0) }
        let start = data[..<(whole - 1)].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        struct Line: Decodable { var sequence: UInt64 }
        do {
            return (try JSONDecoder().decode(Line.self, from: data[start..<whole - 1]).sequence, whole)
        } catch {
            throw RequestFailure("\(path) does not end in a line of the feed; move it away, and it is written anew")
        }
    }
}
