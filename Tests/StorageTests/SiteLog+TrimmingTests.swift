import Foundation
import GRDB
import Records
import Replication
import Testing

@testable import Storage

/// What a site's log may drop, and what never.
struct SiteLogTrimmingTests {
    private static let text = String(repeating: "电梯又坏了。", count: 100)

    /// A log of so many notes of 2 KiB, acknowledged up to a place.
    private func log(_ folder: TestFolder, _ count: Int, acknowledged: UInt64) async throws -> SiteLog {
        let log = try Fixture.log(folder)
        for start in stride(from: 0, to: count, by: 500) {
            let drafts = (start..<min(count, start + 500)).map { number in
                Fixture.draft("\(number) \(Self.text)", id: RecordID(site: Fixture.site, clientID: "note \(number)"))
            }
            _ = try await log.append(drafts, at: Fixture.now)
        }
        try await acknowledge(log, acknowledged)
        return log
    }

    private func acknowledge(_ log: SiteLog, _ sequence: UInt64) async throws {
        let place = SequenceNumber(sequence)
        let hash = try #require(try log.hash(at: place, of: log.head.epoch))
        log.noteAcknowledged(LogPosition(epoch: log.head.epoch, sequence: place, hash: hash))
        try await log.persistAcknowledged()
    }

    private func allow(_ log: SiteLog, _ sequence: UInt64, _ policy: BackedUp.Policy = .backups) {
        log.note(BackedUp(policy: policy, marks: [log.head.epoch: SequenceNumber(sequence)]))
    }

    private func first(_ log: SiteLog) -> UInt64 { log.retention.first[log.head.epoch]?.value ?? 1 }

    @Test func withinItsBudgetNothingGoesHoweverWellBackedUp() async throws {
        let log = try await log(try TestFolder(), 200, acknowledged: 200)
        allow(log, 200)
        #expect(try await log.trim(budget: 1 << 30).trimmed == 0)
        try log.close()
    }

    @Test func nearTheBudgetTheOldestThatAreBackedUpGoAndNoOthers() async throws {
        let log = try await log(try TestFolder(), 2000, acknowledged: 2000)
        allow(log, 600)
        let used = try log.usedBytes()
        let report = try await log.trim(budget: used + 1000)
        #expect((report.trimmed, report.early) == (500, 0) || (report.trimmed, report.early) == (600, 0))
        #expect(first(log) == UInt64(report.trimmed) + 1)
        #expect(try log.usedBytes() < used)
        try log.close()
    }

    @Test func beyondTheBudgetTheOldestAcknowledgedGoAndAreCountedAsEarly() async throws {
        let log = try await log(try TestFolder(), 2000, acknowledged: 1500)
        allow(log, 100)
        let report = try await log.trim(budget: 1 << 20)
        #expect((report.trimmed, report.early) == (1500, 1400))
        #expect((first(log), log.retention.trimmedEarly) == (1501, 1400))
        // What headquarters lacks is all there, and is sent as ever.
        let slice = try log.read(
            LogRead(epoch: log.head.epoch, after: SequenceNumber(1500), entries: 1000, bytes: 1 << 24))
        #expect(slice.entries.count == 500)
        #expect(try log.backlog().entries == 500)
        try log.close()
    }

    @Test func whatIsNotAcknowledgedStaysWhateverTheBudgetIs() async throws {
        let log = try await log(try TestFolder(), 1000, acknowledged: 0)
        allow(log, 1000)
        #expect(try await log.trim(budget: 0).trimmed == 0)
        try log.close()
    }

    @Test func anIdentityOutlivesItsEntry() async throws {
        let log = try await log(try TestFolder(), 1000, acknowledged: 1000)
        allow(log, 1000)
        #expect(try await log.trim(budget: 0).trimmed == 999)
        let id = RecordID(site: Fixture.site, clientID: "note 3")
        let again = try await log.append([Fixture.draft("3 \(Self.text)", id: id)], at: Fixture.now)
        #expect(again == [.known(id)])
        let other = try await log.append([Fixture.draft("another", id: id)], at: Fixture.now)
        #expect(other == [.conflict(id)])
        try log.close()
    }

    @Test func theLogGoesOnOverARestartAfterItWasTrimmed() async throws {
        let folder = try TestFolder()
        let log = try await log(folder, 1000, acknowledged: 1000)
        allow(log, 700)
        _ = try await log.trim(budget: 0)
        let head = log.head
        try log.close()
        let opened = try SiteLog(
            folder: DataFolder(folder.path, reserve: 0), site: Fixture.site, seed: 2)
        #expect(opened.head == head)
        #expect(first(opened) == 1000)
        #expect(opened.retention.trimmedEarly == 299)
        let saved = try await opened.append([Fixture.draft("after")], at: Fixture.now)
        #expect(saved.first?.place == 1001)
        // The place before the first that is held is still known; those before it are not.
        #expect(try opened.hash(at: SequenceNumber(999), of: head.epoch) != nil)
        #expect(try opened.hash(at: SequenceNumber(998), of: head.epoch) == nil)
        try opened.close()
        let inspection = try LogInspection(folder.path)
        let found = try inspection.verify(try #require(try inspection.logs().first), keys: [])
        #expect((found.first.value, found.intact, found.isWhole) == (1000, 2, true))
    }

    @Test func roomIsGivenBackToTheDisk() async throws {
        let folder = try TestFolder()
        let log = try await log(folder, 3000, acknowledged: 3000)
        try await log.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        let size = { try FileManager.default.attributesOfItem(atPath: folder.path + "/log.sqlite")[.size] as? Int ?? 0 }
        let before = try size()
        allow(log, 3000)
        _ = try await log.trim(budget: 0)
        try await log.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        #expect(try size() < before / 3)
        try log.close()
    }

    @Test func whatTheDueListNeedsIsRememberedWithoutTexts() async throws {
        let log = try await log(try TestFolder(), 1000, acknowledged: 1000)
        allow(log, 1000)
        _ = try await log.trim(budget: 0)
        let kept = try log.remembered()
        #expect(kept.count == 999)
        #expect(kept.allSatisfy { $0.personal?.text.isEmpty == true && $0.facts.visit.reached })
        try log.close()
    }

    @Test func aFullDatabaseIsTrimmedInSmallerSteps() async throws {
        let log = try await log(try TestFolder(), 1000, acknowledged: 1000)
        allow(log, 1000)
        // No page more may be taken: the identities stay, and the entries go.
        let pages = try await log.pool.write { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
        try await log.pool.write { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
        #expect(try await log.trim(budget: 0).trimmed == 999)
        try log.close()
    }
}

extension SiteLog {
    fileprivate convenience init(folder: DataFolder, site: SiteID, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        try self.init(folder: folder, site: site, using: &random)
    }
}
