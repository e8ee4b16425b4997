import Aggregator
import ArgumentParser
import Foundation
import Handbooks
import Records
import Rules

/// `huiyin customer`.
struct CustomerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "customer", abstract: "Customers from all sites, 客户.",
        subcommands: [
            List.self, Show.self, CustomerTiersCommand.self, CustomerWaterfallCommand.self, CustomerEraseCommand.self,
            CustomerErasuresCommand.self,
        ] + CustomerLinkCommands.all)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Customers with tier, place on the waterfall and last contact.",
            discussion: """
                Asks headquarters with --admin (or $HUIYIN_ADMIN), else this branch's agent, which needs no link. Examples:
                  huiyin customer list --key-accounts --silent
                  huiyin customer list --state lost --csv
                """)

        @Option(help: "At headquarters: only those of whom this site wrote something down.")
        var site: String?

        @ArgumentParser.Flag(help: "Only key accounts.")
        var keyAccounts = false

        @ArgumentParser.Flag(help: "Only those whom nobody contacted for longer than the handbook allows.")
        var silent = false

        @Option(
            help:
                "Only those in this state: loyal, very_satisfied, satisfied, dissatisfied, angry, complaining_outside, lost."
        )
        var state: String?

        @Option(help: "How many, 1 to 10000.")
        var limit = 50

        @ArgumentParser.Flag(help: "As JSON.")
        var json = false

        @ArgumentParser.Flag(help: "As CSV.")
        var csv = false

        @OptionGroup var side: SideOptions

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit: 1 to 10000") }
            if json, csv { throw ValidationError("--json or --csv, one of them") }
            if let state, Waterfall.State(rawValue: state) == nil {
                let known = Waterfall.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--state \(state): there is \(known)")
            }
        }

        func run() async throws {
            let filter = CustomerFilter(
                site: site, isKeyAccount: keyAccounts ? true : nil, isSilent: silent ? true : nil, state: state,
                language: Say.shared.language.rawValue, limit: limit)
            let found = try await ask(filter)
            if json { return try Console.json(found) }
            if csv { return Console.csv([CustomerLine.columns] + found.map(CustomerLine.row)) }
            guard !found.isEmpty else { return Console.line(Console.say("没有符合条件的客户", "no such customers")) }
            var table = TextTable(CustomerLine.header)
            for one in found { table.add(CustomerLine.line(one)) }
            for line in table.lines() { Console.line(line) }
        }

        private func ask(_ filter: CustomerFilter) async throws -> [CustomerReport] {
            if side.asksHeadquarters {
                return try side.options.withLink { try $0.request("customer.list", filter) }
            }
            struct Answer: Decodable { var customers: [CustomerReport] }
            return try await side.ask(
                "/v1/customers",
                [
                    ("key_account", filter.isKeyAccount.map { "\($0)" }), ("silent", filter.isSilent.map { "\($0)" }),
                    ("state", filter.state), ("language", filter.language), ("limit", "\(filter.limit)"),
                ], as: Answer.self
            ).customers
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One customer: profile, place on the waterfall, and everything written down at any site.",
            discussion: "Examples:\n  huiyin customer show 3f9a02\n  huiyin customer show 王芳")

        @Argument(
            help:
                "What a list calls the customer; at headquarters also a record's id, at a branch also number, phone or name."
        )
        var id: String

        @ArgumentParser.Flag(help: "As JSON.")
        var json = false

        @OptionGroup var side: SideOptions

        func run() async throws {
            let language = Say.shared.language.rawValue
            let found: CustomerReport
            if side.asksHeadquarters {
                found = try side.options.withLink {
                    try $0.request("customer.show", CustomerRequest(id: id, language: language))
                }
            } else {
                let name = id.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? id
                found = try await side.ask("/v1/customers/\(name)", [("language", language)], as: CustomerReport.self)
            }
            if json { return try Console.json(found) }
            for line in CustomerLine.lines(found) { Console.line(line) }
        }
    }
}

/// A customer in words for a terminal.
enum CustomerLine {
    static var header: [String] {
        [
            "id", Console.say("客户", "customer"), Console.say("类型", "type"), Console.say("等级", "tier"),
            Console.say("状态", "state"), Console.say("投诉", "complaints"), Console.say("回访", "visits"),
            Console.say("最近联系", "last contact"), Console.say("负责人", "owner"), Console.say("站点", "sites"),
        ]
    }

    static func line(_ one: CustomerReport) -> [String] {
        let star = one.isKeyAccount ? "★ " : ""
        let contact = String((one.lastContact ?? "").prefix(10))
        return [
            String(one.id.prefix(12)), star + one.label, one.typeText, one.tier, state(one), "\(one.complaints)",
            "\(one.visits)", one.silentSince == nil ? contact : Console.coloured(contact + " !", .red), one.owner,
            one.sites.map(\.text).joined(separator: " "),
        ]
    }

    static let columns = [
        "id", "label", "type", "segment", "tier", "key_account", "owner", "brand", "state", "decayed", "complaints",
        "visits", "first_seen", "last_contact", "silent_since", "sites",
    ]

    static func row(_ one: CustomerReport) -> [String] {
        [
            one.id, one.label, one.type, one.segment ?? "", one.tier, "\(one.isKeyAccount)", one.owner, one.brand,
            one.state ?? "", one.isDecayed.map { "\($0)" } ?? "", "\(one.complaints)", "\(one.visits)",
            one.firstSeen ?? "", one.lastContact ?? "", one.silentSince ?? "",
            one.sites.map(\.text).joined(separator: " "),
        ]
    }

    /// A state that nobody measured is told apart.
    private static func state(_ one: CustomerReport) -> String {
        (one.stateText ?? "") + (one.isDecayed == true ? Console.say("（推断）", " (by silence)") : "")
    }

    static func lines(_ one: CustomerReport) -> [String] {
        var lines = [Console.coloured((one.isKeyAccount ? "★ " : "") + one.label, .bold), one.id]
        lines.append(
            [one.typeText, one.tier, one.segmentText ?? "", one.brand, one.owner].filter { !$0.isEmpty }.joined(
                separator: " · "))
        if let service = one.service { lines.append(Console.coloured("→ \(service)", .cyan)) }
        if one.stateText != nil {
            lines.append(
                Console.say(
                    "客户服务瀑布：\(state(one))，自 \(one.stateSince ?? "")",
                    "waterfall: \(state(one)), since \(one.stateSince ?? "")"))
        }
        if let since = one.silentSince {
            lines.append(Console.coloured(Console.say("自 \(since) 起无人联系", "nobody was in touch since \(since)"), .red))
        }
        if !one.figures.isEmpty {
            let told = one.figures.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            lines.append(Console.say("价值指标：", "value figures: ") + told.joined(separator: ", "))
        }
        if let places = one.places, !places.isEmpty {
            let told = places.map { "\($0.at.prefix(10)) \($0.text)" + ($0.isMeasured ? "" : " ?") }
            lines.append(Console.say("经历：", "course: ") + told.joined(separator: " → "))
        }
        var table = TextTable([
            Console.say("时间", "when"), Console.say("站点", "site"), Console.say("种类", "kind"),
            Console.say("记录", "record"), Console.say("内容", "words"),
        ])
        for event in one.history ?? [] {
            table.add([
                String(event.at.prefix(16)), event.site.text, event.kind, String(event.record.description.prefix(18)),
                event.words,
            ])
        }
        return lines + [""] + table.lines()
    }
}
