import Foundation
import Logging
import Records
import Replication
import SwiftProtobuf
import Synchronization
import Testing

@testable import Agent
@testable import Storage

/// An erasure that headquarters handed on is carried out on what a branch holds, once.
@Suite struct ErasingTests {
    private static let now = Timestamp("2026-10-15T09:00:00+08:00", in: .utc)!
    private let folder: TemporaryFolder
    private let log: SiteLog
    private let inbox: InboxLog

    init() throws {
        folder = try TemporaryFolder()
        let data = try DataFolder(folder.file("data"), reserve: 0)
        var random = SplitMix64(seed: 1)
        log = try SiteLog(folder: data, site: SiteID("T1"), using: &random)
        inbox = try InboxLog(folder: data, site: SiteID("T1"))
    }

    private var token: CustomerToken {
        var token = CustomerToken()
        token.value = Data(repeating: 3, count: 16)
        return token
    }

    private func write(_ text: String, known: Bool, at time: Timestamp = now) async throws {
        var facts = Facts()
        (facts.occurredAt, facts.recordedAt) = (time.milliseconds, time.milliseconds)
        facts.complaint.category = "door"
        if known { facts.customerTokens = [token] }
        var personal = Personal()
        personal.text = text
        _ = try await log.append([SiteLog.Draft(facts: facts, personal: personal)], at: time)
    }

    /// Headquarters hands an erasure on, ordered an hour later.
    private func order(_ number: UInt64, after previous: LogPosition?) async throws -> LogPosition {
        var facts = Facts()
        facts.recordID = RecordID(high: 9, low: number).data
        facts.recordedAt = (Self.now + .hours(1)).milliseconds
        facts.erasure.customerTokens = [token]
        var entry = Entry()
        entry.facts = try facts.serializedData()
        entry.nonce = Data(repeating: 7, count: LogChain.nonceLength)
        let delivered = try Entry(delivering: entry, of: .headquarters, .amends)
        let epoch = try #require(Epoch(bytes: [UInt8](repeating: 5, count: 16)))
        let start =
            previous
            ?? LogPosition(
                epoch: epoch, sequence: .zero, hash: LogChain.origin(site: log.site, epoch: epoch, parent: nil))
        let last = try #require(LogChain.hashes(of: [delivered], after: start.hash, first: start.sequence.next)?.last)
        let slice = LogSlice(
            epoch: epoch, first: start.sequence.next, previous: start.hash, entries: [delivered], last: last)
        return try await withCheckedThrowingContinuation { continuation in
            inbox.append(slice, at: Self.now) { continuation.resume(with: $0) }
        }
    }

    private func texts() throws -> [String] {
        try log.records(after: .beginning, limit: 10).map { $0.record.personal?.text ?? "–" }
    }

    @Test func whatWasWrittenBeforeGoesAndWhatComesLaterStays() async throws {
        let told = Mutex(0)
        let erasing = Erasing(log: log, inbox: inbox, logger: .silent) { told.withLock { $0 += 1 } }
        try await write("张家门锁", known: true)
        try await write("路灯", known: false)
        try await erasing.round()
        #expect(try texts() == ["张家门锁", "路灯"])
        let position = try await order(1, after: nil)
        try await erasing.round()
        #expect(try texts() == ["–", "路灯"])
        #expect(told.withLock { $0 } == 1)
        try await write("又来了", known: true, at: Self.now + .hours(2))
        try await erasing.round()
        #expect(try texts() == ["–", "路灯", "又来了"])
        // A later one is a new order.
        _ = try await order(2, after: position)
        try await erasing.round()
        #expect(try texts() == ["–", "路灯", "又来了"])
        #expect(told.withLock { $0 } == 1)
    }

    @Test func itIsCarriedOutAgainOnAnOlderLog() async throws {
        try await write("张家门锁", known: true)
        let names = ["log.sqlite", "log.sqlite-wal"].filter { folder.exists("data/" + $0) }
        for name in names {
            try FileManager.default.copyItem(atPath: folder.file("data/" + name), toPath: folder.file(name))
        }
        _ = try await order(1, after: nil)
        try await Erasing(log: log, inbox: inbox, logger: .silent).round()
        #expect(try texts() == ["–"])
        // Somebody puts yesterday's copy back, beside today's inbox.
        let data = try DataFolder(folder.file("restored"), reserve: 0)
        for name in names { try FileManager.default.copyItem(atPath: folder.file(name), toPath: data.file(name)) }
        var random = SplitMix64(seed: 2)
        let restored = try SiteLog(folder: data, site: log.site, using: &random)
        #expect(try restored.records(after: .beginning, limit: 9).first?.record.personal?.text == "张家门锁")
        try await Erasing(log: restored, inbox: inbox, logger: .silent).round()
        #expect(try restored.records(after: .beginning, limit: 9).first?.record.personal == nil)
        try restored.close()
    }
}
