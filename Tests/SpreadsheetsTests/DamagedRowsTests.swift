@testable import Spreadsheets
import Records
import Testing

/// Files in which bytes are damaged: each costs the row that it is in, and no other.
struct DamagedRowsTests {
    /// Puts `bytes` in the place of each `§` of the text.
    private func damaged(_ text: String, _ bytes: [UInt8] = [0xFF]) -> [UInt8] {
        let parts = text.split(separator: "§", omittingEmptySubsequences: false).map { Array($0.utf8) }
        return Array(parts.joined(separator: bytes))
    }

    private func places(_ sheet: ReadSheet) -> [[Int]] {
        sheet.faults.map { fault in
            guard case .damaged(let what, let at) = fault.reason else { return [fault.line] }
            return [fault.line, at, what.offset]
        }
    }

    @Test func damagedRowIsAFaultAndTheRowsAroundItAreRead() throws {
        let bytes = damaged("编号,内容\n1,漏水\n2,坏§了\n3,好了\n", [0xE5, 0x9D])
        for chunk in 1...20 {
            let sheet = try read(bytes, chunk: chunk)
            #expect(sheet.cells == [["1", "漏水"], ["3", "好了"]])
            #expect(sheet.rows.map(\.line) == [2, 4])
            #expect(places(sheet) == [[3, 3, 28]])
            #expect(sheet.faults.first?.cells?.cells == ["2", "坏⟦E5⟧⟦9D⟧了"])
            let explanation = sheet.faults.first?.explanation.english
            #expect(explanation?.hasPrefix("byte 28 of the file, 0xE5, is no UTF-8: write what was meant") == true)
        }
    }

    @Test func damagedGB18030RowIsAFaultAndTheRowsAroundItAreRead() throws {
        // "编号,内容\n1,漏水\n2,坏?了\n3,好\n" with 0xFF for the question mark.
        let bytes: [UInt8] =
            [0xB1, 0xE0, 0xBA, 0xC5, 0x2C, 0xC4, 0xDA, 0xC8, 0xDD, 0x0A, 0x31, 0x2C, 0xC2, 0xA9, 0xCB, 0xAE, 0x0A]
            + [0x32, 0x2C, 0xBB, 0xB5, 0xFF, 0xC1, 0xCB, 0x0A, 0x33, 0x2C, 0xBA, 0xC3, 0x0A]
        for chunk in 1...12 {
            let sheet = try read(bytes, chunk: chunk)
            #expect(sheet.encoding == .gb18030)
            #expect(sheet.cells == [["1", "漏水"], ["3", "好"]])
            #expect(places(sheet) == [[3, 3, 21]])
            #expect(sheet.faults.first?.explanation.english.contains("0xFF, is no GB18030") == true)
        }
    }

    @Test func byteInAQuotedCellOfSeveralLinesCostsThatRowOnly() throws {
        let bytes = damaged("a,b\r\n1,\"x\r\ny§\r\nz\"\r\n2,\"fine\r\ntoo\"\r\n3,c\r\n")
        for chunk in 1...20 {
            let sheet = try read(bytes, chunk: chunk)
            #expect(places(sheet) == [[2, 3, 12]])
            #expect(sheet.rows.map(\.line) == [5, 7])
            #expect(sheet.faults.first?.description.hasPrefix("line 2: in line 3, byte 12 of the file") == true)
        }
    }

    /// The quote breaks the row before the damage is read; both are of one line.
    @Test func damageBehindABrokenQuoteIsToldHoweverTheFileComes() throws {
        let bytes = damaged("a;b\r\n\"x\ny\";\"\";\"z\"0§Character\n1;2\n", [0xF8])
        let whole = try read(bytes)
        #expect(places(whole) == [[2], [3, 3, 18]])
        #expect(whole.cells == [["1", "2"]])
        for chunk in 1...40 {
            let sheet = try read(bytes, chunk: chunk)
            #expect(sheet.faults.map(\.description) == whole.faults.map(\.description))
            #expect(sheet.cells == whole.cells)
        }
    }

    @Test(arguments: ["1,§open\"\n2,x\n3,y\n", "1,\"close§\n2,x\n3,\"y\"\n", "1,\"close§\n2,\"x\"\n3,y\n"])
    func damagedQuoteSwallowsNoRow(rows: String) throws {
        for chunk in 1...20 {
            let sheet = try read(damaged("a,b\n" + rows), chunk: chunk)
            #expect(sheet.cells == [["2", "x"], ["3", "y"]])
            #expect(sheet.faults.map(\.line) == [2])
            #expect(places(sheet).first?.count == 3, "the damage is told, not what follows from it")
        }
    }

    @Test func pieceBehindADamagedQuoteIsNotTakenForARow() throws {
        let sheet = try read(damaged("a,b,c\n1,§x\ny\",z\n2,p,q\n3,r\n"))
        #expect(sheet.cells == [["2", "p", "q"], ["3", "r"]], "a whole row ends the doubt")
        #expect(places(sheet) == [[2, 2, 8], [3]])
        #expect(sheet.faults.last?.reason == .fragment(found: 2, expected: 3, brokenLine: 2))
    }

    @Test func fileThatEndsInsideACharacterLosesItsLastRowOnly() throws {
        for chunk in 1...9 {
            let sheet = try read(damaged("a,b\n1,好\n2,§", [0xE5, 0xA5]), chunk: chunk)
            #expect(sheet.cells == [["1", "好"]])
            #expect(places(sheet) == [[3, 3, 12]])
            #expect(
                sheet.faults.first?.explanation.english.contains("the file ends inside a character, 0xE5 0xA5") == true)
        }
    }

    @Test func damagedHeaderRefusesTheFile() {
        let fault = RowFault.Reason.damaged(
            DamagedBytes(encoding: .utf8, reason: .invalid, offset: 2, bytes: [0xFF]), at: 1)
        #expect {
            try read(damaged("a,§b\n1,2\n"))
        } throws: { error in
            guard case UnreadableSpreadsheet.header(let found) = error else { return false }
            return found.line == 1 && found.reason == fault
        }
    }

    @Test func everyDamagedRowIsToldAsLongAsMostAreWhole() throws {
        let text = String(repeating: "1,漏水\n2,§\n3,好\n", count: CSVLimits.damagedRows + 100)
        let sheet = try read(damaged("a,b\n" + text), chunk: 4096)
        #expect(sheet.faults.count == CSVLimits.damagedRows + 100)
        #expect(sheet.rows.count == 2 * (CSVLimits.damagedRows + 100))
    }

    @Test func fileThatIsDamagedNearlyEverywhereIsInAnotherEncoding() {
        let text = String(repeating: "1,§\n", count: CSVLimits.damagedRows + 10)
        let line = CSVLimits.damagedRows + 2
        #expect(throws: UnreadableSpreadsheet.tooManyDamagedRows(line: line, encoding: .utf8)) {
            try read(damaged("a,b\n" + text), .init(encoding: .utf8))
        }
    }

    @Test func noiseIsReadInBoundedTime() throws {
        var state: UInt64 = 7
        let noise = (0..<200_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56) | 0x80
        }
        for encoding in [TextEncoding.utf8, .gb18030] {
            let sheet = try read(Array("a,b\n1,".utf8) + noise + Array("\n2,ok\n".utf8), .init(encoding: encoding))
            #expect(sheet.cells == [["2", "ok"]])
        }
    }

    @Test func rejectsShowTheBytesAndAreRefusedUntilTheyAreMended() throws {
        let sheet = try read(damaged("编号,内容\n1,坏§了\n", [0xE5, 0x9D]))
        let writer = RejectsWriter(header: try #require(sheet.header))
        let rejects = try writer.start() + writer.row(#require(sheet.faults.first))
        let again = try read(rejects)
        #expect(again.rows.isEmpty)
        #expect(again.faults.map(\.reason) == [.notMended])
        #expect(again.faults.first?.cells?[1] == "坏⟦E5⟧⟦9D⟧了")
        let mended = String(decoding: rejects, as: UTF8.self).replacing("⟦E5⟧⟦9D⟧", with: "坝")
        #expect(try read(mended).cells.first?.prefix(2) == ["1", "坏坝了"])
    }
}
