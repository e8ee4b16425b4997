import Digests
import Foundation
import Logging
import Records
import struct Records.Record
import Replication
import Rules
import SwiftProtobuf
import Testing

@testable import Aggregator
@testable import Storage

/// Headquarters' own log with an erasure in it, and branches with the records of its customer, in any order.
@Suite struct ErasureTests {
    private static let october = Month("2026-10")!
    private static let name = "欧阳修远"

    /// The customer K1 complains twice in the same words and is visited; others complain of the same at two branches.
    private static func branches() throws -> [TestSite] {
        var riverside = try TestSite("riverside", seed: 1)
        try riverside.write(complaint("a", "K1", "2026-10-02 09:00", "欧阳修远说门锁电池没电，打不开门", name: name))
        try riverside.write(complaint("b", "K1", "2026-10-03 09:00", "欧阳修远说门锁电池没电，打不开门", name: name))
        try riverside.write(
            #"{"kind":"step","case":"a","step":"resolved","text":"欧阳修远的门锁电池已换","occurred_at":"2026-10-04 09:00"}"#)
        try riverside.write(
            #"{"kind":"visit","id":"v","customer":"K1","reached":true,"help_needed":["教欧阳修远用新锁"],"occurred_at":"2026-10-05 09:00"}"#
        )
        try riverside.write(complaint("c", "K2", "2026-10-06 09:00", "门锁失灵，电池没电，打不开门，等了半天"))
        var lakeview = try TestSite("lakeview", seed: 2)
        try lakeview.write(complaint("d", "K3", "2026-10-07 09:00", "门锁电池又没电了，打不开门，没人管"))
        try lakeview.write(complaint("e", "K1", "2026-10-08 09:00", "欧阳修远投诉电梯停运没人管"))
        return [riverside, lakeview]
    }

    private static func complaint(_ id: String, _ customer: String, _ at: String, _ text: String, name: String = "")
        -> String
    {
        """
        {"kind":"complaint","id":"\(id)","occurred_at":"\(at)","customer":{"number":"\(customer)","name":"\(name)"},"text":"\(text)"}
        """
    }

    private static var tokens: [CustomerToken] {
        var customer = Customer()
        customer.number = "K1"
        return TestSite.pseudonyms.tokens(for: customer, at: .headquarters)
    }

    /// Headquarters' log with this erasure.
    private static func own(_ erasure: Erasure, at time: Timestamp = TestSite.end + .hours(1)) throws -> TestSite {
        var own = try TestSite("hq", seed: 3)
        var facts = Facts()
        facts.recordID = RecordID(site: .headquarters, clientID: "erasure").data
        (facts.occurredAt, facts.recordedAt) = (time.milliseconds, time.milliseconds)
        facts.erasure = erasure
        try own.append(facts)
        return own
    }

    /// The files in which the customer's name stands.
    private func traces(in headquarters: TestHeadquarters) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: headquarters.path).filter { name in
            let bytes = FileManager.default.contents(atPath: headquarters.path + "/" + name) ?? Data()
            return bytes.range(of: Data(Self.name.utf8)) != nil
        }
    }

    private func headquarters(_ sites: [TestSite]) async throws -> TestHeadquarters {
        let headquarters = try TestHeadquarters(sites: sites)
        try headquarters.store.registerOwnSite(
            zone: TestSite.zone, signingKey: LogSigningKey().verifyingKey, at: TestSite.start)
        try headquarters.registry.load(from: headquarters.store)
        try await headquarters.fold.start()
        return headquarters
    }

    /// What figures say of the month.
    private func figures(_ headquarters: TestHeadquarters) async throws -> [Int] {
        let digest = try await headquarters.fold.preview(of: Self.october).digest
        let names: [FigureName] = ["complaints.received", "complaints.distinct", "help.needed", "issues.present"]
        return names.map { digest.count($0) } + digest.issues.map(\.occurrences) + digest.issues.map(\.complainants)
    }

    @Test func theScopeIsEverythingOfTheCustomerAndNothingOfOthers() async throws {
        let sites = try Self.branches()
        let headquarters = try await headquarters(sites)
        for site in sites { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        let scope = try await headquarters.fold.erasureScope(of: Self.tokens, record: nil)
        #expect(scope.records.count == 5)
        #expect(scope.complaints == 3)
        #expect(scope.sites.map { "\($0.key) \($0.value)" }.sorted() == ["lakeview 1", "riverside 4"])
        let named = ["a", "b", "v"].map { RecordID(site: sites[0].id, clientID: $0) }
        #expect(named.allSatisfy { scope.records.contains($0) })
        #expect(!scope.records.contains(RecordID(site: sites[0].id, clientID: "c")))
        let byRecord = try await headquarters.fold.erasureScope(of: [], record: named[2])
        #expect(byRecord.records == scope.records)
        #expect(byRecord.tokens.map(\.value) == Self.tokens.map(\.value))
        await headquarters.fold.stop()
    }

    @Test func whoWasSaidToBeTheSameCustomerIsOfTheScopeToo() async throws {
        let sites = try Self.branches()
        var own = try TestSite("hq", seed: 3)
        var other = Customer()
        other.number = "K2"
        var facts = Facts()
        facts.recordID = RecordID(site: .headquarters, clientID: "merge").data
        (facts.occurredAt, facts.recordedAt) = (TestSite.end.milliseconds, TestSite.end.milliseconds)
        facts.merge.one = Self.tokens
        facts.merge.other = TestSite.pseudonyms.tokens(for: other, at: .headquarters)
        try own.append(facts)
        let headquarters = try await headquarters(sites)
        for site in sites + [own] { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        let scope = try await headquarters.fold.erasureScope(of: Self.tokens, record: nil)
        #expect(scope.records.contains(RecordID(site: sites[0].id, clientID: "c")))
        #expect(!scope.records.contains(RecordID(site: sites[1].id, clientID: "d")))
        #expect(Set(scope.tokens.map(\.value)) == Set((facts.merge.one + facts.merge.other).map(\.value)))
        await headquarters.fold.stop()
    }

    @Test func wordsAreInNoFileAndEveryFigureStays() async throws {
        let sites = try Self.branches()
        let headquarters = try await headquarters(sites)
        for site in sites { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        let before = try await figures(headquarters)
        #expect(before.prefix(3) == [5, 4, 1])
        #expect(try !traces(in: headquarters).isEmpty)
        let scope = try await headquarters.fold.erasureScope(of: Self.tokens, record: nil)
        let own = try Self.own(try #require(scope.erasures.first))
        try await headquarters.receive(own)
        await headquarters.fold.caughtUp()
        let after = try await figures(headquarters)
        #expect(after == before)
        let erased = try #require(try headquarters.views.row(RecordID(site: sites[0].id, clientID: "a")))
        #expect(try headquarters.fold.record(erased)?.personal == nil)
        let issues = try headquarters.views.issues(limit: 10)
        #expect(try issues.contains { try headquarters.views.members(of: $0.id).map(\.record).contains(erased.id) })
        #expect(issues.map(\.occurrences) == [4])
        #expect(issues.allSatisfy { !$0.title.isEmpty && !$0.title.contains(Self.name) })
        let (live, rebuilt) = try await headquarters.fold.rebuild()
        #expect(live == rebuilt)
        let again = try await figures(headquarters)
        #expect(again == before)
        #expect(try headquarters.flags("entry_withheld").isEmpty)
        await headquarters.fold.stop()
        try Erasing.forget(scope.titles, in: headquarters.store)
        #expect(try headquarters.flags("hot_issue").allSatisfy { !($0.title ?? "").contains(Self.name) })
        headquarters.views.forgetOldPages()
        try headquarters.views.close()
        try headquarters.store.close()
        let left = try traces(in: headquarters)
        #expect(left == [])
    }

    @Test func whatArrivesAfterTheErasureIsErasedToo() async throws {
        let sites = try Self.branches()
        let headquarters = try await headquarters(sites)
        try await headquarters.receive(sites[0])
        await headquarters.fold.caughtUp()
        let scope = try await headquarters.fold.erasureScope(of: Self.tokens, record: nil)
        for site in sites { _ = try await headquarters.fold.renewOutbox(of: site.id, logEpoch: site.epoch) }
        try await headquarters.receive(try Self.own(try #require(scope.erasures.first)))
        await headquarters.fold.caughtUp()
        let erasure = RecordID(site: .headquarters, clientID: "erasure")
        #expect(try headquarters.store.places(of: erasure).keys.map(\.text) == ["riverside"])
        // Written before, at a branch that was out of reach.
        try await headquarters.receive(sites[1])
        await headquarters.fold.caughtUp()
        let late = try #require(try headquarters.views.row(RecordID(site: sites[1].id, clientID: "e")))
        #expect(try headquarters.fold.record(late)?.personal == nil)
        // That branch holds some of it, too, as it turns out.
        #expect(try headquarters.store.places(of: erasure).keys.map(\.text).sorted() == ["lakeview", "riverside"])
        let other = try #require(try headquarters.views.row(RecordID(site: sites[1].id, clientID: "d")))
        #expect(try headquarters.fold.record(other)?.personal != nil)
        await headquarters.fold.stop()
    }

    @Test func aRecordWithoutItsWordsIsFlaggedUntilAnErasureAccountsForIt() async throws {
        var sites = try Self.branches()
        try sites[0].withhold(0)
        let headquarters = try await headquarters(sites)
        try await headquarters.receive(sites[0])
        await headquarters.fold.caughtUp()
        let withheld = RecordID(site: sites[0].id, clientID: "a")
        #expect(try headquarters.flags("entry_withheld").map(\.flag.subject) == [withheld.description])
        let incomplete = try await headquarters.fold.preview(of: Self.october).digest
        #expect(incomplete.sites.first { $0.id == sites[0].id }?.missing == 1)
        var erasure = Erasure()
        erasure.recordIds = [withheld.data]
        try await headquarters.receive(try Self.own(erasure))
        await headquarters.fold.caughtUp()
        #expect(try headquarters.flags("entry_withheld").last?.state == .passed)
        let digest = try await headquarters.fold.preview(of: Self.october).digest
        #expect(digest.sites.first { $0.id == sites[0].id }?.missing == 0)
        await headquarters.fold.stop()
    }

    @Test func aSitesErasureIsARequestAndTakesNothing() async throws {
        var sites = try Self.branches()
        let complaint = RecordID(site: sites[0].id, clientID: "a")
        try sites[1].write(#"{"kind":"erasure","records":["\#(complaint)"],"reason":"客户要求"}"#)
        let headquarters = try await headquarters(sites)
        for site in sites { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        let row = try #require(try headquarters.views.row(complaint))
        #expect(try headquarters.fold.record(row)?.personal != nil)
        #expect(try headquarters.flags("amendment_proposed").map(\.flag.subject) == [complaint.description])
        var erasure = Erasure()
        erasure.recordIds = [complaint.data]
        try await headquarters.receive(try Self.own(erasure))
        await headquarters.fold.caughtUp()
        #expect(try headquarters.fold.record(row)?.personal == nil)
        #expect(try headquarters.flags("amendment_proposed").last?.state == .passed)
        await headquarters.fold.stop()
    }

    @Test func whatABackupBroughtBackIsErasedBeforeAnybodyIsServed() async throws {
        let sites = try Self.branches()
        let headquarters = try await headquarters(sites)
        for site in sites { try await headquarters.receive(site) }
        await headquarters.fold.caughtUp()
        await headquarters.fold.stop()
        // The own log has what the store, from a backup, knows nothing of.
        var random = SplitMix64(seed: 5)
        let own = try SiteLog(
            folder: DataFolder(headquarters.path + "/own", reserve: 0), site: .headquarters, using: &random)
        var facts = Facts()
        facts.recordedAt = (TestSite.end + .hours(1)).milliseconds
        facts.erasure.customerTokens = Self.tokens
        _ = try await own.append([SiteLog.Draft(facts: facts)], at: TestSite.end)
        let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        try Erasing(store: headquarters.store, own: own, logger: quiet).round()
        let log = try #require(try headquarters.store.storedLogs().first { $0.site == sites[0].id })
        let entries = try headquarters.store.entries(of: log.number, after: .zero, limit: 10)
        // The step has no token of its own; it goes with the complaint that an erasure names.
        #expect(entries.map { $0.entry.personal.isEmpty } == [true, true, false, true, false])
        #expect(try headquarters.store.erasuresCarriedOut().count == 1)
        try own.close()
    }
}

extension TestSite {
    /// The personal part of an entry is gone.
    mutating func withhold(_ index: Int) throws {
        guard let left = entries[index].withoutPersonalPart else { return }
        replace(index, left)
    }
}
