import Records
import Testing

@testable import Recurrence

/// A branch's first weeks: a set too small to tell which words are rare.
@Suite struct FewTextsTests {
    private func texts(_ titles: [String]) -> [IssueText] {
        titles.enumerated().map { index, title in
            IssueText(
                id: RecordID(high: 1, low: UInt64(index)), time: Int64(index) * 3_600_000, site: "s\(index % 3)",
                title: title)
        }
    }

    @Test func oneSharedWordMakesNoIssue() {
        let grouping = IssueGrouper().group(
            texts([
                "Scooters charge in the stairwell", "Smoke from the stairwell at night", "Front door will not close",
                "Rooftop door bangs when it blows", "入户门把手有点松", "入户门掉漆一片一片", "Lift stopped twice", "水压太小洗不了澡",
            ]))
        #expect(grouping.issues.isEmpty)
    }

    @Test func placeAndKindTogetherMakeOne() {
        let grouping = IssueGrouper().group(
            texts([
                "鹿盾K7智能锁打不开门", "水压太小洗不了澡", "鹿盾K7智能锁又打不开", "Lift stopped twice", "楼道灯坏了没人修",
            ]))
        #expect(grouping.issues.map(\.members.count) == [2])
    }
}
