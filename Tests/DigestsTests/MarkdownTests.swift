import Records
import Testing

@testable import Digests

@Suite struct MarkdownTests {
    private static let hostile = [
        "a | b || c", "line\nbreak\r\nand\u{2028}more", "<script>alert(1)</script>", "# heading",
        "*bold* _it_ `code` ~x~",
        "[link](http://x) ![img](y)", "👨‍👩‍👧‍👦🏠漏水", String(repeating: "很长的标题|", count: 2000), "\\| escaped \\", "&lt; &amp;",
        "\u{202E}reversed", "`` ` ``|", "| --- |", "",
    ]

    private var hostileMonth: DigestInput {
        var input = DigestInput.random(seed: 5)
        input.issues = Self.hostile.enumerated().map { issue($0.offset * 2, $0.element, category: "leaks", hot: true) }
        for place in input.issues.indices { input.issues[place].samples = [Self.hostile[place]] }
        input.flags = Self.hostile.enumerated().map { number, text in
            FlagSummary(
                number: UInt64(number), kind: "k|\(number)", name: Term(text, text), at: at("2019-07-05 08:00"),
                text: Term(text, text))
        }
        input.sites[0].name = Term("城东|店\n", "East|\n")
        input.categories[1].term = Term("渗漏|<b>", "leaks|<b>")
        input.breaks = [
            ComparisonBreak(from: at("2019-07-01 00:00"), until: at("2019-07-02 00:00"), text: Term("# 春节|", "|break"))
        ]
        input.meeting.contents = [Term("问题|一\n二", "a|b")]
        return input
    }

    /// Cells of a row: bare pipes part them, escaped ones do not.
    private func cells(_ line: Substring) -> Int {
        var count = 0
        var escaped = false
        for character in line {
            if character == "|" && !escaped { count += 1 }
            escaped = character == "\\" && !escaped
        }
        return count - 1
    }

    @Test(arguments: Language.allCases) func hostileTextsBreakNoTable(language: Language) {
        let text = Digest(hostileMonth).markdown(language, appendix: true)
        var columns: Int?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                columns = nil
                continue
            }
            #expect(line.hasSuffix("|"))
            if let columns { #expect(cells(line) == columns, "\(line)") }
            columns = cells(line)
        }
        #expect(!text.contains("<script") && !text.contains("<b>"))
        #expect(!text.contains("\u{202E}") && !text.contains("\r") && !text.contains("\u{2028}"))
    }

    @Test(arguments: Language.allCases) func everyTableIsAtMostSoWide(language: Language) {
        let text = Digest(hostileMonth).markdown(language)
        for line in text.split(separator: "\n") where line.hasPrefix("|") {
            #expect(DisplayWidth.of(String(line)) <= 132, "\(line)")
        }
    }

    @Test(arguments: Language.allCases) func rowsOfATableLineUp(language: Language) {
        var input = DigestInput.random(seed: 5)
        input.sites[0].name = Term("城东旗舰店", "East")
        var width: Int?
        for line in Digest(input).markdown(language).split(separator: "\n", omittingEmptySubsequences: false) {
            let own = line.hasPrefix("|") ? DisplayWidth.of(String(line)) : nil
            if let own, let width { #expect(own == width, "\(line)") }
            width = own
        }
    }

    @Test(arguments: Language.allCases) func theAppendixHoldsEveryFigure(language: Language) {
        let digest = Digest(.random(seed: 6))
        let words = Wording(language: language, zone: shanghai)
        let lines = Set(
            digest.markdown(language, appendix: true).split(separator: "\n").map { line in
                line.split(separator: "|").map { $0.trimmingPrefix(while: \.isWhitespace) }.map { String($0).trimmed }
            })
        for figure in digest.figures {
            #expect(
                lines.contains([MarkdownText.escaped(figure.name.text), words.value(figure.value)]), "\(figure.name)")
        }
    }

    @Test(arguments: 5...9) func bothLanguagesTellTheSameNumbers(seed: Int) {
        let digest = Digest(.random(seed: UInt64(seed)))
        let numbers = Language.allCases.map { language in
            digest.markdown(language).split(separator: "\n").filter { $0.hasPrefix("|") }.map { row in
                row.split(separator: "|").map { String($0).filter { $0 != " " } }
                    .filter { $0.contains(where: \.isNumber) && $0.allSatisfy { $0.isASCII && !$0.isLetter } }
            }
        }
        #expect(numbers[0] == numbers[1])
        #expect(numbers[0].joined().count > 200)
    }

    @Test(arguments: Language.allCases) func threeAnswersShowNoPercentage(language: Language) {
        var input = DigestInput.empty(sites: [complete("A1")])
        input.visits = [3, 4, 5].enumerated().map {
            VisitSummary(id: record($0.offset), site: site("A1"), reached: true, satisfaction: $0.element)
        }
        input.cases = (0..<3).map {
            CaseSummary(id: record(50 + $0), site: site("A1"), madeAt: at("2019-07-05 10:00"), limits: ["answer": .met])
        }
        let text = Digest(input).markdown(language, appendix: true)
            .replacing("95% 区间", with: "").replacing("95 % interval", with: "")
        #expect(!text.contains("%"))
        #expect(text.contains("3/3"))
        #expect(text.contains("2/3"))
        #expect(text.contains("n=3"))
    }

    @Test(arguments: [
        (Language.chinese, "2019年7月客户服务月报", "1,234", "2019年8月3日 09:00"),
        (Language.english, "Customer service digest, July 2019", "1,234", "3 August 2019, 09:00"),
    ])
    func numbersAndDatesFollowTheCustom(language: Language, title: String, number: String, moment: String) {
        var input = DigestInput.empty(sites: [complete("A1", records: 1234)])
        input.cases = (0..<1234).map { CaseSummary(id: record($0), site: site("A1"), madeAt: at("2019-07-05 10:00")) }
        let text = Digest(input).markdown(language)
        #expect(text.hasPrefix("# \(title)\n"))
        #expect(text.contains(number) && text.contains(moment))
    }

    @Test func everyLabelIsSaidInBothLanguages() {
        let digest = Digest(.random(seed: 8))
        for language in Language.allCases {
            let label = FigureLabel(digest: digest, words: Wording(language: language, zone: shanghai))
            for figure in digest.figures where language == .chinese && !figure.name.text.contains("unheard%2Eof") {
                let text = label.of(figure.name)
                let words = text.split(separator: " · ").filter { word in
                    word.allSatisfy { $0.isASCII && ($0.isLetter || $0 == " ") } && word.count > 3
                }
                #expect(words.isEmpty, "\(figure.name) is \(text)")
            }
        }
    }

    @Test(arguments: [
        (Int64(30_000), "不到 1 分钟", "under a minute"), (Int64(5 * 60_000), "5 分钟", "5 min"),
        (Int64(90 * 60_000), "1.5 小时", "1.5 h"),
        (Int64(86_400_000 * 3), "3 天", "3 days"), (Int64(86_400_000 * 7 / 2), "3.5 天", "3.5 days"),
    ])
    func durationsAreSaidInTheUnitThatReadsBest(milliseconds: Int64, chinese: String, english: String) {
        #expect(Wording(language: .chinese, zone: shanghai).duration(milliseconds) == chinese)
        #expect(Wording(language: .english, zone: shanghai).duration(milliseconds) == english)
    }

    @Test(arguments: [("漏水", 4), ("a漏", 3), ("👨‍👩‍👧‍👦", 2), ("é", 1), ("（）", 4), ("…", 1), ("e\u{0301}", 1)])
    func widthsAreThoseOfATerminal(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
