import Aggregator
import ArgumentParser
import Foundation

struct SiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site", abstract: "The branches that headquarters knows.",
        subcommands: [
            Add.self, Code.self, List.self, Pause.self, SiteResolveCommand.self, Resume.self, Retire.self, Revoke.self,
            Rotate.self,
        ])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a branch; prints the one-time code by which it joins.",
            discussion: """
                The code is a secret until it is used: whoever has it can join in the site's name. A branch whose keys were carried
                here by hand (`huiyin agent init` prints them) needs no code. Examples:
                  huiyin site add riverside --name 滨江花园 --expected-from 2026-09-01
                  huiyin site add riverside --name 滨江花园 --curve-key … --signing-key …
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
            help: "CURVE public key, Z85; without it the site enrols by a code.")
        var curveKey: String?

        @Option(
            name: [.customLong("signing-key"), .customLong("signing")],
            help: "Ed25519 public key, 64 hexadecimal digits; without it the site enrols by a code.")
        var signingKey: String?

        @Option(help: "The day from which its records are expected (default: today).")
        var expectedFrom: String?

        @OptionGroup var validity: CodeValidity
        @OptionGroup var options: AdministratorOptions

        func validate() throws {
            if (curveKey == nil) != (signingKey == nil) {
                throw ValidationError("--curve-key and --signing-key belong together")
            }
        }

        func run() throws {
            let request = SiteRequest(
                id: id, name: name, timeZone: timeZone, curveKey: curveKey, signingKey: signingKey,
                expectedFrom: expectedFrom, validHours: validity.validHours)
            try options.withLink { link in
                let added = try link.request("site.add", request, as: SiteCode.self)
                Console.line(Console.say("已登记站点 \(added.id)", "site \(added.id) is registered"))
                added.show()
            }
        }
    }

    struct Code: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A new one-time code for a registered branch: the old one was lost, or the machine is a new one.",
            discussion: """
                The keys that the branch has are good until the code is used; then they are refused, and a revocation is over.
                Example:
                  huiyin site code riverside --valid-hours 24
                """)

        @Argument(help: "The site's id.")
        var id: String

        @OptionGroup var validity: CodeValidity
        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                let request = CodeRequest(id: id, validHours: validity.validHours)
                try link.request("site.code", request, as: SiteCode.self).show()
            }
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuse a branch's keys from now on, on its living connection too.",
            discussion: """
                What it sent before stays. Its agent goes on taking records and keeps them; `huiyin site code` lets it in again.
                Example:
                  huiyin site revoke riverside
                """)

        @Argument(help: "The site's id.")
        var id: String

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                let revoked = try link.request("site.revoke", SiteReference(id: id), as: SiteReference.self)
                Console.line(
                    Console.say("已吊销站点 \(revoked.id) 的密钥", "the keys of site \(revoked.id) are revoked"))
            }
        }
    }

    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask a branch to replace its keys: now if it is there, else when it comes.",
            discussion: """
                The new keys are made at the branch and named by an entry of its log; both are good until it comes with the new ones.
                `huiyin status` shows the keys' age. At the branch: `huiyin agent rotate`. Example:
                  huiyin site rotate riverside
                """)

        @Argument(help: "The site's id.")
        var id: String

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                let asked = try link.request("site.rotate", SiteReference(id: id), as: SiteReference.self)
                Console.line(
                    Console.say("已请站点 \(asked.id) 更换密钥", "site \(asked.id) is asked for new keys"))
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

/// How long a code is good.
struct CodeValidity: ParsableArguments {
    @Option(help: "For how many hours the code is good (default: 72).")
    var validHours: Int?
}

extension SiteCode {
    /// Says what to do with the code.
    fileprivate func show() {
        guard let code, let expiresAt else { return }
        Console.line(
            Console.say(
                "请在分店的机器上执行（一次有效，\(expiresAt) 前；使用前请保密）：",
                "at the branch, once, before \(expiresAt) (keep it secret until then):"))
        Console.line("  huiyin agent enroll \(code)")
    }
}

/// The sites as a table for people.
struct SiteTable {
    let lines: [String]

    init(_ sites: [SiteStatus]) {
        var table = TextTable([
            Console.say("站点", "site"), Console.say("名称", "name"), Console.say("状态", "state"),
            Console.say("最近联系", "last seen"), Console.say("日志头", "head"), Console.say("已存", "durable"),
            Console.say("滞后", "lag"), Console.say("最旧未确认", "oldest"), Console.say("丢失", "lost"),
        ])
        for site in sites {
            table.add([
                site.id, site.name, Self.state(site.state), site.lastSeen ?? "–", site.head.map(String.init) ?? "–",
                String(site.durable), site.lagRecords.map(String.init) ?? "–", site.lagSeconds.map { "\($0) s" } ?? "–",
                Self.lost(site.lost ?? 0),
            ])
        }
        lines = table.lines()
    }

    /// Entries that nobody has any more.
    private static func lost(_ count: Int) -> String {
        count == 0 ? "–" : Console.coloured(String(count), .red)
    }

    private static func state(_ state: String) -> String {
        switch state {
        case "connected": Console.coloured(Console.say("在线", state), .green)
        case "stalled": Console.coloured(Console.say("停滞", state), .red)
        case "away": Console.coloured(Console.say("离线", state), .yellow)
        case "never seen": Console.coloured(Console.say("从未联系", state), .red)
        case "not enrolled": Console.coloured(Console.say("待加入", state), .yellow)
        case "paused": Console.coloured(Console.say("暂停", state), .dim)
        case "retired": Console.coloured(Console.say("停用", state), .dim)
        case "revoked": Console.coloured(Console.say("已吊销", state), .red)
        default: state
        }
    }
}
