import Aggregator
import ArgumentParser
import Foundation

/// `huiyin delivery`.
struct DeliveryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delivery", abstract: "Messages about the feed to group robots, webhooks and mail.",
        discussion: "Targets stand in aggregator.yaml under deliveries.", subcommands: [Status.self, Test.self])

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "How every target stands.")

        @Flag(help: "As JSON.")
        var json = false

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                let data = try link.requestData("delivery.status", NoArguments())
                if json { return Console.line(String(decoding: data, as: UTF8.self)) }
                let reports = try JSONDecoder().decode([DeliveryReport].self, from: data)
                guard !reports.isEmpty else {
                    return Console.line(Console.say("没有配置推送对象（deliveries）", "no targets are configured (deliveries)"))
                }
                var table = TextTable([
                    Console.say("对象", "target"), Console.say("形式", "form"), Console.say("已到", "through"),
                    Console.say("已发", "sent"), Console.say("死信", "dead"), Console.say("尝试", "attempts"),
                    Console.say("故障", "fault"),
                ])
                for report in reports {
                    table.add([
                        report.name, report.form, "\(report.after.map(String.init) ?? "—")/\(report.head ?? 0)",
                        String(report.sent), String(report.dead), String(report.attempts), report.fault ?? "",
                    ])
                }
                for line in table.lines() { Console.line(line) }
            }
        }
    }

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a target a message that says that it is a test.",
            discussion: "Example:\n  huiyin delivery test service-group")

        @Argument(help: "The target's name.")
        var name: String

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                _ = try link.request("delivery.test", DeliveryTestRequest(name: name), as: DeliveryReport.self)
                Console.line(Console.say("\(name) 已收下测试消息", "\(name) took the test message"))
            }
        }
    }
}
