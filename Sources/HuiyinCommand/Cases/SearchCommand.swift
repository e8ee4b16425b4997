import Aggregator
import ArgumentParser
import Foundation
import Records

/// `huiyin search`.
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Records in which words occur, the latest first, 全文检索.",
        discussion: """
            All words must occur in one record: Chinese characters anywhere, from one on; English words in any of their forms
            (leak, leaks, leaking). What stands in quotation marks occurs as a whole, -word does not occur. Looked through is what
            people wrote: of complaints, steps, visits, surveys, actions and lessons, as corrections left it; names, numbers and
            addresses of customers are not (see `huiyin customer show`). Needs full rights. Examples:
              huiyin search 门锁 没电
              huiyin search leaking basement --site riverside --month 2026-10
              huiyin search '"water pressure" -shower' --kind complaint --csv > pressure.csv
              huiyin search 电梯 --since 2026-10-01 --json | jq -r '.hits[].complaint' | sort -u
            """)

    @Argument(help: ArgumentHelp("What must occur. Quote what has a hyphen before it.", valueName: "words"))
    var words: [String]

    @Option(help: "Only records of this site.")
    var site: String?

    @Option(help: ArgumentHelp("Only records of this kind: \(Self.kinds).", valueName: "kind"))
    var kind: String?

    @Option(help: ArgumentHelp("Occurred on this day or later, or at this time or later.", valueName: "date"))
    var since: String?

    @Option(help: ArgumentHelp("Occurred on this day or before, or at this time or before.", valueName: "date"))
    var until: String?

    @Option(help: ArgumentHelp("Occurred in this month, such as 2026-10.", valueName: "month"))
    var month: String?

    @Option(help: "How many, 1 to 10000.")
    var limit = 50

    @Flag(help: "As JSON.")
    var json = false

    @Flag(help: "As CSV.")
    var csv = false

    @Option(help: "zh-CN or en. Default: the caller's locale.")
    var language: String?

    @OptionGroup var options: AdministratorOptions

    private static var kinds: String { SearchRequest.kinds.map(\.rawValue).joined(separator: ", ") }

    private var shown: Language { language.flatMap(Language.init(rawValue:)) ?? Say.shared.language }

    private func say(_ chinese: String, _ english: String) -> String { Term(chinese, english)[shown] }

    func validate() throws {
        if let language, Language(rawValue: language) == nil { throw ValidationError("--language: zh-CN or en") }
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit: 1 to 10000") }
        if json, csv { throw ValidationError("--json or --csv, one of them") }
        if month != nil, since != nil || until != nil {
            throw ValidationError("--month, or --since and --until: not both")
        }
        if let kind, RecordKind.named(kind).map({ SearchRequest.kinds.contains($0) }) != true {
            throw ValidationError("--kind \(kind): there is \(Self.kinds)")
        }
    }

    func run() throws {
        let request = SearchRequest(
            words: words.joined(separator: " "), site: site, kind: kind.flatMap(RecordKind.named)?.rawValue,
            since: since, until: until, month: month, language: shown.rawValue, limit: limit)
        let answer: SearchAnswer = try options.withLink { try $0.request("search", request) }
        if json { return try Console.json(answer) }
        if csv { return Console.csv([Self.columns] + answer.hits.map(Self.row)) }
        guard !answer.hits.isEmpty else { return Console.line(say("没有找到", "nothing found")) }
        var table = TextTable([
            say("时间", "when"), say("站点", "site"), say("种类", "kind"),
            say("记录", "record"), say("投诉", "case"), say("同类问题", "issue"),
            say("内容", "words"),
        ])
        for hit in answer.hits {
            table.add([
                String(hit.at.prefix(16)), hit.site.text, hit.kindText, short(hit.record),
                hit.complaint.map { $0 == hit.record ? "=" : short($0) } ?? "", hit.issue.map(short) ?? "", marked(hit),
            ])
        }
        for line in table.lines() { Console.line(line) }
        if answer.hasMore {
            Console.note(say("还有更多，见 --limit", "there is more: see --limit"))
        }
    }

    private func short(_ id: RecordID) -> String { String(id.description.prefix(18)) }

    /// The snippet with what was looked for in bold, on a terminal.
    private func marked(_ hit: SearchHit) -> String {
        let scalars = Array(hit.snippet.unicodeScalars)
        var (text, place) = ("", 0)
        let part = { (range: Range<Int>) in
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[range.clamped(to: scalars.indices)])
            return String(view)
        }
        for mark in hit.marks where mark.count == 2 && mark[0] >= place && mark[1] >= mark[0] {
            text += part(place..<mark[0]) + Console.coloured(part(mark[0]..<mark[1]), .bold)
            place = mark[1]
        }
        return text + part(min(place, scalars.count)..<scalars.count)
    }

    /// Names of the columns of CSV: stable, whatever the language.
    private static let columns = ["at", "site", "kind", "record", "case", "issue", "words"]

    private static func row(_ hit: SearchHit) -> [String] {
        [
            hit.at, hit.site.text, hit.kind, hit.record.description, hit.complaint?.description ?? "",
            hit.issue?.description ?? "", hit.snippet,
        ]
    }
}
