import Foundation
import GRDB
import Records
import Replication
import Testing

@testable import Storage

/// Backups are verified before they count, and a restore is rehearsed before it is done.
struct BackupTests {
    /// A headquarters with its own log, and one site's log of so many entries.
    private final class House {
        let folder: TestFolder
        let store: RecordStore
        let own: SiteLog
        var source = BatchSource()
        var backups: String { folder.path + "-backups" }

        init() async throws {
            folder = try TestFolder()
            store = try Fixture.store(folder)
            try await store.pool.write { database in
                let table = try database.tableExists("site_key") ? "site_key" : "site"
                try database.execute(
                    sql: "UPDATE \(table) SET signing_key = ?",
                    arguments: [Fixture.signingKey.verifyingKey.hexadecimal])
            }
            var random = SplitMix64(seed: 5)
            own = try SiteLog(
                folder: DataFolder(folder.path + "/own", reserve: 0), site: SiteID("hq"), using: &random)
            _ = try await own.append(Fixture.drafts(3), at: Fixture.now)
            try store.begin(source.epoch, of: source.site, parent: nil)
        }

        func add(_ count: Int) async throws { _ = await store.append(together: [try source.next(count)]) }

        func backup(at seconds: Int, _ progress: @escaping (BackupWriter.Progress) throws -> Void = { _ in }) throws
            -> BackupManifest
        {
            let writer = BackupWriter(store: store, ownLog: own, folder: backups, program: "test")
            return try writer.make(at: Fixture.now + .seconds(seconds), keys: nil, progress: progress)
        }

        func close() throws {
            try own.close()
            try store.close()
        }

        deinit { try? FileManager.default.removeItem(atPath: backups) }
    }

    private func mark(_ house: House, days: Int, at seconds: Int) throws -> UInt64? {
        try house.store.backedUp(keeping: .days(days), at: Fixture.now + .seconds(seconds)).sites[Fixture.site]?
            .marks[house.source.epoch]?.value
    }

    @Test func aBackupHoldsWhatWasThereAndSaysSo() async throws {
        let house = try await House()
        try await house.add(50)
        let manifest = try house.backup(at: 0)
        try await house.add(50)
        #expect(manifest.isWhole)
        #expect(manifest.logs.map(\.sequence) == [50])
        #expect(try house.store.backups().map(\.name) == [manifest.name])
        try BackupManifest.read(house.backups + "/" + manifest.name).verifyFiles(
            in: house.backups + "/" + manifest.name)
        #expect(try mark(house, days: 14, at: 0) == 50)
        try house.close()
    }

    @Test func theOldestBackupThatOneMayRestoreDecidesWhatSitesTrim() async throws {
        let house = try await House()
        try await house.add(10)
        _ = try house.backup(at: 0)
        try await house.add(10)
        _ = try house.backup(at: 86_400)
        #expect(try mark(house, days: 14, at: 86_400) == 10)
        // The first one gets too old and goes.
        let later = 15 * 86_400 - 1000
        try house.store.tidyBackups(in: house.backups, keeping: .days(14), at: Fixture.now + .seconds(later))
        #expect(try house.store.backups().count == 1)
        #expect(try mark(house, days: 14, at: later) == 20)
        // The newest stays, whatever its age.
        try house.store.tidyBackups(in: house.backups, keeping: .days(14), at: Fixture.now + .seconds(later * 10))
        #expect(try house.store.backups().count == 1)
        try house.close()
    }

    @Test func whereNoBackupIsWhatIsOldEnoughMayGo() async throws {
        let house = try await House()
        try await house.add(10)
        #expect(try mark(house, days: 14, at: 13 * 86_400) == 0)
        #expect(try mark(house, days: 14, at: 14 * 86_400) == 10)
        #expect(try house.store.backedUp(keeping: .days(14), at: Fixture.now).policy == .none)
        try house.close()
    }

    @Test func aBackupThatSomebodyDeletedCountsForNothing() async throws {
        let house = try await House()
        try await house.add(10)
        let manifest = try house.backup(at: 0)
        try FileManager.default.removeItem(atPath: house.backups + "/" + manifest.name)
        try house.store.tidyBackups(in: house.backups, keeping: .days(14), at: Fixture.now)
        #expect(try house.store.backedUp(keeping: .days(14), at: Fixture.now).policy == .none)
        #expect(try mark(house, days: 14, at: 0) == 0)
        try house.close()
    }

    @Test func whatFollowsADamagedEntryIsNotBackedUp() async throws {
        let house = try await House()
        try await house.add(50)
        try await house.store.pool.write {
            try $0.execute(sql: "UPDATE entry SET facts = x'00' WHERE sequence = 31")
        }
        let manifest = try house.backup(at: 0)
        #expect(!manifest.isWhole)
        #expect(try mark(house, days: 14, at: 0) == 30)
        try house.close()
    }

    @Test func aBackupThatIsEndedLeavesNothing() async throws {
        struct Stop: Error {}
        let house = try await House()
        try await house.add(50)
        #expect(throws: Stop.self) { try house.backup(at: 0) { _ in throw Stop() } }
        #expect(try FileManager.default.contentsOfDirectory(atPath: house.backups) == [])
        #expect(try house.store.backups().isEmpty)
        try house.close()
    }

    @Test func aRehearsalSaysWhatTheBackupLacksAndTouchesNothing() async throws {
        let house = try await House()
        try await house.add(50)
        let manifest = try house.backup(at: 0)
        try await house.add(20)
        try house.store.announce(
            [Announcement(kind: "flag", subject: RecordID(high: 1, low: 1), sites: [], payload: "{}")], at: Fixture.now)
        let restore = BackupRestore(backup: house.backups + "/" + manifest.name, folder: house.folder.path)
        let before = try FileManager.default.contentsOfDirectory(atPath: house.folder.path).sorted()
        let findings = try restore.rehearse()
        #expect(findings.logs.map(\.beyond) == [20])
        #expect((findings.feedBeyond, findings.keepsOwnLog, findings.damaged) == (1, true, 0))
        #expect(try FileManager.default.contentsOfDirectory(atPath: house.folder.path).sorted() == before)
        // While a process uses the folder it is not replaced.
        #expect(throws: StorageError.self) { try restore.restore(at: Fixture.now) }
        try house.close()
    }

    @Test func aRestoreBeginsANewEpochAndKeepsWhatWasThereAside() async throws {
        let house = try await House()
        try await house.add(50)
        let manifest = try house.backup(at: 0)
        try await house.add(20)
        let (epoch, feed) = (house.store.headquartersEpoch, house.store.feedEpoch)
        try house.close()
        let (_, aside) = try BackupRestore(
            backup: house.backups + "/" + manifest.name, folder: house.folder.path
        ).restore(at: Fixture.now)
        let kept = try LogInspection(try #require(aside) + "/log.sqlite")
        #expect(try kept.logs().map(\.head.value) == [70])
        kept.close()
        var random = SplitMix64(seed: 9)
        let restored = try RecordStore(folder: DataFolder(house.folder.path, reserve: 0), using: &random)
        #expect(restored.headquartersEpoch != epoch)
        #expect(restored.feedEpoch != feed)
        #expect(try restored.storedLogs().map(\.durable.sequence.value) == [50])
        try restored.close()
    }

    @Test func aBackupThatWasChangedIsNotRestored() async throws {
        let house = try await House()
        try await house.add(50)
        let manifest = try house.backup(at: 0)
        try house.close()
        let path = house.backups + "/" + manifest.name + "/log.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let restore = BackupRestore(backup: house.backups + "/" + manifest.name, folder: house.folder.path)
        #expect(throws: StorageError.self) { try restore.rehearse() }
        #expect(throws: StorageError.self) { try restore.restore(at: Fixture.now) }
        let live = try LogInspection(house.folder.path)
        #expect(try live.logs().map(\.head.value) == [50])
        live.close()
    }
}
