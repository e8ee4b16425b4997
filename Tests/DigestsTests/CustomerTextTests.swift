import Testing

@testable import Digests

@Suite struct CustomerTextTests {
    @Test(arguments: [
        ("电话13800138000请回", "电话×××请回"), ("订单1234共5件", "订单1234共5件"), ("１３８００１３８０００", "×××"),
        ("138 0013 8000", "××× ××× ×××"), ("0731-8888-6666", "×××-×××-×××"), ("138\u{200B}0013\u{200B}8000", "×××"),
        ("2019-07-05漏水", "2019-07-05漏水"), ("写信至 li.si@example.com 谢谢", "写信至 ××× 谢谢"), ("12345", "×××"),
        ("1234", "1234"),
        ("住3栋12楼，电话：(0731) 88886666", "住3栋12楼，电话：(×××) ×××"),
    ])
    func numbersThatCouldNameSomebodyAreMasked(text: String, expected: String) {
        #expect(CustomerText.presentable(text, limit: 80) == expected)
    }

    @Test func linesAndControlsBecomeOneLine() {
        #expect(CustomerText.presentable("a\n\n b\t\u{1B}[31mc\u{202E}d\r\n", limit: 80) == "a b [31mcd")
        #expect(CustomerText.presentable("  ", limit: 80) == "")
    }

    @Test func itIsCutAtCharactersNotInside() {
        #expect(CustomerText.presentable(String(repeating: "漏", count: 100), limit: 10) == "漏漏漏漏漏漏漏漏漏…")
        #expect(CustomerText.presentable("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", limit: 2) == "👨‍👩‍👧‍👦…")
    }

    @Test func marksWithoutEndAreBounded() {
        let zalgo = "a" + String(repeating: "\u{0301}", count: 10_000)
        #expect(CustomerText.presentable(zalgo, limit: 10).unicodeScalars.count <= 5)
    }
}
