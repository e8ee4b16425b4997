import Foundation

/// One row of `petitions.csv`.
struct Petition: Sendable {
    static let columns = ["id", "site", "customer", "occurred_at", "subject", "text"]

    var id: String
    var site: String
    var customer: String
    /// Local time in Shanghai, `2019-07-01T08:30:00`: as texts these sort by time.
    var occurred: String
    var subject: String
    var text: String

    var month: Substring { occurred.prefix(7) }

    /// All rows of a file. Throws where it is not what this test was written for.
    static func read(_ file: String) throws -> [Petition] {
        var rows = try CSVText.rows(String(contentsOfFile: file, encoding: .utf8))
        guard !rows.isEmpty, rows.removeFirst() == columns else { throw Fault("\(file) has other columns") }
        return try rows.map { row in
            guard row.count == columns.count, row[3].hasSuffix("+08:00"), row[3].count == 25 else {
                throw Fault("\(file): row \(row[0]) is different")
            }
            return Petition(
                id: row[0], site: row[1], customer: row[2], occurred: String(row[3].prefix(19)), subject: row[4],
                text: row[5])
        }
    }

    /// As a row of a CSV file.
    var line: String {
        CSVText.line([id, site, customer, occurred + "+08:00", subject, text])
    }

    /// What is left of the words when only letters and digits count, in one form.
    var words: String {
        let folded = (subject + text).precomposedStringWithCompatibilityMapping.lowercased()
        return folded.filter { $0.isLetter || $0.isNumber }
    }

    /// The last moment that is within a calendar month from this one: the same time of the day a month later, or of that
    /// month's last day where it has no such day.
    var monthLater: String {
        let parts = occurred.prefix(10).split(separator: "-").compactMap { Int($0) }
        var (year, month) = (parts[0], parts[1] + 1)
        if month > 12 { (year, month) = (year + 1, 1) }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        let pad = { (number: Int) in (number < 10 ? "0" : "") + String(number) }
        return "\(year)-\(pad(month))-\(pad(min(parts[2], length)))" + occurred.dropFirst(10)
    }
}

/// CSV as RFC 4180 has it, read and written without the code that is tested.
enum CSVText {
    static func rows(_ text: String) -> [[String]] {
        var (rows, row, cell): ([[String]], [String], String) = ([], [], "")
        var isQuoted = false
        var wasQuote = false
        for character in text {
            if isQuoted, character == "\"" {
                // The end of the cell, or the first of two that stand for one.
                (isQuoted, wasQuote) = (false, true)
                continue
            }
            if character == "\"", wasQuote { cell.append(character) }
            wasQuote = false
            switch character {
            case _ where isQuoted: cell.append(character)
            case "\"": isQuoted = true
            case ",": (row, cell) = (row + [cell], "")
            case "\n", "\r\n":
                rows.append(row + [cell])
                (row, cell) = ([], "")
            default: cell.append(character)
            }
        }
        if !row.isEmpty || !cell.isEmpty { rows.append(row + [cell]) }
        return rows
    }

    static func line(_ cells: [String]) -> String {
        cells.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",")
    }
}
