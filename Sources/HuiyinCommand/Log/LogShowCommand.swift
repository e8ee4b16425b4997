import ArgumentParser
import Foundation
import Records
import Storage
import SwiftProtobuf

struct LogShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Entries of a log, one a line; what names a person only with --personal.",
        discussion: """
            With --json each line is an object with the fields of Protocol/huiyin.proto. Example:
              huiyin log show /var/lib/huiyin --from 4700 --limit 5 --json
            """)

    @OptionGroup var source: LogSourceArgument

    @Option(help: "Only this site's logs.")
    var site: String?

    @Option(help: "Only the epoch that begins with these hexadecimal digits.")
    var epoch: String?

    @Option(help: "From this sequence number on.")
    var from: UInt64 = 1

    @Option(help: "At most so many entries.")
    var limit = 20

    @Flag(help: "Also names, numbers and words of customers.")
    var personal = false

    @Flag(help: "One JSON object a line.")
    var json = false

    func run() throws {
        var left = limit
        guard left > 0 else { return }
        let site = try site.map { try SiteID($0) }
        try LogSource(source.source).forEach(
            site: site, epoch: { epoch == nil || $0.description.hasPrefix(epoch ?? "") }, from: SequenceNumber(from)
        ) { place in
            try json ? printJSON(place) : printLine(place)
            left -= 1
            return left > 0
        }
    }

    private func printLine(_ place: LogSource.Place) throws {
        let start = "\(place.site)  \(place.epoch.description.prefix(8)):\(place.sequence)"
        guard let entry = place.entry, let facts = try? Facts(serializedBytes: entry.facts) else {  // said in words
            return Console.line(start + "  " + Console.coloured(Console.say("读不出", "cannot be read"), .red))
        }
        let id = RecordID(bytes: facts.recordID)?.description ?? "-"
        let moment = Timestamp(milliseconds: facts.recordedAt).rfc3339
        var line = "\(start)  \(id)  \(facts.kindName)  \(moment)  \(facts.clientID)"
        if personal, let text = try text(of: entry) { line += "  " + text }
        Console.line(line)
    }

    private func text(of entry: Entry) throws -> String? {
        guard entry.personalDigest.isEmpty else { return Console.say("（已删除）", "(erased)") }
        return try Personal(serializedBytes: entry.personal).jsonString()
    }

    private func printJSON(_ place: LogSource.Place) throws {
        var fields: [String: String] = [
            "site": "\"\(place.site)\"", "epoch": "\"\(place.epoch)\"", "sequence": "\(place.sequence)",
            "hash": place.hash.map { "\"\($0)\"" } ?? "null",
        ]
        if let entry = place.entry, let facts = try? Facts(serializedBytes: entry.facts) {  // "readable" says it
            fields["readable"] = "true"
            fields["facts"] = try facts.jsonString()
            if let id = RecordID(bytes: facts.recordID) { fields["id"] = "\"\(id)\"" }
            fields["erased"] = entry.personalDigest.isEmpty ? "false" : "true"
            if personal, entry.personalDigest.isEmpty {
                fields["personal"] = try Personal(serializedBytes: entry.personal).jsonString()
            }
        } else {
            fields["readable"] = "false"
        }
        let parts = fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
        Console.line("{" + parts.joined(separator: ",") + "}")
    }
}
