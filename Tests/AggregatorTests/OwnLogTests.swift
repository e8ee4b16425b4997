import Digests
import Foundation
import GRDB
import Logging
import Records
import Replication
import Rules
import Testing

@testable import Aggregator
@testable import Storage

@Suite struct OwnLogTests {
    private static let key = LogSigningKey()

    private static func open(_ headquarters: TestHeadquarters) throws -> OwnLog {
        let fold = headquarters.fold
        return try OwnLog(
            folder: headquarters.path + "/own", key: key, zone: TestSite.zone, store: headquarters.store,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), at: TestSite.start,
            onCommit: { fold.wake() })
    }

    /// A draft of a step, as headquarters writes it.
    private static func step(_ kind: CaseStep.Kind, of complaint: RecordID, by author: String = "质量部")
        -> SiteLog.Draft
    {
        var facts = Facts()
        facts.author = author
        facts.occurredAt = Timestamp("2026-10-03 09:00", in: TestSite.zone)!.milliseconds
        facts.recordedAt = facts.occurredAt
        facts.step.caseID = complaint.data
        facts.step.kind = kind
        return SiteLog.Draft(facts: facts)
    }

    @Test func whatIsWrittenHereCountsLikeAnyOthers() async throws {
        var site = try TestSite("riverside", seed: 1)
        try site.write(#"{"kind":"complaint","id":"a","occurred_at":"2026-10-02 09:00","text":"楼道灯坏了"}"#)
        let headquarters = try TestHeadquarters(sites: [site])
        try await headquarters.fold.start()
        try await headquarters.receive(site)
        let own = try Self.open(headquarters)
        let complaint = RecordID(site: site.id, clientID: "a")
        _ = try await own.write(Self.step(.resolved, of: complaint), at: TestSite.end)
        await headquarters.fold.caughtUp()

        let row = try #require(try headquarters.views.caseRow(complaint))
        #expect(row.state == "confirmed")
        let log = try #require(try headquarters.store.storedLogs().first { $0.site == .headquarters })
        #expect(log.durable == own.log.head)
        await headquarters.fold.stop()
        try own.log.close()
    }

    @Test func itsBatchesAreSignedByHeadquarters() async throws {
        let headquarters = try TestHeadquarters(sites: [])
        let own = try Self.open(headquarters)
        _ = try await own.write(Self.step(.urgedAgain, of: RecordID(high: 1, low: 2)), at: TestSite.end)
        let signature = try #require(try headquarters.store.lastSignature(of: .headquarters))
        #expect(Self.key.verifyingKey.verifies(signature, .batch, site: .headquarters, position: own.log.head))
        try own.log.close()
    }

    @Test func anotherKeySignsWhatFollowsAndBothAreKept() async throws {
        let headquarters = try TestHeadquarters(sites: [])
        let own = try Self.open(headquarters)
        _ = try await own.write(Self.step(.urgedAgain, of: RecordID(high: 1, low: 2)), at: TestSite.end)
        let next = LogSigningKey()
        let change = try KeyChange(of: .headquarters, curveKey: [UInt8](repeating: 3, count: 32), signingKey: next)
        try await own.sign(with: next, change, at: TestSite.end)
        let place = own.log.head
        let signature = try #require(try headquarters.store.lastSignature(of: .headquarters))
        #expect(Self.key.verifyingKey.verifies(signature, .batch, site: .headquarters, position: place))
        // As after a crash that came before the new key was in its file.
        try await own.sign(with: next, change, at: TestSite.end)
        #expect(own.log.head == place)
        _ = try await own.write(Self.step(.urgedAgain, of: RecordID(high: 1, low: 3)), at: TestSite.end)
        let newest = try #require(try headquarters.store.lastSignature(of: .headquarters))
        #expect(next.verifyingKey.verifies(newest, .batch, site: .headquarters, position: own.log.head))

        let keys = try headquarters.store.ownSigningKeys()
        #expect(keys.map(\.key) == [Self.key.verifyingKey, next.verifyingKey])
        #expect(keys[0].until == keys[1].since && keys[1].until == nil)
        try headquarters.registry.load(from: headquarters.store)
        #expect(headquarters.registry.identity(ofKey: CurveKeyText.z85([UInt8](repeating: 3, count: 32))) == nil)
        let inspection = try LogInspection(headquarters.store.folder.path)
        defer { inspection.close() }
        let log = try #require(try inspection.logs().first { $0.site == .headquarters })
        let found = try inspection.verify(log, keys: inspection.signingKeys(of: .headquarters))
        #expect(found.isWhole && found.signatures == 3)
        try own.log.close()
    }

    @Test func aKeyThatIsReplacedByHandIsKeptForWhatItSigned() throws {
        let headquarters = try TestHeadquarters(sites: [])
        let (first, second) = (LogSigningKey().verifyingKey, LogSigningKey().verifyingKey)
        for key in [first, second, second] {
            try headquarters.store.registerOwnSite(zone: TestSite.zone, signingKey: key, at: TestSite.end)
        }
        #expect(try headquarters.store.ownSigningKeys().map(\.key) == [first, second])
    }

    @Test func itIsNoBranch() async throws {
        let headquarters = try TestHeadquarters(sites: [try TestSite("riverside", seed: 1)])
        let own = try Self.open(headquarters)
        _ = try await own.write(Self.step(.urgedAgain, of: RecordID(high: 1, low: 2)), at: TestSite.end)
        try headquarters.registry.load(from: headquarters.store)
        #expect(headquarters.registry.sites.map(\.id.text) == ["riverside"])
        try await headquarters.fold.start()
        await headquarters.fold.caughtUp()
        let digest = try await headquarters.fold.preview(of: Month("2026-10")!).digest
        #expect(digest.sites.map(\.id.text) == ["riverside"])
        #expect(try headquarters.flags("site_silent").allSatisfy { $0.flag.sites != [.headquarters] })
        await headquarters.fold.stop()
        try own.log.close()
    }

    @Test func noBranchMayBeCalledSo() throws {
        let headquarters = try TestHeadquarters(sites: [])
        #expect(throws: StorageError.self) {
            try headquarters.store.add(
                RegisteredSite(
                    id: .headquarters, name: "", zone: TestSite.zone, curveKey: "k", signingKey: "",
                    addedAt: TestSite.start, expectedFrom: TestSite.start))
        }
    }

    @Test func whatACrashLeftBehindIsCarriedOverAtTheNextStart() async throws {
        let headquarters = try TestHeadquarters(sites: [])
        let first = try Self.open(headquarters)
        // Saved, and the process ended before it was carried over.
        _ = try await first.log.append([Self.step(.urgedAgain, of: RecordID(high: 1, low: 2))], at: TestSite.end)
        let head = first.log.head
        try first.log.close()
        let second = try Self.open(headquarters)
        await second.carry()
        #expect(try headquarters.store.durablePositions()[.headquarters]?[head.epoch] == head)
        #expect(await second.trouble == nil)
        try second.log.close()
    }

    @Test func manyWritersAtOnceLoseNothing() async throws {
        let headquarters = try TestHeadquarters(sites: [])
        let own = try Self.open(headquarters)
        await withTaskGroup { group in
            for index in 0..<50 {
                group.addTask {
                    _ = try? await own.write(
                        Self.step(.urgedAgain, of: RecordID(high: 1, low: UInt64(index))), at: TestSite.end)
                }
            }
        }
        await own.carry()
        #expect(try headquarters.store.entryCount(of: .headquarters) == 50)
        #expect(await own.trouble == nil)
        try own.log.close()
    }

    @Test func anotherHistoryInTheStoreIsSaidAndNothingIsMixed() async throws {
        let headquarters = try TestHeadquarters(sites: [])
        let own = try Self.open(headquarters)
        _ = try await own.write(Self.step(.urgedAgain, of: RecordID(high: 1, low: 2)), at: TestSite.end)
        try await headquarters.store.pool.write { database in
            try database.execute(sql: "UPDATE log SET hash = zeroblob(32)")
        }
        _ = try await own.write(Self.step(.urgedAgain, of: RecordID(high: 1, low: 3)), at: TestSite.end)
        #expect(await own.trouble?.contains("different histories") == true)
        #expect(try headquarters.store.entryCount(of: .headquarters) == 1)
        try own.log.close()
    }
}

extension RecordStore {
    /// The signature over the newest batch of a site.
    fileprivate func lastSignature(of site: SiteID) throws -> Signature? {
        try pool.read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT key_id, signature FROM batch JOIN log ON log.number = batch.log
                    WHERE site = ? ORDER BY last DESC
                    """, arguments: [site.text]
            ).map { row in
                var signature = Signature()
                signature.keyID = row["key_id"]
                signature.value = row["signature"]
                return signature
            }
        }
    }
}
