import Foundation
import Records
import Replication
import Simulation
import Testing

/// Sessions that must not be taken for a copy's, and what follows when they are.
struct SiteSessionResumeTests {
    private func hello(_ effects: [SiteSession.Effect]) -> Exchange.Hello? {
        for case .send(let message) in effects { if case .hello(let hello) = message.body { return hello } }
        return nil
    }

    @Test func theTokenIsRememberedBeforeItsFirstUse() {
        var script = SessionScript()
        script.greet()
        let words = script.words(.received(script.welcome()), at: 0)
        #expect(words == ["note: welcomed by hq", "remember session one", "opened", "compare 3"])
        #expect(script.session.memory.token == Fixture.token)
        #expect(script.session.memory.receiptKey == Fixture.receiptKey.verifyingKey)
    }

    @Test func eachGreetingIsNumbered() {
        var script = SessionScript()
        _ = script.handle(.tick, at: 0)
        #expect(hello(script.handle(.connected, at: 0))?.attempt == 1)
        _ = script.handle(.closed("cut"), at: 1)
        _ = script.handle(.tick, at: 200)
        #expect(hello(script.handle(.connected, at: 200))?.attempt == 2)
    }

    @Test func aChallengeIsRepeatedAtOnce() {
        var script = SessionScript()
        script.greet()
        let reset = Exchange.make(session: Data()) { $0.reset.challenge = Data("prove it".utf8) }
        #expect(script.words(.received(reset), at: 5).first == "disconnect")
        #expect(script.wake == .milliseconds(5))
        #expect(script.words(.tick, at: 5) == ["connect"])
        #expect(hello(script.handle(.connected, at: 6))?.challenge == Data("prove it".utf8))
        // The same once more is no progress: the usual waits apply.
        _ = script.handle(.received(reset), at: 7)
        #expect(script.wake > .milliseconds(7))
    }

    @Test func anAcknowledgementThatHeadquartersDidNotSignEndsTheSession() {
        var script = SessionScript()
        script.goLive()
        let unsigned = Exchange.make { $0.acknowledgement.durable = script.log.head.message }
        #expect(
            script.words(.received(unsigned), at: 1)
                == ["disconnect", "note: the signature of an acknowledgement is not headquarters'"])
    }

    @Test func aHeadquartersThatSignsWithAnotherKeyIsNotBelieved() {
        var script = SessionScript()
        script.goLive()
        _ = script.handle(.closed("cut"), at: 1)
        _ = script.handle(.tick, at: 1000)
        _ = script.handle(.connected, at: 1000)
        let welcome = script.welcome { $0.receiptKey = Data(Fixture.signingKey.verifyingKey.bytes) }
        #expect(script.words(.received(welcome), at: 1000).first == "disconnect")
        #expect(script.session.memory.receiptKey == Fixture.receiptKey.verifyingKey)
    }

    @Test func aWelcomeMustSayWhichKeySignsReceipts() {
        var script = SessionScript()
        script.greet()
        #expect(script.words(.received(script.welcome { $0.receiptKey = Data() }), at: 0).first == "disconnect")
    }

    @Test func receiptsAreKeptAndShownAtTheNextGreeting() throws {
        var script = SessionScript()
        script.goLive()
        #expect(script.words(.received(.acknowledgement(script.log.head)), at: 1) == ["receipt 3"])
        _ = script.handle(.closed("cut"), at: 2)
        _ = script.handle(.tick, at: 1000)
        let range = try #require(hello(script.handle(.connected, at: 1000))?.epochs.first)
        #expect(range.receipt == script.log.head.message)
        let key = Fixture.receiptKey.verifyingKey
        #expect(key.verifies(range.receiptSignature, .acknowledgement, site: Fixture.site, position: script.log.head))
    }

    @Test func aReceiptForAnotherHistoryIsNotKept() {
        var script = SessionScript()
        script.goLive()
        let other = Fixture.position(3)
        #expect(script.words(.received(.acknowledgement(other)), at: 1) == ["LOCATE"])
    }

    @Test func aFencedSiteGoesOnInAnEpochOfItsOwn() {
        var script = SessionScript()
        script.greet()
        let reject = Exchange.make(session: Data()) { $0.reject.reason = .fenced }
        let words = script.words(.received(reject), at: 0)
        #expect(words.first == "disconnect")
        #expect(words.last == "branch after 3")
        #expect(script.session.isFenced)
        let fenced = MemoryLog(site: Fixture.site, epoch: Fixture.otherEpoch, parent: script.log.head)
        var extent = fenced.extent
        extent.cause = .fenced
        #expect(script.words(.branched([script.log.extent, extent]), at: 0) == [])
        // It asks again now and then, and begins no further epoch.
        let time = Int(script.wake.wholeMilliseconds)
        _ = script.handle(.tick, at: time)
        #expect(hello(script.handle(.connected, at: time))?.epochs.count == 2)
        #expect(script.words(.received(reject), at: time).first == "disconnect")
        #expect(!script.words(.received(reject), at: time).contains("branch after 0"))
        #expect(script.session.isFenced)
    }

    @Test func aNewEpochIsGreetedWithAtOnce() {
        var script = SessionScript()
        script.greet()
        _ = script.handle(.received(script.welcome { $0.durable = [Fixture.log(9).head.message] }), at: 0)
        #expect(script.words(.compared(nil), at: 0) == ["LOCATE"])
        let located = Exchange.make { message in
            message.located.epoch = script.log.epoch.data
            message.located.sequences = [0, 1, 2, 3]
            message.located.hashes = (0...3 as ClosedRange<UInt64>).map { script.log.position($0).hash.data }
        }
        #expect(script.words(.received(located), at: 1) == ["find [0, 1, 2, 3]"])
        let own = (0...3 as ClosedRange<UInt64>).map { Optional(script.log.position($0).hash) }
        #expect(script.words(.found(own), at: 1) == ["branch after 3"])
        let child = MemoryLog(site: Fixture.site, epoch: Fixture.otherEpoch, parent: script.log.head)
        let words = script.words(.branched([script.log.extent, child.extent]), at: 2)
        #expect(words.prefix(2) == ["BYE", "disconnect"])
        #expect(script.wake == .milliseconds(2))
    }

    // MARK: Waiting

    /// A headquarters that is down is tried again as often as it said that its fleet may.
    @Test func aConnectionThatNobodyTakesIsTriedAgainSoon() {
        var script = SessionScript()
        script.greet()
        _ = script.handle(.received(script.welcome { $0.reconnectMs = 150 }), at: 0)
        var time = 0
        var said = 0
        for _ in 0..<50 {
            said += script.words(.unreachable, at: time).filter { $0.hasPrefix("note") }.count
            #expect(script.wake - .milliseconds(time) <= .milliseconds(150))
            time = Int(script.wake.wholeMilliseconds) + 1
            _ = script.handle(.tick, at: time)
        }
        #expect(said == 1)
    }

    @Test func beforeAnythingIsKnownOfTheFleetWaitsGrow() {
        var script = SessionScript()
        var (time, longest) = (0, Duration.zero)
        for _ in 0..<20 {
            _ = script.handle(.tick, at: time)
            _ = script.handle(.unreachable, at: time)
            longest = max(longest, script.wake - .milliseconds(time))
            time = Int(script.wake.wholeMilliseconds)
        }
        #expect(longest > .seconds(2))
    }
}
