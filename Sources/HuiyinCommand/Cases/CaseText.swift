import Foundation
import Records
import Rules

/// A case in words for a terminal.
struct CaseText {
    let report: CaseReport

    init(_ report: CaseReport) { self.report = report }

    // MARK: Lists

    static var header: [String] {
        [
            "id", Console.say("等级", "grade"), Console.say("状态", "state"), Console.say("站点", "site"),
            Console.say("发生", "made"), Console.say("时限", "due"), Console.say("类别", "category"),
            Console.say("内容", "what"),
        ]
    }

    static func line(_ one: CaseReport) -> [String] {
        [
            String(one.id.description.prefix(18)), coloured(one), one.stateText, sites(one),
            String(one.madeAt.prefix(16)), countdown(one.next), one.categoryText, one.title,
        ]
    }

    /// Names of the columns of CSV: stable, whatever the language.
    static let columns = [
        "id", "site", "responsible_site", "responsible_person", "made_at", "grade", "peak", "state", "category",
        "group_size", "urgent", "overdue", "next_limit", "next_due_at", "next_status", "open_seconds", "delay_cause",
        "cell", "stage", "title",
    ]

    static func row(_ one: CaseReport) -> [String] {
        [
            one.id.description, one.site.text, one.responsibleSite.text, one.responsiblePerson, one.madeAt,
            one.grade.code, one.peak.code, one.state, one.category, "\(one.groupSize)", "\(one.isUrgent)",
            "\(one.isOverdue)", one.next?.code ?? "", one.next?.dueAt ?? "", one.next?.status ?? "",
            "\(one.openSeconds)", one.delayCause, one.cell ?? "", one.stage ?? "", one.title,
        ]
    }

    private static func coloured(_ one: CaseReport) -> String {
        switch one.grade {
        case .critical: Console.coloured(one.gradeText, .red)
        case .hot: Console.coloured(one.gradeText, .yellow)
        case .important, .ordinary: one.gradeText
        }
    }

    private static func sites(_ one: CaseReport) -> String {
        let person = one.responsiblePerson.isEmpty ? "" : " (\(one.responsiblePerson))"
        return one.site == one.responsibleSite
            ? one.site.text + person : "\(one.site) → \(one.responsibleSite)\(person)"
    }

    /// What falls due next and when, or since when it is late.
    static func countdown(_ limit: CaseReport.Limit?) -> String {
        guard let limit, let left = limit.secondsLeft else { return "" }
        if limit.status == "unknown" { return "\(limit.text) ?" }
        let span = span(abs(left))
        return left > 0
            ? Console.say("\(limit.text) 还有 \(span)", "\(limit.text) in \(span)")
            : Console.coloured(Console.say("\(limit.text) 已过 \(span)", "\(limit.text) \(span) ago"), .red)
    }

    /// `3d 4h`, `2h 5m`, `40s`.
    static func span(_ seconds: Int64) -> String {
        let parts = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")].map { size, unit in (Int64(size), unit) }
        var (rest, words): (Int64, [String]) = (seconds, [])
        for (size, unit) in parts where rest >= size && words.count < 2 {
            words.append("\(rest / size)\(unit)")
            rest %= size
        }
        return words.isEmpty ? "0s" : words.joined(separator: " ")
    }

    // MARK: One case

    var lines: [String] {
        var lines = [Console.coloured(report.title, .bold), "\(report.id)"]
        let peak =
            report.peak > report.grade
            ? Console.say("（曾为\(report.peak.term.chinese)）", " (was \(report.peak.term.english))") : ""
        lines.append(
            Console.say(
                "\(report.gradeText)\(peak)，\(report.stateText)，责任站点 \(Self.sites(report))",
                "\(report.gradeText)\(peak), \(report.stateText), responsible: \(Self.sites(report))"))
        lines.append(
            Console.say(
                "\(report.categoryText)，\(report.madeAt) 提出，处理时长 \(Self.span(report.openSeconds))，延误原因：\(report.delayCauseText)",
                "\(report.categoryText), made \(report.madeAt), open for \(Self.span(report.openSeconds)), cause of delay: \(report.delayCauseText)"
            ))
        if let cell = report.cellText { lines.append(Console.say("影响×掌控：\(cell)", "impact × control: \(cell)")) }
        if let detail = report.detail { lines += self.lines(of: detail) }
        return lines
    }

    private func lines(of detail: CaseDetail) -> [String] {
        var lines: [String] = []
        for text in detail.advice { lines.append(Console.coloured("→ \(text)", .cyan)) }
        if let other = detail.repeatOf {
            lines.append(Console.say("同一客户此前的投诉：\(other)", "the same customer's earlier complaint: \(other)"))
        }
        if let issue = detail.hotIssue { lines.append(Console.say("热点问题：\(issue)", "hot issue: \(issue)")) }
        if let cause = detail.cause {
            let texts = cause.texts + [cause.gapText].compactMap(\.self)
            lines.append(Console.say("根本原因：", "root cause: ") + texts.joined(separator: Console.say("、", ", ")))
            for (index, why) in cause.whys.enumerated() where !why.isEmpty {
                lines.append("  \(index + 1). " + Console.say("为什么？", "why? ") + why)
            }
        }
        lines += limits(detail) + curve(detail) + powers(detail) + crisis(detail)
        lines.append("")
        var table = TextTable([
            Console.say("时间", "when"), Console.say("站点", "site"), Console.say("谁", "who"), Console.say("经过", "what"),
            Console.say("记录", "record"), Console.say("内容", "words"),
        ])
        for line in detail.timeline {
            let late =
                line.recordedAt.map { Console.say("（\($0.prefix(10)) 补记）", " (written down \($0.prefix(10)))") } ?? ""
            let void = line.counts ? "" : Console.say("（不计）", " (does not count)")
            table.add([
                String(line.at.prefix(16)), line.site?.text ?? "", line.author, line.text + late + void,
                line.records.prefix(3).map { String($0.description.prefix(18)) }.joined(separator: " "), line.words,
            ])
        }
        lines += table.lines()
        lines.append(Console.say("依据服务手册 \(detail.handbook)", "by handbook \(detail.handbook)"))
        return lines
    }

    private func limits(_ detail: CaseDetail) -> [String] {
        guard !detail.limits.isEmpty else { return [] }
        var table = TextTable([
            Console.say("时限", "limit"), Console.say("到期", "due"), Console.say("状况", "status"),
            Console.say("剩余", "left"),
        ])
        for limit in detail.limits {
            table.add([limit.text, String(limit.dueAt.prefix(16)), limit.status, Self.countdown(limit)])
        }
        return [""] + table.lines()
    }

    /// Impact against time over the four stages.
    private func curve(_ detail: CaseDetail) -> [String] {
        guard !detail.curve.isEmpty else { return [] }
        let points = detail.curve.map { point in
            let height =
                point.impact == Complaint.Impact.large.code
                ? "█" : point.impact == Complaint.Impact.small.code ? "▄" : "·"
            return "\(height) \(point.text) \(point.at.prefix(10))"
        }
        return ["", Console.say("阶段曲线：", "stage curve: ") + points.joined(separator: "  →  ")]
    }

    private func powers(_ detail: CaseDetail) -> [String] {
        guard !detail.powers.isEmpty else { return [] }
        let uses = detail.powers.map { "\($0.text) (\($0.author), \($0.site), \($0.at.prefix(10)))" }
        return [Console.say("行使的权力：", "powers used: ") + uses.joined(separator: Console.say("、", ", "))]
    }

    private func crisis(_ detail: CaseDetail) -> [String] {
        guard let spokesperson = detail.spokesperson else { return [] }
        let title = Console.say("危机预案生效，发言人：\(spokesperson)", "crisis plan in force, spokesperson: \(spokesperson)")
        return ["", Console.coloured(title, .red)]
            + detail.crisisPlan.map { measure in
                let left = Self.span(abs(measure.secondsLeft))
                let when =
                    measure.secondsLeft > 0
                    ? Console.say("还有 \(left)", "in \(left)") : Console.say("已过 \(left)", "\(left) ago")
                return "  □ \(measure.text) — \(measure.role), \(measure.dueAt.prefix(16)) (\(when))"
            }
    }
}
