import Testing

@testable import Agent

@Suite struct RowSplitterTests {
    /// The rows of a body that comes in pieces of a size.
    private func rows(_ body: String, _ framing: RowSplitter.Framing, piece: Int) -> [String] {
        var splitter = RowSplitter(framing)
        var rows: [String] = []
        func take(_ chunk: RowChunk) {
            for row in chunk.rows {
                switch row.content {
                case .bytes(let range):
                    rows.append("\(row.line): " + String(decoding: chunk.bytes[range], as: UTF8.self))
                case .tooLong: rows.append("\(row.line): too long")
                case .broken: rows.append("\(row.line): broken")
                }
            }
        }
        let bytes = Array(body.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes { splitter.feed($0) }
            while let chunk = splitter.next() { take(chunk) }
        }
        while let chunk = splitter.next(isEnd: true) { take(chunk) }
        return rows
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func piecesOfAnySizeGiveTheSameRows(piece: Int) {
        let array = #"[{"a":"]},{"}, {"b":[1,{"c":"\"}"}]}"# + "\n,\n{}]\n"
        #expect(rows(array, .values, piece: piece) == [#"1: {"a":"]},{"}"#, #"1: {"b":[1,{"c":"\"}"}]}"#, "3: {}"])
        #expect(rows("{}\r\n\n {} \n{}", .lines, piece: piece) == ["1: {}", "3: {}", "4: {}"])
        #expect(rows("{\n}\n{}", .values, piece: piece) == ["1: {\n}", "3: {}"])
    }

    @Test(arguments: [1, 2, 3, 1000])
    func aByteOrderMarkIsPassedOverHoweverItArrives(piece: Int) {
        #expect(rows("\u{FEFF}[{}]", .values, piece: piece) == ["1: {}"])
        #expect(rows("\n\u{FEFF}{}", .values, piece: piece) == ["2: {}"])
        #expect(rows("\u{FEFF}{}\n{}", .lines, piece: piece) == ["1: {}", "2: {}"])
        #expect(rows("\u{FF01}", .values, piece: piece) == ["1: broken"])
    }

    @Test(arguments: [1, 5, 1000])
    func whatIsNoSequenceOfObjectsIsBroken(piece: Int) {
        #expect(rows("[{},", .values, piece: piece) == ["1: {}", "1: broken"])
        #expect(rows("[{},\n]", .values, piece: piece) == ["1: {}", "2: broken"])
        #expect(rows("[{}]{}", .values, piece: piece) == ["1: {}", "1: broken"])
        #expect(rows("{}\n[]", .values, piece: piece) == ["1: {}", "2: broken"])
        #expect(rows("{", .values, piece: piece) == ["1: broken"])
        #expect(rows("", .values, piece: piece) == [])
    }

    @Test(arguments: [4096, 100_000, 3_000_000])
    func aRowBeyondTheLimitIsSkippedWithoutBeingKept(piece: Int) {
        let long = String(repeating: "x", count: RowSplitter.rowLimit + 10)
        #expect(rows("{}\n\(long)\n{}", .lines, piece: piece) == ["1: {}", "2: too long", "3: {}"])
        #expect(rows(#"[{},{"a":"\#(long)"},{}]"#, .values, piece: piece) == ["1: {}", "1: too long", "1: {}"])
        #expect(rows(#"{"a":"\#(long)""#, .values, piece: piece).last == "1: broken")
    }

    @Test func chunksAreBounded() {
        var splitter = RowSplitter(.lines)
        let bytes = Array(String(repeating: "{}\n", count: 1234).utf8)
        bytes.withUnsafeBytes { splitter.feed($0) }
        var sizes: [Int] = []
        while let chunk = splitter.next() { sizes.append(chunk.rows.count) }
        while let chunk = splitter.next(isEnd: true) { sizes.append(chunk.rows.count) }
        #expect(sizes == [500, 500, 234])
    }
}
