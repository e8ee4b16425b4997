@testable import Spreadsheets
import Testing

struct CSVReaderTests {
    @Test func quotedCellsKeepDelimitersQuotesAndLineBreaks() throws {
        let sheet = try read("a,b\n\"x,y\",\"say \"\"no\"\"\"\n\"two\nlines\",z\nlast,row")
        #expect(sheet.header?.names == ["a", "b"])
        #expect(sheet.cells == [["x,y", "say \"no\""], ["two\nlines", "z"], ["last", "row"]])
        #expect(sheet.rows.map(\.line) == [2, 3, 5])
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func everyKindOfLineEndIsRead(end: String) throws {
        let text = ["a,b", "1,2", "", "\"3\(end)3\",4", "5,6"].joined(separator: end)
        for tail in ["", end] {
            for chunk in [1, 2, 3, 5, 1000] {
                let sheet = try read(text + tail, chunk: chunk)
                #expect(sheet.cells == [["1", "2"], ["3\(end)3", "4"], ["5", "6"]])
                #expect(sheet.rows.map(\.line) == [2, 4, 6])
            }
        }
    }

    @Test(arguments: zip([",", ";", "\t", "|"], [CSVDelimiter.comma, .semicolon, .tab, .bar]))
    func delimiterIsFoundInTheHeader(text: String, delimiter: CSVDelimiter) throws {
        let sheet = try read(
            "编号,a b;x\n".replacing(",", with: text).replacing(";x", with: text + "c") + "1\(text)2\(text)3\n")
        #expect(sheet.header?.delimiter == delimiter)
        #expect(sheet.cells == [["1", "2", "3"]])
    }

    @Test func delimiterInsideQuotesOfTheHeaderDoesNotCount() throws {
        let sheet = try read("\"a,b,c,d\";e\n1;2\n")
        #expect(sheet.header?.names == ["a,b,c,d", "e"])
    }

    @Test func separatorLineOfExcelIsObeyed() throws {
        let sheet = try read("sep=;\r\na,x;b\r\n1;2\r\n")
        #expect(sheet.header?.names == ["a,x", "b"])
        #expect(sheet.header?.line == 2)
        #expect(try read("\"sep=|\"\na|b\n1|2").cells == [["1", "2"]])
    }

    @Test func saidDelimiterWins() throws {
        let sheet = try read("a;b;c,d\n1;2;3,4\n", .init(delimiter: .comma))
        #expect(sheet.header?.names == ["a;b;c", "d"])
    }

    @Test func emptyColumnsAndRowsAtTheEndAreLeftOut() throws {
        let sheet = try read("a,b,,,\n1,2,,,\n,,,,\n \u{A0},\t,,\n3,4\n\n\n")
        #expect(sheet.header?.names == ["a", "b"])
        #expect(sheet.rows.map { $0[1] } == ["2", "4"])
        #expect(sheet.faults.isEmpty)
    }

    @Test func shortRowIsTakenAndSurplusCellsAreRefused() throws {
        let sheet = try read("a,b,c\n1\n1,2,3,4\n5,6,7,\n")
        #expect(sheet.rows.map(\.line) == [2, 4])
        #expect(sheet.rows[0][2] == "")
        #expect(sheet.faults == [fault(3, .surplusCells(found: 4, expected: 3))])
    }

    @Test func excelsTextFormulaIsOneCell() throws {
        let sheet = try read("a,b\n=\"001,23\",x\n\"=\"\"0042\"\"\",y\n")
        #expect(sheet.cells == [["=\"001,23\"", "x"], ["=\"0042\"", "y"]])
    }

    @Test func unterminatedQuoteCostsItsRowOnly() throws {
        for chunk in [1, 7, 1000] {
            let sheet = try read("a,b\n1,good\n2,\"open\n3,fine\n4,also\n", chunk: chunk)
            #expect(sheet.rows.map(\.line) == [2, 4, 5])
            #expect(sheet.faults == [fault(3, .unterminatedQuote)])
        }
    }

    @Test func pieceOfABrokenRowIsNotTakenForARow() throws {
        let sheet = try read("a,b,c\n1,\"he said \"no\"\nand left\",x\n2,y,z\n")
        #expect(sheet.rows.map { $0[0] } == ["2"])
        #expect(
            sheet.faults == [
                fault(2, .textAfterQuote(at: 2)), fault(3, .fragment(found: 2, expected: 3, brokenLine: 2)),
            ])
    }

    @Test func textAfterAClosingQuoteNamesItsLine() throws {
        let sheet = try read("a,b\n\"x\ny\"z,1\n")
        #expect(sheet.faults.first == fault(2, .textAfterQuote(at: 3)))
    }

    @Test func overlongCellIsRefusedAndReadingGoesOn() throws {
        let long = String(repeating: "x", count: CSVLimits.cellBytes + 1)
        for text in ["1,\(long)", "1,\"\(long)\""] {
            let sheet = try read("a,b\n\(text)\n2,ok\n", chunk: 100_000)
            #expect(sheet.faults == [fault(2, .cellTooLong)])
            #expect(sheet.rows.map(\.line) == [3])
        }
        let greatest = String(long.dropLast())
        #expect(try read("a,b\n1,\(greatest)\n").rows.count == 1)
    }

    @Test func tenMegabytesInOneCellAreRefusedAndReadingGoesOn() throws {
        let long = String(repeating: "很", count: 3_500_000)
        let sheet = try read("a,b\n1,\"\(long)\"\n2,ok\n", chunk: 65_536)
        #expect(sheet.faults.first == fault(2, .cellTooLong))
        #expect(sheet.cells == [["2", "ok"]])
    }

    @Test func overlongRowAndTooManyColumnsAreRefused() throws {
        let cell = String(repeating: "x", count: 1_000_000)
        let row = Array(repeating: cell, count: 5).joined(separator: ",")
        let sheet = try read("a,b,c,d,e\n\(row)\n1,2,3,4,5\n", chunk: 65_536)
        #expect(sheet.faults == [fault(2, .rowTooLong)])
        #expect(sheet.rows.map(\.line) == [3])
        let wide = try read("a,b\n" + String(repeating: ",", count: 1024) + "\n1,2\n")
        #expect(wide.faults == [fault(2, .tooManyColumns)])
        #expect(wide.rows.count == 1)
    }

    @Test func fileWithoutAnythingIsRefused() {
        for text in ["", "\n\n", "\u{FEFF}", " \r\n"] {
            #expect(throws: UnreadableSpreadsheet.empty) { try read(text) }
        }
    }

    @Test func brokenHeaderIsRefused() {
        #expect(throws: UnreadableSpreadsheet.header(fault(1, .unterminatedQuote))) { try read("a,\"b\n1,2\n") }
    }

    @Test func endlessBrokenQuotesEndTheReading() {
        let text = "a,b\n" + String(repeating: "\"x\"y,1\n", count: CSVLimits.brokenRows + 10)
        #expect(throws: UnreadableSpreadsheet.tooManyBrokenRows(line: CSVLimits.brokenRows + 2)) { try read(text) }
    }

    @Test func everyChunkSizeGivesTheSameRows() throws {
        let text = "\u{FEFF}编号,内容\r\n1,\"漏水，\"\"很\"\"久\"\r\n2,=\"007\"\r3,\"a\r\nb\"\n4,\"broken\"x\n5,好\r\n"
        let whole = try read(text)
        #expect(whole.rows.count == 4)
        for chunk in 1...40 {
            let parts = try read(text, chunk: chunk)
            #expect(parts.rows == whole.rows)
            #expect(parts.faults == whole.faults)
        }
    }

    /// Found by fuzzing: the delimiter was counted in whatever had arrived when the header's first line ended.
    @Test(arguments: ["\"a\n\"\tb\n1\t2\n", "\"编号\n(新)\";内容;x\n1;漏水,久;y\n", "\"\"\"a\r\nb\"|c,|d\r\n1|2,|3"])
    func lineBreakWithinTheHeaderHidesNoDelimiter(text: String) throws {
        let whole = try read(text)
        for chunk in 1...text.utf8.count {
            let parts = try read(text, chunk: chunk)
            #expect(parts.header?.delimiter == whole.header?.delimiter)
            #expect(parts.header?.names == whole.header?.names)
            #expect(parts.rows == whole.rows)
        }
    }

    @Test func headerWithAnOpenQuoteIsWaitedForToTheEndOfARowOnly() {
        let text = "\"a\n" + String(repeating: "b,c\n", count: CSVLimits.rowBytes / 4 + 10)
        #expect(throws: UnreadableSpreadsheet.self) { try read(text, chunk: 100_000) }
    }

    @Test func whatTheTakerThrowsComesThrough() {
        struct Stop: Error {}
        var reader = CSVReader()
        #expect(throws: Stop.self) {
            try reader.feed(Array("a\n1\n2\n".utf8)) { event in if case .row = event { throw Stop() } }
        }
    }

    private func fault(_ line: Int, _ reason: RowFault.Reason) -> RowFault { RowFault(line: line, reason: reason) }
}
