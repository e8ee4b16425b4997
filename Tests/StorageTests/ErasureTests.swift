import Foundation
import GRDB
import Records
import Replication
import SwiftProtobuf
import Testing

@testable import Storage

/// What an erasure takes is in no byte of the files any more, and what it leaves still verifies.
@Suite struct ErasureTests {
    private static let name = "欧阳修远"

    private func drafts() -> [SiteLog.Draft] {
        (0..<6).map { number in
            var draft = Fixture.draft("note \(number)")
            draft.facts.complaint.category = "door"
            if number % 2 == 1 {
                draft.personal.customer.name = Self.name
                draft.facts.customerTokens = [token]
                // Longer than a page, so that it lies on pages of its own.
                draft.personal.text = String(repeating: "\(Self.name)投诉门锁。", count: 400)
            }
            return draft
        }
    }

    private var token: CustomerToken {
        var token = CustomerToken()
        token.kind = .phone
        token.value = Data(repeating: 9, count: 16)
        return token
    }

    private func isErased(_ record: Records.Record) -> Bool { !record.facts.customerTokens.isEmpty }

    /// Whether the name stands in any file of a folder.
    private func isFound(in folder: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: folder).contains { name in
            (FileManager.default.contents(atPath: folder + "/" + name) ?? Data()).range(of: Data(Self.name.utf8)) != nil
        }
    }

    @Test func aSitesLogForgetsTheWordsAndKeepsItsChain() async throws {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        _ = try await log.append(drafts(), at: Fixture.now)
        let head = log.head
        #expect(try isFound(in: folder.path))
        #expect(try log.sweep(erasing: isErased) == 3)
        #expect(try !isFound(in: folder.path))
        let slice = try log.read(LogRead(epoch: head.epoch, after: .zero, entries: 10, bytes: .max))
        #expect(slice.end == head)
        #expect(slice.entries.map(\.personalDigest.count) == [0, 32, 0, 32, 0, 32])
        let records = try log.records(after: .beginning, limit: 10).map(\.record)
        #expect(records.map { $0.personal == nil } == [false, true, false, true, false, true])
        #expect(records.allSatisfy { $0.facts.complaint.category == "door" })
        #expect(try log.sweep(erasing: isErased) == 0)
        _ = try await log.append([Fixture.draft("after")], at: Fixture.now)
        try log.close()
        let inspection = try LogInspection(folder.path)
        let found = try inspection.verify(try #require(try inspection.logs().first), keys: [])
        #expect((found.intact, found.damaged) == (7, 0))
    }

    @Test func whatIsKeptOfTrimmedEntriesGoesToo() async throws {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        _ = try await log.append(drafts(), at: Fixture.now)
        log.noteAcknowledged(log.head)
        try await log.persistAcknowledged()
        #expect(try await log.trim(budget: 1).trimmed == 5)
        #expect(try log.remembered().contains { $0.personal?.customer.name == Self.name })
        #expect(try log.sweep(erasing: isErased) == 3)
        #expect(try log.remembered().allSatisfy { $0.personal?.customer.name.isEmpty ?? true })
        #expect(try !isFound(in: folder.path))
    }

    @Test func headquartersForgetsAndNoRepairBringsItBack() async throws {
        let (siteFolder, folder) = (try TestFolder(), try TestFolder())
        let log = try Fixture.log(siteFolder)
        _ = try await log.append(drafts(), at: Fixture.now)
        let slice = try log.read(LogRead(epoch: log.head.epoch, after: .zero, entries: 10, bytes: .max))
        let store = try Fixture.store(folder)
        try store.begin(slice.epoch, of: Fixture.site, parent: nil)
        let hashes = try #require(LogChain.hashes(of: slice.entries, after: slice.previous, first: slice.first))
        let signature = try Fixture.signingKey.sign(.batch, site: Fixture.site, position: slice.end)
        let batch = SiteReceiver.StagedBatch(site: Fixture.site, slice: slice, hashes: hashes, signature: signature)
        #expect(await store.append(together: [batch]) == ["committed 6"])
        let erasure = RecordID(high: 1, low: 1)
        #expect(try store.sweep { isErased($0) ? erasure : nil } == 3)
        #expect(try !isFound(in: folder.path))
        #expect(try store.erasuresCarriedOut().isEmpty)
        try store.noteCarriedOut([erasure])
        #expect(try store.erasuresCarriedOut() == [erasure])

        // The site has not heard of it yet and is asked for an entry.
        #expect(try store.mend(Fixture.site, with: slice) == 6)
        #expect(try !isFound(in: folder.path))
        let again = try #require(
            try store.slice(
                of: Fixture.site, LogRead(epoch: slice.epoch, after: .zero, entries: 10, bytes: .max)))
        #expect(again.end == slice.end)
        #expect(again.entries.map(\.personalDigest.count) == [0, 32, 0, 32, 0, 32])
        let inspection = try LogInspection(folder.path)
        let stored = try #require(try inspection.logs().first { $0.site == Fixture.site })
        let found = try inspection.verify(stored, keys: inspection.signingKeys(of: Fixture.site))
        #expect((found.intact, found.damaged) == (6, 0))
    }

    @Test func aTimeIsReadByTheClockThatWasMeasuredBefore() async throws {
        let folder = try TestFolder()
        let log = try Fixture.log(folder)
        var offset = Facts()
        offset.recordedAt = Fixture.now.milliseconds
        offset.clockOffset.offsetMs = 3_600_000
        _ = try await log.append(
            [Fixture.draft("early"), SiteLog.Draft(facts: offset), Fixture.draft("late")], at: Fixture.now)
        let limit = Fixture.now + .seconds(1800)
        // The entry that says so is told by the clock before.
        #expect(try log.sweep { $0.recorded <= limit } == 2)
        let records = try log.records(after: .beginning, limit: 10).map(\.record)
        #expect(records.map { $0.personal?.text ?? "gone" } == ["gone", "gone", "late"])
    }

    @Test func theInboxForgetsWhatWasHandedOnAndKnowsErasures() async throws {
        let folder = try TestFolder()
        let inbox = try InboxLog(folder: folder.folder, site: Fixture.site)
        let epoch = Fixture.epoch(5)
        let entries = try (0..<3).map { number in
            var facts = Facts()
            facts.recordID = RecordID(high: 2, low: UInt64(number)).data
            if number == 2 { facts.erasure.customerTokens = [token] } else { facts.complaint.category = "door" }
            var personal = Personal()
            if number == 1 { personal.customer.name = Self.name }
            var entry = Entry()
            entry.facts = try facts.serializedData()
            entry.personal = try personal.serializedData()
            entry.nonce = Data(repeating: 7, count: LogChain.nonceLength)
            return try Entry(delivering: entry, of: Fixture.otherSite, .caseGiven)
        }
        let origin = LogChain.origin(site: Fixture.site, epoch: epoch, parent: nil)
        let last = try #require(LogChain.hashes(of: entries, after: origin, first: SequenceNumber(1))?.last)
        let slice = LogSlice(epoch: epoch, first: SequenceNumber(1), previous: origin, entries: entries, last: last)
        _ = try await withCheckedThrowingContinuation { continuation in
            inbox.append(slice, at: Fixture.now) { continuation.resume(with: $0) }
        }
        #expect(try inbox.erasures().map(\.id) == [RecordID(high: 2, low: 2)])
        #expect(try inbox.sweep { $0.personal?.customer.name == Self.name } == 1)
        #expect(try !isFound(in: folder.path))
        #expect(try inbox.items(after: 0, limit: 9).map { $0.record.personal == nil } == [false, true, false])
        // Headquarters hands it on again without its words: the same entry.
        #expect(inbox.position == slice.end)
    }

    @Test func theFeedForgetsTitlesOnly() throws {
        let store = try Fixture.store(try TestFolder())
        let payloads = [#"{"title":"甲"}"#, #"{"title":"乙"}"#, "{}"]
        for (number, payload) in payloads.enumerated() {
            try store.announce(
                [
                    Announcement(
                        kind: "flag", subject: RecordID(high: 1, low: UInt64(number)), sites: [], payload: payload)
                ],
                at: Fixture.now)
        }
        try store.rewriteFeed { $0.contains("甲") ? "{}" : nil }
        #expect(try store.feed(after: 0, limit: 9).map(\.payload) == ["{}", #"{"title":"乙"}"#, "{}"])
        #expect(try store.feed(after: 0, limit: 9).map(\.sequence) == [1, 2, 3])
    }
}
