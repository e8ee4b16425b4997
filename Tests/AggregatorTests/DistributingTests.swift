import Foundation
import Handbooks
import Logging
import Records
import Replication
import SwiftProtobuf
import Testing

@testable import Aggregator
@testable import Storage

/// What the fold hands on to the sites.
@Suite struct DistributingTests {
    /// What stands in a site's outbox: the kinds of records, with where they come from.
    private func handedOn(_ site: TestSite, _ headquarters: TestHeadquarters) throws -> [String] {
        guard let outbox = try headquarters.store.outbox(of: site.id) else { return [] }
        let read = LogRead(epoch: outbox.head.epoch, after: .zero, entries: 1000, bytes: .max)
        return try headquarters.store.outboxSlice(read, of: site.id).entries.map { entry in
            let delivery = try Facts(serializedBytes: entry.facts).delivery
            let facts = try Facts(serializedBytes: delivery.facts)
            let record = try Record(
                Entry(delivered: delivery.facts), site: SiteID(delivery.site), epoch: site.epoch,
                sequence: SequenceNumber(1))
            return "\(RecordText.kind(of: record)) \(facts.clientID) of \(delivery.site) \(delivery.reason)"
        }
    }

    private func open(_ site: TestSite, _ headquarters: TestHeadquarters, log: Epoch? = nil) async throws {
        _ = try await headquarters.fold.renewOutbox(of: site.id, logEpoch: log ?? site.epoch)
    }

    /// Headquarters' own log.
    private func office() throws -> TestSite { try TestSite(SiteID.headquarters.text, seed: 99) }

    private func house(_ sites: TestSite...) async throws -> TestHeadquarters {
        let headquarters = try TestHeadquarters(sites: sites)
        let key = try #require(LogSigningKey(bytes: [UInt8](repeating: 5, count: 32)))
        try headquarters.store.registerOwnSite(
            zone: TestSite.zone, signingKey: key.verifyingKey, at: TestSite.start)
        try await headquarters.fold.start()
        return headquarters
    }

    private func order(_ number: Int, _ office: inout TestSite, _ fill: (inout Facts) -> Void) throws {
        var facts = Facts()
        facts.recordID = RecordID(high: 9, low: UInt64(number)).data
        facts.clientID = "order-\(number)"
        facts.occurredAt = TestSite.start.milliseconds + Int64(number)
        facts.recordedAt = facts.occurredAt
        fill(&facts)
        try office.append(facts)
    }

    @Test func ordersGoToWhomTheyConcernAndToWhoJoinsLater() async throws {
        let (north, south) = (try TestSite("north", seed: 1), try TestSite("south", seed: 2))
        var office = try office()
        try order(1, &office) { $0.action.sites = ["north"] }
        try order(2, &office) { $0.lesson = Lesson() }
        let headquarters = try await house(north, south)
        try await open(north, headquarters)
        try await headquarters.receive(office)
        await headquarters.fold.caughtUp()
        let both = ["action order-1 of hq addressed", "lesson order-2 of hq broadcast"]
        #expect(try handedOn(north, headquarters) == both)
        #expect(try handedOn(south, headquarters) == [])
        try await open(south, headquarters)
        #expect(try handedOn(south, headquarters) == [both[1]])
        await headquarters.fold.stop()
    }

    @Test func aRebuildHandsNothingOnTwice() async throws {
        let north = try TestSite("north", seed: 1)
        var office = try office()
        try order(1, &office) { $0.action.sites = ["north"] }
        let headquarters = try await house(north)
        try await open(north, headquarters)
        try await headquarters.receive(office)
        await headquarters.fold.caughtUp()
        let (before, after) = try await headquarters.fold.rebuild()
        #expect(before == after)
        #expect(try handedOn(north, headquarters).count == 1)
        await headquarters.fold.stop()
    }

    @Test func aSiteThatSaysItIsHeadquartersPublishesNothing() async throws {
        let (north, south) = (try TestSite("north", seed: 1), try TestSite("south", seed: 2))
        var rogue = south
        try order(1, &rogue) {
            $0.authorRole = .headquarters
            $0.handbookVersion.version = "mine"
        }
        let headquarters = try await house(north, south)
        let inForce = await headquarters.fold.handbook.version
        try await open(north, headquarters)
        try await headquarters.receive(rogue)
        await headquarters.fold.caughtUp()
        #expect(try handedOn(north, headquarters) == [])
        #expect(await headquarters.fold.handbook.version == inForce)
        await headquarters.fold.stop()
    }

    @Test func aGivenCaseIsHandedOnWithWhatWasSaidOfItAndItsCorrection() async throws {
        var (north, south) = (try TestSite("north", seed: 1), try TestSite("south", seed: 2))
        try north.write(#"{"id":"c1","kind":"complaint","text":"积水"}"#)
        try north.write(#"{"id":"c2","kind":"complaint","text":"别的"}"#)
        let complaint = RecordID(site: north.id, clientID: "c1")
        var office = try office()
        try order(1, &office) {
            $0.step.kind = .transferred
            $0.step.caseID = complaint.data
            $0.step.toSite = "south"
        }
        let headquarters = try await house(north, south)
        try await open(north, headquarters)
        try await open(south, headquarters)
        try await headquarters.receive(north)
        try await headquarters.receive(office)
        await headquarters.fold.caughtUp()
        #expect(
            try handedOn(south, headquarters).sorted()
                == ["complaint c1 of north caseGiven", "step order-1 of hq caseGiven"])
        #expect(try handedOn(north, headquarters) == ["step order-1 of hq ownCase"])
        // The branch that has it goes on, and headquarters says that the complaint does not count.
        try south.write(#"{"id":"s1","kind":"step","case":"\#(complaint)","step":"arrived"}"#)
        try await headquarters.receive(south)
        await headquarters.fold.caughtUp()
        let first = office.entries.count
        try order(2, &office) { $0.retraction.recordID = complaint.data }
        try await headquarters.receive(office, from: first)
        await headquarters.fold.caughtUp()
        #expect(try handedOn(north, headquarters).contains("step s1 of south ownCase"))
        for site in [north, south] {
            #expect(try handedOn(site, headquarters).last == "retraction order-2 of hq amends", "\(site.id)")
        }
        // Begun anew: it still knows what each was handed once.
        try await open(south, headquarters)
        #expect(try handedOn(south, headquarters).contains("retraction order-2 of hq amends"))
        await headquarters.fold.stop()
    }

    @Test func aSiteWithANewLogGetsItsOwnBackAndNoOthers() async throws {
        var north = try TestSite("north", seed: 1)
        var south = try TestSite("south", seed: 2)
        try north.write(#"{"id":"c1","kind":"complaint","text":"漏水","customer":"C1","occurred_at":"2026-10-01"}"#)
        try north.write(#"{"id":"v1","kind":"visit","customer":"C1","occurred_at":"2026-10-02"}"#)
        try north.write(#"{"id":"old","kind":"visit","customer":"C1","occurred_at":"2019-10-02"}"#)
        try south.write(#"{"id":"c2","kind":"complaint","text":"停电"}"#)
        let headquarters = try await house(north, south)
        try await headquarters.receive(north)
        try await headquarters.receive(south)
        try await open(north, headquarters)
        #expect(try handedOn(north, headquarters) == [])
        try await open(north, headquarters, log: Epoch(bytes: [UInt8](repeating: 8, count: 16)))
        #expect(
            try handedOn(north, headquarters).sorted()
                == ["complaint c1 of north returned", "visit v1 of north returned"])
        await headquarters.fold.stop()
    }

    @Test func theNewestHandbookIsInForceAlsoAfterARestart() async throws {
        let north = try TestSite("north", seed: 1)
        let text = try #require(Handbook.bundledText(named: "property-management"))
        var office = try office()
        for number in [3, 2] {
            try order(10 - number, &office) {
                $0.handbookVersion.version = "\(number)"
                $0.handbookVersion.text = text.replacingOccurrences(of: "\nnumber: 1\n", with: "\nnumber: \(number)\n")
            }
        }
        try order(9, &office) {
            $0.handbookVersion.version = "broken"
            $0.handbookVersion.text = "name: [1"
        }
        let headquarters = try await house(north)
        try await headquarters.receive(office)
        await headquarters.fold.caughtUp()
        // By when they were published, whatever their numbers say; one that cannot be read changes nothing.
        #expect(await headquarters.fold.handbook.number == 2)
        #expect(try headquarters.views.handbook() == (await headquarters.fold.handbook.version))
        try await open(north, headquarters)
        #expect(try handedOn(north, headquarters) == ["handbook order-8 of hq broadcast"])
        let again = try Fold(
            store: headquarters.store, views: headquarters.views, registry: headquarters.registry,
            contacts: headquarters.contacts, handbook: .standard,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), onFeed: {})
        try await again.start()
        #expect(await again.handbook.number == 2)
        await again.stop()
        again.join()
        await headquarters.fold.stop()
    }
}

extension Entry {
    fileprivate init(delivered facts: Data) {
        self.init()
        self.facts = facts
        nonce = Data(count: 16)
    }
}
