import Aggregator
import ArgumentParser
import Foundation
import Records

/// `huiyin digest explain`.
struct DigestExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "The records behind a figure of a digest.",
        discussion: """
            Figures' names stand in `digest show --appendix` and in the JSON. Examples:
              huiyin digest explain 2026-10 complaints.received
              huiyin digest explain 2026-10 limits.answer.missed --revision 1
              huiyin digest explain 2026-10 complaints.site.riverside.grade.critical.peak --json | jq -r '.records[].id'
            """)

    @Argument(help: "The month, YYYY-MM.")
    var month: String

    @Argument(help: "The figure's name.")
    var figure: String

    @Option(help: "An earlier revision.")
    var revision: Int?

    @Option(help: "zh-CN or en (default: by the locale).")
    var language: String?

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        let request = ExplainRequest(
            month: month, figure: figure, revision: revision, language: language ?? DigestCommand.localLanguage.rawValue
        )
        let data = try options.withLink { try $0.requestData("digest.explain", request) }
        if json { return Console.line(String(decoding: data, as: UTF8.self)) }
        let answer = try JSONDecoder().decode(FigureExplanation.self, from: data)
        Console.line(Console.coloured("\(answer.label): \(answer.value)", .bold))
        Console.line(
            "\(answer.month) r\(answer.revision) · \(answer.figure) · "
                + Console.say("\(answer.count) 条依据", "\(answer.count) records"))
        guard !answer.records.isEmpty else { return }
        var table = TextTable([
            Console.say("编号", "id"), Console.say("网点", "site"), Console.say("种类", "kind"),
            Console.say("发生", "occurred"),
        ])
        for record in answer.records {
            table.add([record.id.description, record.site ?? "", record.kind ?? "", record.occurredAt ?? ""])
        }
        for line in table.lines() { Console.line(line) }
        let rest = answer.count - answer.records.count
        if rest > 0 { Console.note(Console.say("另有 \(rest) 条未列出", "\(rest) more are not listed")) }
    }
}
