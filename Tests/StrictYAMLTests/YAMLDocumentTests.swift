import StrictYAML
import Testing

/// What is refused whatever the keys mean.
@Suite struct YAMLDocumentTests {
    private func faults(_ text: String, limit: Int = YAMLReader.fileLimit) -> [String] {
        do {
            _ = try YAMLReader.read(text, file: "x.yaml", limit: limit) { reader in
                _ = reader.strings("list")
                _ = reader.object("map") { $0.integer("a", in: 0...9) }
                return reader.string("a")
            }
            return []
        } catch { return error.faults.map(\.description) }
    }

    @Test func duplicateKeyIsReportedAtItsSecondPlaceBesideOtherFaults() {
        let text = """
            a: one
            map:
              a: 1
              "a": x
            b: 3
            a: two
            """
        #expect(
            faults(text) == [
                "x.yaml:4:3: map.a: is given twice; the first one is in line 3",
                "x.yaml:5:1: b: there is no such key; is a meant?",
                "x.yaml:6:1: a: is given twice; the first one is in line 1",
            ])
    }

    @Test func chineseDuplicateKeyIsFound() {
        let found = faults("甲:\n  - x\n  # 甲: y\n甲: z\n")
        #expect(found.contains("x.yaml:4:1: 甲: is given twice; the first one is in line 1"))
    }

    @Test func duplicateInOneLineIsFound() {
        #expect(faults("map: {a: 1, a: 2}") == ["x.yaml:1:13: map.a: is given twice; the first one is in line 1"])
    }

    @Test func tripledKeyIsReportedTwice() {
        #expect(faults("a: x\na: y\na: z\n").count == 2)
    }

    @Test func anchorsAndAliasesAreRefused() {
        #expect(
            faults("list: &l [x]\na: b\n")
                == ["x.yaml:1:7: list: anchors (&name) and aliases (*name) are not taken; write the value out"])
        #expect(faults("map: &m {a: 1}\nother:\n  <<: *m\n").count >= 2)
        #expect(faults("map:\n  <<: {a: 1}\n")[0].hasSuffix("merge keys are not taken; write the values out"))
    }

    @Test func aliasBombIsRefusedUnread() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        text += "? *a40\n: x\n"
        #expect(
            faults(text) == ["x.yaml: has more than 16 aliases (*name); aliases are not taken, write the values out"])
    }

    @Test func deepNestingIsRefused() {
        let nested = faults("a: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40))
        #expect(nested.contains { $0.hasSuffix("is nested more than 32 deep") })
        #expect(faults("a: " + String(repeating: "[", count: 100_000)).count == 1)
        #expect(faults(String(repeating: "- ", count: 100_000)).count == 1)
        #expect(faults(String(repeating: "? ", count: 100_000)).count == 1)
    }

    @Test func fileOverTheLimitIsRefusedUnread() {
        #expect(faults("a: xxxxxxxx", limit: 10) == ["x.yaml: has 11 bytes; at most 10 are taken"])
    }

    @Test func brokenYAMLNamesItsLine() {
        #expect(faults("a: x\nlist: [x\n")[0].hasPrefix("x.yaml:3:1: is not YAML: "))
        #expect(faults("a: x\n\tb: y\n")[0].hasSuffix("the line is indented with a tab: use spaces"))
        #expect(faults("a: \"x\n")[0].contains("is not YAML"))
        #expect(faults("a: x\u{1}y\n")[0].hasPrefix("x.yaml:1: is not YAML: "))
        #expect(faults("a: x\n---\na: y\n")[0].contains("is not YAML"))
        #expect(faults("a: *x\n")[0].contains("put a text that begins with * into quotes"))
    }

    @Test func linesOfOtherSystemsAndAByteOrderMarkAreRead() {
        #expect(faults("\u{FEFF}a: x\r\nmap:\r\n  a: 1\r\n") == [])
        #expect(faults("a: x\r\na: y\r\n") == ["x.yaml:2:1: a: is given twice; the first one is in line 1"])
        #expect(faults("a: x\r\n\tb: y\r\n")[0].hasSuffix("the line is indented with a tab: use spaces"))
    }

    @Test func bytesThatAreNotUTF8AreRefusedWithTheirLine() {
        let gb18030: [UInt8] = [0x61, 0x3A, 0x20, 0x78, 0x0A, 0x62, 0x3A, 0x20, 0xC4, 0xE3, 0x0A]
        do {
            _ = try YAMLReader.read(gb18030, file: "x.yaml") { $0.string("a") }
            Issue.record("taken")
        } catch { #expect(error.description == "x.yaml:2: is not UTF-8; save the file in that encoding") }
        #expect((try? YAMLReader.read(Array("a: 你".utf8), file: "x.yaml") { $0.string("a") }) == "你")
    }

    @Test func keysMustBeWords() {
        #expect(faults("[a, b]: c\n") == ["x.yaml:1:1: a key must be a plain word"])
    }

    @Test func manyFaultsAreCountedNotListed() {
        var text = ""
        for number in 0..<300 { text += "key\(number): x\n" }
        let faults = YAMLFaults(
            (0..<300).map { YAMLFault(file: "f", line: 300 - $0, column: 1, path: "k", reason: "r") })
        #expect(faults.description.split(separator: "\n").count == 101)
        #expect(faults.description.hasSuffix("… and 200 more"))
        #expect(faults.faults.map(\.line) == Array(1...300))
        #expect(self.faults(text).count == 300)
    }
}
