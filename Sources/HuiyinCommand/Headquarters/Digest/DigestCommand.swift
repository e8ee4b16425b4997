import Aggregator
import ArgumentParser
import Foundation
import Records

struct DigestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest", abstract: "The paper of the monthly review meeting.",
        subcommands: [Show.self, Close.self, List.self])

    /// How a digest is wanted.
    struct FormOptions: ParsableArguments {
        @Option(help: "zh-CN or en (default: by the locale).")
        var language: String?

        @Flag(help: "As JSON.")
        var json = false

        @Flag(help: "With the appendix of all tables.")
        var appendix = false

        var languageCode: String { language ?? (Console.isChinese ? Language.chinese : .english).rawValue }

        func print(_ digest: DigestReport) {
            Console.line((json ? digest.json : digest.markdown) ?? "")
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A month's digest: the closed one, or what it would be.",
            discussion: """
                Examples:
                  huiyin digest show 2026-10
                  huiyin digest show 2026-10 --language en --revision 1
                  huiyin digest show 2026-10 --json | jq '.figures'
                """)

        @Argument(help: "The month, YYYY-MM.")
        var month: String

        @Option(help: "An earlier revision.")
        var revision: Int?

        @OptionGroup var form: FormOptions
        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                let request = DigestRequest(
                    month: month, language: form.languageCode, revision: revision, appendix: form.appendix,
                    asJSON: form.json)
                let digest = try link.request("digest.show", request, as: DigestReport.self)
                if !digest.closed {
                    Console.note(Console.say("\(month) 尚未关闭，以下为预览", "\(month) is not closed; this is a preview"))
                }
                form.print(digest)
            }
        }
    }

    struct Close: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close a month, or revise it by what came in since.",
            discussion: "Nothing happens when nothing changed. Example:\n  huiyin digest close 2026-10")

        @Argument(help: "The month, YYYY-MM.")
        var month: String

        @Flag(help: "Close although the month is not over.")
        var force = false

        @OptionGroup var form: FormOptions
        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                let request = DigestRequest(
                    month: month, language: form.languageCode, appendix: form.appendix, force: force,
                    asJSON: form.json)
                let digest = try link.request("digest.close", request, as: DigestReport.self)
                if digest.isNew == true {
                    Console.note(
                        Console.say(
                            "已关闭 \(month)，第 \(digest.revision) 版", "\(month) is closed, revision \(digest.revision)"))
                    for change in digest.changes { Console.note("  \(change)") }
                } else {
                    Console.note(
                        Console.say(
                            "\(month) 第 \(digest.revision) 版没有变化",
                            "\(month) revision \(digest.revision) stands; nothing changed"))
                }
                form.print(digest)
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The months that were closed.")

        @Flag(help: "As JSON.")
        var json = false

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                if json {
                    return Console.line(
                        String(decoding: try link.requestData("digest.list", NoArguments()), as: UTF8.self))
                }
                for month in try link.request("digest.list", NoArguments(), as: [ClosedMonth].self) {
                    Console.line("\(month.month)  r\(month.revision)  \(month.closedAt)")
                }
            }
        }
    }
}
