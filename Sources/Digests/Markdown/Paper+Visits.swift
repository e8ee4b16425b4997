import Records

extension MarkdownPaper {
    /// Return visits and what customers said of their satisfaction; surveys by mode, never pooled.
    var visits: [String] {
        guard digest.count("visits.attempts") + digest.count("surveys.answers") > 0 else { return [] }
        var lines = section("回访与满意度", "Return visits and satisfaction")
        if digest.count("visits.attempts") > 0 {
            lines += bySite.lines(words) + daggerNote
            lines += [
                "",
                words.say(
                    "计划内 \(figure("visits.planned"))，计划外 \(figure("visits.unplanned"))；联系率 \(figure("visits.reach"))；"
                        + "推荐度（0–10）\(figure("recommendation.visits.mean"))；需要帮助 \(figure("help.needed")) 项。",
                    "Planned \(figure("visits.planned")), unplanned \(figure("visits.unplanned")); reach "
                        + "\(figure("visits.reach")); recommendation (0–10) \(figure("recommendation.visits.mean")); "
                        + "help needed \(figure("help.needed"))."),
            ]
            lines += problems
        }
        lines += subsection("满意度（1–5，n 与 95% 区间）", "Satisfaction (1–5, with n and 95 % interval)") + scores.lines(words)
        lines += ["", words.say("不同方式的调查从不合并。", "Answers of different modes are never pooled.")]
        return lines + elements + surveyDuty
    }

    private var bySite: MarkdownTable {
        var table = MarkdownTable(
            words.say("网点", "Site"), ">" + words.say("次数", "Attempts"), ">" + words.say("联系上", "Reached"),
            ">" + words.say("未联系上", "Not reached"), ">" + words.say("问题", "Problems"), words.say("满意度", "Satisfaction"))
        for site in digest.sites {
            let name = FigureName("visits").adding("site", site.id.text)
            guard digest.count(name.adding("attempts")) > 0 || site.state != .notExpected else { continue }
            let unheard = site.state == .silent && digest.count(name.adding("attempts")) == 0
            let mean = figure(FigureName("satisfaction.visits.site").adding(site.id.text, "mean"))
            table.add([siteRow(site)] + (unheard ? Array(repeating: "—", count: 5) : numbers(name) + [mean]))
        }
        table.add([words.say("**合计**", "**All**")] + numbers("visits") + [figure("satisfaction.visits.mean")])
        return table
    }

    private func numbers(_ name: FigureName) -> [String] {
        ["attempts", "reached", "not_reached", "problems"].map { figure(name.adding($0)) }
    }

    private var problems: [String] {
        let prefix = "problems.category."
        let sums = digest.figures.filter { $0.name.text.hasPrefix(prefix) }
            .sorted { ($0.value.observations, $1.name) > ($1.value.observations, $0.name) }
        guard !sums.isEmpty else { return [] }
        let items = sums.map { "\(categoryName($0.name.segments[2])) \(words.value($0.value))" }
        return ["", words.say("客户遇到的问题：", "Problems that customers met: ") + words.list(items)]
    }

    private var scores: MarkdownTable {
        var table = MarkdownTable(
            columns: [words.say("来源", "Source"), words.say("均值", "Mean"), words.say("满意率（4–5）", "Satisfied (4–5)")]
                + (1...5).map { ">\($0)" })
        table.add([words.say("回访", "return visits")] + row("satisfaction.visits"))
        let surveys = digest.figures.map(\.name.segments).filter {
            $0.count == 5 && $0[1] == "survey" && $0[4] == "answers"
        }
        for name in surveys {
            let mode = name[3].flatMap(SurveyAnswer.Mode.named)?.term[words.language] ?? words.say("未说明", "not stated")
            let title = escaped(DisplayWidth.cut(digest.surveyName(name[2], words), to: 24)) + " · " + mode
            table.add([title] + row(FigureName("satisfaction.survey").adding(name[2], name[3])))
        }
        return table
    }

    private func row(_ name: FigureName) -> [String] {
        [figure(name.adding("mean")), figure(name.adding("satisfied"))]
            + (1...5).map { figure(name.adding("score", String($0))) }
    }
}
