import Digests
import Foundation
import GRDB
import Logging
import Records
import struct Records.Record
import Replication
import Rules
import Testing

@testable import Aggregator
@testable import Storage

/// Headquarters says that two customers are one: different complainants are counted anew, past grades included; and taking it
/// back leaves exactly what there was before.
@Suite struct CustomerLinkTests {
    private struct House {
        let headquarters: TestHeadquarters
        let own: OwnLog

        init(_ branches: [TestSite]? = nil) throws {
            let headquarters = try TestHeadquarters(sites: try branches ?? FoldTests.branches())
            self.headquarters = headquarters
            let fold = headquarters.fold
            own = try OwnLog(
                folder: headquarters.path + "/own", key: LogSigningKey(), zone: TestSite.zone,
                store: headquarters.store,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), at: TestSite.start,
                onCommit: { fold.wake() })
        }

        func receiveAll() async throws {
            for site in try FoldTests.branches() { try await headquarters.receive(site) }
            await headquarters.fold.caughtUp()
        }

        /// Says of the customers with these telephone numbers whether they are one.
        @discardableResult
        func say(_ one: String, _ other: String, areOne: Bool, minute: Int = 0) async throws -> RecordID {
            var facts = Facts()
            facts.author = "客服部"
            let at = TestSite.end + .seconds(60 * minute)
            (facts.occurredAt, facts.recordedAt) = (at.milliseconds, at.milliseconds)
            if areOne {
                (facts.merge.one, facts.merge.other) = (Self.tokens(one), Self.tokens(other))
            } else {
                (facts.unmerge.one, facts.unmerge.other) = (Self.tokens(one), Self.tokens(other))
            }
            let outcome = try await own.write(SiteLog.Draft(facts: facts, personal: Personal()), at: at)
            await headquarters.fold.caughtUp()
            return outcome.id
        }

        /// Takes back what was said.
        func retract(_ id: RecordID, minute: Int) async throws {
            var facts = Facts()
            facts.author = "客服部"
            let at = TestSite.end + .seconds(60 * minute)
            (facts.occurredAt, facts.recordedAt) = (at.milliseconds, at.milliseconds)
            facts.retraction.recordID = id.data
            _ = try await own.write(SiteLog.Draft(facts: facts, personal: Personal()), at: at)
            await headquarters.fold.caughtUp()
        }

        private static func tokens(_ phone: String) -> [CustomerToken] {
            var customer = Customer()
            customer.phone = phone
            return TestSite.pseudonyms.tokens(for: customer, at: .headquarters)
        }

        var hot: [FlagPayload] {
            get throws {
                let flags = try headquarters.flags("hot_issue")
                return Dictionary(grouping: flags, by: \.flag.id).compactMap(\.value.last)
            }
        }

        /// What follows from the records, without the records themselves.
        func views() throws -> String {
            try headquarters.views.pool.read { database in
                try [
                    "case_view", "customer_token", "customer_link", "issue", "issue_member", "issue_window",
                    "case_context", "flag",
                ]
                .map { table in
                    let columns = try database.columns(in: table).map(\.name).filter { $0 != "announced" }
                        .joined(separator: ", ")
                    let standing = table == "flag" ? "WHERE withdrawn = 0" : ""
                    return try Row.fetchAll(
                        database, sql: "SELECT \(columns) FROM \(table) \(standing) ORDER BY \(columns)"
                    ).map { "\(table) \($0.databaseValues)" }.joined(separator: "\n")
                }.joined(separator: "\n")
            }
        }

        func close() async throws {
            await headquarters.fold.stop()
            try own.log.close()
        }
    }

    @Test func mergingComplainantsTakesTheHotGradeAwayAndNamesWhatDidIt() async throws {
        let house = try House()
        try await house.headquarters.fold.start()
        try await house.receiveAll()
        #expect(try house.hot.first?.flag.complainants == 3)
        let merge = try await house.say("13800000002", "13800000003", areOne: true)
        let flag = try #require(try house.hot.first)
        #expect(flag.state == .withdrawn)
        #expect(flag.withdrawnBy == merge)
        let withdrawn = try house.headquarters.flags("grade_raised").filter { $0.state == .withdrawn }
        #expect(!withdrawn.isEmpty)
        #expect(withdrawn.allSatisfy { $0.withdrawnBy == merge })
        try await house.close()
    }

    @Test func takingAMergeBackLeavesExactlyWhatThereWas() async throws {
        let house = try House()
        try await house.headquarters.fold.start()
        try await house.receiveAll()
        let before = try house.views()
        try await house.say("13800000002", "13800000003", areOne: true)
        #expect(try house.views() != before)
        try await house.say("13800000003", "13800000002", areOne: false, minute: 1)
        #expect(try house.views() == before)
        #expect(try house.hot.first?.flag.complainants == 3)
        let (old, new) = try await house.headquarters.fold.rebuild()
        #expect(old == new)
        try await house.close()
    }

    @Test func aRetractedMergeIsCountedAnewInItsPastMonths() async throws {
        let house = try House()
        let october = Month(year: 2026, month: 10)
        let complainants = { (edition: DigestEdition?) in edition?.digest.count("complaints.complainants") }
        try await house.headquarters.fold.start()
        try await house.receiveAll()
        let closed = try await house.headquarters.fold.close(october).edition
        let merge = try await house.say("13800000002", "13800000003", areOne: true)
        let merged = try await house.headquarters.fold.edition(of: october)
        #expect(merged?.digest.revision == 2)
        #expect(complainants(merged) == complainants(closed).map { $0 - 1 })
        try await house.retract(merge, minute: 1)
        let again = try await house.headquarters.fold.edition(of: october)
        #expect(again?.digest.revision == 3)
        #expect(complainants(again) == complainants(closed))
        try await house.close()
    }

    @Test func mergedKeyAccountsHaveOneFlagUntilTheyArePartedAgain() async throws {
        var site = try TestSite("riverside", seed: 1)
        for number in 1...2 {
            try site.write(
                #"{"kind":"customer","occurred_at":"2026-01-05 09:00","customer":{"phone":"1380000000\#(number)"},"key_account":true}"#
            )
        }
        let house = try House([site])
        let standing = { try house.headquarters.views.standingFlags(of: FlagKind.keyAccountSilent.rawValue) }
        try await house.headquarters.fold.start()
        try await house.headquarters.receive(site)
        await house.headquarters.fold.caughtUp()
        let before = try standing()
        #expect(before.count == 2)
        try await house.say("13800000001", "13800000002", areOne: true)
        #expect(try standing().count == 1)
        let (old, new) = try await house.headquarters.fold.rebuild()
        #expect(old == new)
        try await house.say("13800000001", "13800000002", areOne: false, minute: 1)
        #expect(try standing().map(\.id) == before.map(\.id))
        try await house.close()
    }

    @Test func itMakesNoDifferenceWhetherTheMergeOrTheRecordsCameFirst() async throws {
        let house = try House()
        try await house.headquarters.fold.start()
        try await house.receiveAll()
        try await house.say("13800000002", "13800000003", areOne: true)
        let other = try House()
        try await other.headquarters.fold.start()
        try await other.say("13800000002", "13800000003", areOne: true)
        try await other.receiveAll()
        // Places in the store follow the order of arrival; nothing else does.
        #expect(try house.views() == other.views())
        try await house.close()
        try await other.close()
    }
}
