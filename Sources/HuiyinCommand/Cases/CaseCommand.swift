import Agent
import Aggregator
import ArgumentParser
import Foundation
import Records
import Rules

/// `huiyin case`.
struct CaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "Complaints with all that happened to them, 投诉案件.",
        subcommands: [List.self, Show.self] + CaseGivingCommands.all)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cases: open ones first, of these the overdue, the gravest, the oldest.",
            discussion: """
                Asks headquarters with --admin (or $HUIYIN_ADMIN), else this branch's agent, which needs no link.
                Examples:
                  huiyin case list --open --overdue
                  huiyin case list --grade hot --category leaks --csv > leaks.csv
                  huiyin case list --text '"water pressure" -shower' --open
                  huiyin case list --open --json | jq '.[] | select(.next.secondsLeft < 3600)'
                """)

        @Option(help: "critical, hot, important or ordinary, or the Chinese word.")
        var grade: String?

        @Option(help: "Only cases made at this site or given to it.")
        var site: String?

        @Option(help: "A category's code, with all that stand under it.")
        var category: String?

        @Option(
            help: "At headquarters: only cases in whose records these words occur, as in `huiyin search`.")
        var text: String?

        @ArgumentParser.Flag(help: "Only open cases.")
        var open = false

        @ArgumentParser.Flag(help: "Only open cases of which a limit or an age passed.")
        var overdue = false

        @Option(help: "How many, 1 to 10000.")
        var limit = 50

        @ArgumentParser.Flag(help: "As JSON.")
        var json = false

        @ArgumentParser.Flag(help: "As CSV.")
        var csv = false

        @OptionGroup var side: SideOptions

        func validate() throws {
            if let grade, Grade.named(grade) == nil {
                throw ValidationError("--grade \(grade): there is \(Grade.codes)")
            }
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit: 1 to 10000") }
            if json, csv { throw ValidationError("--json or --csv, one of them") }
        }

        func run() async throws {
            let filter = CaseFilter(
                grade: grade.flatMap(Grade.named), site: site, category: category, isOpen: open || overdue ? true : nil,
                isOverdue: overdue ? true : nil, text: text, language: Say.shared.language.rawValue, limit: limit)
            let cases = try await ask(filter)
            if json { return try Console.json(cases) }
            let rows = cases.map(CaseText.row)
            if csv { return Console.csv([CaseText.columns] + rows) }
            guard !cases.isEmpty else { return Console.line(Console.say("没有符合条件的投诉", "no such cases")) }
            var table = TextTable(CaseText.header)
            for one in cases { table.add(CaseText.line(one)) }
            for line in table.lines() { Console.line(line) }
        }

        private func ask(_ filter: CaseFilter) async throws -> [CaseReport] {
            if side.asksHeadquarters {
                return try side.options.withLink { try $0.request("case.list", filter, as: [CaseReport].self) }
            }
            guard text == nil else {
                throw ValidationError("--text: headquarters is asked for words (--admin); an agent keeps no index")
            }
            struct Answer: Decodable { var cases: [CaseReport] }
            return try await side.ask(
                "/v1/cases",
                [
                    ("grade", filter.grade?.code), ("site", filter.site), ("category", filter.category),
                    ("open", filter.isOpen.map { "\($0)" }), ("overdue", filter.isOverdue.map { "\($0)" }),
                    ("language", filter.language), ("limit", "\(filter.limit)"),
                ], as: Answer.self
            ).cases
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One case: its timeline from every site, its limits, and what its grade follows from.",
            discussion: """
                Examples:
                  huiyin case show 0197a3c2-11d0-7
                  huiyin case show 2026-0815 --json
                """)

        @Argument(help: "The complaint's id or its beginning; at the branch that wrote it also what it was called.")
        var id: String

        @ArgumentParser.Flag(help: "As JSON.")
        var json = false

        @OptionGroup var side: SideOptions

        func run() async throws {
            let found = try await side.showCase(id)
            if json { return try Console.json(found) }
            for line in CaseText(found).lines { Console.line(line) }
        }
    }
}

extension SideOptions {
    /// One case, from the side that is asked.
    func showCase(_ id: String) async throws -> CaseReport {
        let language = Say.shared.language.rawValue
        if asksHeadquarters {
            return try options.withLink {
                try $0.request("case.show", CaseRequest(id: id, language: language), as: CaseReport.self)
            }
        }
        let name = id.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? id
        return try await ask("/v1/cases/\(name)", [("language", language)], as: CaseReport.self)
    }
}
