import Records

extension MarkdownPaper {
    /// Flags of the month by kind, then the gravest.
    var flags: [String] {
        guard !digest.flags.isEmpty else { return [] }
        var table = MarkdownTable(
            words.say("时间", "When"), words.say("种类", "Kind"), words.say("网点", "Site"), words.say("内容", "What"))
        for flag in digest.flags.filter({ !$0.withdrawn }).sorted(by: graver) {
            table.add([
                words.short(flag.at, year: digest.period.month.year),
                escaped(DisplayWidth.cut(flag.name[words.language], to: 20)), flag.site.map(siteName) ?? "—",
                escaped(DisplayWidth.cut(flag.text[words.language], to: 64)),
            ])
        }
        let kinds = digest.names.flags.compactMap { kind -> String? in
            let name = FigureName("flags.kind").adding(kind.code)
            return digest[name].map { "\(escaped(kind.term[words.language])) \(words.value($0))" }
        }
        var lines = section("警示", "Flags")
        lines += [
            words.say("发出", "Raised") + " \(figure("flags.raised"))\(words.say("，", ", "))"
                + words.say("撤销", "withdrawn")
                + " \(figure("flags.withdrawn"))" + words.say("：", ": ") + words.list(kinds),
            "",
        ]
        return lines + (table.isEmpty ? [] : table.lines(words, mostRows: 30))
    }

    private func graver(_ left: FlagSummary, _ right: FlagSummary) -> Bool {
        (right.grade?.rawValue ?? 0, left.at, left.number) < (left.grade?.rawValue ?? 0, right.at, right.number)
    }

    /// Sites that may be under-reporting.
    var hints: [String] {
        guard !digest.underReporting.isEmpty else { return [] }
        let lines = digest.underReporting.map { hint in
            let medians = (words.decimal(hint.medianReceived, places: 1), words.decimal(hint.medianReached, places: 1))
            return words.say(
                "\(siteName(hint.site))：投诉 \(hint.received) 件（各网点中位数 \(medians.0)），联系上的回访 \(hint.reached) 次（中位数 \(medians.1)）",
                "\(siteName(hint.site)): \(words.amount(hint.received, "", "complaint")) (median site \(medians.0)), "
                    + "\(words.amount(hint.reached, "", "visit")) reached (median \(medians.1))")
        }
        return section("可能漏报", "Under-reporting?")
            + [words.say("投诉少、回访也少，不说明服务好。", "Few complaints beside few visits do not show good service."), ""]
            + bullets(lines)
    }

    /// Late and backdated records.
    var late: [String] {
        guard !digest.late.isEmpty || !digest.backdated.isEmpty else { return [] }
        var lines = section("迟到与补记", "Late and backdated")
        lines += [
            words.say(
                "属本月 \(figure("late.this_month")) 条，属以前月份 \(figure("late.earlier_months")) 条；补记 \(figure("backdated.records")) 条。",
                "Late: \(figure("late.this_month")) of this month, \(figure("late.earlier_months")) of earlier months; "
                    + "backdated: \(figure("backdated.records"))."),
            "",
        ]
        lines += bullets(
            digest.late.map { record in
                words.say(
                    "迟到：\(siteName(record.site)) \(escaped(record.kind.chinese))，发生于 \(words.moment(record.occurred))，"
                        + "\(words.moment(record.arrived)) 到达 `\(record.id)`",
                    "late: \(siteName(record.site)), \(escaped(record.kind.english)) of \(words.moment(record.occurred)), "
                        + "arrived \(words.moment(record.arrived)) `\(record.id)`")
            })
        lines += bullets(
            digest.backdated.map { record in
                words.say(
                    "补记：\(siteName(record.site)) \(escaped(record.kind.chinese))，发生于 \(words.moment(record.occurred))，"
                        + "\(words.moment(record.recorded)) 才记下 `\(record.id)`",
                    "backdated: \(siteName(record.site)), \(escaped(record.kind.english)) of \(words.moment(record.occurred)), "
                        + "written down \(words.moment(record.recorded)) `\(record.id)`")
            })
        return lines
    }

    /// The month before, and what makes a comparison hard.
    var comparability: [String] {
        let compared = [(digest.comparison, FigureName("comparison")), (digest.yearBefore, FigureName("year_before"))]
        guard compared.contains(where: { $0.0 != nil }) || !digest.breaks.isEmpty else { return [] }
        var lines = section("可比性", "Comparability")
        for (comparison, figures) in compared {
            guard let comparison, let before = Month(comparison.month) else { continue }
            var table = MarkdownTable(
                words.say("两月均完整的 \(comparison.sites.count) 个网点", "Sites complete in both (\(comparison.sites.count))"),
                ">" + words.month(before), ">" + words.month(digest.period.month))
            let rows = [
                ("received", words.say("收到投诉", "complaints received")), ("distinct", words.say("去重", "distinct")),
                ("reached", words.say("联系上的回访", "visits reached")),
            ]
            for (name, title) in rows {
                let name = figures.adding(name)
                table.add([title, figure(name.adding("before")), figure(name.adding("now"))])
            }
            lines += table.lines(words) + [""]
        }
        if digest.breaks.isEmpty, lines.last == "" { lines.removeLast() }
        return lines
            + bullets(
                digest.breaks.map { item in
                    words.say("断点：", "break: ") + escaped(item.text[words.language])
                        + words.bracketed("\(words.day(item.from)) – \(words.day(item.until))")
                })
    }

    /// What differs from the revision before.
    var changes: [String] {
        guard let changes = digest.changes else { return [] }
        return section("与第 \(changes.from) 版的不同", "What changed since revision \(changes.from)")
            + bullets(changes.lines(of: digest, words), most: Self.mostLines)
    }
}
