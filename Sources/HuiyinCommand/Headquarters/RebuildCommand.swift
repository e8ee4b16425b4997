import Aggregator
import ArgumentParser
import Foundation

struct RebuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild", abstract: "Drop the views at headquarters and fold every record anew.",
        discussion: "Exit status 1 when the new views differ from the old ones. Taking records in goes on meanwhile.")

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        let report = try options.withLink { link in
            try link.request("rebuild", NoArguments(), timeout: .seconds(3600), as: RebuildReport.self)
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            Console.line(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            Console.line(Console.say("重建前 \(report.before)", "before  \(report.before)"))
            Console.line(Console.say("重建后 \(report.after)", "after   \(report.after)"))
            Console.line(
                report.equal ? Console.say("视图相同", "the views are equal") : Console.say("视图不同", "the views differ"))
        }
        if !report.equal { throw ExitCode(1) }
    }
}

struct RecordsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "records", abstract: "Every record that headquarters holds, one a line, without personal parts.",
        discussion: "Example:\n  huiyin records --site riverside --json | jq -r .clientID")

    @Option(help: "Only of this site.")
    var site: String?

    @Flag(help: "One JSON object a line.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        try options.withLink { link in
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            var after: String?
            repeat {
                let page = try link.request("records", RecordsRequest(site: site, after: after), as: RecordsPage.self)
                for record in page.records {
                    Console.line(
                        json
                            ? String(decoding: try encoder.encode(record), as: UTF8.self)
                            : "\(record.id)  \(record.site)  \(record.sequence)  \(record.kind)  \(record.occurredAt)  \(record.clientID)"
                    )
                }
                after = page.next
            } while after != nil
        }
    }
}
