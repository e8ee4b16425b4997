import Records
@testable import Spreadsheets
import Testing

struct RejectsWriterTests {
    private let source = "id,text,电话\r\n1,\"a \"\"b\"\",\nc\",=\"013\"\r\n2,-1+1,@x\r\n"

    @Test func rejectedRowsCanBeImportedAgainUnchanged() throws {
        let sheet = try read(source)
        let header = try #require(sheet.header)
        let writer = RejectsWriter(header: header)
        var bytes = writer.start()
        for row in sheet.rows {
            bytes += writer.row(row, [FieldFault(field: "customer.phone", Term("不是数字", "is not a number"))])
        }
        let again = try read(bytes)
        #expect(again.encoding == .utf8)
        #expect(again.header?.names == ["id", "text", "电话", "line", "field", "reason"])
        #expect(again.cells.map { Array($0.prefix(3)) } == sheet.cells)
        #expect(again.cells[0].suffix(3) == ["2", "customer.phone", "customer.phone: is not a number"])
        let mapping = try ColumnMapping(header: try #require(again.header), kind: .complaint)
        #expect(mapping.assignments.map(\.field) == ["id", "text", "customer.phone"])
        #expect(mapping.ignored.isEmpty)
    }

    @Test func reasonsOfAnEarlierImportAreReplaced() throws {
        let header = CSVHeader(names: ["text", "line", "field", "reason"])
        let row = try read("text,line,field,reason\nx,9,f,old\n").rows[0]
        let text = String(
            decoding: RejectsWriter(header: header).row(row, [FieldFault(field: "", Term("新", "new"))]), as: UTF8.self)
        #expect(text == "x,2,,new\r\n")
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
    func reasonIsNeverAFormula(reason: String) throws {
        let row = try read("text\nx\n").rows[0]
        let writer = RejectsWriter(header: CSVHeader(names: ["text"]))
        let again = try read(writer.start() + writer.row(row, [FieldFault(field: "", Term(reason, reason))]))
        #expect(again.rows[0][3] == "'" + reason)
    }

    @Test func reasonsAreInTheLanguageThatWasAskedFor() throws {
        let row = try read("text,customer.phone\nx,?\n").rows[0]
        let writer = RejectsWriter(header: CSVHeader(names: ["text", "customer.phone"]), language: .chinese)
        let fault = FieldFault(field: "customer.phone", Term("不是电话号码", "is not a telephone number"))
        #expect(
            String(decoding: writer.row(row, [fault]), as: UTF8.self)
                == "x,?,2,customer.phone,customer.phone：不是电话号码\r\n")
        let unreadable = String(decoding: writer.row(RowFault(line: 12, reason: .rowTooLong)), as: UTF8.self)
        #expect(unreadable.hasPrefix(",,12,,本行超过"))
    }

    @Test func unreadableRowNamesItsLine() throws {
        let writer = RejectsWriter(header: CSVHeader(names: ["text", "id"], delimiter: .semicolon))
        let text = String(decoding: writer.row(RowFault(line: 12, reason: .cellTooLong)), as: UTF8.self)
        #expect(text.hasPrefix(";;12;;a cell has more than"))
    }
}
