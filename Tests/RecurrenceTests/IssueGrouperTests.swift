import Records
import Recurrence
import Testing

@Suite struct IssueGrouperTests {
    private func ids(_ grouping: IssueGrouping) -> Set<[RecordID]> {
        Set(grouping.issues.map(\.members))
    }

    @Test func sameProblemInOtherWordsAtOtherSitesIsOneIssue() throws {
        let grouping = IssueGrouper().group(unrelated + elevator)
        let issue = try #require(grouping.issue(of: record(1)))
        #expect(issue.members == [record(1), record(2), record(3)])
        #expect(issue.sites == ["east", "north", "south"])
        #expect(issue.firstSeen == elevator[0].time)
        #expect(issue.lastSeen == elevator[2].time)
        #expect(issue.places.contains { $0.contains("翡翠湾") })
        #expect((issue.places + issue.kinds).contains { $0.contains("困") || $0.contains("电梯") })
        #expect(elevator.map(\.title).contains(issue.title))
    }

    @Test func sameProblemInEnglishIsOneIssue() throws {
        let grouping = IssueGrouper().group(unrelated + elevator + scanner)
        let issue = try #require(grouping.issue(of: record(11)))
        #expect(issue.members == [record(11), record(12), record(13)])
        #expect(issue.places.contains { $0.contains("bx200") })
        #expect(grouping.issue(of: record(1))?.members.count == 3)
    }

    @Test func differentProblemsStandAlone() {
        #expect(IssueGrouper().group(unrelated).issues.isEmpty)
    }

    @Test func sameKindAtAnotherPlaceIsNoMember() {
        let elsewhere = text(
            4, "东方名都三期电梯频繁困人", "东方名都三期2栋的电梯这个月已经困人三次，物业只是重启，希望彻底检修。", site: "west")
        let grouping = IssueGrouper().group(unrelated + elevator + [elsewhere])
        #expect(grouping.issue(of: record(1))?.members == [record(1), record(2), record(3)])
        #expect(grouping.issue(of: record(4)) == nil)
    }

    @Test func anotherKindAtTheSamePlaceIsNoMember() {
        let other = text(4, "翡翠湾二期幼儿园学费太贵", "开发商配建的幼儿园说好是普惠园，现在每月收四千元。", site: "west")
        let grouping = IssueGrouper().group(unrelated + elevator + [other])
        #expect(grouping.issue(of: record(4)) == nil)
    }

    @Test func otherProductsAreOtherIssues() {
        let complaint = "The hinge broke after two weeks of normal use"
        let texts = (1...6).map {
            text(
                UInt64($0), complaint, "It snapped off \($0) days ago.",
                product: $0 <= 3 ? "Cabinet Oslo" : "Wardrobe Malmo")
        }
        let grouping = IssueGrouper().group(unrelated + texts)
        #expect(grouping.issue(of: record(1))?.members == [record(1), record(2), record(3)])
        #expect(grouping.issue(of: record(4))?.members == [record(4), record(5), record(6)])
    }

    @Test func orderOfArrivalDoesNotMatter() {
        let texts = unrelated + elevator + scanner
        let expected = IssueGrouper().group(texts)
        var generator = Generator(state: 5)
        for _ in 0..<5 {
            #expect(IssueGrouper().group(texts.shuffled(using: &generator)) == expected)
        }
    }

    @Test func groupingTellsHowFarItIsAndMayBeStopped() throws {
        var seen: [Double] = []
        _ = try IssueGrouper().group(
            unrelated + elevator,
            GroupingWatch {
                seen.append($0); return true
            })
        #expect(seen.count >= 3)
        #expect(seen == seen.sorted())
        #expect(seen.allSatisfy { (0...1).contains($0) })
        #expect(throws: GroupingWatch.Stopped.self) {
            try IssueGrouper().group(unrelated + elevator, GroupingWatch { $0 < 0.1 })
        }
    }

    @Test func identityOutlastsLaterMembers() {
        let before = IssueGrouper().group(unrelated + elevator.prefix(2))
        let after = IssueGrouper().group(unrelated + elevator)
        #expect(before.issue(of: record(1))?.id == IssueID(earliest: record(1)))
        #expect(after.issue(of: record(3))?.id == before.issue(of: record(1))?.id)
    }

    @Test func largeSetsAreSearchedByTheirTellingTerms() {
        // The way of large sets, where not all pairs are compared, taken on a small one.
        let parameters = GroupingParameters(exhaustiveWork: 0)
        let texts = unrelated + elevator + scanner
        #expect(ids(IssueGrouper(parameters: parameters).group(texts)) == ids(IssueGrouper().group(texts)))
    }

    @Test func everyMemberHasAReason() {
        let grouping = IssueGrouper().group(unrelated + elevator + scanner)
        for issue in grouping.issues {
            #expect(issue.reasons.map(\.record) == issue.members)
            #expect(issue.reasons.allSatisfy { !$0.sharedTerms.isEmpty && $0.score > 0 && $0.score <= 1 })
        }
    }

    @Test func placeWithSeveralKindsIsAHotSpot() {
        let texts = [
            text(1, "金桂园电梯困人", "电梯一个月坏了三次。"), text(2, "金桂园幼儿园学费太贵", "每月四千元。"),
            text(3, "金桂园外墙渗水", "下雨天客厅墙面起泡。"),
        ]
        let grouping = IssueGrouper().group(unrelated + texts)
        #expect(grouping.issues.isEmpty)
        #expect(grouping.hotSpots.contains { $0.place == "金桂" && $0.members == [record(1), record(2), record(3)] })
    }

    @Test func kindAtSeveralPlacesIsAPattern() {
        let texts = ["锦绣华", "东方名", "碧水雅"].enumerated().map {
            text(UInt64($0.offset + 1), "\($0.element)苑电梯频繁困人", "电梯这个月已经困人三次，物业只是重启，希望彻底检修。")
        }
        let grouping = IssueGrouper().group(unrelated + texts)
        #expect(grouping.patterns.contains { $0.members == [record(1), record(2), record(3)] })
    }
}

/// SplitMix64: the same order in every run.
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
