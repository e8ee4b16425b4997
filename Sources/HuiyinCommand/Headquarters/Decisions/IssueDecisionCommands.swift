import Aggregator
import ArgumentParser
import Foundation
import Records

/// The commands by which people teach the grouping. Each writes one decision into headquarters' own log.
enum IssueDecisionCommands {
    static let all: [any ParsableCommand.Type] = [
        Merge.self, Split.self, Pin.self, Unlike.self, Confirm.self, Rename.self, Mute.self, Undo.self, Decisions.self,
    ]

    /// Sends a decision and says what it is called.
    fileprivate static func decide(_ request: IssueDecisionRequest, _ options: AdministratorOptions) throws {
        let answer = try options.withLink { try $0.request("issue.decide", request, as: OwnRecordAnswer.self) }
        Console.line(
            Console.say(
                "已记录；撤销：huiyin issue undo \(answer.id)", "decided; to take it back: huiyin issue undo \(answer.id)"))
    }

    struct Merge: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes several issues one.", discussion: "Example:\n  huiyin issue merge 0197a3c2 0197a41f")

        @Argument(help: "The issues' ids or their beginnings.")
        var issues: [String]

        @OptionGroup var options: AdministratorOptions

        func run() throws { try IssueDecisionCommands.decide(.init(.merge, issues: issues), options) }
    }

    struct Split: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes some records of an issue an issue of their own.",
            discussion: "Example:\n  huiyin issue split 0197a3c2 --record 0197a3c9 --record 0197a3d0")

        @Argument(help: "The issue's id or its beginning.")
        var issue: String

        @Option(help: "A record that leaves; may be repeated.")
        var record: [String]

        @OptionGroup var options: AdministratorOptions

        func run() throws { try IssueDecisionCommands.decide(.init(.split, issues: [issue], records: record), options) }
    }

    struct Pin: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says that records belong to an issue, whatever their words.",
            discussion: "Example:\n  huiyin issue pin 0197a3c9 --to 0197a3c2")

        @Argument(help: "The records' ids or their beginnings.")
        var records: [String]

        @Option(help: "The issue's id or its beginning.")
        var to: String

        @OptionGroup var options: AdministratorOptions

        func run() throws { try IssueDecisionCommands.decide(.init(.pin, issues: [to], records: records), options) }
    }

    struct Unlike: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says that a record does not tell of the same as others.",
            discussion: "Example:\n  huiyin issue unlike 0197a3c9 0197a3d0")

        @Argument(help: "The record, then those that it is unlike; ids or their beginnings.")
        var records: [String]

        @OptionGroup var options: AdministratorOptions

        func run() throws { try IssueDecisionCommands.decide(.init(.unlike, records: records), options) }
    }

    struct Confirm: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says that the records of an issue belong together, and teaches what belongs to it.",
            discussion: """
                Records that share words with it are put there when what was learnt from it says so with 80 % confidence (✓),
                and named beside it when that is not sure. Example:
                  huiyin issue confirm 0197a3c2
                """)

        @Argument(help: "The issue's id or its beginning.")
        var issue: String

        @OptionGroup var options: AdministratorOptions

        func run() throws { try IssueDecisionCommands.decide(.init(.confirm, issues: [issue]), options) }
    }

    struct Rename: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives an issue a title.", discussion: "Example:\n  huiyin issue rename 0197a3c2 '翡翠湾二期电梯困人'")

        @Argument(help: "The issue's id or its beginning.")
        var issue: String

        @Argument(help: "The title.")
        var title: String

        @OptionGroup var options: AdministratorOptions

        func run() throws { try IssueDecisionCommands.decide(.init(.rename, issues: [issue], words: title), options) }
    }

    struct Mute: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets an issue raise no flag for a time, unless it gets worse.",
            discussion: """
                It comes back before the end when more different customers complain within a month than did before. Example:
                  huiyin issue mute 0197a3c2 --until 2026-12-31 --reason 'the lifts are replaced in December'
                """)

        @Argument(help: "The issue's id or its beginning.")
        var issue: String

        @Option(help: "The last moment, such as 2026-12-31.")
        var until: String

        @Option(help: "Why.")
        var reason: String

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try IssueDecisionCommands.decide(.init(.mute, issues: [issue], words: reason, until: until), options)
        }
    }

    struct Undo: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a decision back: everything is as it would be without it.",
            discussion: "Example:\n  huiyin issue undo 0197b001")

        @Argument(help: "The decision's id or its beginning; see `huiyin issue decisions`.")
        var decision: String

        @OptionGroup var options: AdministratorOptions

        func run() throws { try IssueDecisionCommands.decide(.init(.revoke, records: [decision]), options) }
    }

    struct Decisions: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What people decided about issues, the latest first.",
            discussion: "Example:\n  huiyin issue decisions --json | jq '.[].kind'")

        @Flag(help: "As JSON.")
        var json = false

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                if json {
                    let data = try link.requestData("issue.decisions", NoArguments())
                    return Console.line(String(decoding: data, as: UTF8.self))
                }
                let decisions = try link.request("issue.decisions", NoArguments(), as: [IssueDecisionReport].self)
                guard !decisions.isEmpty else { return Console.line(Console.say("没有人工决定", "nothing was decided")) }
                var table = TextTable([
                    "id", Console.say("种类", "kind"), Console.say("何人", "who"), Console.say("何时", "when"),
                    Console.say("记录", "records"), Console.say("说明", "words"),
                ])
                for decision in decisions {
                    let texts = (decision.texts + [decision.other].compactMap { $0 }).prefix(4)
                    table.add([
                        decision.id.description, decision.kind, decision.author, String(decision.at.prefix(16)),
                        texts.map { String($0.description.prefix(13)) }.joined(separator: " "), decision.words,
                    ])
                }
                for line in table.lines() { Console.line(line) }
            }
        }
    }
}
