import Foundation
import Records
import Replication
import Simulation
import Testing

/// KEYS, both ways, and batches around a key change.
struct SiteSessionKeysTests {
    private let newKey = LogSigningKey(bytes: [UInt8](repeating: 6, count: 32))!

    private func kept(_ effects: [SiteSession.Effect]) -> [UInt64] {
        effects.compactMap { effect in
            guard case .send(let message) = effect, case .keys(let keys) = message.body else { return nil }
            return keys.kept
        }
    }

    @Test func whichPinsAreKeptIsSaidAfterEachWelcomeAndEachChange() {
        var script = SessionScript()
        #expect(kept(script.handle(.keptPins(3, keys: [Fixture.receiptKey.verifyingKey]), at: 0)).isEmpty)
        script.greet()
        #expect(kept(script.handle(.received(script.welcome()), at: 0)) == [3])
        #expect(kept(script.handle(.keptPins(4, keys: [Fixture.receiptKey.verifyingKey]), at: 1)) == [4])
        _ = script.handle(.closed("cut"), at: 2)
        _ = script.handle(.tick, at: 1000)
        _ = script.handle(.connected, at: 1000)
        #expect(kept(script.handle(.received(script.welcome()), at: 1001)) == [4])
    }

    @Test func aSiteWithoutPinsSaysNothingOfThem() {
        var script = SessionScript()
        script.greet()
        #expect(kept(script.handle(.received(script.welcome()), at: 0)).isEmpty)
    }

    @Test func whatHeadquartersSaysOfKeysIsHandedOnWithinTheSessionOnly() {
        var script = SessionScript()
        script.goLive()
        let keys = { (session: Data) in Exchange.make(session: session) { $0.keys.renew = true } }
        #expect(script.words(.received(keys(Fixture.token)), at: 1) == ["keys"])
        #expect(script.words(.received(keys(Data("another".utf8))), at: 1) == [])
    }

    @Test func aBatchEndsAtTheKeyChangeAndTheNextOneIsSignedByTheNewKey() {
        let log = Fixture.log(6)
        var script = SessionScript(log)
        let place = log.position(4).place
        _ = script.handle(.resigned(SiteSigning(newKey, change: .init(at: place, before: Fixture.signingKey))), at: 0)
        script.greet()
        _ = script.handle(.received(script.welcome { $0.durable = [log.position(0).message] }), at: 0)
        var requests: [LogRead] = []
        for effect in script.handle(.compared(log.position(0).hash), at: 0) {
            if case .log(.read(let request)) = effect { requests.append(request) }
        }
        #expect(requests.map(\.entries) == [4])
        let before = sent(script.handle(.read(log.slice(1, 4)), at: 0))
        let after = sent(script.handle(.read(log.slice(5, 6)), at: 0))
        #expect(verifies(before, log.position(4)) == [Fixture.signingKey.verifyingKey])
        #expect(verifies(after, log.position(6)) == [newKey.verifyingKey])
    }

    private func sent(_ effects: [SiteSession.Effect]) -> Exchange.Batch? {
        for case .send(let message) in effects { if case .data(let batch) = message.body { return batch } }
        return nil
    }

    private func verifies(_ batch: Exchange.Batch?, _ end: LogPosition) -> [LogVerifyingKey] {
        [Fixture.signingKey.verifyingKey, newKey.verifyingKey].filter { key in
            batch.map { key.verifies($0.signature, .batch, site: Fixture.site, position: end) } ?? false
        }
    }

    @Test func nothingBehindAHoldIsSentUntilTheKeyIsKnown() {
        let log = Fixture.log(6)
        var script = SessionScript(log)
        var signing = SiteSigning(Fixture.signingKey)
        signing.hold = log.position(4).place
        _ = script.handle(.resigned(signing), at: 0)
        script.greet()
        _ = script.handle(.received(script.welcome { $0.durable = [log.position(4).message] }), at: 0)
        #expect(script.words(.compared(log.position(4).hash), at: 0) == ["acknowledged 4"])
        let change = SiteSigning.Change(at: log.position(5).place, before: Fixture.signingKey)
        #expect(script.words(.resigned(SiteSigning(newKey, change: change)), at: 1) == ["read after 4"])
    }

    /// Greets in a new session, and says what came of a WELCOME that names a key.
    private func greet(_ script: inout SessionScript, naming key: LogSigningKey, at time: Int) -> String? {
        _ = script.handle(.closed("cut"), at: time)
        _ = script.handle(.tick, at: time + 20_000)
        _ = script.handle(.connected, at: time + 20_000)
        let welcome = script.welcome { $0.receiptKey = Data(key.verifyingKey.bytes) }
        return script.words(.received(welcome), at: time + 20_000).first
    }

    @Test func whileHeadquartersKeyIsReplacedReceiptsOfBothAreBelieved() throws {
        var script = SessionScript()
        script.goLive()
        let acknowledgement = { [head = script.log.head] (key: LogSigningKey) throws in
            let signature = try key.sign(.acknowledgement, site: Fixture.site, position: head)
            return Exchange.make {
                $0.acknowledgement.durable = head.message
                $0.acknowledgement.signature = signature
            }
        }
        _ = script.handle(
            .keptPins(2, keys: [Fixture.receiptKey.verifyingKey, newKey.verifyingKey]), at: 1)
        #expect(script.words(.received(try acknowledgement(Fixture.receiptKey)), at: 2) == ["receipt 3"])
        #expect(script.words(.received(try acknowledgement(newKey)), at: 3) == ["receipt 3"])
        #expect(script.session.memory.receiptKey == Fixture.receiptKey.verifyingKey)
        // Headquarters takes the new one into use; the site hears of it before or after it greets.
        #expect(greet(&script, naming: newKey, at: 10) == "note: welcomed by hq")
        #expect(script.session.memory.receiptKey == newKey.verifyingKey)
        _ = script.handle(.keptPins(3, keys: [newKey.verifyingKey]), at: 30_000)
        #expect(script.words(.received(try acknowledgement(newKey)), at: 30_001) == ["receipt 3"])
        #expect(script.words(.received(try acknowledgement(Fixture.receiptKey)), at: 30_002).first == "disconnect")
        #expect(greet(&script, naming: Fixture.receiptKey, at: 60_000) == "disconnect")
    }

    @Test func pinsCountMoreThanTheKeyThatWasKnownFirst() {
        var script = SessionScript()
        script.goLive()
        // A site that slept through a change that was forced enrols anew: its new pins name the new key alone.
        _ = script.handle(.keptPins(9, keys: [newKey.verifyingKey]), at: 1)
        #expect(greet(&script, naming: Fixture.receiptKey, at: 2) == "disconnect")
        #expect(greet(&script, naming: newKey, at: 60_000) == "note: welcomed by hq")
    }
}
