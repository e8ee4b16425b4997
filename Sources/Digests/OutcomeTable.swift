package import Records

/// The outcomes that a meeting wrote into the table of its digest: reads the edited Markdown back.
///
/// The table is found by its titles, in either language; rows without an outcome are passed over. Rows of one number are several
/// outcomes of one line of the agenda; a row without a number is an outcome beside the agenda.
package struct OutcomeTable: Sendable, Equatable {
    /// One outcome as it was written.
    package struct Row: Sendable, Equatable {
        /// The line of the file, from 1.
        package var line: Int
        /// The number on the agenda, from 1; nil beside the agenda.
        package var number: Int?
        /// What stands on the agenda beside it; empty where the table does not say.
        package var agenda: String
        package var text: String
        /// As written: a code or a word.
        package var department: String
        /// `YYYY-MM-DD`; empty when none was set.
        package var due: String
    }

    /// What cannot be read, with its line.
    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        package var line: Int
        package var reason: Term

        package var description: String { "line \(line): \(reason.english)" }
    }

    package private(set) var rows: [Row] = []
    /// The beginning of the hash of the digest that the paper is of, as its heading says; nil where there is no heading.
    package private(set) var fingerprint: String?

    /// Greatest number of lines that are looked at.
    private static let mostLines = 100_000

    /// - Parameter agenda: how many lines the digest's agenda has.
    /// - Throws: the first fault.
    package init(markdown text: String, agenda: Int) throws(Fault) {
        var columns: [Column: Int] = [:]
        let lines = text.split(
            maxSplits: Self.mostLines, omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            // Editors indent tables.
            let line = line.drop(while: \.isWhitespace)
            guard line.hasPrefix("|") else {
                columns = [:]
                if fingerprint == nil { fingerprint = Self.fingerprint(line) }
                continue
            }
            let cells = PaperHTML.cells(String(line)).map(Self.plain)
            if columns.isEmpty {
                for (place, cell) in cells.enumerated() {
                    if let column = Column.allCases.first(where: { $0.titles.contains(cell.lowercased()) }) {
                        columns[column] = place
                    }
                }
                if columns[.outcome] == nil || columns[.number] == nil { columns = [.other: 0] }
                continue
            }
            if columns[.other] == nil, let row = try Self.row(cells, columns, line: index + 1, agenda: agenda) {
                rows.append(row)
            }
        }
    }

    /// The first row whose number does not stand for the same on another agenda than the paper's; nil when all do.
    package func strayRow(on agenda: [DigestMeeting.AgendaItem]) -> Row? {
        rows.first { row in
            guard let number = row.number else { return false }
            guard agenda.indices.contains(number - 1) else { return true }
            return !Language.allCases.contains { Self.plain(agenda[number - 1].cell($0)) == row.agenda }
        }
    }

    private enum Column: CaseIterable {
        case number, agenda, outcome, department, due
        /// Of a table that is another one.
        case other

        var titles: [String] {
            switch self {
            case .number: ["序号", "no."]
            case .agenda: ["会议内容", "agenda"]
            case .outcome: ["会议结果", "outcome"]
            case .department: ["负责部门", "owner"]
            case .due: ["期限", "due"]
            case .other: []
            }
        }
    }

    private static func row(
        _ cells: [String], _ columns: [Column: Int], line: Int, agenda: Int
    ) throws(Fault) -> Row? {
        let cell = { (column: Column) in
            let text = columns[column].flatMap { cells.indices.contains($0) ? cells[$0] : nil } ?? ""
            // A stroke of any width stands for nothing.
            return text.allSatisfy { "-‐‑‒–—―−－:： 　".contains($0) } ? "" : text
        }
        let text = cell(.outcome)
        guard !text.isEmpty else { return nil }
        var number: Int?
        if !cell(.number).isEmpty {
            guard let value = Int(cell(.number)), (1...max(agenda, 1)).contains(value), agenda > 0 else {
                throw Fault(
                    line: line,
                    reason: Term(
                        "序号 \(cell(.number)) 不在议程中（共 \(agenda) 项）",
                        "the agenda has no number \(cell(.number)) (it has \(agenda))"))
            }
            number = value
        }
        let due = cell(.due).replacing("/", with: "-")
        guard due.isEmpty || isDay(due) else {
            throw Fault(
                line: line, reason: Term("期限“\(due)”不是 2026-12-01 这样的日期", "due: \(due) is no day such as 2026-12-01"))
        }
        return Row(
            line: line, number: number, agenda: cell(.agenda), text: text, department: cell(.department), due: due)
    }

    /// The heading's twelve digits in code marks, beside the word for them in either language.
    private static func fingerprint(_ line: Substring) -> String? {
        guard let title = ["指纹 `", "hash `"].compactMap({ line.firstRange(of: $0) }).first else { return nil }
        let mark = line[title.upperBound...].prefix { $0 != "`" }
        return mark.count == 12 && mark.allSatisfy { $0.isASCII && $0.isHexDigit } ? String(mark) : nil
    }

    private static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2] else { return false }
        return CivilTime(year: year, month: month, day: day) != nil
    }

    /// A cell without escapes, entities and marks of emphasis.
    private static func plain(_ cell: String) -> String {
        var result = ""
        var isEscaped = false
        for character in cell {
            if character == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            result.append(character)
            isEscaped = false
        }
        for (entity, text) in [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("**", "")] {
            result = result.replacing(entity, with: text)
        }
        return result
    }
}
