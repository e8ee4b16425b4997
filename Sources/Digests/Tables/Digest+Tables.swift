import Records

extension Digest {
    /// Every table of the digest; those without rows too, so that each month has the same ones.
    package var tables: [DigestTable] {
        [
            siteTable, categoryTable, channelTable, limitTable, satisfactionTable, issueTable, outcomeTable,
            standardTable, criticalTable, curveTable, elementTable, waterfallTable, keyAccountTable,
            flagTable, lateTable, dayTable, trendTable, figureTable,
        ]
    }

    private var siteTable: DigestTable {
        var table = DigestTable(
            "sites", Term("网点", "sites"),
            [
                .init("site", "编号", "site"), .init("name", "网点", "name"), .init("state", "数据", "state"),
                .init("heard_until", "听到", "heard until"), .init("missing", "缺失", "missing"),
                .init("received", "收到投诉", "complaints received"), .init("distinct", "去重", "distinct"),
                .init("complainants", "不同投诉人", "different complainants"), .init("anonymous", "匿名", "anonymous"),
                .init("critical", "重大", "critical"), .init("hot", "热点", "hot"), .init("important", "重要", "important"),
                .init("ordinary", "一般", "ordinary"), .init("open", "未解决", "open"),
                .init("visits", "回访", "visits"), .init("reached", "联系上", "reached"),
                .init("satisfaction", "回访满意度", "satisfaction, visits"),
                .init("satisfaction_n", "满意度 n", "satisfaction n"),
            ])
        for site in sites {
            let id = site.id.text
            let complaints = FigureName("complaints").adding("site", id)
            let visits = FigureName("visits").adding("site", id)
            let words = { (language: Language) in Wording(language: language, zone: period.zone) }
            var cells: [DigestTable.Cell] = [
                .plain(id), .term(site.name),
                .term(Term(site.stateName(words(.chinese)), site.stateName(words(.english)))),
                moment(site.heardUntil), .whole(site.missing),
            ]
            cells += ["received", "distinct", "complainants", "anonymous"].map { .whole(count(complaints.adding($0))) }
            cells += Grade.allCases.reversed().map { .whole(count(complaints.adding("grade", $0.code, "end"))) }
            cells += [
                .whole(count(FigureName("resolution.site").adding(id, "open"))),
                .whole(count(visits.adding("attempts"))),
                .whole(count(visits.adding("reached"))),
            ]
            table.add(cells + mean(FigureName("satisfaction.visits.site").adding(id, "mean")).prefix(2))
        }
        return table
    }

    private var categoryTable: DigestTable {
        var table = DigestTable(
            "categories", Term("类别", "categories"),
            [.init("category", "编码", "category"), .init("name", "类别", "name")] + margin)
        let codes = names.categories.map { Optional($0.code) }
        for code in known("complaints.category", ending: "received", order: codes) {
            let name = code.flatMap(names.path) ?? code.map { Term($0, $0) } ?? Term("未分类", "no category")
            table.add([.plain(code), .term(name)] + cells(of: FigureName("complaints.category").adding(code)))
        }
        return table
    }

    private var margin: [DigestTable.Column] {
        [
            .init("received", "收到", "received"), .init("distinct", "去重", "distinct"),
            .init("complainants", "不同投诉人", "different complainants"), .init("anonymous", "匿名", "anonymous"),
        ]
            + Grade.allCases.reversed().flatMap { grade in
                [
                    DigestTable.Column(
                        "\(grade.code)_end", "\(grade.term.chinese)（月末）", "\(grade.term.english), month's end"),
                    DigestTable.Column(
                        "\(grade.code)_peak", "\(grade.term.chinese)（峰值）", "\(grade.term.english), peak"),
                ]
            }
    }

    private func cells(of name: FigureName) -> [DigestTable.Cell] {
        ["received", "distinct", "complainants", "anonymous"].map { .whole(count(name.adding($0))) }
            + Grade.allCases.reversed().flatMap { grade in
                ["end", "peak"].map { .whole(count(name.adding("grade", grade.code, $0))) }
            }
    }

    private var channelTable: DigestTable {
        var table = DigestTable(
            "channels", Term("渠道与触点", "channels and touchpoints"),
            [
                .init("kind", "种类", "kind"), .init("code", "编码", "code"), .init("name", "名称", "name"),
                .init("received", "收到", "received"), .init("distinct", "去重", "distinct"),
            ])
        let kinds: [(kind: String, term: Term, name: (String) -> Term?)] = [
            ("channel", Term("渠道", "channel"), { Complaint.Channel.named($0)?.term }),
            (
                "touchpoint", Term("触点", "touchpoint"),
                { code in self.names.touchpoints.first { $0.code == code }?.term }
            ),
        ]
        for (kind, term, title) in kinds {
            let all = FigureName("complaints").adding(kind)
            for code in known(all, ending: "received", order: []) {
                let name = code.flatMap(title) ?? Term("未说明", "not stated")
                let counts = ["received", "distinct"].map { DigestTable.Cell.whole(count(all.adding(code, $0))) }
                table.add([.term(term), .plain(code), .term(name)] + counts)
            }
        }
        return table
    }

    private var limitTable: DigestTable {
        var table = DigestTable(
            "limits", Term("时限", "time limits"),
            [
                .init("limit", "编码", "limit"), .init("name", "时限", "name"), .init("cohort", "全部", "cohort"),
                .init("met", "达成", "met"), .init("missed", "超时", "missed"),
                .init("not_yet_due", "未到期", "not yet due"), .init("unknown", "未知", "unknown"),
            ])
        for code in known("limits", ending: "cohort", order: names.limits.map { Optional($0.code) }) {
            let name = names.limits.first { $0.code == code }?.term ?? Term(code ?? "", code ?? "")
            let all = FigureName("limits").adding(code)
            table.add(
                [.plain(code), .term(name)]
                    + (["cohort"] + LimitOutcome.allCases.map(\.rawValue)).map { .whole(count(all.adding($0))) })
        }
        return table
    }

    private var satisfactionTable: DigestTable {
        var table = DigestTable(
            "satisfaction", Term("满意度", "satisfaction"),
            [
                .init("source", "来源", "source"), .init("mode", "方式", "mode"), .init("mean", "均值", "mean"),
                .init("n", "n", "n"), .init("low", "95% 下限", "95 % low"), .init("high", "95% 上限", "95 % high"),
            ] + (1...5).map { .init("score_\($0)", "\($0) 分", "score \($0)") })
        let scores = { (name: FigureName) in
            (1...5).map { DigestTable.Cell.whole(self.count(name.adding("score", String($0)))) }
        }
        let visits: FigureName = "satisfaction.visits"
        table.add([.term(Term("回访", "return visits")), .empty] + mean(visits.adding("mean")) + scores(visits))
        for figure in figures where figure.name.text.hasPrefix("satisfaction.survey.") {
            let segments = figure.name.segments
            guard segments.count == 5, segments[4] == "mean" else { continue }
            let name = FigureName("satisfaction.survey").adding(segments[2], segments[3])
            let mode = segments[3].flatMap(SurveyAnswer.Mode.named)?.term
            table.add([.plain(segments[2]), .term(mode)] + mean(figure.name) + scores(name))
        }
        return table
    }

    private var issueTable: DigestTable {
        var table = DigestTable(
            "issues", Term("同类问题", "recurring issues"),
            [
                .init("id", "编号", "id"), .init("title", "问题", "title"), .init("category", "类别", "category"),
                .init("owner", "负责部门", "owner"), .init("status", "状态", "status"), .init("hot", "热点", "hot"),
                .init("month", "本月", "this month"), .init("ever", "累计", "ever"),
                .init("complainants", "不同投诉人", "different complainants"), .init("anonymous", "匿名", "anonymous"),
                .init("sites", "网点", "sites"), .init("first_seen", "首次", "first seen"),
                .init("last_seen", "最近", "last seen"),
            ])
        for issue in issues where !issue.members.isEmpty {
            table.add([
                .plain(issue.id.description), .plain(issue.title), .term(issue.category.flatMap(names.path)),
                .term(issue.category.flatMap(names.owner)), .term(issue.status.term), .whole(issue.hot == nil ? 0 : 1),
                .whole(issue.members.count), .whole(issue.occurrences), .whole(issue.complainants),
                .whole(issue.anonymous),
                .plain(issue.sites.map(\.text).joined(separator: " ")), moment(issue.firstSeen), moment(issue.lastSeen),
            ])
        }
        return table
    }

    private var outcomeTable: DigestTable {
        var table = DigestTable(
            "outcomes", Term("会议结果", "outcomes"),
            [
                .init("id", "编号", "id"), .init("month", "会议月份", "meeting"), .init("text", "内容", "what"),
                .init("department", "负责部门", "department"), .init("sites", "网点", "sites"), .init("issue", "问题", "issue"),
                .init("due", "期限", "due"), .init("state", "状态", "state"), .init("done_at", "完成", "done at"),
                .init("effect", "效果", "effect"), .init("ratio", "之后/之前", "after by before"),
                .init("low", "95% 下限", "95 % low"),
                .init("high", "95% 上限", "95 % high"),
            ])
        let number = { (value: Double?) in value.map { DigestTable.Cell.decimal($0) } ?? .empty }
        for outcome in outcomes ?? [] {
            table.add([
                .plain(outcome.id.description), .plain(outcome.month), .plain(outcome.text), .term(outcome.department),
                .plain(outcome.sites.map(\.text).joined(separator: " ")), .plain(outcome.issue?.description),
                moment(outcome.due), .term(outcome.state.term), moment(outcome.doneAt),
                .term(outcome.effect?.verdict.term),
                number(outcome.effect?.ratio), number(outcome.effect?.low), number(outcome.effect?.high),
            ])
        }
        return table
    }

    // MARK: What all tables use

    /// Mean, number and interval.
    private func mean(_ name: FigureName) -> [DigestTable.Cell] {
        self[name]?.cells ?? [.empty, .whole(0), .empty, .empty]
    }

    /// RFC 3339 in the organisation's zone.
    func moment(_ moment: Timestamp?) -> DigestTable.Cell {
        moment.map { .plain($0.text(in: period.zone)) } ?? .empty
    }

    /// The codes that stand at one place of the figures' names, those of `order` first.
    private func known(_ prefix: FigureName, ending last: String, order: [String?]) -> [String?] {
        let depth = prefix.segments.count
        let found = figures.lazy.filter { $0.name.text.hasPrefix(prefix.text + ".") }.map(\.name.segments)
            .filter { $0.count == depth + 2 && $0[depth + 1] == last }.map { $0[depth] }
        return order.filter { found.contains($0) } + found.filter { !order.contains($0) }
    }
}

extension FigureValue {
    /// Value, number of observations, interval.
    var cells: [DigestTable.Cell] {
        let ends = { (interval: Interval?) -> [DigestTable.Cell] in
            interval.map { [.decimal($0.low), .decimal($0.high)] } ?? [.empty, .empty]
        }
        switch self {
        case .count(let count): return [.whole(count), .whole(count), .empty, .empty]
        case .share(let part, let whole, let interval):
            let value =
                interval == nil || whole == 0
                ? DigestTable.Cell.plain("\(part)/\(whole)") : .decimal(Double(part) / Double(whole))
            return [value, .whole(whole)] + ends(interval)
        case .mean(let mean, let n, let interval):
            return [mean.map { .decimal($0) } ?? .empty, .whole(n)] + ends(interval)
        case .median(let milliseconds, let n):
            return [milliseconds.map { .whole(Int($0)) } ?? .empty, .whole(n), .empty, .empty]
        }
    }
}
