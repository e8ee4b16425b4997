import Aggregator
import ArgumentParser
import Records
import Rules

/// `huiyin today`.
struct TodayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "today", abstract: "The morning meeting's page: due, overdue, newly critical, silent.",
        discussion: """
            Asks headquarters with --admin (or $HUIYIN_ADMIN), else this branch's agent, which needs no link.
            Examples:
              huiyin today
              huiyin today --csv > today.csv
            """)

    @ArgumentParser.Flag(help: "As JSON.")
    var json = false

    @ArgumentParser.Flag(help: "As CSV: a row for each case, visit, site or customer, with its section.")
    var csv = false

    @OptionGroup var side: SideOptions

    func validate() throws {
        if json, csv { throw ValidationError("--json or --csv, one of them") }
    }

    func run() async throws {
        let language = Say.shared.language.rawValue
        let today: TodayReport
        if side.asksHeadquarters {
            today = try side.options.withLink {
                try $0.request("today", TodayRequest(language: language), as: TodayReport.self)
            }
        } else {
            today = try await side.ask("/v1/today", [("language", language)], as: TodayReport.self)
        }
        if json { return try Console.json(today) }
        if csv { return Console.csv([TodaySheet.columns] + TodaySheet(today).rows) }
        Console.line(
            Console.coloured(
                Console.say("\(today.at.prefix(16))，处理中 \(today.open) 件", "\(today.at.prefix(16)), \(today.open) open"),
                .bold))
        show(Console.say("新升为重大", "newly critical"), today.newlyCritical)
        show(Console.say("超时", "overdue"), today.overdue)
        show(Console.say("即将到期", "due soon"), today.dueSoon)
        show(today.visits)
        show(Console.say("沉默", "silent"), today.silent)
        show(Console.say("久未联系的客户", "customers whom nobody contacted"), today.lapsed)
    }

    private func show(_ title: String, _ cases: [CaseReport]) {
        guard !cases.isEmpty else { return }
        Console.line("\n\(title) (\(cases.count))")
        var table = TextTable(CaseText.header)
        for one in cases { table.add(CaseText.line(one)) }
        for line in table.lines() { Console.line(line) }
    }

    private func show(_ visits: [VisitReport]) {
        guard !visits.isEmpty else { return }
        Console.line("\n" + Console.say("回访", "return visits") + " (\(visits.count))")
        for line in VisitText.table(visits).lines() { Console.line(line) }
    }

    private func show(_ title: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        Console.line("\n\(title) (\(lines.count))")
        for line in lines { Console.line("  \(line)") }
    }
}

/// The morning meeting's page as one table.
struct TodaySheet {
    let today: TodayReport

    init(_ today: TodayReport) { self.today = today }

    static let columns = ["section", "id", "site", "responsible_site", "grade", "status", "due_at", "customer", "what"]

    var rows: [[String]] {
        cases("newly_critical", today.newlyCritical) + cases("overdue", today.overdue)
            + cases("due_soon", today.dueSoon)
            + today.visits.map { visit in
                [
                    "visit", visit.item, visit.site.text, "", "", visit.status, visit.dueAt, visit.customer,
                    visit.contents,
                ]
            } + words("silent", today.silent) + words("lapsed", today.lapsed)
    }

    private func cases(_ section: String, _ cases: [CaseReport]) -> [[String]] {
        cases.map { one in
            [
                section, one.id.description, one.site.text, one.responsibleSite.text, one.grade.code,
                one.next?.status ?? "", one.next?.dueAt ?? "", "", one.title,
            ]
        }
    }

    private func words(_ section: String, _ lines: [String]) -> [[String]] {
        lines.map { [section, "", "", "", "", "", "", "", $0] }
    }
}

/// Return visits in a table.
enum VisitText {
    static func table(_ visits: [VisitReport]) -> TextTable {
        var table = TextTable([
            Console.say("状况", "status"), Console.say("应访", "due"), Console.say("最迟", "in time until"),
            Console.say("站点", "site"), Console.say("客户", "customer"), Console.say("方式", "method"),
            Console.say("未接通", "attempts"), Console.say("内容", "what to ask"),
        ])
        for visit in visits {
            let status = visit.status == "overdue" ? Console.coloured(visit.statusText, .red) : visit.statusText
            table.add([
                (visit.isFirstVisit ? "★ " : "") + status, String(visit.dueAt.prefix(16)),
                String(visit.inTimeUntil.prefix(16)), visit.site.text, visit.customer, visit.methodText,
                "\(visit.attempts)", visit.contents,
            ])
        }
        return table
    }
}
