/// A table of Markdown whose columns also line up in a terminal.
struct MarkdownTable {
    enum Alignment { case left, right }

    private let titles: [String]
    private let alignments: [Alignment]
    private var rows: [[String]] = []

    /// Rows beyond this many are left out, and the table says how many.
    static let mostRows = 60

    /// Columns by title; `>` in front of a title aligns to the right, as numbers want it.
    init(_ columns: String...) { self.init(columns: columns) }

    init(columns: [String]) {
        titles = columns.map { $0.hasPrefix(">") ? String($0.dropFirst()) : $0 }
        alignments = columns.map { $0.hasPrefix(">") ? .right : .left }
    }

    var isEmpty: Bool { rows.isEmpty }

    /// One row; its cells are finished Markdown without line breaks or bare pipes.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == titles.count, "a row has \(cells.count) cells, the table \(titles.count) columns")
        rows.append(cells)
    }

    /// The lines of the table; a line under it says what was left out.
    func lines(_ words: Wording, mostRows: Int = Self.mostRows) -> [String] {
        let shown = rows.prefix(mostRows)
        let widths = titles.indices.map { column in
            max(3, ([titles[column]] + shown.map { $0[column] }).map(DisplayWidth.of).max() ?? 3)
        }
        var lines = [line(titles, widths)]
        lines.append(
            "|"
                + zip(widths, alignments).map { width, alignment in
                    " " + String(repeating: "-", count: width - 1) + (alignment == .right ? ":" : "-") + " |"
                }.joined())
        lines += shown.map { line($0, widths) }
        if rows.count > shown.count {
            let rest = words.number(rows.count - shown.count)
            lines += ["", words.say("……另有 \(rest) 行未列出。", "… and \(rest) more rows, not listed.")]
        }
        return lines
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        "|"
            + cells.indices.map { column in
                let padding = String(repeating: " ", count: max(0, widths[column] - DisplayWidth.of(cells[column])))
                return alignments[column] == .right ? " \(padding)\(cells[column]) |" : " \(cells[column])\(padding) |"
            }.joined()
    }
}
