import Aggregator
import ArgumentParser
import Embeddings
import Foundation
import Handbooks
import Records
import Recurrence
import Spreadsheets

/// `huiyin issue group`: what recurs in a spreadsheet, without any daemon.
struct IssueGroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group", abstract: "Finds what recurs in a spreadsheet, without any daemon.",
        discussion: """
            Reads a CSV file (UTF-8, UTF-16 or GB18030; comma, semicolon or tab) and looks only at the columns that are named.
            The first column of --text is the title, which says more than the others. OUT keeps the file's columns and adds
              issue         the same for rows that tell of the same problem at the same place; empty where a row stands alone
              issue_title   the title of its most central row
              issue_reason  what the row has in common with the others: place, words, and how close it is
            --alerts writes the alarms of the hot rule (three different customers within a month) as alert,id: the id column
            of the file, or the row's number from 1. It needs --time and --customer.
            The summary names patterns (the same kind of problem at different places) and hot spots (one place with different
            kinds of problems) apart from issues: neither counts for the hot rule.
            --confirmed assigns each row to one of the issues of a file with the columns text and issue, or to none; then
            issue_confidence says how sure that is, and issue_guess what it most likely is even where nobody can know.
            --embeddings asks a model of language as well (OpenAI's POST URL/embeddings), so that other words for the same are
            seen; its answers are kept in OUT.embeddings and asked for once. Without an answer words alone are compared.

            Exit status: 0 done, 2 done but for rows that cannot be read or that the model gave no answer for, 1 it could
            not be done.

            EXAMPLES
              huiyin issue group complaints.csv --text subject,text --output grouped.csv
              huiyin issue group 投诉.csv --text 主题,内容 --time 时间 --customer 客户 --site 门店 \\
                --alerts 热点.csv --output 同类问题.csv
              huiyin issue group new.csv --text message --confirmed confirmed.csv --output assigned.csv --json
            """)

    @Argument(help: ArgumentHelp("The CSV file.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The columns of the text, the title first.", valueName: "column[,column]"))
    var text: String

    @Option(help: ArgumentHelp("When it happened.", valueName: "column"))
    var time: String?

    @Option(help: ArgumentHelp("Who complained; empty cells are anonymous.", valueName: "column"))
    var customer: String?

    @Option(help: ArgumentHelp("Where it was written down.", valueName: "column"))
    var site: String?

    @Option(help: ArgumentHelp("What a row is called; by default the column id, else its number.", valueName: "column"))
    var id: String?

    @Option(help: ArgumentHelp("Texts with the issue that people gave them.", valueName: "file"))
    var confirmed: String?

    @Option(help: ArgumentHelp("Where the alarms of the hot rule go.", valueName: "file"))
    var alerts: String?

    @Option(
        help: ArgumentHelp("A model that is asked what texts mean, such as http://127.0.0.1:8000/v1.", valueName: "url")
    )
    var embeddings: String?

    @Option(help: ArgumentHelp("Which of its models.", valueName: "name"))
    var embeddingsModel = EmbeddingEndpoint.anyModel

    @Option(help: ArgumentHelp("Where the result goes.", valueName: "file"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "The policy with the hot rule and the zone; by default the one that comes along.", valueName: "file"))
    var handbook: String?

    @Option(help: "utf-8, utf-16 or gb18030; by default found out.")
    var encoding: String?

    @Option(help: "comma, semicolon, tab, bar or the character itself; by default found out.")
    var delimiter: String?

    @Option(help: "How 3/4/2026 is meant: mdy or dmy.")
    var dates: String?

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func validate() throws {
        if texts.isEmpty { throw ValidationError("--text names no column") }
        if alerts != nil, time == nil || customer == nil {
            throw ValidationError(
                "--alerts needs --time and --customer: the hot rule counts different customers within a month")
        }
        if let embeddings {
            if EmbeddingEndpoint(embeddings) == nil {
                throw ValidationError("--embeddings must be like http://127.0.0.1:8000/v1; https is not spoken")
            }
            if confirmed != nil { throw ValidationError("--embeddings does not go with --confirmed") }
        }
        let paths = [output, alerts].compactMap { $0 }.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        let inputs = [file, confirmed].compactMap { $0 }.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        if Set(paths).count < paths.count || !Set(paths).isDisjoint(with: inputs) {
            throw ValidationError("--output and --alerts must be files of their own, and not the ones that are read")
        }
    }

    func run() async throws {
        let policy = try readHandbook()
        let csv = try SheetDialect(encoding: encoding, delimiter: delimiter, dates: dates)
        let progress = ProgressLine()
        let columns = TextSheet.Columns(texts: texts, time: time, customer: customer, site: site, id: id)
        let sheet = try TextSheet.read(file, columns, csv: csv.options, zone: policy.zone, dates: csv.dates) {
            progress.show(Console.say("读取", "reading"), $0)
        }
        let meanings = try await askModel(sheet, progress)
        let result = try find(sheet, policy, csv, meanings?.meanings ?? .none, progress)
        progress.end()
        try result.write(sheet, to: output)
        if let alerts { try result.writeAlarms(sheet, to: alerts) }
        for fault in sheet.faults { Console.note(fault) }
        let summary = GroupSummary(sheet, result, isAlarmed: alerts != nil)
        Console.line(json ? summary.json : summary.words)
        if let meanings, meanings.missing > 0 {
            Console.note(
                Console.say(
                    "\(meanings.missing) 段文字没有语义向量，只按字词比较；再次运行会接着询问",
                    "\(meanings.missing) texts have no embedding and were compared by words alone; run it again to go on"
                )
                    + (meanings.failure.map { ": \($0)" } ?? ""))
        }
        if sheet.unreadable > 0 || meanings?.missing ?? 0 > 0 { throw ExitCode(2) }
    }

    private func askModel(_ sheet: TextSheet, _ progress: ProgressLine) async throws -> SheetMeanings? {
        guard let endpoint = embeddings.flatMap({ EmbeddingEndpoint($0, model: embeddingsModel) }) else { return nil }
        return try await SheetMeanings(
            sheet.texts, endpoint: endpoint, cache: SheetMeanings.cachePath(output: output)
        ) { progress.show(Console.say("询问语义", "asking the model"), $0) }
    }

    private var texts: [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private func find(
        _ sheet: TextSheet, _ policy: Handbook, _ csv: SheetDialect, _ meanings: TextMeanings, _ progress: ProgressLine
    ) throws -> GroupedSheet {
        let added = confirmed == nil ? GroupedSheet.columns : GroupedSheet.columnsOfKnown
        if let taken = added.first(where: sheet.header.names.contains) {
            throw CommandFailure(
                "\(file): there is a column “\(taken)” already, and the result has one of that name; rename or remove it"
            )
        }
        let rule = alerts == nil ? nil : HotRule(policy)
        let watch = GroupingWatch { part in
            progress.show(Console.say("归并", "grouping"), part)
            return true
        }
        guard let confirmed else {
            let found = try IssueGrouper().group(sheet.texts, meanings: meanings, watch)
            return GroupedSheet(sheet, found.grouping, rule: rule)
        }
        let known = try ConfirmedSheet(confirmed, texts: texts, csv: csv.options, zone: policy.zone)
        let classifier = try IssueClassifier(known.examples, watch)
        return try GroupedSheet(sheet, classifier, titles: known.titles, watch, rule: rule)
    }

    private func readHandbook() throws -> Handbook {
        guard let handbook else { return .standard }
        guard let text = try? String(contentsOfFile: handbook, encoding: .utf8) else {
            throw CommandFailure("the handbook \(handbook) cannot be read")
        }
        return try Handbook.read(yaml: text, file: handbook)
    }
}
