import Records
import Recurrence
import Testing

@Suite struct HostileTextTests {
    @Test func nothingGivesNothing() {
        #expect(IssueGrouper().group([]).issues.isEmpty)
    }

    @Test(arguments: ["", " ", "？！……，。", "!!! --- ???", "😀😀😀😡", "\u{200B}\u{FEFF}", "1234567890123", "\u{0}"])
    func textsThatSayNothingStandAlone(_ empty: String) {
        let texts = (1...5).map { text(UInt64($0), empty, empty + String(repeating: " ", count: $0)) }
        #expect(IssueGrouper().group(unrelated + texts).issues.isEmpty)
    }

    @Test func longestTextIsReadInBoundedTime() {
        let long = String(repeating: "翡翠湾二期电梯困人，", count: 2184)  // 64 KiB
        let texts = [text(1, "翡翠湾二期电梯困人", long), text(2, long, ""), text(3, "", long)]
        let grouping = IssueGrouper().group(unrelated + texts)
        #expect(grouping.issue(of: record(1))?.members.count == 3)
    }

    @Test func oneThousandIdenticalTextsAreOneIssue() {
        let texts = (5001...6000).map { text(UInt64($0), "网页打不开", "一直转圈，打不开。", site: "s\($0 % 7)") }
        let grouping = IssueGrouper().group(unrelated + texts)
        #expect(grouping.issues.count == 1)
        #expect(grouping.issues.first?.members.count == 1000)
        #expect(grouping.issues.first?.sites.count == 7)
    }

    @Test func oneRecordCountsOnce() {
        let grouping = IssueGrouper().group(unrelated + [elevator[0], elevator[0], elevator[0]])
        #expect(grouping.issues.isEmpty)
    }

    @Test func widthsAndCasesAreOne() {
        let texts = [
            text(1, "ＢＸ２００ Ｓｃａｎｎｅｒ loses its connection"), text(2, "bx200 SCANNER loses its connection"),
        ]
        #expect(IssueGrouper().group(unrelated + texts).issue(of: record(1))?.members.count == 2)
    }

    @Test func singleTextIsNeverAnIssue() {
        #expect(IssueGrouper().group([elevator[0]]).issues.isEmpty)
    }

    @Test func twoTextsAloneInTheWorldAreComparedAsWell() {
        let again = text(2, elevator[0].title, elevator[0].body + "还要等多久？", site: "south")
        #expect(IssueGrouper().group([elevator[0], again]).issues.count == 1)
        #expect(IssueGrouper().group([elevator[0], scanner[0]]).issues.isEmpty)
    }
}
