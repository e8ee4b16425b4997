import Aggregator
import ArgumentParser

extension SiteCommand {
    /// Options of every command that dates a change of a site's life.
    struct LifeOptions: ParsableArguments {
        @Argument(help: "The site's id.")
        var id: String

        @Option(help: "From which day, by the site's zone (default: now).")
        var from: String?

        @Option(help: "Why, for those who read it later.")
        var reason: String?

        @OptionGroup var options: AdministratorOptions

        func note(_ state: String, until: String? = nil) throws {
            try options.withLink { link in
                let request = LifeRequest(id: id, state: state, since: from, until: until, reason: reason)
                let noted = try link.request("site.life", request, as: LifeRequest.self)
                let (since, end) = (noted.since ?? "", noted.until)
                switch state {
                case "paused":
                    Console.line(
                        Console.say(
                            "站点 \(id) 自 \(since) 起暂停" + (end.map { "，至 \($0)" } ?? ""),
                            "site \(id) is paused from \(since) on" + (end.map { ", until \($0)" } ?? "")))
                case "retired":
                    Console.line(Console.say("站点 \(id) 自 \(since) 起停用", "site \(id) is retired from \(since) on"))
                default:
                    Console.line(Console.say("站点 \(id) 自 \(since) 起应有记录", "site \(id) is expected from \(since) on"))
                }
            }
        }
    }

    struct Pause: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Expect nothing of a branch for a while; its absence makes no month incomplete.",
            discussion: "Example:\n  huiyin site pause riverside --from 2026-02-10 --until 2026-02-20 --reason 春节")

        @OptionGroup var life: LifeOptions

        @Option(help: "When records are expected again; without it, until `huiyin site resume`.")
        var until: String?

        func run() throws { try life.note("paused", until: until) }
    }

    struct Resume: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Expect records of a paused or retired branch again.",
            discussion: "Example:\n  huiyin site resume riverside --from 2026-03-01")

        @OptionGroup var life: LifeOptions

        func run() throws { try life.note("expected") }
    }

    struct Retire: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Expect nothing of a branch any more; what it wrote stays.",
            discussion:
                "Its keys stay good until `huiyin site revoke`. Example:\n  huiyin site retire riverside --from 2026-12-31"
        )

        @OptionGroup var life: LifeOptions

        func run() throws { try life.note("retired") }
    }
}
