import Foundation
import GRDB
import Records
import Replication
import Testing

@testable import Storage

struct RecordStoreSessionsTests {
    private func token(_ number: UInt64) -> Data { SessionToken(epoch: Fixture.epoch(5), number: number).data }

    private func opening(_ number: UInt64, site: SiteID = Fixture.site) -> SessionOpening {
        var tokens = SessionTokens()
        tokens.offer(token(number))
        let parent = LogPosition(
            epoch: Fixture.epoch(1), sequence: SequenceNumber(7), hash: LogChain.unknownLeaf)
        let head = LogPosition(epoch: Fixture.epoch(2), sequence: SequenceNumber(12), hash: LogChain.unknownLeaf)
        return SessionOpening(
            site: site, token: token(number), tokens: tokens,
            epochs: [.init(epoch: Fixture.epoch(2), parent: parent, cause: .restored)], claims: [head],
            incidents: [Incident(.restored, place: parent, of: Fixture.epoch(2), count: 3)])
    }

    private func open(_ store: RecordStore, _ opening: SessionOpening) async -> (any StoreFailure)? {
        await withCheckedContinuation { continuation in
            store.open(opening, at: Fixture.now) { continuation.resume(returning: $0) }
        }
    }

    @Test func whatASessionNamesIsThereAfterARestart() async throws {
        let folder = try TestFolder()
        var store = try Fixture.store(folder)
        #expect(await open(store, opening(41)) == nil)
        try store.close()
        store = try Fixture.store(folder, seed: 2)
        let memory = try #require(try store.siteMemories()[Fixture.site])
        #expect(memory.tokens.offered == [token(41)])
        #expect(memory.tokens.given == [token(41)])
        let stored = try #require(memory.epochs[Fixture.epoch(2)])
        #expect(stored.durable.sequence == .zero)
        #expect(stored.parent?.sequence == SequenceNumber(7))
        #expect(stored.claimed == SequenceNumber(12))
        #expect(try store.nextSession() == 42)
        #expect(try store.incidents().map(\.kind) == [.restored])
        #expect(try store.incidents().first?.count == 3)
    }

    /// It may be asked for twice, as a HELLO is repeated when its answer is lost.
    @Test func theSameIncidentIsNotedOnce() async throws {
        let store = try Fixture.store(TestFolder())
        for number in [1, 2] as [UInt64] { #expect(await open(store, opening(number)) == nil) }
        #expect(try store.incidents().count == 1)
        #expect(try store.incidents(after: 1).isEmpty)
    }

    @Test func aLogThatASessionNamedTakesItsFirstBatch() async throws {
        let store = try Fixture.store(TestFolder())
        var source = BatchSource(epoch: 4)
        var opening = opening(1)
        opening.epochs = [.init(epoch: source.epoch, parent: nil, cause: .unspecified)]
        #expect(await open(store, opening) == nil)
        #expect(await store.append(together: [try source.next(3)]) == ["committed 3"])
    }

    @Test func anOpeningOfAStrangerFailsAloneAndSaysWhy() async throws {
        let store = try Fixture.store(TestFolder())
        let failure = await open(store, opening(1, site: try SiteID("Z9")))
        #expect(failure != nil)
        #expect(await open(store, opening(2)) == nil)
    }

    @Test func copiesThatWereRefusedAreKeptUntilTheyAreAdmitted() async throws {
        let store = try Fixture.store(TestFolder())
        let place = LogPosition(epoch: Fixture.epoch(2), sequence: SequenceNumber(9), hash: LogChain.unknownLeaf)
        store.fence(token(3), of: Fixture.site, Incident(.fenced, place: place, of: place.epoch), at: Fixture.now)
        #expect(await open(store, opening(4)) == nil)  // written in order
        let fence = try #require(try store.fences().first)
        #expect(fence.sequence == SequenceNumber(9))
        #expect(try store.siteMemories()[Fixture.site]?.fences == [token(3): .open])
        try store.decide(fence, .sameSite, by: "operator", at: Fixture.now)
        #expect(try store.siteMemories()[Fixture.site]?.fences == [token(3): .sameSite])
        var admitted = opening(5)
        admitted.admitted = token(3)
        #expect(await open(store, admitted) == nil)
        #expect(try store.fences().isEmpty)
        #expect(try store.incidents().map(\.kind).contains(.fenced))
    }

    @Test func aNewEpochOfHeadquartersKeepsTheOldOnesInMind() async throws {
        let folder = try TestFolder()
        var store = try Fixture.store(folder)
        let (old, feed) = (store.headquartersEpoch, store.feedEpoch)
        let begun = try store.beginEpoch(after: Fixture.epoch(8), at: Fixture.now)
        #expect(begun.ancestors == [old, Fixture.epoch(8)])
        #expect(store.headquartersEpoch == begun.epoch)
        #expect(store.feedEpoch != feed)
        #expect(try store.incidents().map(\.kind) == [.headquartersRestored])
        #expect(try store.incidents().first?.site == nil)
        try store.close()
        store = try Fixture.store(folder, seed: 2)
        #expect(store.headquartersEpoch == begun.epoch)
        #expect(try store.ancestors() == begun.ancestors)
    }

    @Test func claimsNeverGoBack() async throws {
        let store = try Fixture.store(TestFolder())
        #expect(await open(store, opening(1)) == nil)
        for sequence in [20, 15] as [UInt64] {
            let head = LogPosition(
                epoch: Fixture.epoch(2), sequence: SequenceNumber(sequence), hash: LogChain.unknownLeaf)
            try store.claim([(Fixture.site, head)])
        }
        #expect(try store.storedLogs().first?.claimed == SequenceNumber(20))
    }
}
