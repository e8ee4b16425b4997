import Testing

@testable import Search

@Suite struct SearchSnippetTests {
    private func snippet(_ query: String, _ fields: String..., limit: Int = 20) throws -> SearchSnippet {
        try #require(SearchSnippet(fields, try SearchQuery(query), limit: limit))
    }

    private func marked(_ snippet: SearchSnippet) -> [String] {
        let scalars = Array(snippet.text.unicodeScalars)
        return snippet.hits.map { String(String.UnicodeScalarView(scalars[$0])) }
    }

    @Test func theFieldInWhichMostOccursIsShown() throws {
        let found = try snippet("门锁 没电", "门锁坏了", "门锁没电，打不开")
        #expect(found.text == "门锁没电，打不开")
        #expect(marked(found) == ["门锁", "没电"])
    }

    @Test func aLongTextIsCutAroundTheFirstHit() throws {
        let found = try snippet("漏水", String(repeating: "从前", count: 30) + "漏水了" + String(repeating: "后来", count: 30))
        #expect(found.text == "…前从前从前漏水了后来后来后来后来后来后来…")
        #expect(found.text.count == 22)
        #expect(marked(found) == ["漏水"])
    }

    @Test func everyFormOfAWordIsMarked() throws {
        let found = try snippet("leak", "Leaks, LEAKING and leaked pipes", limit: 80)
        #expect(marked(found) == ["Leaks", "LEAKING", "leaked"])
    }

    @Test func marksCountScalarsWhateverStandsBefore() throws {
        #expect(marked(try snippet("漏水", "👨‍👩‍👧‍👦家里漏水", limit: 5)) == ["漏水"])
        #expect(marked(try snippet("cafe\u{301}", "our cafe\u{301} is closed", limit: 80)) == ["café"])
    }

    @Test func whatIsMaskedIsNotMarked() throws {
        let found = try snippet("门锁 12345678", "门锁，电话 ×××")
        #expect(marked(found) == ["门锁"])
    }

    @Test func emptyFieldsHaveNoSnippet() throws {
        #expect(SearchSnippet(["", ""], try SearchQuery("门"), limit: 9) == nil)
    }
}
