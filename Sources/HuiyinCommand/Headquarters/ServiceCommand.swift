import Aggregator
import ArgumentParser
import Foundation
import Records

/// `huiyin service`.
struct ServiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "A month held against the handbook's standards, commitments and benchmarks, 服务标准与标杆.",
        discussion: """
            Sites are compared by figures drawn to that of all together, the more the fewer observations they rest on. \
            Examples:
              huiyin service 2026-10
              huiyin service 2026-10 --json | jq '.standards[] | select(.status == "missed")'
            """)

    @Argument(help: "The month, YYYY-MM.")
    var month: String

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        let report = try options.withLink { link in
            try link.request("service.report", ServiceRequest(month: month), as: ServiceReport.self)
        }
        if json { return try Console.json(report) }
        ServicePaper(report, Say.shared.language).lines.forEach(Console.line)
    }
}

/// A service report in words.
private struct ServicePaper {
    let report: ServiceReport
    let language: Language

    init(_ report: ServiceReport, _ language: Language) {
        self.report = report
        self.language = language
    }

    var lines: [String] {
        [Console.coloured("\(report.month)  \(report.handbook)", .bold)] + report.standards.flatMap { told($0) }
            + ["", Console.coloured(say("承诺", "Commitments"), .bold)] + report.commitments.map { told($0) }
            + ["", Console.coloured(say("标杆", "Benchmarks"), .bold)] + report.benchmarks.map { told($0) }
    }

    private func told(_ standard: ServiceReport.Standard) -> [String] {
        let (word, colour): (String, Console.Colour) =
            switch standard.status {
            case "met": (say("达标", "met"), .green)
            case "missed": (say("未达标", "missed"), .red)
            default: (say("无法衡量", "not measured"), .yellow)
            }
        let sign = standard.comparison == "at_most" ? "≤" : "≥"
        let target = standard.target.map { "\(sign) \(number($0))" } ?? ""
        let value = standard.value.map { "\(number($0)) (n = \(standard.observations))" } ?? "–"
        let owner = standard.owner.map { "  — \($0[language])" } ?? ""
        let figure = standard.metricName?[language] ?? ""
        return ["\(Console.coloured(word, colour))  \(standard.name[language])  \(figure) \(target): \(value)\(owner)"]
            + standard.sites.map { site in
                let distance =
                    site.distance == 0 ? say("最佳", "best") : say("距最佳 ", "from the best ") + number(site.distance)
                return "    \(site.site)  \(number(site.value)) (n = \(site.observations))  \(distance)"
            }
    }

    private func told(_ commitment: ServiceReport.Commitment) -> String {
        let industry = commitment.industry.map { say("，行业 ", ", industry ") + number($0) } ?? ""
        let others = commitment.competitors.map { say("，", ", ") + "\($0.name) \(number($0.value))" }.joined()
        let mark = commitment.belowIndustry ? "  " + Console.coloured(say("低于行业", "below the industry's"), .yellow) : ""
        return
            "\(commitment.name[language]): \(number(commitment.ours))\(industry)\(others) \(commitment.unit[language])\(mark)"
    }

    private func told(_ benchmark: ServiceReport.Benchmark) -> String {
        let figure =
            benchmark.metricName.map { name in
                let ours = benchmark.ours.map { say("，我方 ", ", ours ") + number($0) } ?? ""
                return "  \(name[language]) \(benchmark.value.map(number) ?? "")\(ours)"
            } ?? ""
        return "\(benchmark.kindName[language]): \(benchmark.name[language])\(figure) — \(benchmark.lesson[language])"
    }

    private func number(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? String(value) }

    private func say(_ chinese: String, _ english: String) -> String { Term(chinese, english)[language] }
}
