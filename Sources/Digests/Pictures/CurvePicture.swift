import Records

extension Digest {
    /// Impact against time over the four stages, one band for each critical case. Nil where no stage was recorded.
    func curvePicture(_ words: Wording) -> Picture? {
        let cases = critical.filter { !($0.curve ?? []).isEmpty }.prefix(Self.mostCurves)
        guard let first = cases.map(\.madeAt).min() else { return nil }
        let last = cases.map { $0.curveEnd(asOf: period.asOf) }.max() ?? first
        var picture = Picture(
            title: words.say("重大投诉的阶段曲线", "Stage curves of critical complaints"),
            description: words.say(
                "横轴是时间，高度是影响面（低：小，高：大，中：未说明），颜色是阶段。",
                "Along the line of time; the height is the impact (low: small, high: large, middle: not stated), the colour the stage."
            ),
            width: 760, height: 62 + Self.bandHeight * Double(cases.count))
        picture.isWide = true
        drawLegend(words, &picture)
        let (left, right) = (150.0, 740.0)
        let span = max(Double((last - first).wholeMilliseconds), 1)
        let x = { (at: Timestamp) in left + (right - left) * Double((at - first).wholeMilliseconds) / span }
        for (place, item) in cases.enumerated() {
            let bottom = 34 + Self.bandHeight * Double(place + 1) - 10
            picture.text(DisplayWidth.cut(siteName(item.site.text, words), to: 18), at: (8, bottom - 20), "")
            picture.text(String(item.id.description.prefix(8)), at: (8, bottom - 4))
            picture.line((left, bottom), (right, bottom), "grid")
            let curve = item.curve ?? []
            for (number, point) in curve.enumerated() {
                let end = number + 1 < curve.count ? curve[number + 1].at : item.curveEnd(asOf: period.asOf)
                let height = Self.height(of: point.impact)
                picture.rectangle(
                    x: x(point.at), y: bottom - height, width: max(x(end) - x(point.at), 2), height: height,
                    "stage-\(point.stage)",
                    tip:
                        "\(stageName(point.stage, words)) \(words.moment(point.at)) \(impactName(point.impact, words) ?? "")"
                )
            }
        }
        let foot = 34 + Self.bandHeight * Double(cases.count) + 12
        picture.text(words.short(first, year: period.month.year), at: (left, foot))
        picture.text(words.short(last, year: period.month.year), at: (right, foot), anchor: .end)
        picture.table =
            [
                [
                    words.say("投诉", "Complaint"), words.say("阶段", "Stage"), words.say("进入", "Entered"),
                    words.say("影响面", "Impact"),
                ]
            ]
            + cases.flatMap { item in
                (item.curve ?? []).map { point in
                    [
                        String(item.id.description.prefix(8)), stageName(point.stage, words), words.moment(point.at),
                        impactName(point.impact, words) ?? words.say("未说明", "not stated"),
                    ]
                }
            }
        return picture
    }

    private func drawLegend(_ words: Wording, _ picture: inout Picture) {
        var x = 150.0
        for word in CaseStep.Stage.vocabulary {
            let title = word.term[words.language]
            picture.rectangle(x: x, y: 6, width: 12, height: 12, "stage-\(word.code)")
            picture.text(title, at: (x + 17, 16.5))
            x += 38 + 7.0 * Double(DisplayWidth.of(title))
        }
    }

    private static let mostCurves = 12
    private static let bandHeight = 52.0

    private static func height(of impact: String) -> Double {
        switch Complaint.Impact.named(impact) {
        case .large: 36
        case .small: 13
        default: 24
        }
    }

    /// Expected (hollow) and perceived (filled) of each element, for the survey and mode with most answers. Nil where the elements
    /// were not asked for.
    func elementPicture(_ words: Wording) -> Picture? {
        let groups = Dictionary(grouping: elementRows) { "\($0.survey)\n\($0.mode)" }.sorted { $0.key < $1.key }
        let answers = { (rows: [ElementRow]) in
            rows.map { self[$0.name.adding("perception")]?.observations ?? 0 }.max() ?? 0
        }
        guard let rows = groups.max(by: { answers($0.value) < answers($1.value) })?.value, let first = rows.first else {
            return nil
        }
        var picture = Picture(
            title: words.say("五要素：期望与感知", "Five elements: expected and perceived"),
            description: words.say(
                "\(surveyName(first.survey, words)) · \(modeName(first.mode, words))。空心为期望，实心为感知；实心在左，就是没有达到期望。",
                "\(surveyName(first.survey, words)) · \(modeName(first.mode, words)). Hollow: expected; filled: perceived. Filled at the left of hollow is "
                    + "an expectation that was not met."),
            height: 34 + 34 * Double(rows.count))
        let (left, right) = (130.0, 392.0)
        let x = { (score: Double) in left + (right - left) * (score - 1) / 4 }
        let bottom = 10 + 34 * Double(rows.count)
        for score in 1...5 {
            picture.line((x(Double(score)), 4), (x(Double(score)), bottom), "grid")
            picture.text(String(score), at: (x(Double(score)), bottom + 16), anchor: .middle)
        }
        for (place, row) in rows.enumerated() {
            let y = 22 + 34 * Double(place)
            let element = (names.elements ?? []).term(row.element, words)
            picture.text(DisplayWidth.cut(element, to: 18), at: (left - 12, y + 4), anchor: .end)
            guard case .mean(let expected?, _, _) = self[row.name.adding("expectation")],
                case .mean(let perceived?, let n, _) = self[row.name.adding("perception")]
            else {
                picture.text(words.say("太少", "too few"), at: (right + 8, y + 4))
                continue
            }
            picture.line((x(expected), y), (x(perceived), y), "interval")
            picture.dot((x(expected), y), radius: 5, "hollow", tip: words.decimal(expected, places: 2))
            picture.dot((x(perceived), y), radius: 5, "point", tip: words.decimal(perceived, places: 2))
            picture.text("n=\(words.number(n))", at: (right + 8, y + 4))
        }
        return picture
    }
}

extension CriticalCase {
    /// Where its curve ends: when it was over, or at the moment of the digest.
    fileprivate func curveEnd(asOf: Timestamp) -> Timestamp {
        max(endedAt ?? asOf, curve?.last?.at ?? madeAt)
    }
}
