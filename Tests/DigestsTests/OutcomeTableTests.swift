import Records
import Testing

@testable import Digests

@Suite struct OutcomeTableTests {
    /// The paper's own table with outcomes filled in.
    private func paper(_ language: Language, filling: [Int: (outcome: String, owner: String, due: String)]) -> String {
        let text = Digest(.random(seed: 1)).markdown(language)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let cells = PaperHTML.cells(String(line))
            guard line.hasPrefix("|"), cells.count == 6, let number = Int(cells[0]), let row = filling[number] else {
                return String(line)
            }
            return "| \(cells[0]) | \(cells[1]) | \(cells[2]) | \(row.outcome) | \(row.owner) | \(row.due) |"
        }.joined(separator: "\n")
    }

    @Test(arguments: Language.allCases) func editedPaperIsReadBack(language: Language) throws {
        let text = paper(
            language, filling: [1: ("更换电池 \\| 备件", "工程部", "2019-08-15"), 3: ("tell residents", "", "2019/9/1")])
        let table = try OutcomeTable(markdown: text, agenda: 20)
        #expect(table.rows.map(\.text) == ["更换电池 | 备件", "tell residents"])
        #expect(table.rows.map(\.number) == [1, 3])
        #expect(table.rows[0].department == "工程部" && table.rows[0].due == "2019-08-15")
        #expect(table.rows[1].due == "2019-9-1")
    }

    @Test(arguments: Language.allCases) func paperAsItWasPrintedHasNoOutcomes(language: Language) throws {
        let table = try OutcomeTable(markdown: paper(language, filling: [:]), agenda: 20)
        #expect(table.rows.isEmpty)
    }

    @Test func tableAloneIsEnoughAndARowWithoutNumberStandsBesideTheAgenda() throws {
        let text = "| No. | Outcome |\r\n| --: | --- |\r\n| 2 | one |\r\n| 2 | two |\r\n|  | three |\r\n"
        let table = try OutcomeTable(markdown: text, agenda: 2)
        #expect(table.rows.map(\.number) == [2, 2, nil])
        #expect(table.rows.map(\.line) == [3, 4, 5])
    }

    @Test func wrongNumbersAndDaysAreRefusedWithTheirLine() {
        let head = "| 序号 | 会议结果 | 期限 |\n|---|---|---|\n"
        for (row, line) in [
            ("| 9 | 甲 |  |", 3), ("| 0 | 甲 |  |", 3), ("| x | 甲 |  |", 3), ("| 1 | 甲 | 下周 |", 3),
            ("| 1 | 甲 | 2019-02-30 |", 3),
        ] {
            let fault = #expect(throws: OutcomeTable.Fault.self) { try OutcomeTable(markdown: head + row, agenda: 3) }
            #expect(fault?.line == line, "\(row)")
        }
    }
}
