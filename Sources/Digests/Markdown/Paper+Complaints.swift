import Records

extension MarkdownPaper {
    /// Complaints by grade, site, category, touchpoint, channel and rule; then the critical ones.
    var complaints: [String] {
        guard digest.count("complaints.received") > 0 else { return [] }
        var lines = section("投诉", "Complaints")
        lines.append(
            words.say(
                "等级按月末统计；括号里是按峰值统计的件数（不同时才写）。“去重”不计与先前投诉相同的一件。",
                "Grades are those at month's end; in brackets, where it differs, the number by peak grade. “Distinct” leaves out what equals an earlier one."
            ))
        lines += [
            "",
            words.say("紧急", "Urgent") + " \(figure("complaints.urgent")) · " + words.say("群体投诉", "groups")
                + " \(figure("complaints.group"))",
        ]
        lines += subsection("按网点", "By site") + bySite.lines(words) + daggerNote
        lines += subsection("按类别", "By category") + byCategory.lines(words)
        lines += smallTables
        return lines + criticalCases + stageCurves + rootCauses
    }

    private var gradeTitles: [String] {
        Grade.allCases.reversed().map { ">" + $0.term[words.language].capitalizedFirst }
    }

    private func grades(_ name: FigureName) -> [String] {
        Grade.allCases.reversed().map { grade in
            let name = name.adding("grade", grade.code)
            let (end, peak) = (digest.count(name.adding("end")), digest.count(name.adding("peak")))
            return end == peak ? words.number(end) : "\(words.number(end)) (\(words.number(peak)))"
        }
    }

    private func margin(_ title: String, _ name: FigureName) -> [String] {
        [title] + ["received", "distinct", "complainants", "anonymous"].map { figure(name.adding($0)) } + grades(name)
    }

    private func marginTable(_ chinese: String, _ english: String) -> MarkdownTable {
        MarkdownTable(
            columns: [
                words.say(chinese, english), ">" + words.say("收到", "Received"), ">" + words.say("去重", "Distinct"),
                ">" + words.say("投诉人", "People"), ">" + words.say("匿名", "Anon."),
            ] + gradeTitles)
    }

    private var bySite: MarkdownTable {
        var table = marginTable("网点", "Site")
        for site in digest.sites {
            let name = FigureName("complaints").adding("site", site.id.text)
            guard digest.count(name.adding("received")) > 0 || site.state != .notExpected else { continue }
            let unheard = site.state == .silent && digest.count(name.adding("received")) == 0
            table.add(unheard ? [siteRow(site)] + Array(repeating: "—", count: 8) : margin(siteRow(site), name))
        }
        table.add(margin(words.say("**合计**", "**All**"), "complaints"))
        return table
    }

    private var byCategory: MarkdownTable {
        var table = marginTable("类别", "Category")
        for code in mostFirst("complaints.category") {
            table.add(margin(categoryName(code), FigureName("complaints.category").adding(code)))
        }
        return table
    }

    /// The codes under a prefix, those with most complaints first.
    private func mostFirst(_ prefix: FigureName) -> [String?] {
        codes(in: prefix, ending: "received").map { code in
            (code: code, count: digest.count(prefix.adding(code, "received")))
        }.sorted { ($0.count, $1.code ?? "") > ($1.count, $0.code ?? "") }.map(\.code)
    }

    private var smallTables: [String] {
        var lines: [String] = []
        var touchpoints = MarkdownTable(
            words.say("触点", "Touchpoint"), ">" + words.say("收到", "Received"), ">" + words.say("去重", "Distinct"))
        for code in mostFirst("complaints.touchpoint") {
            let name = FigureName("complaints.touchpoint").adding(code)
            touchpoints.add([
                escaped(digest.names.touchpoints.term(code, words)), figure(name.adding("received")),
                figure(name.adding("distinct")),
            ])
        }
        if codes(in: "complaints.touchpoint", ending: "received").contains(where: { $0 != nil }) {
            lines += subsection("按触点", "By touchpoint") + touchpoints.lines(words)
        }
        let channels = mostFirst("complaints.channel").map { code in
            let term = code.flatMap(Complaint.Channel.named)?.term[words.language] ?? words.say("未说明", "not stated")
            return "\(term) \(figure(FigureName("complaints.channel").adding(code, "received")))"
        }
        lines += ["", words.say("按渠道：", "By channel: ") + words.list(channels)]
        let start = "complaints.rise."
        let rises = digest.figures.filter { $0.name.text.hasPrefix(start) }.map { figure in
            "\(escaped(digest.names.rules.term(figure.name.segments[2], words))) \(words.value(figure.value))"
        }
        if !rises.isEmpty { lines += ["", words.say("升级原因：", "Why grades rose: ") + words.list(rises)] }
        return lines
    }

    private var criticalCases: [String] {
        guard !digest.critical.isEmpty else { return [] }
        let lines = digest.critical.map { summary in
            let rises = summary.rises.map { escaped(digest.names.rules.term($0.rule, words)) }
            let state = summary.open ? words.say("未解决", "open") : words.say("已解决或结案", "resolved or closed")
            let why = rises.isEmpty ? "" : words.bracketed(words.list(rises))
            return
                "\(siteName(summary.site)) · \(categoryName(summary.category)) · \(words.moment(summary.madeAt)) · "
                + "\(summary.grade.term[words.language]) · \(state)\(why) `\(summary.id)`"
        }
        return subsection("重大投诉", "Critical complaints") + bullets(lines)
    }
}
