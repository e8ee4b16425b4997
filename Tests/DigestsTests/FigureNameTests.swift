import Testing

@testable import Digests

@Suite struct FigureNameTests {
    @Test(arguments: ["A1", "a.b", "50%", "有 空格", "-", "", "x\ny", "%2E", "é", "日本.語"])
    func everyCodeComesBack(code: String) {
        let name = FigureName("complaints").adding("site", code, "received")
        #expect(name.segments == ["complaints", "site", code, "received"])
    }

    @Test func aMissingCodeIsNoCode() {
        let missing = FigureName("complaints.category").adding(nil, "received")
        #expect(missing == "complaints.category.-.received")
        #expect(missing.segments == ["complaints", "category", nil, "received"])
        #expect(missing != FigureName("complaints.category").adding("-", "received"))
    }

    @Test func dotsInCodesMakeNoFurtherSegments() {
        #expect(FigureName("a").adding("b.c").text == "a.b%2Ec")
        #expect(FigureName("a").adding("b", "c") != FigureName("a").adding("b.c"))
    }
}
