import Aggregator
import ArgumentParser
import Foundation
import Identity
import Records

/// Who is one: what is proposed, and what a person says. 合并, 拆分, 永不相同.
enum CustomerLinkCommands {
    static var all: [any ParsableCommand.Type] { [Likely.self, Merge.self, Unmerge.self, Distinct.self] }

    struct Likely: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Customers who are probably one, with the reasons; a person decides.",
            discussion: """
                Exact keys (customer number, telephone number, e-mail address) join by themselves and are not listed. With a CSV \
                file it looks in that file alone, without headquarters. Examples:
                  huiyin customer likely
                  huiyin customer likely customers.csv --csv > pairs.csv
                """)

        @Argument(
            help: ArgumentHelp(
                "A CSV file with columns for names, addresses, numbers, days of birth.", valueName: "file"))
        var file: String?

        @Option(help: "How many, 1 to 100000.")
        var limit = 1000

        @Flag(help: "As JSON.")
        var json = false

        @Flag(help: "As CSV.")
        var csv = false

        @OptionGroup var options: AdministratorOptions

        func validate() throws {
            guard (1...LikelyPairs.bound).contains(limit) else {
                throw ValidationError("--limit: 1 to \(LikelyPairs.bound)")
            }
        }

        func run() throws {
            let found = try file.map { try PeopleSheet($0).likely(limit: limit) } ?? ask()
            if json { return try Console.json(found) }
            if csv {
                return Console.csv(
                    [["one", "other", "probability", "reasons"]]
                        + found.map { [$0.one, $0.other, String(format: "%.4f", $0.probability), reasons($0)] })
            }
            guard !found.isEmpty else { return Console.line(Console.say("没有疑似相同的客户", "nobody is probably one")) }
            var table = TextTable([
                Console.say("把握", "sure"), Console.say("一", "one"), Console.say("二", "other"),
                Console.say("依据", "because of"),
            ])
            for pair in found {
                table.add([
                    String(format: "%.1f %%", pair.probability * 100), name(pair.one, pair.oneLabel),
                    name(pair.other, pair.otherLabel), reasons(pair),
                ])
            }
            for line in table.lines() { Console.line(line) }
            if file == nil {
                Console.line(
                    Console.say(
                        "合并：huiyin customer merge 一 二 --reason …；不是同一人：huiyin customer distinct 一 二 --reason …",
                        "to merge: huiyin customer merge ONE OTHER --reason …; not one: huiyin customer distinct ONE OTHER --reason …"
                    ))
            }
        }

        private func ask() throws -> [LikelyReport] {
            try options.withLink {
                try $0.request("customer.likely", LikelyRequest(limit: limit, language: Say.shared.language.rawValue))
            }
        }

        private func name(_ id: String, _ label: String) -> String {
            let short = file == nil ? String(id.prefix(12)) : id
            return label.isEmpty ? short : "\(short) \(label)"
        }

        private func reasons(_ pair: LikelyReport) -> String {
            pair.reasons.map(\.text).joined(separator: Console.say("，", ", "))
        }
    }

    struct Merge: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that two customers are one, 合并: complainants are counted anew, past grades included.",
            discussion: """
                It is a record of its own, and `unmerge` restores exactly what there was before. Example:
                  huiyin customer merge 3f9a02 77c1e0 --reason 同一户主的两个号码
                """)

        @OptionGroup var pair: Pair

        func run() throws { try pair.say(.merge) }
    }

    struct Unmerge: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a merge back, 拆分: everything is as it was before.",
            discussion: "Example:\n  huiyin customer unmerge 3f9a02 77c1e0 --reason 核实为父子两人")

        @OptionGroup var pair: Pair

        func run() throws { try pair.say(.unmerge) }
    }

    struct Distinct: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that two customers are never the same, 永不相同: they are not proposed again.",
            discussion: "Example:\n  huiyin customer distinct 3f9a02 77c1e0 --reason 同名不同人")

        @OptionGroup var pair: Pair

        func run() throws { try pair.say(.distinct) }
    }

    struct Pair: ParsableArguments {
        @Argument(help: "A customer as a list names it (the beginning is enough), or the id of a record of theirs.")
        var one: String

        @Argument(help: "The other one.")
        var other: String

        @Option(help: "Why.")
        var reason: String

        @OptionGroup var options: AdministratorOptions

        func say(_ word: CustomerLinkRequest.Word) throws {
            try options.withLink { link in
                OwnRecordLine(
                    try link.request(
                        "customer.link", CustomerLinkRequest(word, one: one, other: other, reason: reason))
                ).say()
            }
        }
    }
}
