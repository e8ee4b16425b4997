import Records
import Testing

@testable import Digests

@Suite struct TableTests {
    private var month: DigestInput {
        var input = DigestInput.random(seed: 4)
        input.issues[0].title = "=HYPERLINK(\"http://x\",\"点\")"
        input.issues[1].title = "-2+3"
        input.issues[2].title = "＝1+1"
        input.issues[3].title = "a,\"b\"\nc"
        return input
    }

    private func table(_ name: String, _ input: DigestInput) throws -> DigestTable {
        try #require(Digest(input).tables.first { $0.name == name })
    }

    @Test func namesAreUniqueAndEveryTableIsThereEveryMonth() {
        let names = Digest(month).tables.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Digest(.empty()).tables.map(\.name) == names)
    }

    @Test func whatAProgramWouldCalculateIsText() throws {
        let csv = try table("issues", month).csv(.english)
        #expect(csv.hasPrefix("\u{FEFF}id,title,"))
        #expect(csv.contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"点\"\")\""))
        #expect(csv.contains("\"'-2+3\"") && csv.contains("\"'＝1+1\""))
        #expect(csv.contains("\"a,\"\"b\"\" c\""))
        for text in ["=1", "+1", "-1", "@x", " =1", "\t1", "＋1", "－1", "＠x"] { #expect(DigestTable.isFormula(text)) }
        for text in ["1", "a=1", "", "水-1"] { #expect(!DigestTable.isFormula(text)) }
    }

    @Test func numbersStayNumbers() {
        #expect(DigestTable.decimal(-0.25) == "-0.25")
        #expect(DigestTable.decimal(3) == "3")
        #expect(DigestTable.decimal(0.0001) == "0.0001")
        #expect(DigestTable.decimal(12.3456) == "12.3456")
    }

    @Test func sitesAddUpToTheWhole() throws {
        let digest = Digest(month)
        let sites = try #require(digest.tables.first { $0.name == "sites" })
        let place = try #require(sites.columns.firstIndex { $0.code == "received" })
        let sum = sites.rows.reduce(0) { sum, row in
            guard case .whole(let value) = row[place] else { return sum }
            return sum + value
        }
        #expect(sum == digest.count("complaints.received"))
    }

    @Test func archiveIsAWholeZip() {
        var archive = ZipArchive()
        archive.add("a.txt", "123456789")
        archive.add("表/b.txt", "")
        let bytes = archive.finished
        // The checksum that every description of CRC-32 gives for these digits.
        #expect(ZipArchive.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(Array(bytes.prefix(4)) == [0x50, 0x4B, 3, 4])
        let end = bytes.count - 22
        #expect(Array(bytes[end..<end + 4]) == [0x50, 0x4B, 5, 6])
        #expect(bytes[end + 10] == 2)
        let directory = Int(bytes[end + 16]) | Int(bytes[end + 17]) << 8
        #expect(Array(bytes[directory..<directory + 4]) == [0x50, 0x4B, 1, 2])
    }

    @Test func workbookHasTextsAndNumbersAndNoFormulas() {
        let bytes = Workbook.xlsx(Digest(month).tables, .chinese)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("=HYPERLINK(&quot;http://x&quot;"))
        #expect(!text.contains("<f>") && text.contains("t=\"inlineStr\""))
        #expect(bytes == Workbook.xlsx(Digest(month).tables, .chinese))
    }

    @Test func sheetsHaveNamesThatProgramsTake() {
        let names = Workbook.sheetNames(["a/b:c", "a_b_c", String(repeating: "长", count: 40)])
        #expect(names == ["a_b_c", "a_b_c 2", String(repeating: "长", count: 28)])
        #expect(Workbook.letters(0) == "A" && Workbook.letters(25) == "Z" && Workbook.letters(26) == "AA")
        #expect(Workbook.letters(701) == "ZZ" && Workbook.letters(702) == "AAA")
    }
}
