import Aggregator
import ArgumentParser
import Foundation
import Records
import Rules

/// `huiyin visit`.
struct VisitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "visit", abstract: "Return visits 回访.", subcommands: [Due.self, List.self])

    struct Due: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Whom the plan wants visited: first visits of key accounts, then the earliest due.",
            discussion: """
                At a branch its own list, without a link; at headquarters a branch's, as the records tell that arrived. Examples:
                  huiyin visit due --upcoming
                  huiyin visit due --admin admin.yaml --site riverside --csv
                """)

        @Option(help: "At headquarters: the branch that owes them.")
        var site: String?

        @ArgumentParser.Flag(help: "Also visits that are not due yet.")
        var upcoming = false

        @OptionGroup var output: VisitOutput

        func run() async throws { try await output.show(site: site, listing: upcoming ? .upcoming : .due) }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every visit that the plan asked for or asks for, the done ones too.",
            discussion: "Example:\n  huiyin visit list --json | jq 'map(select(.status == \"done\")) | length'")

        @Option(help: "At headquarters: the branch that owes them.")
        var site: String?

        @OptionGroup var output: VisitOutput

        func run() async throws { try await output.show(site: site, listing: .all) }
    }
}

/// How visits are shown, and by which side.
struct VisitOutput: ParsableArguments {
    @ArgumentParser.Flag(help: "As JSON.")
    var json = false

    @ArgumentParser.Flag(help: "As CSV.")
    var csv = false

    @OptionGroup var side: SideOptions

    func validate() throws {
        if json, csv { throw ValidationError("--json or --csv, one of them") }
    }

    func show(site: String?, listing: VisitListing) async throws {
        let language = Say.shared.language.rawValue
        let visits: [VisitReport]
        if side.asksHeadquarters {
            guard let site else { throw ValidationError("--site: headquarters lists one branch at a time") }
            visits = try side.options.withLink {
                try $0.request("visit.list", VisitListRequest(site: site, listing: listing, language: language))
            }
        } else {
            struct Answer: Decodable { var visits: [VisitReport] }
            visits = try await side.ask(
                "/v1/visits", [("listing", listing.rawValue), ("language", language)], as: Answer.self
            ).visits
        }
        if json { return try Console.json(visits) }
        if csv {
            return Console.csv(
                [
                    [
                        "item", "site", "status", "due_at", "in_time_until", "attempts", "first_visit", "method",
                        "case", "customer",
                    ]
                ]
                    + visits.map { visit in
                        [
                            visit.item, visit.site.text, visit.status, visit.dueAt, visit.inTimeUntil,
                            "\(visit.attempts)",
                            "\(visit.isFirstVisit)", visit.method, visit.complaint?.description ?? "", visit.customer,
                        ]
                    })
        }
        guard !visits.isEmpty else { return Console.line(Console.say("没有待回访", "no visits")) }
        for line in VisitText.table(visits).lines() { Console.line(line) }
    }
}
