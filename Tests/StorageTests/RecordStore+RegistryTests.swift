import Foundation
import Records
import Testing

@testable import Storage

struct RecordStoreRegistryTests {
    @Test func sitesComeBackAsTheyWereAdded() throws {
        let folder = try TestFolder()
        let store = try Fixture.store(folder)
        let sites = try store.sites()
        #expect(
            sites == [
                Fixture.registered(Fixture.site, key: "key of A1"),
                Fixture.registered(Fixture.otherSite, key: "key of B2"),
            ])
        try store.close()
        #expect(try Fixture.store(folder).sites() == sites)
    }

    @Test func anIdOrAKeyIsTakenOnce() throws {
        let store = try Fixture.store(TestFolder())
        let taken = [
            Fixture.registered(Fixture.site, key: "new key"), Fixture.registered(try SiteID("C3"), key: "key of A1"),
        ]
        for site in taken {
            #expect(throws: StorageError.self) { try store.add(site) }
        }
        #expect(try store.sites().count == 2)
    }

    @Test func anAdministratorsKeyIsReplacedUnderItsName() throws {
        let store = try Fixture.store(TestFolder())
        try store.add(Administrator(name: "wang", curveKey: "k1"), at: Fixture.now)
        try store.add(Administrator(name: "wang", curveKey: "k2"), at: Fixture.now)
        try store.add(Administrator(name: "li", curveKey: "k3"), at: Fixture.now)
        #expect(
            try store.administrators() == [
                Administrator(name: "li", curveKey: "k3"), Administrator(name: "wang", curveKey: "k2"),
            ])
    }

    /// `INSERT OR REPLACE` would have removed the other one without a word.
    @Test func aKeyThatSomebodyElseHoldsIsRefused() throws {
        let store = try Fixture.store(TestFolder())
        try store.add(Administrator(name: "wang", curveKey: "k1"), at: Fixture.now)
        #expect(throws: StorageError.self) { try store.add(Administrator(name: "li", curveKey: "k1"), at: Fixture.now) }
        #expect(throws: StorageError.self) {
            try store.add(Administrator(name: "li", curveKey: "key of A1"), at: Fixture.now)
        }
        #expect(throws: StorageError.self) { try store.add(Fixture.registered(SiteID("C3"), key: "k1")) }
        #expect(try store.administrators().map(\.name) == ["wang"])
        #expect(try store.sites().count == 2)
    }

    @Test func heardNeverMovesBack() throws {
        let store = try Fixture.store(TestFolder())
        #expect(try store.sites().map(\.heardUntil) == [nil, nil])
        try store.heard([Fixture.site: Fixture.now])
        try store.heard([Fixture.site: Fixture.now - .days(1), Fixture.otherSite: Fixture.now - .days(2)])
        #expect(try store.sites().map(\.heardUntil) == [Fixture.now, Fixture.now - .days(2)])
        try store.heard([:])
        try store.heard([SiteID("Z9"): Fixture.now])
        #expect(try store.sites().count == 2)
    }
}
