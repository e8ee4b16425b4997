import Records

extension MarkdownPaper {
    /// How busy sites were, and what comes of it.
    var load: [String] {
        guard digest.count("load.days") > 0 else { return [] }
        var table = MarkdownTable(
            words.say("网点", "Site"), ">" + words.say("有记录的天数", "Days told of"), ">" + words.say("超负荷", "Overloaded"),
            ">" + words.say("来客", "Visitors"))
        for site in digest.sites {
            let name = FigureName("load.site").adding(site.id.text)
            guard digest[name.adding("days")] != nil else { continue }
            table.add([siteRow(site)] + ["days", "overloaded", "visitors"].map { figure(name.adding($0)) })
        }
        let findings = (digest.loadFindings ?? []).map { finding in
            let rates = [finding.rateBelow, finding.rateBeyond].map { words.decimal($0, places: 2) }
            return words.say(
                "\(siteName(finding.site))：负荷达到接待能力的 \(finding.risesFromPercent)% 以后，每百名客户投诉 \(rates[1]) 件，以下 \(rates[0]) 件（一年内 \(finding.days) 天）",
                "\(siteName(finding.site)): from \(finding.risesFromPercent) % of the capacity on, \(rates[1]) complaints for each 100 "
                    + "customers, below it \(rates[0]) (\(finding.days) days of a year)")
        }
        var lines = section("负荷与忽视", "Load and neglect")
        lines += [
            words.say(
                "记录了负荷的 \(figure("load.days")) 天里，超负荷 \(figure("load.overloaded")) 天。",
                "Days whose load is known: \(figure("load.days")), overloaded: \(figure("load.overloaded"))."), "",
        ]
        lines += table.lines(words) + daggerNote
        guard !findings.isEmpty else { return lines }
        return lines + subsection("负荷与投诉（关联，不证明因果）", "Load and complaints (an association, no proof of a cause)")
            + bullets(findings)
    }

    /// How soon somebody reacts, and what customers said afterwards.
    var reaction: [String] {
        guard digest.count("complaints.received") > 0 else { return [] }
        var table = MarkdownTable(
            words.say("峰值等级", "Peak grade"), words.say("较快的一半", "Quicker half"), words.say("较慢的一半", "Slower half"))
        for grade in Grade.allCases.reversed() {
            let name = FigureName("reaction.grade").adding(grade.code)
            guard let quicker = digest[name.adding("quicker")], quicker.observations > 1 else { continue }
            table.add([grade.term[words.language], words.value(quicker), figure(name.adding("slower"))])
        }
        let lines = [
            "",
            words.say(
                "首次反应用时中位数 \(figure("reaction.median"))，含尚无反应的。",
                "Median time to the first reaction \(figure("reaction.median")), those without one counted in."),
        ]
        guard !table.isEmpty else { return lines }
        return lines
            + subsection(
                "反应快慢与其后的满意度（关联，不证明因果）", "Reaction and later satisfaction (an association, no proof of a cause)")
            + table.lines(words)
    }

    /// Whether customers were asked by a third party lately.
    var surveyDuty: [String] {
        guard let duty = digest.surveyDuty else { return [] }
        guard let last = duty.last, let due = duty.due else {
            return ["", words.say("还没有第三方满意度调查的数据。", "There are no data of a third-party survey yet.")]
        }
        let (day, limit) = (words.day(last), words.day(due))
        let state =
            duty.isOverdue
            ? words.say("**已逾期**", "**overdue**") : words.say("未到期", "not yet due")
        return [
            "",
            words.say(
                "第三方满意度调查：最近一份数据 \(day)，下一次至迟 \(limit)，\(state)；报告是否收到，请在会上确认。",
                "Third-party survey: latest data of \(day), the next due by \(limit), \(state); whether its report came in is for the "
                    + "meeting to say."),
        ]
    }

    /// Whom to learn from: the best site of each standard, others' figures, and what was taught.
    var benchmarks: [String] {
        let sites = (digest.standards ?? []).compactMap(bestSite)
        let others = digest.benchmarks ?? []
        let lessons = (digest.lessons ?? []).map { "\(escaped($0.text)) `\($0.id)`" }
        guard !sites.isEmpty || !others.isEmpty || !lessons.isEmpty else { return [] }
        var lines = section("标杆与经验教训", "Benchmarks and lessons")
        if !sites.isEmpty {
            lines += bullets(sites)
            lines += [
                "",
                words.say(
                    "样本小的网点按总体收缩；这里不按投诉多少排名。",
                    "Sites with few observations are drawn to the whole; nobody is ranked by the number of complaints."),
            ]
        }
        if !others.isEmpty {
            var table = MarkdownTable(
                words.say("标杆", "Benchmark"), words.say("种类", "Kind"), words.say("指标", "Metric"),
                ">" + words.say("标杆值", "Theirs"), ">" + words.say("本月", "Ours"), words.say("做法", "What they do"))
            for other in others {
                table.add([
                    escaped(DisplayWidth.cut(other.term[words.language], to: 24)), other.kind[words.language],
                    escaped(DisplayWidth.cut(other.metric[words.language], to: 28)),
                    words.decimal(other.value, places: 1),
                    words.decimal(other.ours, places: 1),
                    escaped(DisplayWidth.cut(other.lesson[words.language], to: 60)),
                ])
            }
            lines += (sites.isEmpty ? [] : [""]) + table.lines(words)
        }
        guard !lessons.isEmpty else { return lines }
        return lines + subsection("本月下发的经验教训", "Lessons taught this month") + bullets(lessons)
    }

    /// The best site on a standard's figure and the one farthest from it; nil where fewer than three can be compared or the best has
    /// too few observations.
    private func bestSite(_ standard: StandardSummary) -> String? {
        guard let figure = standard.figure, let ranked = digest.ranked(figure, moreIsBetter: standard.isAtLeast),
            ranked.count >= 3, let best = ranked.first, let last = ranked.last,
            best.value.observations >= max(digest.smallSample, 1), best.shrunk != last.shrunk
        else { return nil }
        let metric = escaped(standard.metric[words.language])
        let doubt =
            best.overlaps(last)
            ? words.say("；区间重叠，差别不足为凭", "; their intervals overlap, so that the difference may be chance") : ""
        return words.say(
            "\(metric)：最好 \(siteName(best.site)) \(words.value(best.value))；距它最远 \(siteName(last.site)) \(words.value(last.value))\(doubt)",
            "\(metric): best \(siteName(best.site)) \(words.value(best.value)); farthest from it \(siteName(last.site)) "
                + "\(words.value(last.value))\(doubt)")
    }
}

extension Digest {
    /// A site on a figure.
    struct RankedSite {
        var site: SiteID
        var value: FigureValue
        /// Drawn to all sites' figure, the more the fewer its observations.
        var shrunk: Double

        /// What both say could be the same; also where one of them has too few observations for an interval.
        func overlaps(_ other: RankedSite) -> Bool {
            guard let (mine, theirs) = value.interval.flatMap({ mine in other.value.interval.map { (mine, $0) } })
            else {
                return true
            }
            return mine.low <= theirs.high && theirs.low <= mine.high
        }
    }

    /// So many observations weigh as much as what all sites together say.
    private static let prior = 20.0

    /// Every site that was measured, the best first; nil for a figure that there is not by site.
    func ranked(_ figure: FigureName, moreIsBetter: Bool) -> [RankedSite]? {
        guard let all = self[figure]?.number else { return nil }
        return sites.compactMap { site -> RankedSite? in
            guard let value = self.value(of: figure, at: site.id), let number = value.number else { return nil }
            let n = Double(value.observations)
            return RankedSite(
                site: site.id, value: value,
                shrunk: Interval.rounded((n * number + Self.prior * all) / (n + Self.prior)))
        }.sorted { left, right in
            left.shrunk == right.shrunk ? left.site < right.site : (left.shrunk > right.shrunk) == moreIsBetter
        }
    }

    private func value(of figure: FigureName, at site: SiteID) -> FigureValue? {
        let parts = figure.segments
        if figure == "satisfaction.visits.mean" {
            return self[FigureName("satisfaction.visits.site").adding(site.text, "mean")]
        }
        if figure == "visits.reach" {
            let name = FigureName("visits.site").adding(site.text)
            return share(count(name.adding("reached")), of: count(name.adding("attempts")))
        }
        guard parts.count == 3, parts[0] == "limits", parts[2] == "kept" else { return nil }
        let name = FigureName("limits").adding(parts[1], "site", site.text)
        let (met, missed) = (count(name.adding("met")), count(name.adding("missed")))
        return share(met, of: met + missed)
    }

    private func share(_ part: Int, of whole: Int) -> FigureValue? {
        whole == 0 ? nil : .share(part, of: whole, smallSample: smallSample)
    }
}
