import Aggregator
import ArgumentParser
import Foundation

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How this side stands: headquarters with an administrator's key.")

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() async throws {
        try options.withLink { link in
            if json { return Console.line(String(decoding: try link.requestData("status", NoArguments()), as: UTF8.self)) }
            let status = try link.request("status", NoArguments(), as: HeadquartersStatus.self)
            let folded = status.views["folded"] ?? 0
            Console.line(
                Console.say(
                    "总部 \(status.endpoint)，服务手册 \(status.handbook)", "headquarters at \(status.endpoint), handbook \(status.handbook)"))
            Console.line(
                Console.say(
                    "已存 \(status.entries) 条，已计入 \(folded) 条；案件 \(status.views["case_view"] ?? 0)，同类问题 \(status.views["issue"] ?? 0)，动态 \(status.feed)",
                    "\(status.entries) entries stored, \(folded) counted; \(status.views["case_view"] ?? 0) cases, "
                        + "\(status.views["issue"] ?? 0) issues, feed at \(status.feed)"))
            for line in SiteTable(status.sites).lines { Console.line(line) }
        }
    }
}
