import Aggregator
import ArgumentParser
import Foundation
import Handbooks
import Records

/// `huiyin handbook try`.
struct HandbookTryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "What a handbook makes of records at a moment: a rehearsal before it is published.",
        discussion: """
            Each line of the file is a record in the form of POST /v1/records, with its kind. It may also say where and by \
            whom it is written down: site (else \(RehearsalFile.site)), author, role and recorded_at; SITE/ID names a record of \
            another site. The rules are those that headquarters runs. Nothing is stored or sent anywhere.
            EXAMPLES
              huiyin handbook try handbook.yaml --records october.ndjson --at 2026-10-31T23:59
              huiyin handbook try vehicle-service --records case.ndjson --at '2026-10-08 08:00' --json | jq '.cases[].grade'
              huiyin handbook try in-force --records case.ndjson --at 2026-10-08 --heard A2=2026-10-05
            """)

    @Argument(help: ArgumentHelp(HandbookSource.help, valueName: "handbook"))
    var handbook: String

    @Option(help: ArgumentHelp("Records, one a line; - reads them from standard input.", valueName: "file"))
    var records: String

    @Option(help: "The moment; without an offset in the handbook's zone. What occurred after it is left out.")
    var at: String

    @Option(
        help: ArgumentHelp("A site that does not go by the handbook's zone; may be repeated.", valueName: "site=zone"))
    var zone: [String] = []

    @Option(help: ArgumentHelp("Until when a site was heard; else up to the moment.", valueName: "site=time"))
    var heard: [String] = []

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        let handbook = try HandbookSource.named(handbook, options).read()
        guard let now = Timestamp(at, in: handbook.zone) else {
            throw ValidationError("--at \(at) is not a time such as 2026-10-31T23:59")
        }
        let zones = try Self.pairs(zone, "--zone", "a zone such as Asia/Shanghai") { TimeZoneRules($0) }
        let heard = try Self.pairs(heard, "--heard", "a time such as 2026-10-05") { Timestamp($0, in: handbook.zone) }
        let file = try read(handbook, zones, now)
        let rehearsal = Rehearsal(file.records, under: handbook, at: now, zones: zones, heard: heard)
        let paper = RehearsalPaper(rehearsal, names: file.names, Say.shared.language)
        if json { Console.line(paper.json) } else { paper.lines().forEach(Console.line) }
    }

    private func read(
        _ handbook: Handbook, _ zones: [SiteID: TimeZoneRules], _ now: Timestamp
    ) throws -> RehearsalFile {
        let data: Data?
        do {
            data =
                records == "-"
                ? try FileHandle.standardInput.readToEnd() : try Data(contentsOf: URL(fileURLWithPath: records))
        } catch {
            throw CommandFailure("\(records) cannot be read: \(error.localizedDescription)")
        }
        guard let data, let text = String(validating: data, as: UTF8.self) else {
            throw CommandFailure("\(records) is empty or not UTF-8")
        }
        do {
            return try RehearsalFile(text, handbook: handbook, zones: zones, at: now)
        } catch {
            throw CommandFailure("\(records) has faults, by line:\n\(error)")
        }
    }

    /// `SITE=VALUE` options.
    private static func pairs<Value>(
        _ texts: [String], _ option: String, _ expected: String, _ convert: (String) -> Value?
    ) throws -> [SiteID: Value] {
        var pairs: [SiteID: Value] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            // What is no site's id is told with the rest of the option.
            guard parts.count == 2, let site = try? SiteID(parts[0]), let value = convert(parts[1]) else {
                throw ValidationError("\(option) \(text): write SITE=VALUE, the value \(expected)")
            }
            pairs[site] = value
        }
        return pairs
    }
}
