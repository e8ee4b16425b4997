import Foundation
import GRDB
import Records
import Replication
import Testing

@testable import Storage

struct RecordStoreEnrolmentTests {
    private static let digest = Data(repeating: 1, count: 32)
    private static let keys = IssuedCode.Use(curveKey: "new key", signingKey: "11")
    private let newcomer = try! SiteID("C3")

    private func store(_ folder: TestFolder) throws -> RecordStore {
        let store = try Fixture.store(folder)
        try store.add(
            RegisteredSite(
                id: newcomer, name: "新店", zone: TimeZoneRules("Asia/Shanghai")!, addedAt: Fixture.now,
                expectedFrom: Fixture.now))
        try store.issueCode(
            for: newcomer, secretDigest: Self.digest, expiresAt: Fixture.now + .hours(1), at: Fixture.now)
        return store
    }

    private func enrol(
        _ store: RecordStore, _ keys: IssuedCode.Use = keys, site: SiteID? = nil, digest: Data = digest,
        after: Duration = .zero
    ) throws -> EnrolmentDecision {
        try store.enrol(site ?? newcomer, secretDigest: digest, keys: keys, at: Fixture.now + after)
    }

    private func keys(of site: SiteID, _ store: RecordStore) throws -> [String] {
        try store.sites().first { $0.id == site }?.currentKeys.map(\.curveKey) ?? []
    }

    @Test func aCodeIsUsedOnceAndTheAnswerRepeatedToTheSameKeys() throws {
        let folder = try TestFolder()
        let store = try store(folder)
        #expect(try keys(of: newcomer, store) == [])
        #expect(try store.unusedCodes() == [newcomer: Fixture.now + .hours(1)])
        #expect(try enrol(store) == .register)
        #expect(try keys(of: newcomer, store) == ["new key"])
        #expect(try store.unusedCodes().isEmpty)
        #expect(try enrol(store, after: .days(9)) == .repeated)
        #expect(try enrol(store, IssuedCode.Use(curveKey: "thief", signingKey: "22")) == .refuse(.used))
        try store.close()
        let again = try Fixture.store(folder)
        #expect(try enrol(again) == .repeated)
        #expect(try keys(of: newcomer, again) == ["new key"])
    }

    @Test func aWrongExpiredOrForeignCodeRegistersNothing() throws {
        let store = try store(TestFolder())
        #expect(try enrol(store, digest: Data(repeating: 2, count: 32)) == .refuse(.unknown))
        #expect(try enrol(store, site: Fixture.site) == .refuse(.unknown))
        #expect(try enrol(store, after: .hours(1)) == .refuse(.expired))
        #expect(try enrol(store, IssuedCode.Use(curveKey: "key of A1", signingKey: "11")) == .refuse(.keyTaken))
        try store.add(Administrator(name: "wang", curveKey: "wang's"), at: Fixture.now)
        #expect(try enrol(store, IssuedCode.Use(curveKey: "wang's", signingKey: "11")) == .refuse(.keyTaken))
        #expect(try keys(of: newcomer, store) == [])
        // Whatever was tried, the code is as good as before.
        #expect(try enrol(store) == .register)
    }

    @Test func aNewCodeVoidsTheUnusedOneAndItsUseRetiresTheOldKeys() throws {
        let store = try store(TestFolder())
        let second = Data(repeating: 3, count: 32)
        try store.issueCode(for: newcomer, secretDigest: second, expiresAt: Fixture.now + .hours(1), at: Fixture.now)
        #expect(try enrol(store) == .refuse(.unknown))
        #expect(try enrol(store, digest: second) == .register)
        let third = Data(repeating: 4, count: 32)
        try store.issueCode(for: newcomer, secretDigest: third, expiresAt: Fixture.now + .hours(1), at: Fixture.now)
        #expect(try keys(of: newcomer, store) == ["new key"])
        #expect(try enrol(store, IssuedCode.Use(curveKey: "newer key", signingKey: "33"), digest: third) == .register)
        #expect(try keys(of: newcomer, store) == ["newer key"])
        // The first key's code is not answered any more.
        #expect(try enrol(store, digest: second) == .refuse(.used))
    }

    @Test func aRevokedSiteIsLetInAgainByANewCodeOnly() throws {
        let store = try store(TestFolder())
        _ = try enrol(store)
        try store.revoke(newcomer, at: Fixture.now)
        #expect(try keys(of: newcomer, store) == [])
        #expect(try enrol(store) == .refuse(.used))
        let second = Data(repeating: 3, count: 32)
        try store.issueCode(for: newcomer, secretDigest: second, expiresAt: Fixture.now + .hours(1), at: Fixture.now)
        #expect(try enrol(store, digest: second) == .register)
        #expect(try keys(of: newcomer, store) == ["new key"])
        #expect(throws: StorageError.self) { try store.revoke(SiteID("Z9"), at: Fixture.now) }
        #expect(throws: StorageError.self) {
            try store.issueCode(for: SiteID("Z9"), secretDigest: Self.digest, expiresAt: Fixture.now, at: Fixture.now)
        }
    }

    @Test func aSecretIsNotKept() throws {
        let store = try store(TestFolder())
        let columns = try store.pool.read { try $0.columns(in: "enrolment").map(\.name) }
        #expect(columns.contains("secret_digest") && !columns.contains("secret"))
    }

    @Test func theKeysOfAnOlderStoreAreTakenOver() throws {
        let folder = try TestFolder()
        let pool = try DatabasePool(path: folder.folder.file("log.sqlite"))
        try RecordStoreSchema.migrator.migrate(pool, upTo: "1")
        try pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO site VALUES ('A1', '一店', 'Asia/Shanghai', 'old key', '00', 5, 6, NULL, 7, NULL);
                    INSERT INTO log VALUES (1, 'A1', x'01', x'02', NULL, NULL, NULL, 0, x'03');
                    """)
        }
        try pool.close()
        try RecordStoreSchema.migrate(try DatabasePool(path: folder.folder.file("log.sqlite")))
        let migrated = try DatabasePool(path: folder.folder.file("log.sqlite"))
        let row = try migrated.read { database in
            try Row.fetchOne(
                database,
                sql:
                    "SELECT site.heard_until, curve_key FROM site JOIN site_key ON site_key.site = site.id JOIN log ON log.site = site.id"
            )
        }
        #expect(row?["heard_until"] == 7)
        #expect(row?["curve_key"] == "old key")
        #expect(try migrated.read { try $0.foreignKeyViolations().next() } == nil)
    }

    @Test func pinsGetANewSerialWhenTheyChange() throws {
        let store = try Fixture.store(TestFolder())
        #expect(try store.serial(ofPins: Data([1]), at: Fixture.now) == 1)
        #expect(try store.serial(ofPins: Data([1]), at: Fixture.now) == 1)
        #expect(try store.serial(ofPins: Data([2]), at: Fixture.now) == 2)
        // As they were once, but after others: they are news.
        #expect(try store.serial(ofPins: Data([1]), at: Fixture.now) == 3)
        try store.keeps(Fixture.site, pins: 3)
        try store.keeps(Fixture.site, pins: 2)
        #expect(try store.sites().map(\.pinsKept) == [3, 0])
    }
}
