import Records

extension MarkdownPaper {
    /// No more issues than this are told in full.
    private static let mostIssues = 30
    /// No more records than this are named for one issue; the JSON has them all.
    private static let mostEvidence = 3

    /// Recurring issues: a table, then each with its evidence.
    var issues: [String] {
        let present = digest.issues.filter { !$0.members.isEmpty }
        guard !present.isEmpty else { return [] }
        var table = MarkdownTable(
            ">" + words.say("序号", "No."), words.say("问题", "Issue"), words.say("状态", "State"),
            ">" + words.say("本月", "Month"), ">" + words.say("累计", "Ever"), ">" + words.say("投诉人", "People"),
            ">" + words.say("网点", "Sites"), words.say("首次", "First"))
        for (index, issue) in present.enumerated() {
            table.add([
                String(index + 1), title(issue, width: 36), state(issue), words.number(issue.members.count),
                words.number(issue.occurrences), people(issue), words.number(issue.sites.count),
                words.day(issue.firstSeen),
            ])
        }
        let statuses = IssueStatus.allCases.compactMap { status -> String? in
            let count = digest.count(FigureName("issues.status").adding(status.rawValue))
            return count == 0 ? nil : "\(status.term[words.language]) \(words.number(count))"
        }
        var lines = section("同类问题", "Recurring issues")
        lines += [
            words.say("本月出现", "Present this month") + " \(figure("issues.present"))" + words.say("：", ": ")
                + words.list(statuses) + " · "
                + words.say("热点", "hot") + " \(figure("issues.hot")) · " + words.say("跨网点", "across sites")
                + " \(figure("issues.across_sites"))",
            "",
        ]
        lines += table.lines(words, mostRows: Self.mostIssues)
        for (index, issue) in present.prefix(Self.mostIssues).enumerated() { lines += detail(index + 1, issue) }
        return lines
    }

    private func title(_ issue: IssueSummary, width: Int) -> String {
        escaped(DisplayWidth.cut(issue.title, to: width))
    }

    private func state(_ issue: IssueSummary) -> String {
        let status = issue.status.term[words.language]
        return issue.hot == nil ? status : words.say("热点·\(status)", "hot, \(status)")
    }

    private func people(_ issue: IssueSummary) -> String {
        words.number(issue.complainants) + (issue.anonymous == 0 ? "" : "+\(words.number(issue.anonymous))")
    }

    private func detail(_ number: Int, _ issue: IssueSummary) -> [String] {
        var lines = ["", "**\(number). \(title(issue, width: 80))**", ""]
        let sites =
            words.list(issue.sites.prefix(Digest.mostNamed).map(siteName))
            + (issue.sites.count > Digest.mostNamed ? words.say("等", " …") : "")
        var facts = [words.say("类别 ", "category ") + categoryName(issue.category), words.say("网点 ", "sites ") + sites]
        if let owner = issue.category.flatMap(digest.names.owner) {
            facts.append(words.say("负责部门 ", "owner ") + escaped(owner[words.language]))
        }
        lines.append("- " + facts.joined(separator: words.say("；", "; ")))
        if let hot = issue.hot {
            let (from, until) = (words.moment(hot.from), words.moment(hot.until))
            lines.append(
                words.say(
                    "- 热点：\(from) 至 \(until)，\(hot.complainants) 位不同投诉人，依据 \(hot.records.count) 件投诉",
                    "- hot: \(from) to \(until), \(hot.complainants) different complainants, on "
                        + words.amount(hot.records.count, "", "complaint")))
        }
        if let failPoint = issue.failPoint, let countermeasure = issue.countermeasure {
            lines.append(
                words.say("- 失败点：", "- fail point: ") + escaped(failPoint[words.language])
                    + words.say("；对策：", "; countermeasure: ") + escaped(countermeasure[words.language]))
        }
        if let gap = issue.gap {
            lines.append(words.say("- 可能的质量差距：", "- suspected quality gap: ") + escaped(gap[words.language]))
        }
        lines += issue.samples.map { words.say("- 原话：", "- sample: ") + escaped($0) }
        let evidence = issue.members.prefix(Self.mostEvidence).map { "`\($0)`" }.joined(separator: " ")
        let rest = issue.members.count - Self.mostEvidence
        let more = rest > 0 ? words.say("，另 \(rest) 条", " and \(rest) more") : ""
        lines.append(words.say("- 本月依据：", "- evidence of this month: ") + evidence + more)
        return lines
    }
}
