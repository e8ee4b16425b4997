import Records

extension Digest {
    /// Grades at the month's end beside those at their peak.
    func gradePicture(_ words: Wording) -> Picture? {
        guard count("complaints.received") > 0 else { return nil }
        let rows = Grade.allCases.reversed().map { grade in
            let name = FigureName("complaints").adding("grade", grade.code)
            return (grade: grade, end: count(name.adding("end")), peak: count(name.adding("peak")))
        }
        var picture = Picture(
            title: words.say("投诉等级：月末与峰值", "Grades: at month's end and at peak"),
            description: words.say(
                "实心为月末等级，轮廓为曾达到的最高等级。", "Filled: the grade at month's end; outlined: the highest that it reached."),
            height: 176)
        let greatest = Double(rows.map { max($0.end, $0.peak) }.max() ?? 1)
        let (left, right) = (78.0, 330.0)
        let length = { (count: Int) in (right - left) * Double(count) / max(greatest, 1) }
        for (place, row) in rows.enumerated() {
            let y = 12 + 40.0 * Double(place)
            picture.text(row.grade.term[words.language].capitalizedFirst, at: (left - 10, y + 18), anchor: .end)
            picture.rectangle(
                x: left, y: y, width: length(row.end), height: 16, "grade-\(row.grade.code)",
                tip: "\(row.grade.term[words.language]): \(row.end)")
            picture.rectangle(x: left, y: y + 19, width: length(row.peak), height: 8, "outline grade-\(row.grade.code)")
            picture.text(
                words.number(row.end)
                    + (row.peak == row.end ? "" : words.bracketed(words.say("峰值 \(row.peak)", "peak \(row.peak)"))),
                at: (left + max(length(row.end), length(row.peak)) + 6, y + 16))
        }
        picture.table =
            [[words.say("等级", "Grade"), words.say("月末", "Month's end"), words.say("峰值", "Peak")]]
            + rows.map { [$0.grade.term[words.language], words.number($0.end), words.number($0.peak)] }
        return picture
    }

    /// What became of each time limit, for the cases made in the month.
    func limitPicture(_ words: Wording, codes: [String?]) -> Picture? {
        let rows = codes.map { code in
            let name = FigureName("limits").adding(code)
            return (
                title: names.limits.term(code, words),
                counts: LimitOutcome.allCases.map { count(name.adding($0.rawValue)) }
            )
        }.filter { $0.counts.reduce(0, +) > 0 }
        guard !rows.isEmpty else { return nil }
        let kinds = [
            ("met", words.say("达成", "met")), ("missed", words.say("超时", "missed")),
            ("due", words.say("未到期", "not yet due")), ("unknown", words.say("未知", "unknown")),
        ]
        var picture = Picture(
            title: words.say("时限：本月受理的投诉", "Time limits, for complaints made this month"),
            description: words.say(
                "未知：到期时尚未听到该网点，不算超时。", "Unknown: the site was not heard from up to the due moment; that is no breach."),
            height: 44 + 46 * Double(rows.count))
        let (left, right) = (8.0, 432.0)
        var x = left
        for (kind, title) in kinds {
            picture.rectangle(x: x, y: 6, width: 12, height: 12, "limit-\(kind)")
            picture.text(title, at: (x + 17, 16.5))
            x += 38 + 7.0 * Double(DisplayWidth.of(title))
        }
        for (place, row) in rows.enumerated() {
            let y = 34 + 46.0 * Double(place)
            picture.text(DisplayWidth.cut(row.title, to: 56), at: (left, y + 10))
            let whole = Double(row.counts.reduce(0, +))
            var start = left
            for (kind, count) in zip(kinds, row.counts) where count > 0 {
                let width = (right - left) * Double(count) / whole
                picture.rectangle(
                    x: start, y: y + 17, width: max(width - 1, 0.5), height: 18, "limit-\(kind.0)",
                    tip: "\(kind.1): \(count)")
                if width > 30 {
                    picture.text(
                        words.number(count), at: (start + width / 2, y + 30.5), "cell on-\(kind.0)", anchor: .middle)
                }
                start += width
            }
        }
        return picture
    }

    /// The map of impact 影响面 and control 掌控度. Nil when it was stated of no case.
    func matrixPicture(_ words: Wording) -> Picture? {
        let impacts: [Complaint.Impact] = [.large, .small, .unspecified]
        let controls: [Complaint.Control] = [.weak, .strong, .unspecified]
        let cell = { (impact: Complaint.Impact, control: Complaint.Control) in
            self.count(FigureName("matrix.impact").adding(impact.code, "control", control.code, "received"))
        }
        let stated = impacts.prefix(2).flatMap { impact in controls.prefix(2).map { cell(impact, $0) } }
        guard stated.reduce(0, +) > 0 else { return nil }
        let greatest = Double(stated.max() ?? 1)
        var picture = Picture(
            title: words.say("影响面 × 掌控度", "Impact × control"),
            description: words.say(
                "影响大而难掌控的最要紧。它不是等级。未说明的列在最外一行一列。",
                "Large impact under weak control matters most. It is no grade. What was not stated stands in the outer row and column."
            ),
            height: 190)
        let (left, top, width, height) = (112.0, 34.0, 106.0, 46.0)
        for (column, control) in controls.enumerated() {
            picture.text(
                words.say("掌控度", "control ") + words.stated(control.term, control == .unspecified),
                at: (left + width * (Double(column) + 0.5), top - 10), anchor: .middle)
        }
        for (row, impact) in impacts.enumerated() {
            let y = top + height * Double(row)
            picture.text(
                words.say("影响面", "impact ") + words.stated(impact.term, impact == .unspecified), at: (left - 8, y + 28),
                anchor: .end)
            for (column, control) in controls.enumerated() {
                let count = cell(impact, control)
                let isStated = impact != .unspecified && control != .unspecified
                let strength = !isStated ? 0.03 : count == 0 ? 0.06 : 0.18 + 0.82 * Double(count) / greatest
                picture.rectangle(
                    x: left + width * Double(column) + 1.5, y: y + 1.5, width: width - 3, height: height - 3,
                    isStated ? "heat" : "outline", opacity: isStated ? strength : nil)
                let kind = names.matrix?.first { $0.code == "\(impact.code).\(control.code)" }?.term[words.language]
                if let kind {
                    picture.text(
                        DisplayWidth.cut(kind, to: 17), at: (left + width * (Double(column) + 0.5), y + 39),
                        strength > 0.75 ? "tiny strong" : "tiny", anchor: .middle)
                }
                picture.text(
                    words.number(count), at: (left + width * (Double(column) + 0.5), y + (kind == nil ? 29 : 23)),
                    strength > 0.75 ? "big strong" : "big", anchor: .middle)
            }
        }
        picture.table =
            [
                [words.say("影响面 \\ 掌控度", "Impact \\ control")]
                    + controls.map { words.stated($0.term, $0 == .unspecified) }
            ]
            + impacts.map { impact in
                [words.stated(impact.term, impact == .unspecified)] + controls.map { words.number(cell(impact, $0)) }
            }
        return picture
    }

    /// Satisfaction of each source with its interval; sources are never pooled.
    func satisfactionPicture(_ words: Wording) -> Picture? {
        var rows: [(title: String, mean: Double, n: Int, interval: Interval?)] = []
        let add = { (title: String, name: FigureName) in
            guard case .mean(let mean?, let n, let interval) = self[name] else { return }
            rows.append((title, mean, n, interval))
        }
        add(words.say("回访", "return visits"), "satisfaction.visits.mean")
        for figure in figures where figure.name.text.hasPrefix("satisfaction.survey.") {
            let names = figure.name.segments
            guard names.count == 5, names[4] == "mean" else { continue }
            let mode = names[3].flatMap(SurveyAnswer.Mode.named)?.term[words.language] ?? words.say("未说明", "not stated")
            add("\(DisplayWidth.cut(surveyName(names[2], words), to: 16)) · \(mode)", figure.name)
        }
        guard !rows.isEmpty else { return nil }
        var picture = Picture(
            title: words.say("满意度（1–5）与 95% 区间", "Satisfaction (1–5) with 95 % interval"),
            description: words.say("不同方式从不合并；n 为答卷数。", "Modes are never pooled; n is the number of answers."),
            height: 34 + 34 * Double(rows.count))
        let (left, right) = (150.0, 392.0)
        let x = { (score: Double) in left + (right - left) * (score - 1) / 4 }
        let bottom = 10 + 34 * Double(rows.count)
        for score in 1...5 {
            picture.line((x(Double(score)), 4), (x(Double(score)), bottom), "grid")
            picture.text(String(score), at: (x(Double(score)), bottom + 16), anchor: .middle)
        }
        for (place, row) in rows.enumerated() {
            let y = 22 + 34 * Double(place)
            picture.text(DisplayWidth.cut(row.title, to: 20), at: (left - 12, y + 4), anchor: .end)
            if let interval = row.interval { picture.line((x(interval.low), y), (x(interval.high), y), "interval") }
            picture.dot((x(row.mean), y), radius: 5, "point", tip: words.decimal(row.mean, places: 2))
            picture.text("n=\(words.number(row.n))", at: (right + 8, y + 4))
        }
        return picture
    }
}

extension Wording {
    func stated(_ term: Term, _ isUnspecified: Bool) -> String {
        isUnspecified ? say("未说明", "not stated") : term[language]
    }
}

/// A line of a few points, as tall as the text beside it.
enum Sparkline {
    /// Nil when nothing is to be seen.
    static func html(_ values: [Int], title: String) -> String? {
        guard values.count > 1, let greatest = values.max(), greatest > 0 else { return nil }
        let (width, height) = (120.0, 26.0)
        let points = values.enumerated().map { place, value in
            (
                3 + (width - 6) * Double(place) / Double(values.count - 1),
                height - 3 - (height - 6) * Double(value) / Double(greatest)
            )
        }
        let text = points.map { "\(Picture.number($0.0)),\(Picture.number($0.1))" }.joined(separator: " ")
        let last = points[points.count - 1]
        return "<svg class=\"spark\" viewBox=\"0 0 \(Picture.number(width)) \(Picture.number(height))\" role=\"img\" "
            + "aria-label=\"\(HTMLText.escaped(title))\"><polyline class=\"curve\" points=\"\(text)\"/>"
            + "<circle class=\"mark\" cx=\"\(Picture.number(last.0))\" cy=\"\(Picture.number(last.1))\" r=\"2.6\"/></svg>"
    }
}
