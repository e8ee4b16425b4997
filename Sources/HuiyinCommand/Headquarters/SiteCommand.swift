import Aggregator
import ArgumentParser
import Foundation

struct SiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site", abstract: "The branches that headquarters knows.", subcommands: [Add.self, List.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a branch by its public keys.",
            discussion: """
                `huiyin agent init` prints the keys at the branch. Example:
                  huiyin site add riverside --name 滨江花园 --time-zone Asia/Shanghai --curve-key … --signing-key …
                """)

        @Argument(help: "The site's id: letters, digits, . _ -")
        var id: String

        @Option(help: "What people call it.")
        var name = ""

        @Option(help: "IANA name of its time zone.")
        var timeZone = "Asia/Shanghai"

        // Taken as it is, since a key may begin with a hyphen.
        @Option(
            name: [.customLong("curve-key"), .customLong("curve")], parsing: .unconditional,
            help: "CURVE public key, Z85.")
        var curveKey: String

        @Option(
            name: [.customLong("signing-key"), .customLong("signing")],
            help: "Ed25519 public key, 64 hexadecimal digits.")
        var signingKey: String

        @Option(help: "The day from which its records are expected (default: today).")
        var expectedFrom: String?

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            let request = SiteRequest(
                id: id, name: name, timeZone: timeZone, curveKey: curveKey, signingKey: signingKey,
                expectedFrom: expectedFrom)
            try options.withLink { link in
                let added = try link.request("site.add", request, as: SiteRequest.self)
                Console.line(Console.say("已登记站点 \(added.id)", "site \(added.id) is registered"))
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Every branch and how it stands.")

        @Flag(help: "As JSON.")
        var json = false

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                if json {
                    return Console.line(
                        String(decoding: try link.requestData("site.list", NoArguments()), as: UTF8.self))
                }
                for line in SiteTable(try link.request("site.list", NoArguments(), as: [SiteStatus].self)).lines {
                    Console.line(line)
                }
            }
        }
    }
}

/// The sites as a table for people.
struct SiteTable {
    let lines: [String]

    init(_ sites: [SiteStatus]) {
        var table = TextTable([
            Console.say("站点", "site"), Console.say("名称", "name"), Console.say("状态", "state"),
            Console.say("最近联系", "last seen"), Console.say("日志头", "head"), Console.say("已存", "durable"),
            Console.say("滞后", "lag"), Console.say("最旧未确认", "oldest"),
        ])
        for site in sites {
            table.add([
                site.id, site.name, Self.state(site.state), site.lastSeen ?? "–", site.head.map(String.init) ?? "–",
                String(site.durable), site.lagRecords.map(String.init) ?? "–", site.lagSeconds.map { "\($0) s" } ?? "–",
            ])
        }
        lines = table.lines()
    }

    private static func state(_ state: String) -> String {
        switch state {
        case "connected": Console.coloured(Console.say("在线", state), .green)
        case "away": Console.coloured(Console.say("离线", state), .yellow)
        case "never seen": Console.coloured(Console.say("从未联系", state), .red)
        case "revoked": Console.coloured(Console.say("已吊销", state), .red)
        default: state
        }
    }
}
