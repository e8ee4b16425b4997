import Foundation
import Records
import Replication
import Simulation
import Testing

@Suite struct InboxReceiverTests {
    /// An inbox with what headquarters holds for it; what is to be stored waits until `store` is called.
    private struct Desk {
        /// Headquarters' keys, as the site believes them.
        var believed = [Fixture.receiptKey]
        var receiver: InboxReceiver
        var log = Fixture.log(6, content: "outgoing", epoch: Fixture.otherEpoch)
        var staged: [LogSlice] = []

        init(durable place: UInt64? = nil) {
            receiver = InboxReceiver(site: Fixture.site, durable: place.map { [log] in log.position($0) })
        }

        mutating func words(_ effects: [InboxReceiver.Effect]) -> [String] {
            effects.map { effect in
                switch effect {
                case .send(let message):
                    (message.logEpoch.isEmpty ? "has " : "opens at ")
                        + (message.hasDurable ? "\(message.durable.sequence)" : "nothing")
                case .store(let slice):
                    {
                        staged.append(slice)
                        return "store \(slice.first)-\(slice.end.sequence)"
                    }()
                case .refused: "refused"
                }
            }
        }

        mutating func open() -> [String] {
            words(receiver.welcomed(logEpoch: Fixture.epoch))
        }

        mutating func receive(
            _ first: UInt64, _ last: UInt64, of log: MemoryLog? = nil, signedBy key: LogSigningKey = Fixture.receiptKey,
            as site: SiteID = Fixture.site, kind: SignedKind = .outbox,
            _ change: (inout Exchange.Batch) -> Void = { _ in }
        ) throws -> [String] {
            let slice = (log ?? self.log).slice(first, last)
            var batch = try Exchange.Batch(slice, site: site, key: key, kind: kind)
            change(&batch)
            return words(receiver.received(batch, keys: believed.map(\.verifyingKey)))
        }

        mutating func store() -> [String] {
            let end = staged.removeFirst().end
            return words(receiver.stored(upTo: end, durable: end))
        }

        mutating func heartbeat() -> [String] { words(receiver.heartbeat(logEpoch: Fixture.epoch)) }
    }

    @Test func whatComesIsStoredBeforeItIsAcknowledged() throws {
        var desk = Desk()
        #expect(desk.open() == ["opens at nothing"])
        #expect(try desk.receive(1, 2) == ["store 1-2"])
        #expect(try desk.receive(3, 4) == ["store 3-4"])
        #expect(desk.store() == ["has 2"])
        #expect(desk.store() == ["has 4"])
        #expect(desk.heartbeat() == [])
    }

    @Test func nothingIsTakenWithoutASession() throws {
        var desk = Desk()
        #expect(try desk.receive(1, 2) == [])
        _ = desk.open()
        desk.receiver.closed()
        #expect(try desk.receive(1, 2) == [])
        #expect(desk.heartbeat() == [])
    }

    @Test func aRepeatedBatchIsAcknowledgedAgain() throws {
        var desk = Desk(durable: 2)
        #expect(desk.open() == ["opens at 2"])
        #expect(try desk.receive(1, 2) == ["has 2"])
        #expect(try desk.receive(3, 3) == ["store 3-3"])
        #expect(try desk.receive(3, 3) == ["has 2"])  // under way
    }

    @Test func aGapIsAskedForAtTheNextHeartbeat() throws {
        var desk = Desk(durable: 2)
        _ = desk.open()
        #expect(try desk.receive(4, 5) == [])
        #expect(desk.heartbeat() == ["opens at 2"])
        #expect(desk.heartbeat() == [])
        #expect(try desk.receive(3, 5) == ["store 3-5"])
    }

    @Test func aDamagedBatchIsRefusedAndAskedForAgain() throws {
        var desk = Desk(durable: 2)
        _ = desk.open()
        #expect(try desk.receive(3, 4) { $0.entries[0].facts[0] ^= 1 } == ["refused"])
        #expect(try desk.receive(3, 4) { $0.entries[1].personal = Data([9]) } == ["refused"])
        #expect(try desk.receive(3, 4) { $0.entries[1].nonce = Data([9]) } == ["refused"])
        #expect(try desk.receive(3, 4) { $0.previousHash[0] ^= 1 } == ["refused"])
        #expect(try desk.receive(3, 4) { $0.previousHash = Data() } == ["refused"])
        #expect(try desk.receive(3, 4) { $0.entries = [] } == ["refused"])
        #expect(try desk.receive(3, 4) { $0.firstSequence = 0 } == ["refused"])
        #expect(try desk.receive(3, 4) { $0.firstSequence = .max } == ["refused"])
        #expect(try desk.receive(3, 4) { $0.epoch = Data([1]) } == ["refused"])
        #expect(desk.staged.isEmpty)
        #expect(desk.heartbeat() == ["opens at 2"])
        #expect(try desk.receive(3, 4) == ["store 3-4"])
    }

    @Test func aStrangersBatchIsRefusedAndHeadquartersGoesOn() throws {
        var desk = Desk(durable: 2)
        _ = desk.open()
        #expect(try desk.receive(3, 4, signedBy: Fixture.signingKey) == ["refused"])
        #expect(try desk.receive(3, 4, as: SiteID("B2")) == ["refused"])
        // A receipt of headquarters is no batch of its outbox.
        #expect(try desk.receive(3, 4, kind: .acknowledgement) == ["refused"])
        #expect(try desk.receive(3, 4, kind: .batch) == ["refused"])
        #expect(try desk.receive(3, 4) { $0.clearSignature() } == ["refused"])
        #expect(try desk.receive(3, 4) == ["store 3-4"])
    }

    @Test func anotherSitesOutboxIsRefused() throws {
        var desk = Desk()
        _ = desk.open()
        let other = MemoryLog(site: try SiteID("B2"), epoch: Fixture.otherEpoch, entries: 2)
        #expect(try desk.receive(1, 2, of: other, as: SiteID("B2")) == ["refused"])
        #expect(try desk.receive(1, 2, of: other) == ["refused"])
    }

    @Test func anEpochThatIsBegunAnewIsTakenFromItsFirstEntry() throws {
        var desk = Desk(durable: 4)
        _ = desk.open()
        let new = Fixture.log(3, content: "new", epoch: Fixture.epoch)
        #expect(try desk.receive(2, 3, of: new) == [])
        #expect(try desk.receive(1, 2, of: new) == ["store 1-2"])
        #expect(try desk.receive(3, 3, of: new) == ["store 3-3"])
        #expect(desk.store() == ["has 2"])
    }

    @Test func whatCouldNotBeStoredIsAskedForAtTheNextHeartbeat() throws {
        var desk = Desk(durable: 1)
        _ = desk.open()
        _ = try desk.receive(2, 3)
        _ = try desk.receive(4, 4)
        desk.receiver.storingFailed()
        desk.receiver.storingFailed()
        #expect(desk.heartbeat() == ["opens at 1"])
        #expect(try desk.receive(2, 4) == ["store 2-4"])
    }

    /// Found by a simulated fleet (seed 153).
    @Test func aFailedStoreThatIsFoundToBeThereAllTheSameIsNotAskedForAgain() throws {
        var desk = Desk(durable: 1)
        _ = desk.open()
        _ = try desk.receive(2, 3)
        desk.receiver.storingFailed()
        #expect(desk.heartbeat() == ["opens at 1"])
        #expect(try desk.receive(2, 2) == ["store 2-2"])
        // The store says that 3 is there.
        #expect(
            desk.words(desk.receiver.stored(upTo: desk.log.position(2), durable: desk.log.position(3))) == ["has 3"])
        #expect(try desk.receive(4, 4) == ["store 4-4"])
    }

    /// Found by a simulated fleet (seed 63): answers that came in another order left the site waiting for ever.
    @Test func aSliceThatDidNotFollowIsAskedForAtTheNextHeartbeat() throws {
        var desk = Desk(durable: 3)
        _ = desk.open()
        _ = try desk.receive(4, 4)
        _ = try desk.receive(5, 5)
        let (fourth, fifth) = (desk.log.position(4), desk.log.position(5))
        #expect(desk.words(desk.receiver.stored(upTo: fifth, durable: desk.log.position(3))) == ["has 3"])
        #expect(desk.words(desk.receiver.stored(upTo: fourth, durable: fourth)) == ["has 4"])
        #expect(desk.heartbeat() == ["opens at 4"])
        #expect(try desk.receive(5, 5) == ["store 5-5"])
    }

    @Test func whatBecomesDurableAfterTheSessionEndedCountsInTheNext() throws {
        var desk = Desk(durable: 1)
        _ = desk.open()
        _ = try desk.receive(2, 3)
        desk.receiver.closed()
        #expect(desk.open() == ["opens at 1"])
        #expect(desk.store() == ["has 3"])
        #expect(try desk.receive(2, 3) == ["has 3"])
        #expect(try desk.receive(4, 5) == ["store 4-5"])
    }

    @Test func whileHeadquartersKeyIsReplacedBothAreBelieved() throws {
        var desk = Desk()
        let next = LogSigningKey(bytes: [UInt8](repeating: 8, count: 32))!
        _ = desk.open()
        #expect(try desk.receive(1, 1, signedBy: next) == ["refused"])
        _ = desk.heartbeat()
        desk.believed = [Fixture.receiptKey, next]
        #expect(try desk.receive(1, 1) == ["store 1-1"])
        #expect(try desk.receive(2, 2, signedBy: next) == ["store 2-2"])
        desk.believed = [next]
        #expect(try desk.receive(3, 3) == ["refused"])
    }

    @Test func creditGoesBeyondWhatIsDurable() {
        var receiver = InboxReceiver(site: Fixture.site, durable: Fixture.position(7))
        guard
            case .send(let message)? = receiver.welcomed(logEpoch: Fixture.epoch).first
        else { return #expect(Bool(false), "nothing was said") }
        #expect(message.credit.sequence == 7 + UInt64(InboxReceiver.window.entries))
        #expect(message.credit.bytes == UInt64(InboxReceiver.window.bytes))
        #expect(message.logEpoch == Fixture.epoch.data)
    }
}
