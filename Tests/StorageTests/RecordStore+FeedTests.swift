import Foundation
import Records
import Replication
import Testing

@testable import Storage

struct RecordStoreFeedTests {
    private func flag(_ number: UInt64, _ payload: String, sites: [SiteID] = [Fixture.site]) -> Announcement {
        Announcement(kind: "flag", subject: RecordID(high: 0, low: number), sites: sites, payload: payload)
    }

    @Test func onlyDifferencesAreAnnounced() throws {
        let store = try Fixture.store(TestFolder())
        #expect(try store.announce([flag(1, "a"), flag(2, "b")], at: Fixture.now) == 2)
        #expect(try store.announce([flag(1, "a"), flag(2, "b")], at: Fixture.now) == 0)
        #expect(try store.announce([flag(1, "a"), flag(2, "c")], at: Fixture.now) == 1)
        // Back to what it was is a difference, too.
        #expect(try store.announce([flag(2, "b")], at: Fixture.now) == 1)
        // Whoever follows only the second site must hear of it.
        #expect(try store.announce([flag(1, "a", sites: [Fixture.site, Fixture.otherSite])], at: Fixture.now) == 1)
        #expect(try store.announce([], at: Fixture.now) == 0)
        #expect(try store.feed(after: 0, limit: 100).map(\.payload) == ["a", "b", "c", "b", "a"])
    }

    @Test func theSameSubjectTwiceInOneCallIsComparedInOrder() throws {
        let store = try Fixture.store(TestFolder())
        #expect(try store.announce([flag(1, "a"), flag(1, "a"), flag(1, "b")], at: Fixture.now) == 2)
    }

    @Test func pagesInOrderWithoutGaps() throws {
        let folder = try TestFolder()
        let store = try Fixture.store(folder)
        for number in 0..<25 as Range<UInt64> {
            try store.announce([flag(number, "\(number)")], at: Fixture.now + .seconds(Int64(number)))
        }
        var (after, seen): (UInt64, [UInt64]) = (0, [])
        while case let page = try store.feed(after: after, limit: 10), !page.isEmpty {
            seen += page.map(\.sequence)
            after = page[page.count - 1].sequence
        }
        #expect(seen == Array(1...25))
        #expect(try store.feedHead() == 25)
        #expect(try store.feed(after: .max, limit: 10).isEmpty)
        let entry = try #require(try store.feed(after: 4, limit: 1).first)
        #expect(entry.appendedAt == (Fixture.now + .seconds(4)).milliseconds)
        #expect(entry.sites == ["A1"])
        #expect(entry.subjectID == RecordID(high: 0, low: 4).data)
        try store.close()
        #expect(try Fixture.store(folder).feedHead() == 25)
    }

    @Test func anEmptyFeedEndsAtZero() throws {
        #expect(try Fixture.store(TestFolder()).feedHead() == 0)
    }
}
