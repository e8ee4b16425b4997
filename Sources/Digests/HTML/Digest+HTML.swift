package import Records

extension Digest {
    /// The paper as one HTML file: the words and tables of its Markdown, with pictures. It needs no script and no other file, and
    /// reads on a phone, on a dark screen, in print and by a screen reader.
    ///
    /// Text of others is escaped; a policy in its head lets nothing be loaded or run, whatever stands in it.
    /// - Parameter appendix: adds a page of each site and department, and every figure under its stable name.
    package func html(_ language: Language, appendix: Bool = false) -> String {
        HTMLPaper(digest: self, words: Wording(language: language, zone: period.zone)).text(appendix: appendix)
    }
}

/// Writes a digest as one HTML page.
struct HTMLPaper {
    let digest: Digest
    let words: Wording

    private var paper: MarkdownPaper { MarkdownPaper(digest: digest, words: words) }
    private var lay: PaperHTML { PaperHTML(words: words) }

    func text(appendix: Bool) -> String {
        let title = words.say(
            "\(words.month(digest.period.month))客户服务月报", "Customer service digest, \(words.month(digest.period.month))")
        let parts = sections(appendix: appendix)
        return """
            <!DOCTYPE html>
            <html lang="\(words.language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="referrer" content="no-referrer">
            <title>\(HTMLText.escaped(title))</title>
            <style>
            \(HTMLStyle.text)
            </style>
            </head>
            <body>
            <a class="unseen" href="#paper">\(words.say("跳到正文", "Skip to the paper"))</a>
            <header>
            \(head(title))
            </header>
            <nav aria-label="\(words.say("目录", "Contents"))"><ol>
            \(parts.map { "<li><a href=\"#\($0.id)\">\(HTMLText.escaped($0.title))</a></li>" }.joined(separator: "\n"))
            </ol></nav>
            <main id="paper">
            \(parts.map(\.html).joined(separator: "\n"))
            </main>
            <footer><p>\(foot)</p></footer>
            </body>
            </html>

            """
    }

    private func head(_ title: String) -> String {
        let expected = digest.sites.filter { $0.state != .notExpected }
        let complete = expected.count { $0.state == .complete }
        let isWhole = complete == expected.count && !expected.isEmpty
        let state =
            isWhole
            ? words.say("数据完整", "Complete")
            : words.say(
                "数据不完整：\(complete)/\(expected.count) 个网点", "Not complete: \(complete) of \(expected.count) sites")
        let lines = paper.heading.filter { !$0.isEmpty && !$0.hasPrefix("#") }.map { HTMLText.inline($0) }
        return "<p class=\"brand\">\(words.say("回音 · 客户服务", "Huiyin · customer service"))</p>\n"
            + "<h1>\(HTMLText.escaped(title))</h1>\n"
            + "<p class=\"state \(isWhole ? "whole" : "part")\">\(state)</p>\n"
            + lines.map { "<p class=\"facts\">\($0)</p>" }.joined(separator: "\n") + "\n" + tiles
    }

    private var foot: String {
        words.say("每个数字都可追问依据：", "Every figure can be asked for its records: ")
            + "<code>huiyin digest explain \(digest.period.month) complaints.received</code>"
    }

    // MARK: Headline figures

    private var tiles: String {
        let received = digest.trend.map { trend in trend.map(\.received) + [digest.count("complaints.received")] } ?? []
        let tiles: [(title: String, name: FigureName, line: [Int])] = [
            (words.say("收到投诉", "Complaints received"), "complaints.received", received),
            (words.say("去重", "Distinct"), "complaints.distinct", []),
            (words.say("未解决", "Still open"), "resolution.open", []),
            (words.say("解决用时中位数", "Median time to resolve"), "resolution.median", []),
            (words.say("联系上的回访", "Visits reached"), "visits.reached", []),
            (words.say("回访满意度", "Satisfaction, visits"), "satisfaction.visits.mean", []),
            (words.say("同类问题", "Recurring issues"), "issues.present", []),
            (words.say("其中热点", "Hot among them"), "issues.hot", []),
        ]
        let cells = tiles.map { tile in
            let (value, detail) = words.split(digest[tile.name])
            let line = Sparkline.html(tile.line, title: words.say("月度走势", "by month")) ?? ""
            return "<div class=\"tile\"><dt>\(tile.title)</dt><dd>\(HTMLText.escaped(value))"
                + (detail.isEmpty ? "" : "<small>\(HTMLText.escaped(detail))</small>") + line + "</dd></div>"
        }
        return "<dl class=\"tiles\">\(cells.joined(separator: "\n"))</dl>"
    }

    // MARK: Sections

    private struct Part {
        var id: String
        var title: String
        var html: String
    }

    private func sections(appendix: Bool) -> [Part] {
        var lines: [(id: String, lines: [String], pictures: [Picture?])] = [
            ("summary", paper.summary, []), ("changes", paper.changes, []), ("meeting", paper.meeting, []),
            ("outcomes", paper.outcomes, []), ("issues", paper.issues, []),
            (
                "complaints", paper.complaints,
                [
                    digest.dayPicture(words), digest.monthPicture(words), digest.gradePicture(words),
                    digest.matrixPicture(words), digest.heatPicture(words), digest.curvePicture(words),
                ]
            ),
            ("limits", paper.limits, [digest.limitPicture(words, codes: paper.limitCodes)]),
            ("visits", paper.visits, [digest.satisfactionPicture(words), digest.elementPicture(words)]),
            ("waterfall", paper.waterfall, [digest.flowPicture(words)]), ("accounts", paper.accounts, []),
            ("load", paper.load, []), ("standards", paper.standards, []), ("benchmarks", paper.benchmarks, []),
            ("flags", paper.flags, []),
            ("under-reporting", paper.hints, []), ("late", paper.late, []), ("comparability", paper.comparability, []),
            ("completeness", paper.completeness, []),
        ]
        if appendix { lines += [("sites", paper.sitePages, []), ("figures", paper.allFigures, [])] }
        return lines.filter { !$0.lines.isEmpty }.map { part in
            let title = part.lines[0].drop { $0 == "#" }.dropFirst()
            var html = "<section id=\"\(part.id)\">\n<h2>\(HTMLText.inline(title))</h2>\n"
            let drawn = part.pictures.compactMap(\.self)
            if !drawn.isEmpty {
                html += "<div class=\"pictures\">\n"
                html += drawn.enumerated().map { $0.element.html(id: "\(part.id)-\($0.offset + 1)", words) }.joined()
                html += "</div>\n"
            }
            if part.id == "issues" { html += issueLines }
            html += lay.body(Array(part.lines.dropFirst())) + "</section>"
            return Part(id: part.id, title: paper.plain(title), html: html)
        }
    }

    /// The courses of the gravest issues over the weeks up to the month's end.
    private var issueLines: String {
        let present = digest.issues.filter { !$0.members.isEmpty }
        let lines = present.prefix(8).compactMap { issue -> String? in
            guard let weeks = issue.weeks else { return nil }
            let counts = weeks.map(String.init).joined(separator: " ")
            let title = words.say("每周次数：\(counts)", "Occurrences by week: \(counts)")
            guard let line = Sparkline.html(weeks, title: title) else { return nil }
            return "<li><span>\(HTMLText.escaped(DisplayWidth.cut(issue.title, to: 52)))</span>\(line)"
                + "<b>\(words.number(weeks.reduce(0, +)))</b></li>"
        }
        guard !lines.isEmpty else { return "" }
        let weeks = present.first?.weeks?.count ?? 0
        return "<figure class=\"courses\"><figcaption>"
            + words.say("截至月末 \(weeks) 周的每周次数", "Occurrences in each of the \(weeks) weeks up to the month's end")
            + "</figcaption><ol>\(lines.joined(separator: "\n"))</ol></figure>\n"
    }
}

extension MarkdownPaper {
    /// A heading without its escapes.
    func plain(_ markdown: some StringProtocol) -> String {
        String(markdown).replacing("\\", with: "").replacing("**", with: "")
    }
}

extension Wording {
    /// A figure's value, and apart from it what belongs to it.
    func split(_ value: FigureValue?) -> (value: String, detail: String) {
        let text = self.value(value)
        let open: Character = language == .chinese ? "（" : "("
        guard let start = text.firstIndex(of: open), text.count > 1 else { return (text, "") }
        let detail = text[text.index(after: start)...].dropLast()
        return (String(text[..<start]).trimmingSpaces, String(detail))
    }
}

extension String {
    /// Without spaces at its end.
    fileprivate var trimmingSpaces: String { String(reversed().drop { $0 == " " }.reversed()) }
}
