import ArgumentParser
import Foundation
import Records
import Replication
import Storage

struct LogStatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stat", abstract: "What is in a log: epochs, ranges, sizes, kinds, times.",
        discussion: "Example:\n  huiyin log stat /var/lib/huiyin-headquarters --site riverside")

    @OptionGroup var source: LogSourceArgument

    @Option(help: "Only this site's logs.")
    var site: String?

    @Flag(help: "As JSON, one log a line.")
    var json = false

    /// What `--json` prints of each log.
    private struct Line: Encodable {
        var site: String
        var epoch: String
        var parent: String?
        var first: UInt64
        var head: UInt64
        /// What headquarters has durably, by this source.
        var durable: UInt64?
        var entries: UInt64
        var bytes: UInt64
        var erased: UInt64
        var unreadable: UInt64
        var kinds: [String: UInt64]
        var recordedFrom: String?
        var recordedUntil: String?
    }

    func run() throws {
        let source = try LogSource(source.source)
        var lines = try known(source)
        var counted: [Epoch: LogStatistics] = [:]
        let progress = ProgressLine()
        var done: UInt64 = 0
        try source.forEach(site: try site.map { try SiteID($0) }) { place in
            guard let entry = place.entry else { return true }
            counted[place.epoch, default: LogStatistics()].note(entry)
            done += 1
            if done.isMultiple(of: 1000) { progress.show(done) }
            return true
        }
        progress.end()
        for index in lines.indices {
            guard let epoch = Epoch(hexadecimal: lines[index].epoch), let statistics = counted[epoch] else { continue }
            lines[index].entries = statistics.entries
            lines[index].bytes = statistics.bytes
            lines[index].erased = statistics.erased
            lines[index].unreadable = statistics.unreadable
            lines[index].kinds = statistics.kinds
            lines[index].recordedFrom = statistics.recorded?.lowerBound.rfc3339
            lines[index].recordedUntil = statistics.recorded?.upperBound.rfc3339
        }
        for line in lines { json ? try JSONLine.print(line) : describe(line) }
        if !json, case .database(let inspection) = source {
            Console.line(
                Console.say("数据库 \(inspection.fileBytes >> 10) KiB", "database \(inspection.fileBytes >> 10) KiB"))
        }
    }

    private func known(_ source: LogSource) throws -> [Line] {
        switch source {
        case .database(let inspection):
            try inspection.logs().filter { site == nil || $0.site.text == site }.map { log in
                Line(
                    site: log.site.text, epoch: log.epoch.description,
                    parent: log.parent.map { "\($0.epoch):\($0.sequence)" }, first: log.trimmed.sequence.value + 1,
                    head: log.head.value, durable: log.durable.sequence.value, entries: 0, bytes: 0, erased: 0,
                    unreadable: 0, kinds: [:])
            }
        case .file(let reader):
            reader.header.epochs.compactMap { range in
                guard let head = LogPosition(range.head) else { return nil }
                let parent = range.hasParent ? LogPosition(range.parent).map { "\($0.epoch):\($0.sequence)" } : nil
                return Line(
                    site: reader.site.text, epoch: head.epoch.description, parent: parent, first: range.first,
                    head: head.sequence.value, durable: nil, entries: 0, bytes: 0, erased: 0, unreadable: 0, kinds: [:])
            }
        }
    }

    private func describe(_ line: Line) {
        Console.line(
            Console.say("站点 \(line.site)，纪元 \(line.epoch)", "site \(line.site), epoch \(line.epoch)")
                + (line.parent.map { Console.say("，承接 \($0)", ", after \($0)") } ?? ""))
        Console.line(
            Console.say(
                "  序号 \(line.first)…\(line.head)，\(line.entries) 条，\(line.bytes) 字节",
                "  \(line.first)…\(line.head), \(line.entries) entries, \(line.bytes) bytes")
                + (line.durable.map { Console.say("，总部已有至 \($0)", ", at headquarters up to \($0)") } ?? ""))
        if let from = line.recordedFrom, let until = line.recordedUntil { Console.line("  \(from) … \(until)") }
        let kinds = line.kinds.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        if !kinds.isEmpty { Console.line("  " + kinds.joined(separator: ", ")) }
        if line.erased + line.unreadable > 0 {
            Console.line(
                Console.say(
                    "  已删除个人部分 \(line.erased) 条，本版本读不懂 \(line.unreadable) 条",
                    "  \(line.erased) with an erased personal part, \(line.unreadable) that this version cannot read"))
        }
    }
}
