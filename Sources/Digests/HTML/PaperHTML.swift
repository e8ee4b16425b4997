/// Lays the paper's own Markdown out as HTML, so that both forms say the same in the same words.
///
/// What it reads is what `MarkdownPaper` writes, no more: headings, paragraphs, lists of two levels, tables.
struct PaperHTML {
    let words: Wording

    /// The HTML of a section's lines.
    func body(_ lines: [String]) -> String {
        var html = ""
        var place = 0
        var caption = ""
        while place < lines.count {
            let line = lines[place]
            let end = lines[place...].firstIndex { kind(of: $0) != kind(of: line) } ?? lines.count
            switch kind(of: line) {
            case .blank: break
            case .heading:
                for line in lines[place..<end] {
                    let text = line.drop { $0 == "#" }.dropFirst()
                    let level = min(line.prefix { $0 == "#" }.count, 4)
                    caption = HTMLText.inline(text)
                    html += "<h\(level)>\(caption)</h\(level)>\n"
                }
            case .item: html += list(lines[place..<end])
            case .row: html += table(Array(lines[place..<end]), caption: caption)
            case .paragraph:
                html += lines[place..<end].map { "<p>\(HTMLText.inline($0))</p>\n" }.joined()
            }
            place = end
        }
        return html
    }

    private enum Kind { case blank, heading, item, row, paragraph }

    private func kind(of line: String) -> Kind {
        if line.allSatisfy({ $0 == " " }) { return .blank }
        if line.hasPrefix("#") { return .heading }
        if line.hasPrefix("- ") || line.hasPrefix("  - ") { return .item }
        return line.hasPrefix("|") ? .row : .paragraph
    }

    private func list(_ lines: ArraySlice<String>) -> String {
        var html = "<ul>\n"
        var isInner = false
        for (place, line) in zip(lines.indices, lines) {
            let inner = line.hasPrefix("  ")
            if inner != isInner { html += inner ? "<ul>\n" : "</ul></li>\n" }
            isInner = inner
            html += "<li>\(HTMLText.inline(line.drop { $0 == " " }.dropFirst(2)))"
            let opensInner = !inner && place + 1 < lines.endIndex && lines[place + 1].hasPrefix("  ")
            html += opensInner ? "\n" : "</li>\n"
        }
        return html + (isInner ? "</ul></li>\n" : "") + "</ul>\n"
    }

    /// A table that a narrow screen scrolls by itself, with its first column of words as the rows' headings.
    private func table(_ lines: [String], caption: String) -> String {
        guard lines.count >= 2 else { return "" }
        let isNumber = Self.cells(lines[1]).map { $0.hasSuffix(":") }
        let heading = isNumber.firstIndex(of: false) ?? 0
        var html =
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"\(caption)\"><table>\n"
            + "<caption class=\"unseen\">\(caption)</caption>\n<thead><tr>"
        for (cell, isNumber) in zip(Self.cells(lines[0]), isNumber) {
            html += "<th scope=\"col\"\(isNumber ? " class=\"n\"" : "")>\(HTMLText.inline(cell))</th>"
        }
        html += "</tr></thead>\n<tbody>\n"
        for line in lines.dropFirst(2) {
            html += "<tr>"
            for (column, cell) in Self.cells(line).enumerated() {
                let number = column < isNumber.count && isNumber[column] ? " class=\"n\"" : ""
                let text = HTMLText.inline(cell)
                html += column == heading ? "<th scope=\"row\"\(number)>\(text)</th>" : "<td\(number)>\(text)</td>"
            }
            html += "</tr>\n"
        }
        return html + "</tbody>\n</table></div>\n"
    }

    /// The cells of a row, parted by bare pipes; escapes stay.
    static func cells(_ line: String) -> [String] {
        var cells: [String] = []
        var cell = ""
        var isEscaped = false
        for character in line.dropFirst() {
            if character == "|", !isEscaped {
                cells.append(cell)
                cell = ""
            } else {
                cell.append(character)
            }
            isEscaped = character == "\\" && !isEscaped
        }
        return cells.map { cell in
            String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }
}
