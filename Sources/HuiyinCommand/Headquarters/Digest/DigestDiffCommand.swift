import ArgumentParser
import Digests
import Foundation
import Records

/// `huiyin digest diff`.
struct DigestDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "What differs between two revisions of a month, or between two months.",
        discussion: """
            Without --from, the revision before the newest. Examples:
              huiyin digest diff 2026-10
              huiyin digest diff 2026-10 --from 1 --to 3 --all
              huiyin digest diff 2026-09 2026-10
            """)

    @Argument(help: "The month, YYYY-MM; or the earlier of two.")
    var month: String

    @Argument(help: "The later month.")
    var other: String?

    @Option(help: "The earlier revision.")
    var from: Int?

    @Option(help: "The later revision (default: the newest).")
    var to: Int?

    @Option(help: "zh-CN or en (default: by the locale).")
    var language: String?

    @Flag(help: "Every figure, those of single days, issues and cells too.")
    var all = false

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        guard let language = language.map(Language.init(rawValue:)) ?? DigestCommand.localLanguage else {
            throw ValidationError("--language: zh-CN or en")
        }
        let (before, after) = try options.withLink { link in
            if let other {
                return (try link.digest(month, revision: from), try link.digest(other, revision: to))
            }
            let after = try link.digest(month, revision: to)
            guard from != nil || after.revision > 1 else {
                throw CommandFailure(
                    Console.say("\(month) 只有第 1 版", "\(month) has the one revision 1: there is nothing before it"))
            }
            return (try link.digest(month, revision: from ?? after.revision - 1), after)
        }
        let changes = DigestChanges(from: before, to: after)
        let shown = all ? changes : changes.broad
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            return Console.line(String(decoding: try encoder.encode(shown), as: UTF8.self))
        }
        let title = { (digest: Digest) in "\(digest.period.month) r\(digest.revision)" }
        Console.line(Console.coloured("\(title(before)) → \(title(after))", .bold))
        for line in shown.inWords(language, of: after) { Console.line("- \(line)") }
        let hidden = changes.figures.count - shown.figures.count
        if hidden > 0 {
            Console.note(
                Console.say("另有 \(hidden) 个细目数字不同，见 --all", "\(hidden) more figures of details differ; see --all"))
        }
    }
}
