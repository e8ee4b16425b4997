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

    @Test func strokesOfAnyWidthAreNothingAndIndentedTablesAreRead() throws {
        let text =
            "  | 序号 | 会议结果 | 负责部门 | 期限 |\n  |---|---|---|---|\n"
            + ["—", "–", "－", "——", "--"].map { "  | 1 | \($0) | 工程部 | |\n" }.joined() + "  | 2 | 换电池 | — | － |"
        let table = try OutcomeTable(markdown: text, agenda: 3)
        #expect(table.rows.map(\.text) == ["换电池"])
        #expect(table.rows.map(\.department) == [""] && table.rows.map(\.due) == [""])
    }

    @Test(arguments: Language.allCases) func headingSaysOfWhichRevisionThePaperIs(language: Language) throws {
        let digest = Digest(.random(seed: 1))
        let table = try OutcomeTable(markdown: digest.markdown(language), agenda: 20)
        #expect(table.fingerprint == String(digest.hash.prefix(12)))
        #expect(try OutcomeTable(markdown: "| No. | Outcome |\n|--|--|", agenda: 2).fingerprint == nil)
    }

    @Test(arguments: Language.allCases) func numberThatStandsForSomethingElseIsFound(language: Language) throws {
        var input = DigestInput.random(seed: 1)
        input.issues = [issue(1, "漏水 | *严重*", category: "leaks"), issue(4, "催款", category: "sales")]
        let agenda = Digest(input).meeting.agenda
        let row = { (number: Int) in "| \(number) | \(agenda[number - 1].cell(language)) | x |\n" }
        let text = "| No. | Agenda | Outcome |\n|--|--|--|\n" + row(1) + row(2) + "| | beside | x |\n"
        let table = try OutcomeTable(markdown: text, agenda: agenda.count)
        #expect(table.rows.count == 3 && table.strayRow(on: agenda) == nil)
        #expect(table.strayRow(on: agenda.reversed())?.line == 3)
        #expect(table.strayRow(on: [agenda[0]])?.line == 4)
    }

    @Test(arguments: Language.allCases) func ownerIsReadBackWhole(language: Language) throws {
        let name = Term("住宅物业与商业运营综合服务管理部", "department of residential and commercial services")
        var input = DigestInput.empty(sites: [complete("A1")])
        input.categories = [CategoryName("leaks", Term("渗漏", "leaks"), owner: name)]
        input.issues = [issue(1, "漏水", category: "leaks")]
        let lines = Digest(input).markdown(language).split(separator: "\n").map { line in
            var cells = PaperHTML.cells(String(line))
            guard line.hasPrefix("|"), cells.count == 6, Int(cells[0]) != nil else { return String(line) }
            cells[3] = "x"
            return "| " + cells.joined(separator: " | ") + " |"
        }
        let table = try OutcomeTable(markdown: lines.joined(separator: "\n"), agenda: 20)
        #expect(table.rows.map(\.department).contains(name[language]))
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
