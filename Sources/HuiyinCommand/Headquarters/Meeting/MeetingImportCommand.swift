import Aggregator
import ArgumentParser
import Digests
import Foundation
import Records

/// `huiyin meeting import`.
struct MeetingImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take the outcomes in that the meeting wrote into the table of its digest.",
        discussion: """
            The file is the digest's Markdown, or that table alone, with the columns outcome, owner and due filled in. Read again,
            the same rows are known and change nothing. Examples:
              huiyin digest show 2026-10 > paper.md        # the meeting fills in the table
              huiyin meeting import 2026-10 paper.md --dry-run
              huiyin meeting import 2026-10 paper.md
            """)

    @Argument(help: "The month whose meeting it was, YYYY-MM.")
    var month: String

    @Argument(help: "The Markdown file; - reads standard input.")
    var file: String

    @Option(help: "The revision that the table is of (default: the newest).")
    var revision: Int?

    @Flag(help: "Show what would be written down, and write nothing.")
    var dryRun = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        let data =
            file == "-"
            ? try FileHandle.standardInput.readToEnd() ?? Data() : try Data(contentsOf: URL(fileURLWithPath: file))
        try options.withLink { link in
            let (digest, isClosed) = try link.edition(month, revision: revision)
            let table: OutcomeTable
            do throws(OutcomeTable.Fault) {
                table = try OutcomeTable(
                    markdown: String(decoding: data, as: UTF8.self), agenda: digest.meeting.agenda.count)
            } catch {
                let reason = Console.say("\(file) 第 \(error.line) 行：\(error.reason.chinese)", "\(file), \(error)")
                throw CommandFailure(reason)
            }
            try refuseAnotherPaper(table, digest, isClosed: isClosed)
            guard !table.rows.isEmpty else {
                throw CommandFailure(
                    Console.say(
                        "\(file) 中没有填写会议结果：在“会议结果”栏填写后再导入", "\(file) has no outcomes: fill in the column Outcome first")
                )
            }
            for row in table.rows {
                let form = form(row, digest)
                dryRun ? Console.line(Self.shown(form)) : try link.writeDown(form)
            }
        }
    }

    /// The numbers of a paper mean what they say in its own revision only.
    private func refuseAnotherPaper(_ table: OutcomeTable, _ digest: Digest, isClosed: Bool) throws {
        let hash = digest.hash.prefix(12)
        guard let mark = table.fingerprint, mark != hash else { return }
        if isClosed {
            throw CommandFailure(
                Console.say(
                    "\(file) 的指纹是 \(mark)，而 \(month) 第 \(digest.revision) 版是 \(hash)：请用 --revision 指定其标题中的版本；预览的打印件须重新打印",
                    "\(file) has the hash \(mark), and revision \(digest.revision) of \(month) has \(hash): give --revision N, "
                        + "that of its heading; the paper of a preview must be printed anew"))
        }
        // A preview has another hash whenever something comes in: what counts is whether its agenda is the same.
        guard let row = table.strayRow(on: digest.meeting.agenda) else { return }
        throw CommandFailure(
            Console.say(
                "\(file) 第 \(row.line) 行：打印之后预览的议程变了，序号已不对应；请先关闭 \(month)，再重新打印",
                "\(file), line \(row.line): the preview's agenda has changed since it was printed, and the number means something "
                    + "else; close \(month) and print it anew"))
    }

    private func form(_ row: OutcomeTable.Row, _ digest: Digest) -> [String: String] {
        var form = ["kind": "action", "month": month, "text": row.text]
        let item = row.number.map { digest.meeting.agenda[$0 - 1] }
        form["issue"] = item?.issue?.description
        if !row.department.isEmpty { form["department"] = row.department }
        if !row.due.isEmpty { form["due_at"] = row.due }
        // The same row of the same meeting is the same record, however often it is read.
        form["id"] = "meeting \(month) \(row.number.map(String.init) ?? "-") \(Self.mark(row.text))"
        if let issue = digest.issues.first(where: { $0.id == item?.issue }), !issue.sites.isEmpty {
            form["sites"] = issue.sites.map(\.text).joined(separator: ";")
        }
        return form
    }

    /// FNV-1a over the text: tells outcomes of one line apart.
    private static func mark(_ text: String) -> String {
        String(text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }, radix: 16)
    }

    private static func shown(_ form: [String: String]) -> String {
        ["text", "department", "due_at", "sites", "issue"].compactMap { name in form[name].map { "\(name)=\($0)" } }
            .joined(separator: "  ")
    }
}
