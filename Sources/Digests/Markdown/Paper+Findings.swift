import Records

extension MarkdownPaper {
    /// The stage curve of each critical case: when it entered which stage, and how large its impact was.
    var stageCurves: [String] {
        let told = digest.critical.filter { !($0.curve ?? []).isEmpty }
        guard !told.isEmpty else { return [] }
        let lines = told.map { item in
            let points = (item.curve ?? []).map { point in
                let impact = digest.impactName(point.impact, words).map { words.bracketed($0) } ?? ""
                return "\(digest.stageName(point.stage, words)) "
                    + words.short(point.at, year: digest.period.month.year) + impact
            }
            return "\(siteName(item.site)) · \(categoryName(item.category))\(words.say("：", ": "))"
                + points.joined(separator: " → ") + " `\(item.id)`"
        }
        let silent = digest.count("critical.stage.-.cases")
        let without =
            silent == 0
            ? []
            : ["", words.say("没有记录阶段的重大投诉 \(silent) 件。", "Critical complaints without a recorded stage: \(silent).")]
        return subsection("阶段曲线", "Stage curves") + bullets(lines) + without
    }

    /// What was found to be at the bottom of cases: gaps, causes, and the chains of whys of critical ones.
    var rootCauses: [String] {
        guard digest.count("causes.cases") > 0 else { return [] }
        let gaps = codes(in: "causes.gap", ending: "cases").map { code in
            let term = code.map { (digest.names.gaps ?? []).term($0, words) } ?? words.say("未指明差距", "no gap named")
            return "\(escaped(term)) \(figure(FigureName("causes.gap").adding(code, "cases")))"
        }
        let causes = CaseStep.Cause.vocabulary.compactMap { word -> String? in
            let name = FigureName("causes.cause").adding(word.code, "cases")
            return digest[name].map { "\(word.term[words.language]) \(words.value($0))" }
        }
        let whys = digest.critical.compactMap { item -> String? in
            guard let cause = item.rootCause, !cause.whys.isEmpty else { return nil }
            return "\(siteName(item.site)) · \(categoryName(item.category))\(words.say("：", ": "))"
                + cause.whys.map(escaped).joined(separator: " → ") + " `\(item.id)`"
        }
        var lines = subsection("根本原因与差距", "Root causes and gaps")
        lines.append(
            words.say(
                "查明原因的投诉 \(figure("causes.cases")) 件：", "Complaints with a root cause: \(figure("causes.cases")): ")
                + words.list(gaps) + words.say("。", "."))
        if !causes.isEmpty {
            lines += ["", words.say("原因（一件可有几个）：", "Causes (a complaint may have several): ") + words.list(causes)]
        }
        return whys.isEmpty
            ? lines : lines + ["", words.say("重大投诉的追问：", "The whys of critical ones:"), ""] + bullets(whys)
    }

    /// Expected against perceived for the five elements, survey by survey and mode by mode.
    var elements: [String] {
        let rows = digest.elementRows
        guard !rows.isEmpty else { return [] }
        var table = MarkdownTable(
            words.say("来源", "Source"), words.say("要素", "Element"), words.say("期望", "Expected"),
            words.say("感知", "Perceived"), words.say("差距", "Gap"))
        for row in rows {
            table.add(
                [
                    escaped(DisplayWidth.cut(digest.surveyName(row.survey, words), to: 24)) + " · "
                        + digest.modeName(row.mode, words),
                    escaped((digest.names.elements ?? []).term(row.element, words)),
                ] + ["expectation", "perception", "difference"].map { figure(row.name.adding($0)) })
        }
        return subsection("服务五要素：期望与感知（1–5）", "Five elements: expected and perceived (1–5)")
            + table.lines(words)
            + [
                "",
                words.say(
                    "差距是同一份答卷里感知减期望：负的表示没有达到期望。",
                    "The gap is perceived minus expected within one answer: below zero, expectations were not met."),
            ]
    }
}

extension Digest {
    /// One element of one survey asked for in one way.
    struct ElementRow {
        var survey: String
        var mode: String
        var element: String
        /// The beginning of its figures' names.
        var name: FigureName
    }

    /// By survey and mode, the elements in their order.
    var elementRows: [ElementRow] {
        let order = (names.elements ?? []).map(\.code)
        let start: FigureName = "elements.survey"
        return figures.lazy.filter { $0.name.text.hasPrefix(start.text + ".") }.map(\.name.segments)
            .filter { $0.count == 7 && $0[6] == "expectation" }.compactMap { parts -> ElementRow? in
                guard let survey = parts[2], let mode = parts[3], let element = parts[5] else { return nil }
                return ElementRow(
                    survey: survey, mode: mode, element: element,
                    name: start.adding(survey, mode, "element", element))
            }.sorted { left, right in
                let place = { (row: ElementRow) in order.firstIndex(of: row.element) ?? order.count }
                return (left.survey, left.mode, place(left), left.element)
                    < (right.survey, right.mode, place(right), right.element)
            }
    }

    /// What people call a survey: its questionnaire's name, or its own.
    func surveyName(_ code: String?, _ words: Wording) -> String { (names.surveys ?? []).term(code, words) }

    /// What people call a way of asking.
    func modeName(_ code: String, _ words: Wording) -> String {
        SurveyAnswer.Mode.named(code)?.term[words.language] ?? words.say("未说明", "not stated")
    }

    /// What people call a stage of a case.
    func stageName(_ code: String, _ words: Wording) -> String {
        CaseStep.Stage.named(code)?.term[words.language] ?? code
    }

    /// What people call an impact; nil when it was not stated.
    func impactName(_ code: String, _ words: Wording) -> String? {
        guard let impact = Complaint.Impact.named(code), impact != .unspecified else { return nil }
        return words.say("影响", "impact ") + impact.term[words.language]
    }
}
