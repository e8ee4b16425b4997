import Foundation
import Records
import Testing

@testable import Storage

struct RecordStoreDigestsTests {
    private func digest(_ month: Month, _ revision: Int, _ content: String) -> StoredDigest {
        StoredDigest(
            month: month, revision: revision, closedAt: Fixture.now + .seconds(revision), content: content, changes: "")
    }

    @Test func revisionsAreKeptAndNeverOverwritten() throws {
        let folder = try TestFolder()
        let store = try Fixture.store(folder)
        let july = try #require(Month("2019-07"))
        try store.keep(digest(july, 1, "first"))
        try store.keep(digest(july, 2, "second"))
        #expect(throws: StorageError.self) { try store.keep(digest(july, 1, "forged")) }
        try store.close()
        let again = try Fixture.store(folder)
        #expect(try again.digests(of: july).map(\.content) == ["first", "second"])
    }

    @Test func closedMonthsComeWithTheirNewestRevision() throws {
        let store = try Fixture.store(TestFolder())
        let (july, june) = try (#require(Month("2019-07")), #require(Month("2019-06")))
        try store.keep(digest(july, 1, "a"))
        try store.keep(digest(june, 1, "b"))
        try store.keep(digest(june, 2, "c"))
        let months = try store.closedMonths()
        #expect(months.map(\.month) == [june, july])
        #expect(months.map(\.revision) == [2, 1])
        #expect(months[0].closedAt == Fixture.now + .seconds(2))
        #expect(try store.digests(of: #require(Month("2020-01"))).isEmpty)
    }
}
