import Aggregator
import ArgumentParser
import Foundation

/// `huiyin load`.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Complaints against how busy each site is, 忙闲与投诉.",
        discussion: """
            From load notes of the last year (`huiyin record load` at the branch). A rise is told only where chance hardly \
            explains it; it is an association and proves no cause. Examples:
              huiyin load
              huiyin load --json | jq '.[] | select(.risesFromPercent)'
            """)

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        let reports = try options.withLink { try $0.request("load.report", NoArguments(), as: [LoadReport].self) }
        if json { return try Console.json(reports) }
        var table = TextTable([
            Console.say("站点", "site"), Console.say("天数", "days"), Console.say("来客", "customers"),
            Console.say("投诉", "complaints"), Console.say("结论", "finding"),
        ])
        for report in reports {
            table.add([
                report.site, String(report.days), String(report.visitors), String(report.complaints), finding(report),
            ])
        }
        table.lines().forEach(Console.line)
    }

    private func finding(_ report: LoadReport) -> String {
        guard let load = report.risesFromPercent, let below = report.rateBelow, let beyond = report.rateBeyond else {
            return Console.say("还不能判断", "cannot tell yet")
        }
        let rates = String(format: "%.1f → %.1f", below, beyond)
        return Console.say(
            "负荷 \(load)% 起，每百名客户的投诉 \(rates)",
            "from a load of \(load) % on, complaints for each 100 customers \(rates)")
    }
}
