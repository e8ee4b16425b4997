import Records

extension MarkdownPaper {
    /// Time limits by cohort, then how long it takes.
    var limits: [String] {
        guard digest.count("complaints.received") > 0 else { return [] }
        var lines = section("时限与解决", "Time limits and resolution")
        let codes = limitCodes
        if !codes.isEmpty {
            lines += cohorts(codes).lines(words)
            lines += [
                "",
                words.say(
                    "未知：到期时尚未听到该网点，不算超时。",
                    "Unknown: the site was not heard from up to the due moment; that is no breach."),
            ]
            for start in stride(from: 0, to: codes.count, by: 3) {
                let table = bySite(Array(codes[start..<min(start + 3, codes.count)]))
                if !table.isEmpty {
                    lines += subsection("按网点：超时 / 全部", "By site: missed / cohort") + table.lines(words)
                }
            }
        }
        return lines + subsection("解决", "Resolution") + resolution + reaction
    }

    /// Those that have a cohort, in the handbook's order.
    var limitCodes: [String?] {
        let order = digest.names.limits.map(\.code)
        return codes(in: "limits", ending: "cohort").sorted { left, right in
            let places = [left, right].map { code in order.firstIndex { $0 == code } ?? order.count }
            return (places[0], left ?? "") < (places[1], right ?? "")
        }
    }

    private func cohorts(_ codes: [String?]) -> MarkdownTable {
        var table = MarkdownTable(
            words.say("时限", "Limit"), ">" + words.say("全部", "Cohort"), ">" + words.say("达成", "Met"),
            ">" + words.say("超时", "Missed"), ">" + words.say("未到期", "Not yet due"), ">" + words.say("未知", "Unknown"),
            words.say("达成率", "Share met"))
        for code in codes {
            let name = FigureName("limits").adding(code)
            table.add(
                [escaped(DisplayWidth.cut(digest.names.limits.term(code, words), to: 32))]
                    + ["cohort", "met", "missed", "not_yet_due", "unknown", "kept"].map { figure(name.adding($0)) })
        }
        return table
    }

    private func bySite(_ codes: [String?]) -> MarkdownTable {
        let titles = codes.map { ">" + escaped(DisplayWidth.cut(digest.names.limits.term($0, words), to: 24)) }
        var table = MarkdownTable(columns: [words.say("网点", "Site")] + titles)
        for site in digest.sites {
            let names = codes.map { FigureName("limits").adding($0, "site", site.id.text) }
            guard names.contains(where: { digest[$0.adding("cohort")] != nil }) else { continue }
            table.add(
                [siteRow(site)]
                    + names.map { name in
                        guard digest[name.adding("cohort")] != nil else { return "—" }
                        let unknown = digest.count(name.adding("unknown"))
                        let unheard = unknown == 0 ? "" : words.say("（未知 \(unknown)）", " (\(unknown) unknown)")
                        return "\(figure(name.adding("missed"))) / \(figure(name.adding("cohort")))\(unheard)"
                    })
        }
        return table
    }

    private var resolution: [String] {
        var table = MarkdownTable(
            words.say("峰值等级", "Peak grade"), words.say("解决用时中位数（含未解决的）", "Median time to resolve, open ones counted in")
        )
        for grade in Grade.allCases.reversed() {
            let name = FigureName("resolution.grade").adding(grade.code, "median")
            if digest[name] != nil { table.add([grade.term[words.language], figure(name)]) }
        }
        table.add([words.say("**全部**", "**All**"), figure("resolution.median")])
        var lines = table.lines(words)
        lines += [
            "",
            words.say(
                "已解决 \(figure("resolution.resolved")) 件，未解决 \(figure("resolution.open")) 件，"
                    + "未解决而结案 \(figure("resolution.closed")) 件；回复用时中位数 \(figure("answer.median"))。",
                "Resolved \(figure("resolution.resolved")), open \(figure("resolution.open")), closed unresolved "
                    + "\(figure("resolution.closed")); median time to answer \(figure("answer.median"))."),
        ]
        let delays = DelayCause.vocabulary.compactMap { word -> String? in
            let name = FigureName("resolution.delay").adding(word.code)
            return digest[name].map { "\(word.term[words.language]) \(words.value($0))" }
        }
        if !delays.isEmpty {
            lines += [
                "",
                words.say("未解决的延误原因：", "Why the open ones wait: ") + words.list(delays)
                    + words.say("（“未说明”按我方计）", " (“not stated” counts as ours)"),
            ]
        }
        return lines
    }
}
