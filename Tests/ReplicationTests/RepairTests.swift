import Foundation
import Records
import Simulation
import Testing

@testable import Replication

/// Entries that are lost at one side: told of, asked for, given back.
struct RepairTests {
    private let log = Fixture.log(10)

    private func desk(stored: UInt64) -> ReceiverDesk {
        var desk = ReceiverDesk(stored: log.position(SequenceNumber(stored)))
        _ = desk.greet([log.extent])
        return desk
    }

    /// Entries 4 to 8, the first of them lost.
    private var damaged: LogSlice {
        var slice = log.slice(4, 8)
        slice.entries[0] = Entry(lost: log.position(4).hash)
        return slice
    }

    @Test func aLostEntryIsStoredAndAcknowledgedAndTheLogGoesOn() {
        var desk = desk(stored: 3)
        #expect(desk.send(damaged) == ["commit 4-8"])
        #expect(desk.staged[0].slice.entries[0].damaged)
        #expect(desk.staged[0].hashes == Array(log.hashes[3..<8]))
        desk.commit()
        #expect(desk.sent.first?.acknowledgement.durable == log.position(8).message)
        #expect(desk.send(log.slice(9, 10)) == ["commit 9-10"])
    }

    @Test func aLostEntryOfAnotherHashOrPlaceIsRefused() {
        var first = desk(stored: 3)
        #expect(
            first.send(damaged) { $0.entries[0].recordedHash = Fixture.hash.data } == [
                "REJECT signature", "misbehaved",
            ])
        var second = desk(stored: 3)
        #expect(second.send(damaged) { $0.entries.swapAt(0, 1) } == ["REJECT malformed", "misbehaved"])
        var third = desk(stored: 3)
        #expect(third.send(damaged) { $0.entries[0].facts = Data([1]) } == ["REJECT malformed", "misbehaved"])
    }

    @Test func headquartersAnswersFetchAndTakesFetched() {
        var desk = desk(stored: 10)
        let range = EntryRange(epoch: Fixture.epoch, first: SequenceNumber(4), last: SequenceNumber(5))
        let fetch = Exchange.Fetch(range)
        #expect(desk.receive(.make { $0.fetch = fetch }) == ["fetch 4-5"])
        for case .send(let message) in desk.receiver.found(log.slice(4, 5), for: fetch) {
            #expect(LogSlice(message.fetched)?.end == log.position(5))
            #expect(message.session == Fixture.token)
        }
        #expect(desk.receive(.make { $0.fetched = Exchange.Fetched(log.slice(4, 5), for: fetch) }) == ["fetched 4+2"])
        #expect(desk.receive(.make { $0.fetched = Exchange.Fetched(nil, for: fetch) }) == ["fetched 4+0"])
    }

    @Test func malformedRequestsAndAnswersAreCounted() {
        var desk = desk(stored: 10)
        for (first, last) in [(0, 1), (5, 4), (1, UInt64.max)] as [(UInt64, UInt64)] {
            var fetch = Exchange.Fetch()
            (fetch.epoch, fetch.first, fetch.last) = (Fixture.epoch.data, first, last)
            #expect(desk.receive(.make { $0.fetch = fetch }) == ["misbehaved"])
        }
        let fetch = Exchange.Fetch(
            EntryRange(epoch: Fixture.epoch, first: SequenceNumber(4), last: SequenceNumber(5)))
        var lost = Exchange.Fetched(log.slice(4, 5), for: fetch)
        lost.entries[0] = Entry(lost: Fixture.hash)
        var unchained = Exchange.Fetched(log.slice(4, 5), for: fetch)
        unchained.previousHash = Data([1])
        var nowhere = Exchange.Fetched(log.slice(4, 5), for: fetch)
        nowhere.first = 0
        for fetched in [lost, unchained, nowhere] {
            #expect(desk.receive(.make { $0.fetched = fetched }) == ["misbehaved"])
        }
    }

    @Test func aRequestIsBoundedLikeABatch() {
        var fetch = Exchange.Fetch()
        (fetch.epoch, fetch.first, fetch.last) = (Fixture.epoch.data, 7, 1_000_000)
        #expect(LogRead(fetch)?.entries == ReplicationProtocol.batchEntries)
        #expect(LogRead(fetch)?.after == SequenceNumber(6))
    }

    @Test func aSiteSaysAndHearsOfDamageWithinItsSessionOnly() {
        var script = SessionScript()
        let fetch = Exchange.Fetch(
            EntryRange(epoch: Fixture.epoch, first: SequenceNumber(1), last: SequenceNumber(2)))
        #expect(script.words(.say(.fetch(fetch)), at: 0).isEmpty)
        script.goLive()
        #expect(script.words(.say(.fetch(fetch)), at: 1) == ["other"])
        #expect(script.words(.received(.make { $0.fetch = fetch }), at: 1) == ["repair"])
        #expect(script.words(.received(.make { $0.quarantine.count = 3 }), at: 1) == ["repair"])
        #expect(script.words(.received(.make(session: Data("old".utf8)) { $0.fetch = fetch }), at: 1) == [])
    }
}
