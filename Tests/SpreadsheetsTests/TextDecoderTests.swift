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
        #expect(throws: UndecodableText(offset: 1)) {
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

    @Test func damagedUTF8IsShownAndToldAndNotTakenForAnotherEncoding() throws {
        for repeats in [2, 3, 20] {
            var bytes = Array(String(repeating: "电梯坏了三天，没人管。\n", count: repeats).utf8)
            let place = Array("电梯坏了三天，没人管。\n".utf8).count + 3
            bytes[place] = 0xFF
            for chunk in [1, 10, 10_000] {
                let text = try decodedText(bytes, chunk: chunk)
                #expect(String(decoding: text.bytes, as: UTF8.self).contains("\n电⟦FF⟧⟦A2⟧⟦AF⟧坏了"))
                #expect(text.damages.map(\.what.offset) == [place, place + 1, place + 2])
                #expect(text.damages.allSatisfy { $0.what.encoding == .utf8 && $0.what.reason == .invalid })
            }
        }
    }

    @Test func westernTextWithoutUTF8IsNotTakenForChinese() throws {
        // "café" and "naïve" as Latin-1 has them: "\u{E9}t" would be a character of GB18030.
        let bytes = Array("id,text\n1,caf".utf8) + [0xE9] + Array("t\n2,na".utf8) + [0xEF] + Array("ve\n".utf8)
        #expect(try decoded(bytes) == "id,text\n1,caf⟦E9⟧t\n2,na⟦EF⟧ve\n")
    }

    @Test func saidEncodingOverridesAndNeverReplaces() throws {
        #expect(try decoded(Array(gb18030.prefix(4)), .utf8) == "⟦B1⟧⟦E0⟧⟦BA⟧⟦C5⟧")
        let wrong: [UInt8] = Array("a\nb".utf8) + [0xFF, 0x20] + Array(gb18030.prefix(2))
        #expect(try decoded(wrong, .gb18030) == "a\nb⟦FF⟧ 编")
        #expect(try decodedText(wrong, .gb18030).damages.map(\.what.offset) == [3])
    }

    @Test func damagedGB18030CostsNoDelimiterBehindIt() throws {
        var bytes = gb18030
        // The second byte of 号, before a comma.
        bytes.remove(at: 3)
        for chunk in 1...12 {
            #expect(try decoded(bytes, chunk: chunk) == "编⟦BA⟧,内容\n1,电梯坏了三天，没人管\n𠮷")
        }
    }

    @Test func halfOfAPairIsAFaultOfUTF16() throws {
        var units = Array("a好".utf16)
        units.insert(0xD842, at: 1)
        let bytes: [UInt8] = [0xFF, 0xFE] + units.flatMap { unit in [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        for chunk in 1...9 {
            #expect(try decoded(bytes, chunk: chunk) == "a⟦42⟧⟦D8⟧好")
            #expect(try decoded(bytes.dropLast(), chunk: chunk) == "a⟦42⟧⟦D8⟧⟦7D⟧")
        }
    }

    @Test func endInsideACharacterIsTold() throws {
        let text = try decodedText(Array("好a\n".utf8) + [0xE5, 0xA5], chunk: 1)
        #expect(String(decoding: text.bytes, as: UTF8.self) == "好a\n⟦E5⟧⟦A5⟧")
        #expect(
            text.damages.map(\.what) == [
                DamagedBytes(encoding: .utf8, reason: .truncated, offset: 5, bytes: [0xE5, 0xA5])
            ])
        let cut = try decodedText(Array(gb18030.dropLast(3)), .gb18030)
        #expect(cut.damages.map(\.what.reason) == [.truncated])
        #expect(cut.damages.map(\.what.offset) == [33])
    }

    @Test func bytesAreShownInATextWithoutLosingTheRest() {
        #expect(DamagedBytes.shown(in: Array("{\"漏".utf8) + [0xC3, 0x28, 0x05, 0xFF]) == "{\"漏⟦C3⟧(\u{5}⟦FF⟧")
        #expect(DamagedBytes.areShown(in: Array("漏⟦C3⟧".utf8)))
        #expect(!DamagedBytes.areShown(in: Array("⟦漏⟧ ⟦C3 ⟦C⟧".utf8)))
    }

    @Test func encodingsHaveTheNamesThatPeopleUse() {
        #expect(TextEncoding(named: "UTF8") == .utf8)
        #expect(TextEncoding(named: "gbk") == .gb18030)
        #expect(TextEncoding(named: "GB-2312") == .gb18030)
        #expect(TextEncoding(named: "utf-16le") == .utf16LittleEndian)
        #expect(TextEncoding(named: "latin1") == nil)
    }

    private func decoded(
        _ bytes: some Collection<UInt8>, _ encoding: TextEncoding? = nil, chunk: Int = .max
    ) throws -> String {
        try #require(String(validating: decodedText(bytes, encoding, chunk: chunk).bytes, as: UTF8.self))
    }

    private func decodedText(
        _ bytes: some Collection<UInt8>, _ encoding: TextEncoding? = nil, chunk: Int = .max
    ) throws -> DecodedText {
        var decoder = TextDecoder(encoding: encoding)
        var text = DecodedText()
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(chunk))
            try decoder.decode(piece.span, into: &text)
            rest = rest.dropFirst(chunk)
        }
        try decoder.finish(into: &text)
        return text
    }
}
