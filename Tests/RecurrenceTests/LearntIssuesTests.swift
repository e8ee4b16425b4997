import Records
import Testing

@testable import Recurrence

/// What people confirmed teaches where other texts belong.
@Suite struct LearntIssuesTests {
    /// One confirmed issue in many wordings.
    private static let confirmed: [IssueText] = [
        "翡翠湾二期电梯频繁困人", "翡翠湾电梯又把人关在里面了", "二期5栋电梯停运，老人困在轿厢", "翡翠湾的电梯坏了没人修", "电梯门打不开，孩子被关半小时，翡翠湾",
        "翡翠湾二期电梯下坠，轿厢里的人吓坏了", "翡翠湾5栋轿厢卡在三楼", "电梯困人，翡翠湾物业不接电话",
    ].enumerated().map { text(UInt64(101 + $0.offset), $0.element) }

    /// Eight other problems at other places, five wordings of each.
    private static let others: [IssueText] = ["停车位", "噪音", "漏水", "门禁", "绿化", "快递柜", "暖气", "路灯"].enumerated().flatMap {
        place, problem in
        ["坏了没人管", "投诉多次无果", "影响生活", "请尽快处理", "一直没有解决"].enumerated().map {
            text(UInt64(200 + place * 10 + $0.offset), "星河\(place + 1)号院\(problem)\($0.element)")
        }
    }

    /// Other words for the confirmed problem, which words alone leave where they are.
    private static let otherWords = text(900, "被关在轿厢里一个小时", "住在翡翠湾，老人吓坏了，维修电话没有人接")

    private static let decision = IssueDecisions.Decision.confirm(confirmed.map(\.id))

    private func grouping(_ more: [IssueText], _ decisions: [IssueDecisions.Decision] = [decision]) -> IssueGrouping {
        IssueGrouper().group(
            unrelated + Self.others + Self.confirmed + more, decisions: IssueDecisions(decisions))
    }

    @Test func confirmedTextsAreOneIssue() throws {
        let issue = try #require(grouping([]).issue(of: record(101)))
        #expect(Set(issue.members).isSuperset(of: Self.confirmed.map(\.id)))
    }

    @Test func otherWordingIsLearnt() throws {
        let new = Self.otherWords
        #expect(grouping([new], []).issue(of: record(900)) != grouping([new], []).issue(of: record(101)))
        let grouping = grouping([new])
        let issue = try #require(grouping.issue(of: record(900)))
        #expect(issue == grouping.issue(of: record(101)))
        let reason = try #require(issue.reasons.first { $0.record == record(900) })
        #expect(try #require(reason.confidence) >= 0.8)
        #expect(issue.reasons.first { $0.record == record(101) }?.confidence == nil)
    }

    @Test func textOfAnotherPlaceIsNot() {
        let new = text(900, "碧水蓝天花园电梯困人，轿厢卡住没人修")
        #expect(grouping([new]).issue(of: record(900))?.members.contains(record(101)) != true)
    }

    @Test func whatIsNotSureIsADoubt() throws {
        let new = text(900, "孩子在图书馆被关半小时")
        let grouping = grouping([new])
        #expect(grouping.issue(of: record(900))?.members.contains(record(101)) != true)
        #expect(grouping.doubts.allSatisfy { (0..<1).contains($0.confidence) })
    }

    @Test func takingItBackGivesExactlyWhatWasThere() {
        let new = Self.otherWords
        let before = grouping([new], [])
        #expect(grouping([new]) != before)
        #expect(grouping([new], []) == before)
    }

    @Test func orderOfTheTextsDoesNotMatter() {
        let new = [Self.otherWords, text(901, "停车位被占，请尽快处理")]
        let texts = unrelated + Self.others + Self.confirmed + new
        let decisions = IssueDecisions([Self.decision])
        let expected = IssueGrouper().group(texts, decisions: decisions)
        var generator = Generator(state: 11)
        for _ in 0..<3 {
            #expect(IssueGrouper().group(texts.shuffled(using: &generator), decisions: decisions) == expected)
        }
    }

    @Test func whatPeopleSaidOfTheTextItselfHolds() {
        let new = Self.otherWords
        let apart = grouping([new], [Self.decision, .unlike(record(900), record(103))])
        #expect(apart.issue(of: record(900))?.members.contains(record(103)) != true)
    }

    @Test func textThatComesInIsAssignedByIt() throws {
        let texts = unrelated + Self.others + Self.confirmed
        let decisions = IssueDecisions([Self.decision])
        var grouped = try IssueGrouper().group(texts, decisions: decisions, .none)
        var index = grouped.index
        guard case .existing(let issue, let reason) = index.assign(Self.otherWords) else {
            Issue.record("it was not assigned")
            return
        }
        #expect(issue == grouped.grouping.issue(of: record(101))?.id)
        #expect(try #require(reason.confidence) >= 0.8)
        #expect(index.assign(text(901, "图书馆周日不开放")) == .alone)
        // What was learnt is of use for the next one.
        let again = try IssueGrouper().group(texts, decisions: decisions, learnt: grouped.learnt, .none)
        #expect(again.grouping == grouped.grouping)
        grouped = again
    }

    @Test func fewExamplesTeachNothing() throws {
        let decisions = IssueDecisions([.confirm([record(101), record(102)])])
        let grouped = try IssueGrouper().group(
            unrelated + Self.confirmed, decisions: decisions, .none)
        #expect(grouped.learnt == nil)
    }
}
