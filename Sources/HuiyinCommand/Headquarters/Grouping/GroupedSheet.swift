import Aggregator
import Foundation
import Handbooks
import Records
import Recurrence
import Spreadsheets

/// What was found of each row of a spreadsheet, ready to be written.
struct GroupedSheet {
    /// One issue of the sheet.
    struct Found {
        var id: String
        var title: String
        /// The places of its rows in the sheet, ascending.
        var rows: [Int]
        var sites: [String]
        /// Different known customers.
        var customers: Int
        /// Rows that an alarm of the hot rule names; empty without one.
        var alarm: [Int] = []
    }

    /// What looks like an issue and is none: its words, and the places of its rows.
    struct Beside {
        var words: [String]
        var rows: [Int]
    }

    private(set) var found: [Found] = []
    /// The same kind of problem at different places, and one place with different kinds; the largest first.
    private(set) var patterns: [Beside] = []
    private(set) var hotSpots: [Beside] = []
    /// What is added to each row.
    private(set) var cells: [[String]]
    let added: [String]

    /// Columns that are added to those of the sheet.
    static let columns = ["issue", "issue_title", "issue_reason"]
    /// The same where issues were known beforehand: how sure it is, and the best guess even where nobody knows.
    static let columnsOfKnown = columns + ["issue_confidence", "issue_guess"]

    /// What recurs in the sheet. An issue is called as its earliest row is.
    init(_ sheet: TextSheet, _ grouping: IssueGrouping, rule: HotRule?) {
        added = Self.columns
        patterns = Self.sorted(grouping.patterns.map { ($0.kinds, $0.members) })
        hotSpots = Self.sorted(grouping.hotSpots.map { ([$0.place], $0.members) })
        cells = Array(repeating: ["", "", ""], count: sheet.rows.count)
        for issue in grouping.issues {
            let rows = issue.members.map { Int($0.low) - 1 }
            var one = Found(
                id: sheet.ids[rows[0]], title: issue.title, rows: rows.sorted(),
                sites: issue.sites.filter { !$0.isEmpty },
                customers: Set(rows.compactMap { sheet.texts[$0].complainant }).count)
            for (row, reason) in zip(rows, issue.reasons) {
                cells[row] = [one.id, issue.title, reason.line]
            }
            if let rule { one.alarm = Self.alarm(rows, sheet, rule) }
            found.append(one)
        }
    }

    /// To which of the issues that people have confirmed each row belongs.
    init(
        _ sheet: TextSheet, _ classifier: IssueClassifier, titles: [String: String], _ watch: GroupingWatch,
        rule: HotRule?
    ) throws {
        added = Self.columnsOfKnown
        cells = []
        var rows: [String: [Int]] = [:]
        for (row, text) in sheet.texts.enumerated() {
            try watch.pass(row, of: sheet.texts.count, .describing)
            guard let answer = classifier.answer(text) else {
                cells.append(["", "", "", "", ""])
                continue
            }
            let confidence = String(format: "%.3f", answer.confidence)
            let words = answer.words.joined(separator: " · ")
            if answer.isKnown {
                rows[answer.issue, default: []].append(row)
                cells.append([answer.issue, titles[answer.issue] ?? "", words, confidence, answer.issue])
            } else {
                cells.append(["", "", "", confidence, answer.issue])
            }
        }
        found = rows.sorted { $0.key < $1.key }.map { issue, rows in
            Found(
                id: issue, title: titles[issue] ?? "", rows: rows,
                sites: Set(rows.map { sheet.texts[$0].site }.filter { !$0.isEmpty }).sorted(),
                customers: Set(rows.compactMap { sheet.texts[$0].complainant }).count,
                alarm: rule.map { Self.alarm(rows, sheet, $0) } ?? [])
        }
    }

    private static func sorted(_ found: [(words: [String], members: [RecordID])]) -> [Beside] {
        found.map { Beside(words: $0.words, rows: $0.members.map { Int($0.low) - 1 }.sorted()) }
            .sorted { ($1.rows.count, $0.rows[0]) < ($0.rows.count, $1.rows[0]) }
    }

    /// How many rows belong to an issue.
    var grouped: Int { found.reduce(0) { $0 + $1.rows.count } }

    /// The rows of all windows in which the rule holds.
    private static func alarm(_ rows: [Int], _ sheet: TextSheet, _ rule: HotRule) -> [Int] {
        let complaints = rows.filter { sheet.timed[$0] }.map {
            HotRule.Complaint(
                id: sheet.texts[$0].id, time: sheet.texts[$0].time, complainant: sheet.texts[$0].complainant)
        }
        return Set(rule.windows(complaints).flatMap(\.records).map { Int($0.low) - 1 }).sorted()
    }

    // MARK: Writing

    /// Writes the rows with what was found of each, all or nothing.
    func write(_ sheet: TextSheet, to path: String) throws {
        let line = CSVLine(delimiter: sheet.header.delimiter)
        let width = sheet.header.names.count
        var bytes = CSVLine.mark + line.bytes(sheet.header.names + added)
        for (row, cells) in zip(sheet.rows, cells) {
            bytes += line.bytes((0..<width).map { row[$0] } + cells.map(CSVLine.harmless))
        }
        try Self.write(bytes, to: path)
    }

    /// Writes the alarms, one line for each complaint that one names.
    func writeAlarms(_ sheet: TextSheet, to path: String) throws {
        let line = CSVLine(delimiter: .comma)
        var bytes = CSVLine.mark + line.bytes(["alert", "id"])
        for issue in found {
            for row in issue.alarm { bytes += line.bytes([issue.id, sheet.ids[row]]) }
        }
        try Self.write(bytes, to: path)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure("\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}

extension MembershipReason {
    /// Place, shared words and how close it is, in one cell.
    fileprivate var line: String {
        let words = ([place].compactMap { $0 } + sharedTerms.filter { $0 != place }).joined(separator: " · ")
        let meant = meaning.map { String(format: " ≈ %.2f", $0) } ?? ""
        return words + meant + String(format: " (%.2f)", score)
    }
}
