import Records
import Testing

@testable import Digests

func outcome(_ number: Int, _ text: String = "换电池", effect: OutcomeSummary.Effect? = nil) -> OutcomeSummary {
    OutcomeSummary(
        id: record(70_000 + number), month: "2019-06", decided: at("2019-06-30 15:00"), text: text,
        department: Term("工程部", "engineering"), sites: [site("S0")], issue: record(number),
        due: at("2019-07-20 00:00"), state: .overdue, effect: effect)
}

@Suite struct HTMLTests {
    private static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</title><b>x", "' onload='x",
        "&lt;b&gt; & &amp;",
        "**bold** `code` \\*", "a | b || c", "\u{202E}reversed", "</svg></style>", "javascript:alert(1)", "# heading",
        "- item",
    ]

    private var hostileMonth: DigestInput {
        var input = DigestInput.random(seed: 5)
        input.issues = Self.hostile.enumerated().map { number, text in
            IssueSummary(
                id: record(number * 2), title: text, category: "leaks", members: [record(number)], occurrences: 3,
                complainants: 2, sites: [site("S0")], firstSeen: at("2019-06-01 08:00"),
                lastSeen: at("2019-07-02 08:00"),
                samples: [text], weeks: [0, 2, 1])
        }
        input.flags = Self.hostile.enumerated().map { number, text in
            FlagSummary(
                number: UInt64(number), kind: text, name: Term(text, text), at: at("2019-07-05 08:00"),
                text: Term(text, text))
        }
        input.outcomes = Self.hostile.enumerated().map { outcome($0.offset, $0.element) }
        for place in input.sites.indices { input.sites[place].name = Term(Self.hostile[place], Self.hostile[place]) }
        input.categories[1].term = Term("<i>渗漏</i>", "<i>leaks</i>")
        input.touchpoints = [NamedCode("gate", Term("\"<b>", "\"<b>"))]
        for place in input.cases.indices where place % 2 == 0 { input.cases[place].touchpoint = "gate" }
        for place in input.cases.indices { input.cases[place].impact = .large }
        for place in input.cases.indices { input.cases[place].control = .weak }
        input.surveys.append(
            SurveySummary(id: record(30_000), site: site("S0"), survey: "<u>\"", mode: .ivr, satisfaction: 3))
        return input
    }

    /// The tags of a page, in their order; a text of somebody else adds none.
    private func tags(_ html: String) -> [String] {
        html.split(separator: "<").dropFirst().map { part in
            String(part.prefix { $0 != " " && $0 != ">" && $0 != "/" || part.first == "/" && $0 == "/" })
        }
    }

    @Test(arguments: Language.allCases) func textsOfOthersBecomeNoMarkup(language: Language) {
        let html = Digest(hostileMonth).html(language, appendix: true)
        let known: Set<String> = [
            "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "a", "header", "p", "h1", "h2", "h3", "h4",
            "dl", "div",
            "dt", "dd", "small", "svg", "polyline", "circle", "line", "rect", "text", "desc", "nav", "ol", "ul", "li",
            "main",
            "section", "figure", "figcaption", "span", "b", "strong", "code", "table", "caption", "thead", "tbody",
            "tr", "th",
            "td", "details", "summary", "footer",
        ]
        for tag in tags(html) { #expect(known.contains(tag.hasPrefix("/") ? String(tag.dropFirst()) : tag), "\(tag)") }
        #expect(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>x"))
        #expect(!html.contains("\u{202E}"))
        // Every tag that opens closes, in its order.
        let alone: Set<String> = ["!DOCTYPE", "meta", "polyline", "circle", "line", "rect"]
        var open: [String] = []
        for part in html.split(separator: "<").dropFirst() {
            let tag = part.prefix { $0 != ">" }
            let name = String(tag.prefix { $0 != " " })
            if name.hasPrefix("/") {
                #expect(open.popLast() == String(name.dropFirst()), "\(tag)")
            } else if !tag.hasSuffix("/"),
                !alone.contains(name) || tag.hasSuffix("\"") && ["circle", "rect"].contains(name)
            {
                open.append(name)
            }
        }
        #expect(open == [])
    }

    @Test func pageNeedsNothingFromElsewhere() {
        let html = Digest(hostileMonth).html(.english)
        for word in ["<script", "<link", "url(", "@import", " src=\"", "http://", "https://"] {
            let found = html.contains(word)
            #expect(!found, "\(word)")
        }
        #expect(html.contains("default-src 'none'"))
    }

    @Test(arguments: Language.allCases) func pageSaysWhatTheMarkdownSays(language: Language) {
        let digest = Digest(.random(seed: 2))
        let html = digest.html(language, appendix: true)
        let words = Wording(language: language, zone: digest.period.zone)
        for name: FigureName in [
            "complaints.received", "visits.reached", "satisfaction.visits.mean", "limits.answer.kept",
        ] {
            #expect(html.contains(words.value(digest[name])), "\(name)")
        }
        for figure in digest.figures { #expect(html.contains(figure.name.text)) }
        #expect(html.contains("lang=\"\(language.rawValue)\""))
    }

    @Test func everyPictureHasTitleDescriptionAndAnIdOfItsOwn() {
        let html = Digest(hostileMonth).html(.chinese)
        let pictures = html.components("<svg viewBox").count - 1
        #expect(pictures >= 6)
        #expect(html.components("<desc id=").count - 1 == pictures)
        let ids = html.components("<title id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(Set(ids).count == pictures)
    }

    @Test func emptyMonthIsAPageToo() {
        let html = Digest(.empty()).html(.chinese)
        #expect(html.contains("本月没有收到投诉记录") && !html.contains("<figure"))
    }

    @Test func emphasisAndEscapesOfTheMarkdownAreRead() {
        #expect(
            HTMLText.inline("**a** `b<` \\*c\\* &lt;d&gt; & e")
                == "<strong>a</strong> <code>b&lt;</code> *c* &lt;d&gt; &amp; e")
        #expect(HTMLText.inline("**open") == "<strong>open</strong>")
        #expect(PaperHTML.cells("| a \\| b |  | c |") == ["a \\| b", "", "c"])
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
