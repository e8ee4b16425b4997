@testable import Spreadsheets
import Testing

struct TextDecoderTests {
    private let text = "编号,内容\n1,电梯坏了三天，没人管\n2,café 𠮷 ok\n"

    @Test func utf8IsReadWithAndWithoutMark() throws {
        for chunk in 1...12 {
            #expect(try decoded([0xEF, 0xBB, 0xBF] + Array(text.utf8), chunk: chunk) == text)
            #expect(try decoded(Array(text.utf8), chunk: chunk) == text)
        }
    }

    @Test func utf16WithMarkIsRead() throws {
        let units = Array(text.utf16)
        let little = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        for chunk in [1, 2, 3, 1000] {
            #expect(try decoded([0xFF, 0xFE] + little, chunk: chunk) == text)
            #expect(try decoded([0xFE, 0xFF] + big, chunk: chunk) == text)
        }
        #expect(try decoded(little, .utf16LittleEndian) == text)
        #expect(throws: UndecodableText(encoding: .utf8, reason: .zeros, offset: 1, line: 1)) {
            try decoded(Array("a,b\n".utf16).flatMap { [UInt8($0 & 0xFF), 0] })
        }
    }

    /// Made by Python: "编号,内容\n1,电梯坏了三天，没人管\n".encode("gb18030"), and "𠮷" as four bytes.
    private let gb18030: [UInt8] =
        [
            0xB1, 0xE0, 0xBA, 0xC5, 0x2C, 0xC4, 0xDA, 0xC8, 0xDD, 0x0A, 0x31, 0x2C, 0xB5, 0xE7, 0xCC, 0xDD, 0xBB, 0xB5,
            0xC1,
        ]
        + [0xCB, 0xC8, 0xFD, 0xCC, 0xEC, 0xA3, 0xAC, 0xC3, 0xBB, 0xC8, 0xCB, 0xB9, 0xDC, 0x0A, 0x95, 0x34, 0xB2, 0x35]

    @Test func gb18030IsDetectedAndReadInChunksOfAnySize() throws {
        for chunk in 1...40 {
            #expect(try decoded(gb18030, chunk: chunk) == "编号,内容\n1,电梯坏了三天，没人管\n𠮷")
        }
    }

    @Test func asciiBeforeTheFirstChineseCharacterIsKept() throws {
        let ascii = String(repeating: "id,site\n", count: 10_000)
        #expect(try decoded(Array(ascii.utf8) + gb18030, chunk: 999) == ascii + "编号,内容\n1,电梯坏了三天，没人管\n𠮷")
    }

    @Test func damagedUTF8IsAFaultAndNotAnotherEncoding() throws {
        var bytes = Array(String(repeating: "电梯坏了三天，没人管。\n", count: 20).utf8)
        let place = Array("电梯坏了三天，没人管。\n".utf8).count + 3
        bytes[place] = 0xFF
        for chunk in [1, 10, 10_000] {
            #expect(throws: UndecodableText(encoding: .utf8, reason: .invalid, offset: place, line: 2)) {
                try decoded(bytes, chunk: chunk)
            }
        }
    }

    @Test func saidEncodingOverridesAndNeverReplaces() {
        #expect(throws: UndecodableText(encoding: .utf8, reason: .invalid, offset: 0, line: 1)) {
            try decoded(gb18030, .utf8)
        }
        let wrong: [UInt8] = Array("a\nb".utf8) + [0xFF, 0x20]
        #expect(throws: UndecodableText(encoding: .gb18030, reason: .invalid, offset: 3, line: 2)) {
            try decoded(wrong, .gb18030)
        }
    }

    @Test func endInsideACharacterIsAFault() {
        #expect(throws: UndecodableText(encoding: .utf8, reason: .truncated, offset: 5, line: 2)) {
            try decoded(Array("好a\n".utf8) + [0xE5, 0xA5], chunk: 1)
        }
        #expect(throws: UndecodableText(encoding: .gb18030, reason: .truncated, offset: 33, line: 3)) {
            try decoded(Array(gb18030.dropLast(3)), .gb18030)
        }
    }

    @Test func rowsBeforeAWrongByteAreHandedOn() throws {
        var rows = 0
        var reader = CSVReader(.init(encoding: .utf8))
        #expect(throws: UndecodableText(encoding: .utf8, reason: .invalid, offset: 9, line: 3)) {
            try reader.feed(Array("a,b\n1,2\n3".utf8) + [0xC0] + Array(",4\n".utf8)) { event in
                if case .row = event { rows += 1 }
            }
        }
        #expect(rows == 1)
    }

    @Test func encodingsHaveTheNamesThatPeopleUse() {
        #expect(TextEncoding(named: "UTF8") == .utf8)
        #expect(TextEncoding(named: "gbk") == .gb18030)
        #expect(TextEncoding(named: "GB-2312") == .gb18030)
        #expect(TextEncoding(named: "utf-16le") == .utf16LittleEndian)
        #expect(TextEncoding(named: "latin1") == nil)
    }

    private func decoded(_ bytes: [UInt8], _ encoding: TextEncoding? = nil, chunk: Int = .max) throws -> String {
        var decoder = TextDecoder(encoding: encoding)
        var output: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(chunk))
            try decoder.decode(piece.span, into: &output)
            rest = rest.dropFirst(chunk)
        }
        try decoder.finish(into: &output)
        return try #require(String(validating: output, as: UTF8.self))
    }
}
