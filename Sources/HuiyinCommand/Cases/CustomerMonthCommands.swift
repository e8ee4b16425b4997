import Aggregator
import ArgumentParser
import Foundation
import Records

/// `huiyin customer tiers`.
struct CustomerTiersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tiers", abstract: "The customers' grades 客户分级 at a month's end, and who moved: 升级, 降级.",
        discussion: "Example:\n  huiyin customer tiers --month 2026-10")

    @Option(help: "YYYY-MM; by default the month that lasts.")
    var month: String?

    @Flag(help: "Only those who moved.")
    var movements = false

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        let request = CustomerMonthRequest(month: month, language: Say.shared.language.rawValue)
        let report = try options.withLink { try $0.request("customer.tiers", request, as: TierReport.self) }
        if json { return try Console.json(report) }
        if !movements {
            var table = TextTable([
                "id", Console.say("客户", "customer"), Console.say("得分", "score"), Console.say("等级", "tier"),
                Console.say("核心", "core"),
            ])
            for line in report.lines {
                table.add([
                    String(line.customer.prefix(12)), line.label, String(format: "%.3f", line.score), line.tierText,
                    line.isCore ? Console.say("核心客户", "core") : "",
                ])
            }
            for line in table.lines() { Console.line(line) }
        }
        Console.line(
            "\n" + Console.say("\(report.month) 等级变动", "movements in \(report.month)") + " (\(report.movements.count))")
        for move in report.movements {
            Console.line("  \(move.customer.prefix(12)) \(move.label)  \(move.text)")
        }
    }
}

/// `huiyin customer waterfall`.
struct CustomerWaterfallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waterfall",
        abstract: "Where customers stand 客户服务瀑布 at a month's end, how they moved, and who was won back.",
        discussion: "Example:\n  huiyin customer waterfall --month 2026-10")

    @Option(help: "YYYY-MM; by default the month that lasts.")
    var month: String?

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        let request = CustomerMonthRequest(month: month, language: Say.shared.language.rawValue)
        let report = try options.withLink { try $0.request("customer.waterfall", request, as: WaterfallReport.self) }
        if json { return try Console.json(report) }
        var table = TextTable([
            Console.say("状态", "state"), Console.say("测得", "measured"), Console.say("推断", "by silence"),
        ])
        for state in report.states { table.add([state.text, "\(state.measured)", "\(state.decayed)"]) }
        for line in table.lines() { Console.line(line) }
        Console.line("")
        for move in report.moves { Console.line("  \(move.count)  \(move.text)") }
        Console.line(
            Console.say(
                "服务补救：\(report.fallen) 名不满客户中 \(report.recovered) 名恢复满意",
                "recovery: \(report.recovered) of \(report.fallen) dissatisfied customers are satisfied again"))
        Console.line(
            Console.say(
                "忠诚客户：月初 \(report.loyal)，流失 \(report.loyalLost)，新增 \(report.loyalWon)",
                "loyal customers: \(report.loyal) at the beginning, \(report.loyalLost) lost, \(report.loyalWon) won"))
        if let type = report.firmTypeText { Console.line(Console.say("企业类型 \(type)", "type of organisation: \(type)")) }
    }
}
