import Agent
import ArgumentParser
import Foundation
import Glibc
import Records
import Spreadsheets

/// `huiyin import`: hands a spreadsheet to the agent.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Hands the rows of a CSV file to the agent.",
        discussion: """
            Columns are matched by their names where they are known (投诉内容, phone, 发生时间 …); --map says it for the others, and
            --set gives every row the same value. UTF-8, UTF-16 and GB18030 are told apart by themselves, and so are commas,
            semicolons and tabs.

            Good rows are taken although others are refused; those stand in FILE.rejects.csv with line, field and reason: mend
            them there and import that file. The same file imported twice doubles nothing. A mended copy of the whole file is
            another file: give the rows an id column if you want to import such copies.

            Exit status: 0 all taken, 2 some refused, 1 it could not be done.

            EXAMPLES
              huiyin import complaints.csv --as complaint --dry-run
              huiyin import 投诉.csv --as complaint --map subject=主题 --map text=详情+备注 --set channel=phone
              huiyin import visits.csv --as visit --dates dmy --delimiter ';' --encoding gb18030
            """)

    @Argument(help: ArgumentHelp("The CSV file.", valueName: "file"))
    var file: String

    @Option(
        name: .customLong("as"), help: "visit, complaint, step, survey or customer; without it the column kind says so."
    )
    var kind: String?

    @Option(
        help: ArgumentHelp(
            "Which column, or columns, fill a field; may be repeated.", valueName: "field=column[+column]"))
    var map: [String] = []

    @Option(help: ArgumentHelp("The same value for every row; may be repeated.", valueName: "field=value"))
    var set: [String] = []

    @Flag(help: "Check only; nothing is written down.")
    var dryRun = false

    @Option(help: "utf-8, utf-16 or gb18030; by default found out.")
    var encoding: String?

    @Option(help: "comma, semicolon, tab, bar or the character itself; by default found out.")
    var delimiter: String?

    @Option(help: "How 3/4/2026 is meant: mdy or dmy.")
    var dates: String?

    @Option(help: "Where the refused rows go; by default FILE.rejects.csv.")
    var rejects: String?

    @Flag(help: "Print the summary as JSON.")
    var json = false

    @OptionGroup var agent: AgentAddress

    func run() async throws {
        let work = SheetImport(
            file, options: try options(), rejects: rejects, isDryRun: dryRun, client: try agent.client())
        let isTerminal = isatty(STDERR_FILENO) == 1
        let summary = try await work.run { progress in
            if isTerminal { Self.show(progress) }
        }
        if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        if json { printJSON(summary) } else { printWords(summary) }
        if summary.trouble != nil { throw ExitCode(1) }
        if summary.refused > 0 { throw ExitCode(2) }
    }

    private func options() throws -> SheetRows.Options {
        var csv = CSVReader.Options()
        if let encoding {
            csv.encoding = TextEncoding(named: encoding)
            if csv.encoding == nil {
                throw ValidationError("--encoding \(encoding): there is utf-8, utf-16 and gb18030")
            }
        }
        if let delimiter {
            csv.delimiter = CSVDelimiter(named: delimiter)
            if csv.delimiter == nil {
                throw ValidationError("--delimiter \(delimiter): there is comma, semicolon, tab and bar")
            }
        }
        let order = dates.flatMap { DateOrder(rawValue: $0) }
        if dates != nil, order == nil { throw ValidationError("--dates is mdy or dmy") }
        let kind = self.kind.flatMap { RecordKind.named($0) }
        if let text = self.kind, kind == nil { throw ValidationError("--as \(text): there is \(RecordKind.codes)") }
        return SheetRows.Options(
            kind: kind, mapping: .init(maps: map, constants: set, dates: order), csv: csv,
            language: Say.shared.language)
    }

    private static func show(_ progress: SheetImport.Progress) {
        let share = progress.totalBytes > 0 ? min(100, progress.bytes * 100 / progress.totalBytes) : 100
        let filled = String(repeating: "█", count: share / 5) + String(repeating: "░", count: 20 - share / 5)
        FileHandle.standardError.write(Data("\r\(filled) \(share) %  \(progress.rows)".utf8))
    }

    private func printWords(_ summary: SheetImport.Summary) {
        let say = Say.shared
        if !summary.ignoredColumns.isEmpty {
            print(say("columns not used: ", "未使用的列：") + summary.ignoredColumns.joined(separator: ", "))
        }
        if dryRun {
            print(
                say(
                    "dry run: \(summary.valid) would be taken, \(summary.known) known already, \(summary.refused) refused",
                    "试运行：可接收 \(summary.valid)，此前已有 \(summary.known)，拒绝 \(summary.refused)"))
        } else {
            print(
                say(
                    "\(summary.saved) saved, \(summary.known) known already, \(summary.refused) refused",
                    "已保存 \(summary.saved)，此前已有 \(summary.known)，拒绝 \(summary.refused)"))
        }
        if let rejects = summary.rejects {
            print(say("refused rows, with the reasons: \(rejects)", "被拒绝的行及原因：\(rejects)"))
        }
        if let trouble = summary.trouble { print(say("not read to its end: \(trouble)", "未能读完：\(trouble)")) }
    }

    private func printJSON(_ summary: SheetImport.Summary) {
        var text = JSONText()
        text.object { text in
            text.field("saved", summary.saved)
            text.field("known", summary.known)
            text.field("refused", summary.refused)
            if dryRun { text.field("valid", summary.valid) }
            text.field("dry_run", dryRun)
            text.field("encoding", summary.encoding?.rawValue ?? "UTF-8")
            text.array("ignored_columns") { text in for name in summary.ignoredColumns { text.field(nil, name) } }
            text.field("rejects", summary.rejects)
            text.field("error", summary.trouble)
        }
        print(text.text)
    }
}
