import Records

extension MarkdownPaper {
    /// What a manager must know, in words.
    var summary: [String] {
        var lines = [
            words.say("**完整性**：", "**Completeness**: ") + digest.completeness(words.language)
                + words.say("。", ".")
        ]
        lines.append(complaintLine)
        lines += [
            digest.comparison.flatMap { comparisonLine($0, "comparison") },
            digest.yearBefore.flatMap { comparisonLine($0, "year_before") }, dayLine, outcomeLine, limitLine,
            resolutionLine,
        ].compactMap(\.self)
        let rest = [visitLine, customerLine, flagLine, underReportingLine, lateLine].compactMap(\.self)
        return section("摘要", "Summary") + lines.map { "- " + $0 } + issueLines + rest.map { "- " + $0 }
    }

    private func count(_ name: FigureName) -> Int { digest.count(name) }

    private var complaintLine: String {
        let received = count("complaints.received")
        guard received > 0 else { return words.say("**投诉**：本月没有收到投诉记录。", "**Complaints**: none were received.") }
        let people = words.number(count("complaints.complainants"))
        let anonymous = words.number(count("complaints.anonymous"))
        let grades = Grade.allCases.reversed().compactMap { grade -> String? in
            let name = FigureName("complaints").adding("grade", grade.code)
            let (end, peak) = (count(name.adding("end")), count(name.adding("peak")))
            guard end > 0 || peak > 0 else { return nil }
            let term = grade.term[words.language]
            let higher = peak <= end ? "" : words.bracketed(words.say("峰值 \(peak)", "peak \(peak)"))
            return "\(term) \(words.number(end))\(higher)"
        }
        let distinct = words.number(count("complaints.distinct"))
        return words.say(
            "**投诉**：收到 \(words.number(received)) 件，去重 \(distinct) 件；不同投诉人 \(people) 位，另有匿名 \(anonymous) 件。"
                + "月末等级：\(words.list(grades))。",
            "**Complaints**: \(words.number(received)) received, \(distinct) distinct, from \(people) different complainants "
                + "(+\(anonymous) anonymous). Grades at month's end: \(words.list(grades)).")
    }

    private func comparisonLine(_ comparison: DigestComparison, _ name: FigureName) -> String? {
        guard let before = Month(comparison.month) else { return nil }
        let sites = comparison.sites.count
        let (then, now) = (comparison.received, count(name.adding("received", "now")))
        var perDay = ""
        if let days = comparison.workingDays, let daysNow = digest.period.workingDays, days > 0, daysNow > 0 {
            let rates =
                words.decimal(Double(then) / Double(days), places: 1) + " → "
                + words.decimal(Double(now) / Double(daysNow), places: 1)
            perDay = words.say("，每个工作日 \(rates) 件", ", \(rates) a working day")
        }
        let change = "\(words.number(then)) → \(words.number(now))\(words.bracketed(words.signed(now - then)))"
        return words.say(
            "**与\(words.month(before))相比**（两月均完整的 \(sites) 个网点）：收到 \(change)\(perDay)。",
            "**Against \(words.month(before))** (\(words.amount(sites, "", "site")) complete in both): received \(change)\(perDay)."
        )
    }

    /// Days on which more came in than the limits let expect; nil when there are none.
    private var dayLine: String? {
        guard let limits = digest.dayLimits, let month = Month(limits.month) else { return nil }
        let days = digest.days.enumerated().filter { Double($0.element) > limits.upper }
        guard !days.isEmpty else { return nil }
        let named = days.prefix(Digest.mostNamed).map { day in
            words.say("\(day.offset + 1)日（\(day.element) 件）", "day \(day.offset + 1) (\(day.element))")
        }
        let rest = days.count > Digest.mostNamed ? words.say("等", " …") : ""
        return words.say(
            "**异常的日子**：\(days.count) 天的投诉高于按\(words.month(month))算出的上限（\(words.decimal(limits.upper, places: 1)) 件）："
                + "\(words.list(named))\(rest)。",
            "**Unusual days**: \(words.amount(days.count, "", "day")) above the limit of \(words.decimal(limits.upper, places: 1)) "
                + "complaints that \(words.month(month)) sets: \(words.list(named))\(rest).")
    }

    private var limitLine: String? {
        let parts = limitCodes.compactMap { code -> String? in
            let name = FigureName("limits").adding(code)
            let (missed, unknown) = (count(name.adding("missed")), count(name.adding("unknown")))
            guard missed + unknown > 0 else { return nil }
            let cohort = words.number(count(name.adding("cohort")))
            let term = escaped(digest.names.limits.term(code, words))
            let unheard = unknown == 0 ? "" : words.say("，未知 \(unknown)", ", \(unknown) unknown")
            return words.say(
                "\(term) 超时 \(words.number(missed))/\(cohort)\(unheard)",
                "\(term): \(words.number(missed)) of \(cohort) missed\(unheard)")
        }
        guard !parts.isEmpty else { return nil }
        return words.say("**时限**：", "**Time limits**: ") + parts.joined(separator: words.say("；", "; "))
            + words.say("。", ".")
    }

    private var resolutionLine: String? {
        guard count("complaints.received") > 0 else { return nil }
        let open = words.number(count("resolution.open"))
        let median = figure("resolution.median")
        return words.say(
            "**解决**：未解决 \(open) 件；解决用时中位数 \(median)，含未解决的。",
            "**Resolution**: \(open) still open; median time to resolve \(median), open ones counted in.")
    }

    private var issueLines: [String] {
        let present = digest.issues.filter { !$0.members.isEmpty }
        guard !present.isEmpty else { return [] }
        let hot = count("issues.hot")
        let start = words.say(
            "**同类问题**：本月出现 \(words.number(present.count)) 个，其中热点 \(hot) 个；最要紧的：",
            "**Recurring issues**: \(words.number(present.count)) this month, \(hot) of them hot. The gravest:")
        return ["- " + start]
            + present.prefix(3).map { issue in
                let title = escaped(DisplayWidth.cut(issue.title, to: 48))
                let sites = issue.sites.count
                return "  - "
                    + words.say(
                        "\(title)（本月 \(issue.members.count) 条，\(sites) 个网点）",
                        "\(title) (\(issue.members.count) this month, \(words.amount(sites, "", "site")))")
            }
    }

    private var visitLine: String? {
        let attempts = count("visits.attempts")
        guard attempts > 0 else { return words.say("**回访**：本月没有回访记录。", "**Return visits**: none were recorded.") }
        let reached = words.number(count("visits.reached"))
        let mean = figure("satisfaction.visits.mean")
        return words.say(
            "**回访**：\(words.number(attempts)) 次，联系上 \(reached) 次；满意度 \(mean)；客户提出问题 \(words.number(count("visits.problems"))) 个。",
            "**Return visits**: \(words.number(attempts)), \(reached) reached; satisfaction \(mean); "
                + "\(words.amount(count("visits.problems"), "", "problem")) reported.")
    }

    /// Who was lost and won, and with whom nobody is in touch; nil when there is nothing to say.
    private var customerLine: String? {
        var parts: [String] = []
        if digest.waterfall != nil {
            let loyal = ["lost", "won"].map { words.number(count(FigureName("waterfall.loyal").adding($0))) }
            let (rose, fell) = (words.number(count("waterfall.rose")), words.number(count("waterfall.fell")))
            parts.append(
                words.say(
                    "忠诚客户流失 \(loyal[0])、赢得 \(loyal[1])；瀑布上升 \(rose)、下降 \(fell)",
                    "loyal ones lost \(loyal[0]), won \(loyal[1]); \(rose) rose, \(fell) fell"))
        }
        let silent = count("key_accounts.out_of_touch")
        if silent > 0 {
            parts.append(
                words.say(
                    "久未联系的重点客户 \(silent) 位",
                    "\(words.amount(silent, "", "key account")) out of touch for too long"))
        }
        guard !parts.isEmpty else { return nil }
        return words.say("**客户**：", "**Customers**: ") + parts.joined(separator: words.say("；", "; "))
            + words.say("。", ".")
    }

    private var flagLine: String? {
        let raised = count("flags.raised")
        guard raised > 0 else { return nil }
        let withdrawn = count("flags.withdrawn")
        let after = withdrawn == 0 ? "" : words.say("，另撤销 \(withdrawn) 条", ", \(withdrawn) withdrawn besides")
        return words.say("**警示**：\(words.number(raised)) 条\(after)。", "**Flags**: \(words.number(raised))\(after).")
    }

    private var underReportingLine: String? {
        guard !digest.underReporting.isEmpty else { return nil }
        let names = words.list(digest.underReporting.prefix(Digest.mostNamed).map { siteName($0.site) })
        return words.say(
            "**可能漏报**：\(names) 投诉少、回访也少。", "**Under-reporting?** Few complaints beside few visits: \(names).")
    }

    private var lateLine: String? {
        let (own, earlier) = (count("late.this_month"), count("late.earlier_months"))
        let backdated = count("backdated.records")
        guard own + earlier + backdated > 0 else { return nil }
        return words.say(
            "**迟到与补记**：属本月 \(own) 条，属以前月份 \(earlier) 条，补记 \(backdated) 条。",
            "**Late and backdated**: \(own) of this month, \(earlier) of earlier months, \(backdated) backdated.")
    }
}
