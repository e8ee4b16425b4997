import Testing

@testable import Search

@Suite struct SearchTextTests {
    private func terms(_ fields: String...) -> [String] {
        SearchText(normalised: SearchText.normalised(fields)).terms
    }

    @Test func ideographsBecomePairsAndTheLastOneAlone() {
        #expect(terms("智能门锁没电") == ["智能", "能门", "门锁", "锁没", "没电", "电"])
        #expect(terms("门") == ["门"])
    }

    @Test func wordsBecomeStems() {
        #expect(terms("Three complaints about leaking pipes") == ["three", "complain", "about", "leak", "pipe"])
    }

    @Test func bothStandBesideEachOther() {
        #expect(terms("智联S2门锁，wifi断开") == ["智联", "联", "s2", "门锁", "锁", "wifi", "断开", "开"])
    }

    @Test func widthAndCaseMakeNoDifference() {
        #expect(terms("ＷＩＦＩ断开　Ａ３") == terms("wifi断开 a3"))
        #expect(terms("ｶｽ") == terms("カス"))
    }

    @Test func marksBelongToTheirLetters() { #expect(terms("cafe\u{301}") == ["café"]) }

    @Test func traditionalFormsStayThemselves() {
        #expect(terms("門鎖") == ["門鎖", "鎖"])
        #expect(terms("門鎖") != terms("门锁"))
    }

    @Test(arguments: ["", "😡", "👨‍👩‍👧‍👦!!", "……——", " \n\t", "\u{0}\u{7}"]) func signsAreNoTerms(_ text: String) {
        #expect(terms(text).isEmpty)
    }

    @Test func emojiPartWords() { #expect(terms("漏水😡三天") == ["漏水", "水", "三天", "天"]) }

    @Test func fieldsArePartedAndEmptyOnesLeftOut() {
        #expect(SearchText.normalised(["门锁坏了！", "", "😡", "Please help"]) == "门锁坏了\nplease help")
        #expect(terms("门锁", "坏了") == ["门锁", "锁", "坏了", "了"])
    }

    @Test func unitsKnowWhereTheyStand() {
        let text = "  S2門鎖 ＬＥＡＫＳ"
        let scalars = Array(text.unicodeScalars)
        let found = SearchText(text).units.map { unit in
            String(String.UnicodeScalarView(scalars[unit.range]))
        }
        #expect(found == ["S2", "門", "鎖", "ＬＥＡＫＳ"])
    }

    @Test func lengthIsBounded() {
        let long = String(repeating: "长", count: SearchText.longestField * 2)
        #expect(SearchText.normalised([long]).unicodeScalars.count == SearchText.longestField)
        #expect(terms(String(repeating: "q", count: 5000)).map(\.count) == [40])
    }
}
