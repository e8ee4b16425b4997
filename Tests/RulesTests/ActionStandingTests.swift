import Foundation
import Records
import SwiftProtobuf
import Testing

@testable import Rules

@Suite struct ActionStandingTests {
    private static let zone = TimeZoneRules("Asia/Shanghai")!
    private let due = Timestamp("2026-11-10", in: zone)!

    private func record(_ number: UInt64, site: String, _ day: Int, _ body: Facts.OneOf_Body) throws -> Record {
        var facts = Facts()
        let id = RecordID(high: 0x0198_0000_0000_7000, low: 0x8000_0000_0000_0000 | number)
        facts.recordID = id.data
        facts.occurredAt = Timestamp("2026-11-\(day < 10 ? "0" : "")\(day)", in: Self.zone)!.milliseconds
        facts.recordedAt = facts.occurredAt
        facts.body = body
        var entry = Entry()
        entry.facts = try facts.serializedData()
        entry.nonce = Data(repeating: 1, count: 16)
        let epoch = try #require(Epoch(hexadecimal: String(repeating: "1", count: 32)))
        return try Record(entry, site: SiteID(site), epoch: epoch, sequence: SequenceNumber(number))
    }

    private func action(sites: [String]) throws -> Record {
        var action = ActionItem()
        action.sites = sites
        action.dueAt = due.milliseconds
        action.month = "2026-10"
        return try record(1, site: "hq", 1, .action(action))
    }

    private func word(_ number: UInt64, _ site: String, _ day: Int, _ state: ActionProgress.State) throws -> Record {
        var progress = ActionProgress()
        progress.actionID = RecordID(high: 0x0198_0000_0000_7000, low: 0x8000_0000_0000_0001).data
        progress.state = state
        return try record(number, site: site, day, .progress(progress))
    }

    private func day(_ day: Int) -> Timestamp { Timestamp("2026-11-\(day)", in: Self.zone)! }

    @Test func itIsDoneWhenEverySiteThatItNamesSaysSo() throws {
        let action = try action(sites: ["a", "b"])
        let words = [try word(2, "a", 5, .done), try word(3, "b", 7, .underWay)]
        let half = ActionStanding(action, progress: words, until: day(20))
        #expect(half.doneAt == nil && half.owing.map(\.text) == ["b"])
        let whole = ActionStanding(action, progress: words.reversed() + [try word(4, "b", 12, .done)], until: day(20))
        #expect(whole.doneAt == day(12))
        #expect(whole.flag(at: day(20)) == nil)
    }

    @Test func itIsOverdueFromTheMomentThatItWasDue() throws {
        let standing = ActionStanding(try action(sites: ["a"]), progress: [], until: day(20))
        #expect(!standing.isOverdue(at: due - .milliseconds(1)))
        #expect(standing.isOverdue(at: due))
        let flag = try #require(standing.flag(at: due))
        #expect(flag.kind == .actionOverdue && flag.sites.map(\.text) == ["a"] && flag.month == "2026-10")
    }

    @Test func headquartersWordCountsAndTheLatestStands() throws {
        let action = try action(sites: ["a", "b"])
        let done = try word(2, "hq", 5, .done)
        #expect(
            ActionStanding(action, progress: [done], until: day(20)).doneAt == Timestamp("2026-11-05", in: Self.zone))
        let again = try word(3, "hq", 6, .underWay)
        #expect(ActionStanding(action, progress: [again, done], until: day(20)).doneAt == nil)
        // What was said later is not known at that moment.
        #expect(
            ActionStanding(action, progress: [again, done], until: Timestamp("2026-11-05 12:00", in: Self.zone)!).doneAt
                != nil)
    }

    @Test func siteThatItDoesNotNameHasNoSay() throws {
        let standing = ActionStanding(try action(sites: ["a"]), progress: [try word(2, "c", 5, .done)], until: day(20))
        #expect(standing.doneAt == nil && standing.words.isEmpty)
    }

    @Test func whatNamesNoSiteIsDoneByHeadquartersAlone() throws {
        let action = try action(sites: [])
        #expect(ActionStanding(action, progress: [try word(2, "a", 5, .done)], until: day(20)).doneAt == nil)
        #expect(ActionStanding(action, progress: [try word(2, "hq", 5, .done)], until: day(20)).doneAt != nil)
    }
}
