import Records
import Recurrence
import Testing

/// What people teach the grouping.
@Suite struct IssueDecisionsTests {
    private let texts = unrelated + elevator + scanner

    private func grouping(_ decisions: [IssueDecisions.Decision], _ texts: [IssueText]? = nil) -> IssueGrouping {
        IssueGrouper().group(texts ?? self.texts, decisions: IssueDecisions(decisions))
    }

    @Test func mergedIssuesAreOne() throws {
        let merged = grouping([.merge(record(1), record(12))])
        let issue = try #require(merged.issue(of: record(1)))
        #expect(issue.members == [1, 2, 3, 11, 12, 13].map(record))
        #expect(issue.id == IssueID(earliest: record(1)))
        #expect(issue.reasons.map(\.record) == issue.members)
    }

    @Test func takingAMergeBackGivesExactlyWhatWasThere() {
        let before = grouping([])
        let merged = grouping([.merge(record(1), record(12))])
        #expect(merged != before)
        #expect(grouping([]) == before)
        // The other decisions stay.
        let other = IssueDecisions.Decision.merge(record(1), record(1000))
        #expect(grouping([other]).issue(of: record(11)) == before.issue(of: record(11)))
    }

    @Test func textsThatNobodyWouldJoinCanBeMerged() throws {
        let issue = try #require(grouping([.merge(record(1000), record(1020))]).issue(of: record(1000)))
        #expect(issue.members == [record(1000), record(1020)])
    }

    @Test func splitTextsAreAnIssueOfTheirOwn() throws {
        let split = grouping([.split([record(2), record(3)], from: record(1))])
        #expect(split.issue(of: record(2))?.members == [record(2), record(3)])
        #expect(split.issue(of: record(1)) == nil)
    }

    @Test func splitTextStandsAlone() {
        let split = grouping([.split([record(2)], from: record(1))])
        #expect(split.issue(of: record(2)) == nil || split.issue(of: record(2))?.members.contains(record(1)) == false)
    }

    @Test func pinnedTextBelongsWhereItWasPut() {
        let pinned = grouping([.pin(record(1003), to: record(12))])
        #expect(pinned.issue(of: record(1003))?.members == [11, 12, 13, 1003].map(record))
        // Only the one text: not what it was together with.
        let moved = grouping([.pin(record(2), to: record(12))])
        #expect(moved.issue(of: record(2))?.members.contains(record(11)) == true)
        #expect(moved.issue(of: record(1))?.members == [record(1), record(3)])
    }

    /// An erasure leaves a text where it was, without its words.
    @Test func aTextWithoutWordsStaysWhereItWasPutAndIsLikeNoOther() throws {
        var erased = texts
        for place in erased.indices where [record(1), record(2), record(1000), record(1001)].contains(erased[place].id)
        {
            (erased[place].title, erased[place].body) = ("", "")
            (erased[place].product, erased[place].category) = ("A100", "door")
        }
        let kept = grouping([.merge(record(3), record(1)), .merge(record(3), record(2))], erased)
        let issue = try #require(kept.issue(of: record(1)))
        #expect(issue.members == [record(1), record(2), record(3)])
        #expect(issue.id == IssueID(earliest: record(1)))
        #expect(issue.title == erased.first { $0.id == record(3) }?.title)
        #expect(kept.issue(of: record(1000)) == nil)
        #expect(kept.issue(of: record(1001)) == nil)
        #expect(kept.issue(of: record(12))?.members == [11, 12, 13].map(record))
    }

    @Test func laterPinTakesTheEarlierOnesPlace() {
        let pinned = grouping([.pin(record(1003), to: record(12)), .pin(record(1003), to: record(1))])
        #expect(pinned.issue(of: record(1003))?.members == [1, 2, 3, 1003].map(record))
        #expect(pinned.issue(of: record(12))?.members == [11, 12, 13].map(record))
    }

    @Test func unlikeTextsAreNeverInOneIssue() {
        let grouping = grouping([.unlike(record(1), record(2))])
        #expect(grouping.issue(of: record(1)) == nil || grouping.issue(of: record(1)) != grouping.issue(of: record(2)))
    }

    @Test func equalTextsCanBeUnlike() throws {
        let same = (1...4).map { text(UInt64($0), elevator[0].title, elevator[0].body) }
        let grouping = grouping([.unlike(record(1), record(3))], unrelated + same)
        #expect(grouping.issue(of: record(1))?.members.contains(record(3)) != true)
        #expect([record(1), record(3)].compactMap { grouping.issue(of: $0) }.flatMap(\.members).contains(record(2)))
    }

    @Test func laterWordHolds() {
        let apart = IssueDecisions.Decision.unlike(record(1), record(12))
        let together = IssueDecisions.Decision.merge(record(1), record(12))
        #expect(grouping([apart, together]).issue(of: record(1))?.members.contains(record(12)) == true)
        #expect(grouping([together, apart]).issue(of: record(1))?.members.contains(record(12)) != true)
        // Also where others make the two one.
        let chain = [IssueDecisions.Decision.merge(record(1), record(1000)), .merge(record(1000), record(12)), apart]
        #expect(grouping(chain).issue(of: record(1))?.members.contains(record(12)) != true)
    }

    @Test func decisionsOutlastOtherTextsAndAnyOrder() {
        let decisions: [IssueDecisions.Decision] = [
            .merge(record(1), record(12)), .unlike(record(2), record(3)), .pin(record(1003), to: record(12)),
        ]
        let expected = grouping(decisions)
        var generator = Generator(state: 8)
        for _ in 0..<3 { #expect(grouping(decisions, texts.shuffled(using: &generator)) == expected) }
        let more = grouping(decisions, texts + [text(4, "翡翠湾二期电梯又困人", "翡翠湾二期电梯频繁困人，请检修")])
        #expect(more.issue(of: record(1003)) == more.issue(of: record(12)))
        #expect(more.issue(of: record(2)) != more.issue(of: record(3)) || more.issue(of: record(2)) == nil)
    }

    @Test func textsThatAreNotHereDoNoHarm() {
        let decisions: [IssueDecisions.Decision] = [
            .merge(record(1), record(777)), .split([record(778), record(2)], from: record(779)),
            .pin(record(780), to: record(1)), .unlike(record(1), record(1)), .pin(record(1), to: record(1)),
        ]
        #expect(grouping(decisions).issue(of: record(11)) == grouping([]).issue(of: record(11)))
    }

    @Test func hugeIssuesAreMergedAndUnmergedExactly() {
        let many = (10_001...14_000).map { number in
            let title = number % 2 == 0 ? elevator[0].title : scanner[0].title
            return text(UInt64(number), title, site: "s\(number % 7)")
        }
        let before = grouping([], unrelated + many)
        let merged = grouping([.merge(record(10_001), record(10_002))], unrelated + many)
        #expect(merged.issue(of: record(10_001))?.members.count == 4_000)
        #expect(before.issue(of: record(10_001))?.members.count == 2_000)
        #expect(grouping([], unrelated + many) == before)
    }
}
