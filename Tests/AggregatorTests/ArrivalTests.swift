import Records
import Recurrence
import Rules
import Testing

@testable import Aggregator
@testable import Storage

/// Texts that come in while no grouping has seen them yet.
@Suite struct ArrivalTests {
    /// The branches of `FoldTests` without their last complaint, which makes the issue hot.
    private static func almostHot() async throws -> (TestHeadquarters, late: TestSite) {
        let sites = try FoldTests.branches()
        let headquarters = try TestHeadquarters(sites: sites)
        try await headquarters.fold.start()
        try await headquarters.receive(sites[0])
        try await headquarters.receive(sites[1])
        try await headquarters.receive(sites[2], count: 1)
        await headquarters.fold.caughtUp()
        #expect(try headquarters.flags("hot_issue").isEmpty)
        return (headquarters, sites[2])
    }

    @Test func hotFlagIsRaisedBeforeTheNextGrouping() async throws {
        let (headquarters, late) = try await Self.almostHot()
        await headquarters.fold.holdGrouping()
        try await headquarters.receive(late, from: 1)
        await headquarters.fold.turns()
        let flag = try #require(try headquarters.flags("hot_issue").last)
        #expect(flag.state == .raised)
        #expect(flag.flag.complainants == 3)
        #expect(flag.flag.evidence.count == 4)
        #expect(flag.title == "智联S2门锁没电打不开")
        // The complaints that it names rise with it.
        #expect(try headquarters.flags("grade_raised").contains { $0.flag.rule == flag.flag.rule })
        await headquarters.fold.stop()
    }

    @Test func groupingConfirmsTheFlagAndChangesNothing() async throws {
        let (headquarters, late) = try await Self.almostHot()
        await headquarters.fold.holdGrouping()
        try await headquarters.receive(late, from: 1)
        await headquarters.fold.turns()
        await headquarters.fold.releaseGrouping()
        await headquarters.fold.caughtUp()
        #expect(try headquarters.flags("hot_issue").map(\.state) == [.raised])
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        await headquarters.fold.stop()
    }

    @Test func groupingJudgesTheCasesOfAWindowThatGrewMeanwhile() async throws {
        let (headquarters, late) = try await Self.almostHot()
        try await headquarters.receive(late, from: 1)
        await headquarters.fold.caughtUp()
        await headquarters.fold.holdGrouping()
        var later = late
        try later.write(
            #"{"kind":"complaint","id":"c12","occurred_at":"2026-10-26 09:00","customer":{"phone":"13800000004"},"subject":"智联S2门锁没电打不开","text":"智联S2门锁没电打不开"}"#
        )
        try await headquarters.receive(later, from: late.entries.count)
        await headquarters.fold.turns()
        await headquarters.fold.releaseGrouping()
        await headquarters.fold.caughtUp()
        let raised = try headquarters.flags("grade_raised").filter { $0.flag.rule == "same_complaint" }
        let latest = Dictionary(raised.map { ($0.flag.subject, $0.flag) }) { $1 }
        #expect(latest.count == 4)
        #expect(latest.values.allSatisfy { $0.evidence.count == 5 })
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        await headquarters.fold.stop()
    }

    @Test func flagThatTheGroupingDoesNotSupportIsWithdrawn() async throws {
        let (headquarters, late) = try await Self.almostHot()
        await headquarters.fold.holdGrouping()
        try await headquarters.fold.joinEverything()
        var other = try TestSite("oldtown", seed: 3)
        try other.write(
            #"{"kind":"complaint","id":"c9","occurred_at":"2026-10-20 09:00","customer":{"email":"a@b.cn"},"subject":"智联S2门锁没电打不开","text":"智联S2门锁没电就打不开","category":"木门"}"#
        )
        try other.write(
            #"{"kind":"complaint","id":"c11","occurred_at":"2026-10-25 09:00","customer":{"phone":"13800000004"},"subject":"物业电话打不通","text":"打了三天没人接"}"#
        )
        #expect(other.id == late.id)
        try await headquarters.receive(other, from: 1)
        await headquarters.fold.turns()
        #expect(try headquarters.flags("hot_issue").map(\.state) == [.raised])
        await headquarters.fold.releaseGrouping()
        await headquarters.fold.caughtUp()
        #expect(try headquarters.flags("hot_issue").map(\.state) == [.raised, .withdrawn])
        await headquarters.fold.stop()
    }

    @Test func textThatCameDuringAGroupingIsAssignedByItsIndex() throws {
        var keeper = RecurrenceKeeper()
        let texts = try [1, 2, 3].map { try Self.text($0) }
        keeper.add([texts[0], texts[1]])
        #expect(keeper.mustRegroup(at: .zero))
        let taken = keeper.beginGrouping()
        #expect(taken.count == 2)
        keeper.add([texts[2]])
        #expect(keeper.assign(limit: 10).isEmpty)
        let index = try IssueGrouper().group(taken.map(\.text), .none).index
        keeper.grouped(index, after: .seconds(1), at: .seconds(10))
        #expect(keeper.assign(limit: 10).map(\.text.text.id) == [texts[2].text.id])
        #expect(!keeper.isSettled)
        #expect(!keeper.mustRegroup(at: .seconds(12)))
        #expect(keeper.mustRegroup(at: .seconds(13)))
        #expect(keeper.mustRegroup(at: .seconds(12), isAwaited: true))
    }

    @Test func floodIsLeftToTheGrouping() throws {
        var keeper = RecurrenceKeeper()
        keeper.add([try Self.text(1)])
        let index = try IssueGrouper().group(keeper.beginGrouping().map(\.text), .none).index
        keeper.grouped(index, after: .zero, at: .zero)
        keeper.add(try (2...RecurrenceKeeper.waiting + 2).map { try Self.text($0) })
        #expect(keeper.assign(limit: 10).isEmpty)
        #expect(keeper.mustRegroup(at: .zero))
    }

    private static func text(_ number: Int) throws -> SourcedText {
        let id = RecordID(high: 1, low: UInt64(number))
        let text = IssueText(id: id, time: Int64(number), site: "s1", title: "智联S2门锁没电打不开")
        return SourcedText(text: text, record: id, token: nil, isComplaint: true)
    }
}

extension Fold {
    /// No grouping begins until `releaseGrouping`.
    fileprivate func holdGrouping() { recurrence.postpone(until: .seconds(1 << 40)) }

    fileprivate func releaseGrouping() { recurrence.postpone(until: .zero) }

    /// Folds what is stored, assigns it, and announces what follows.
    fileprivate func turns() { for _ in 0..<3 { run() } }

    /// Makes the index take everything for one issue.
    fileprivate func joinEverything() throws {
        let texts = recurrence.texts.values.map(\.text)
        let grouping = try IssueGrouper().group(texts, .none).grouping
        recurrence.index = IssueIndex(texts, grouping: grouping, parameters: GroupingParameters(threshold: -1))
    }
}
