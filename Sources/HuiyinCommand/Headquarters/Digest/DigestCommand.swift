import Aggregator
import ArgumentParser
import Digests
import Foundation
import Records

struct DigestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest", abstract: "The paper of the monthly review meeting.",
        subcommands: [
            List.self, Show.self, Preview.self, Close.self, DigestDiffCommand.self, DigestExplainCommand.self,
            DigestExportCommand.self,
        ])

    /// How a digest is wanted.
    struct FormOptions: ParsableArguments {
        @Option(help: "zh-CN or en (default: by the locale).")
        var language: String?

        @Flag(help: "As JSON.")
        var json = false

        @Flag(help: "With a page of each site and department, and all figures.")
        var appendix = false

        var languageCode: String { language ?? DigestCommand.localLanguage.rawValue }

        func print(_ digest: DigestReport) {
            Console.line((json ? digest.json : digest.markdown) ?? "")
        }
    }

    /// By the caller's locale.
    static var localLanguage: Language { Console.isChinese ? .chinese : .english }

    /// Says beside the output that what is shown will change.
    static func notePreview(_ month: String) {
        Console.note(Console.say("\(month) 尚未关闭，这是预览", "\(month) is not closed; this is a preview"))
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
            let request = DigestRequest(
                month: month, language: form.languageCode, revision: revision, appendix: form.appendix,
                asJSON: form.json)
            try options.withLink { link in
                let digest = try link.request("digest.show", request, as: DigestReport.self)
                if !digest.closed { DigestCommand.notePreview(month) }
                form.print(digest)
            }
        }
    }

    struct Preview: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What a month's digest would be if it were closed or revised now. Nothing is kept.",
            discussion: "Example:\n  huiyin digest preview 2026-11")

        @Argument(help: "The month, YYYY-MM.")
        var month: String

        @OptionGroup var form: FormOptions
        @OptionGroup var options: AdministratorOptions

        func run() throws {
            let request = DigestRequest(
                month: month, language: form.languageCode, appendix: form.appendix, asJSON: form.json, preview: true)
            try options.withLink { form.print(try $0.request("digest.show", request, as: DigestReport.self)) }
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
        static let configuration = CommandConfiguration(
            abstract: "The months that were closed, with every revision.",
            discussion: "Example:\n  huiyin digest list --json | jq '.[] | select(.stands)'")

        @Flag(help: "As JSON.")
        var json = false

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                let data = try link.requestData("digest.list", NoArguments())
                if json { return Console.line(String(decoding: data, as: UTF8.self)) }
                let closed = try JSONDecoder().decode([ClosedMonth].self, from: data)
                guard !closed.isEmpty else {
                    return Console.line(Console.say("还没有关闭过任何月份", "no month was closed yet"))
                }
                var table = TextTable([
                    Console.say("月份", "month"), Console.say("版本", "revision"), Console.say("关闭于", "closed at"),
                    Console.say("变化", "changes"), "",
                ])
                for item in closed {
                    table.add([
                        item.month, String(item.revision), item.closedAt, String(item.changes),
                        item.stands ? Console.say("现行", "stands") : Console.say("已被替代", "replaced"),
                    ])
                }
                for line in table.lines() { Console.line(line) }
            }
        }
    }
}

extension AdministratorLink {
    /// A month's digest with all that it holds; says on standard error when it is a preview that nobody asked for.
    func digest(_ month: String, revision: Int?, preview: Bool = false) throws -> Digest {
        let (digest, isClosed) = try edition(month, revision: revision, preview: preview)
        if !isClosed, !preview { DigestCommand.notePreview(month) }
        return digest
    }

    /// A month's digest, and whether it is a closed one.
    func edition(_ month: String, revision: Int?, preview: Bool = false) throws -> (digest: Digest, isClosed: Bool) {
        let request = DigestRequest(
            month: month, language: nil, revision: revision, appendix: nil, asJSON: true, preview: preview)
        let report = try self.request("digest.show", request, as: DigestReport.self)
        do {
            return (try Digest(json: Data((report.json ?? "").utf8)), report.closed)
        } catch {
            throw CommandFailure(
                "headquarters' digest of \(month) cannot be read here: is its version newer than \(ProgramVersion.text)?"
            )
        }
    }
}
