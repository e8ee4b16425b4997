import Aggregator
import ArgumentParser
import Digests
import Foundation
import Handbooks
import Records

/// `huiyin meeting`.
struct MeetingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "meeting", abstract: "What the monthly review meeting decides, 会议结果, and what becomes of it.",
        subcommands: [Outcome.self, Action.self, MeetingImportCommand.self, List.self, Done.self])

    /// What a decision names beside its words.
    struct DecisionOptions: ParsableArguments {
        @Option(help: "The department that answers for it: a code or a word of the handbook.")
        var department: String?

        @Option(help: "The day or moment by which it is to be done, for example 2026-12-01.")
        var due: String?

        @Option(help: "The issue that it answers: its id or the beginning; `huiyin issue list` shows it.")
        var issue: String?

        @Option(help: "The sites that do it, with commas; they find it in their inbox and report on it.")
        var sites: String?

        @Option(
            help: "department (done by a department), sites (taught to sites) or customers (published to customers).")
        var kind: String?

        func validate() throws {
            if let kind, ActionItem.Kind.named(kind) == nil {
                throw ValidationError("--kind \(kind): there are \(ActionItem.Kind.codes)")
            }
        }

        /// The form's fields.
        func form(_ text: String, _ link: AdministratorLink) throws -> [String: String] {
            var form = ["kind": "action", "text": text]
            form["department"] = department
            form["due_at"] = due
            // A form given as texts parts its lists by semicolons.
            form["sites"] = sites?.replacing(",", with: ";")
            form["outcome"] = kind
            if let issue {
                form["issue"] = try link.request("issue.show", IssueRequest(id: issue), as: IssueReport.self).id
                    .description
            }
            return form
        }
    }

    struct Outcome: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write down what the meeting of a month decided.",
            discussion: """
                It goes down to the sites that it names, stands in the next digests until it is done, and their paper says whether
                it worked. With --lesson every site (or those named) gets it as a lesson, too. Examples:
                  huiyin meeting outcome 2026-10 更换门锁电池批次 --department engineering --due 2026-12-01 --sites riverside
                  huiyin meeting outcome 2026-10 "tell residents when lifts are serviced" --kind customers --issue 0197a3c2
                  huiyin meeting outcome 2026-10 上门时带备用电池 --kind sites --lesson
                """)

        @Argument(help: "The month whose meeting it was, YYYY-MM.")
        var month: String

        @Argument(help: "What was decided.")
        var text: String

        @Flag(help: "Hand it on as a lesson, too.")
        var lesson = false

        @OptionGroup var decision: DecisionOptions
        @OptionGroup var options: AdministratorOptions

        func validate() throws {
            guard Month(month) != nil else { throw ValidationError("\(month) is no month such as 2026-10") }
        }

        func run() throws {
            try options.withLink { link in
                var form = try decision.form(text, link)
                form["month"] = month
                try link.writeDown(form)
                guard lesson else { return }
                var taught = ["kind": "lesson", "text": text]
                taught["sites"] = form["sites"]
                taught["issue"] = form["issue"]
                try link.writeDown(taught)
            }
        }
    }

    struct Action: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write down an action item that was decided beside a meeting.",
            discussion:
                "Example:\n  huiyin meeting action 本周内复查三号楼电梯 --department engineering --sites riverside --due 2026-11-30"
        )

        @Argument(help: "What is to be done.")
        var text: String

        @OptionGroup var decision: DecisionOptions
        @OptionGroup var options: AdministratorOptions

        func run() throws { try options.withLink { try $0.writeDown(try decision.form(text, $0)) } }
    }

    struct Done: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say at headquarters how far an action item is; sites say it with `huiyin action`.",
            discussion: """
                Examples:
                  huiyin meeting done 0197a3c2-11d0-7… 新批次已到货
                  huiyin meeting done 0197a3c2-11d0-7… --state under_way 等待供应商
                """)

        @Argument(help: "The action item: its id or the beginning; `huiyin meeting list` shows it.")
        var action: String

        @Argument(help: "In words.")
        var text: String?

        @Option(help: "done, under_way or impossible.")
        var state = "done"

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                let known = try link.request("action.list", NoArguments(), as: [ActionReport].self).map(\.id)
                var form = ["kind": "progress", "state": state]
                form["action"] = try RecordPrefix(action).pick(from: known).description
                form["text"] = text
                try link.writeDown(form)
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Action items and how they stand.",
            discussion: "Examples:\n  huiyin meeting list --overdue\n  huiyin meeting list --month 2026-10 --json")

        @Option(help: "Only those of this month's meeting.")
        var month: String?

        @Flag(help: "Only those that are overdue.")
        var overdue = false

        @Flag(help: "Those that are done, too.")
        var all = false

        @Flag(help: "As JSON.")
        var json = false

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            let reports = try options.withLink { try $0.request("action.list", NoArguments(), as: [ActionReport].self) }
                .filter { month == nil || $0.month == month }
                .filter { overdue ? $0.state == "overdue" : all || month != nil || !$0.state.hasPrefix("done") }
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                return Console.line(String(decoding: try encoder.encode(reports), as: UTF8.self))
            }
            guard !reports.isEmpty else { return Console.line(Console.say("没有行动项", "no action items")) }
            var table = TextTable([
                "id", Console.say("会议", "meeting"), Console.say("状态", "state"), Console.say("期限", "due"),
                Console.say("负责", "owner"), Console.say("网点", "sites"), Console.say("内容", "what"),
            ])
            for report in reports {
                let state =
                    OutcomeSummary.State(rawValue: report.state)?.term[DigestCommand.localLanguage] ?? report.state
                let sites = report.sites.map { site in
                    let word = report.progress.first { $0.site == site }?.state
                    return site + (word == "done" ? "✓" : word == "impossible" ? "✗" : "")
                }
                table.add([
                    report.id.description, report.month ?? "", state, report.dueAt.map(Self.day) ?? "",
                    report.department ?? "", sites.joined(separator: " "), String(report.text.prefix(60)),
                ])
            }
            for line in table.lines() { Console.line(line) }
        }

        /// The day of a moment, as the feed shows its times.
        private static func day(_ moment: String) -> String {
            let zone = Handbook.standard.zone
            return String((Timestamp(moment, in: zone)?.text(in: zone) ?? moment).prefix(10))
        }
    }
}

extension AdministratorLink {
    /// Has headquarters write a record of its own down, and says what became of it.
    func writeDown(_ form: [String: String]) throws {
        let text = String(decoding: try JSONEncoder().encode(form), as: UTF8.self)
        OwnRecordLine(try request("record.write", OwnRecordRequest(form: text))).say()
    }
}

/// A record's id, or a beginning of it that no other one of those in question has.
struct RecordPrefix {
    private let text: String

    init(_ text: String) { self.text = text.lowercased() }

    func pick(from known: [RecordID]) throws -> RecordID {
        let found = Set(known.filter { $0.description.hasPrefix(text) })
        guard let one = found.first, found.count == 1, !text.isEmpty else {
            throw CommandFailure(
                found.isEmpty
                    ? Console.say("没有编号以 \(text) 开头的行动项", "there is no action item whose id begins with \(text)")
                    : Console.say(
                        "有 \(found.count) 个行动项的编号以 \(text) 开头", "\(found.count) action items' ids begin with \(text)"))
        }
        return one
    }
}
