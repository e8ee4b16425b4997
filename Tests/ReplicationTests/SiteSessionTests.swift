import Foundation
import Records
import Replication
import Simulation
import Testing

struct SiteSessionTests {
    @Test func theInboxHearsOfItsBatchesAndOfHeartbeatsAndAnswers() {
        var script = SessionScript()
        script.goLive()
        let batch = Exchange.make { $0.down.firstSequence = 1 }
        #expect(script.words(.received(batch), at: 5) == ["DOWN"])
        #expect(script.words(.received(.make(session: Data("old".utf8)) { $0.down.firstSequence = 1 }), at: 5) == [])
        #expect(script.words(.say(.downAcknowledgement(Exchange.DownAcknowledgement())), at: 6) == ["DOWNACK"])
        _ = script.handle(.received(script.pong()), at: 10)
        #expect(script.heartbeats == 1)
        _ = script.handle(.closed("cut off"), at: 11)
        #expect(script.words(.say(.downAcknowledgement(Exchange.DownAcknowledgement())), at: 12) == [])
    }

    @Test func connectsGreetsAndSends() {
        var script = SessionScript()
        script.greet()
        let welcome = script.welcome { $0.durable = [script.log.position(1).message] }
        #expect(
            script.words(.received(welcome), at: 5)
                == ["note: welcomed by hq", "remember session one", "opened", "compare 1"])
        #expect(
            script.words(.compared(script.log.position(1).hash), at: 5) == ["acknowledged 1", "read after 1"])
        #expect(script.words(.read(script.log.slice(2, 3)), at: 5) == ["DATA"])
        let acknowledgement = Exchange.acknowledgement(script.log.head)
        #expect(script.words(.received(acknowledgement), at: 9) == ["acknowledged 3", "receipt 3"])
        #expect(script.session.sender.acknowledged == script.log.head)
    }

    @Test func helloSaysWhoItIsAndWhatItHas() throws {
        var script = SessionScript()
        script.session.vitals.diskFree = 77
        _ = script.handle(.tick, at: 0)
        guard case .send(let message) = script.handle(.connected, at: 3).first, case .hello(let hello) = message.body
        else {
            Issue.record("no HELLO")
            return
        }
        #expect(message.session.isEmpty)
        #expect(hello.site == "A1")
        #expect(hello.versionMin...hello.versionMax == ReplicationProtocol.versions)
        #expect(hello.epochs.map(\.head) == [script.log.head.message])
        #expect(hello.boot == Fixture.otherEpoch.data)
        #expect(hello.clock == 1_700_000_000_003)
        #expect(hello.diskFree == 77)
        #expect(hello.lastSession.isEmpty)
    }

    @Test func theNextHelloNamesTheSessionBefore() {
        var script = SessionScript()
        script.goLive()
        _ = script.handle(.closed("cut"), at: 10)
        _ = script.handle(.tick, at: 1000)
        guard case .send(let message) = script.handle(.connected, at: 1000).first, case .hello(let hello) = message.body
        else {
            Issue.record("no HELLO")
            return
        }
        #expect(hello.lastSession == Fixture.token)
        #expect(hello.lastHeadquartersEpoch == Fixture.otherEpoch.data)
    }

    @Test func dataIsSignedOverItsLastEntry() throws {
        var script = SessionScript()
        script.greet()
        _ = script.handle(.received(script.welcome { $0.durable = [script.log.position(0).message] }), at: 0)
        _ = script.handle(.compared(script.log.position(0).hash), at: 0)
        guard case .send(let message) = script.handle(.read(script.log.slice(1, 3)), at: 0).first else {
            Issue.record("no DATA")
            return
        }
        #expect(message.session == Fixture.token)
        #expect(message.data.firstSequence == 1)
        #expect(message.data.previousHash == script.log.position(0).hash.data)
        let key = Fixture.signingKey.verifyingKey
        #expect(key.verifies(message.data.signature, .batch, site: Fixture.site, position: script.log.head))
    }

    @Test(arguments: [
        (Exchange.make(session: Data()) { $0.reset.detail = "gap" }, "note: headquarters asked for a new session: gap"),
        (Exchange.make { $0.bye = Exchange.Bye() }, "note: headquarters closed the session"),
        (Exchange.make { $0.reject.reason = .revoked }, "note: headquarters refused: this site's keys were revoked"),
    ])
    func whateverEndsASessionThrowsTheConnectionAway(message: Exchange, note: String) {
        var script = SessionScript()
        script.goLive()
        #expect(script.words(.received(message), at: 10) == ["disconnect", note])
        #expect(!script.session.isLive)
        #expect("note: \(script.session.lastFailure ?? "")" == note)
        // Nothing more comes of the old connection.
        #expect(script.words(.closed("late"), at: 10) == [])
        #expect(script.words(.connected, at: 10) == [])
        #expect(script.words(.received(script.pong()), at: 10) == [])
    }

    @Test func aRefusalIsWaitedOutWithJitter() {
        var waits: Set<Duration> = []
        for seed in 0..<20 as Range<UInt64> {
            var session = SiteSession(
                site: Fixture.site, epochs: [Fixture.log(1).extent], signingKey: Fixture.signingKey,
                boot: Fixture.epoch,
                seed: seed, programVersion: "1.0")
            _ = session.handle(.tick, at: Fixture.moment(0))
            _ = session.handle(.connected, at: Fixture.moment(0))
            var reject = Exchange()
            reject.reject.reason = .unknown
            reject.reject.retryAfterMs = 60_000
            for case .wake(let time) in session.handle(.received(reject), at: Fixture.moment(0)) { waits.insert(time) }
        }
        #expect(waits.allSatisfy { $0 >= .seconds(60) && $0 <= .seconds(90) })
        #expect(waits.count > 15)
    }

    @Test func messagesOfAnOldSessionSayNothing() {
        var script = SessionScript()
        script.goLive()
        let old = Data("session zero".utf8)
        let acknowledgement = Exchange.make(session: old) { $0.acknowledgement.durable = Fixture.position(3).message }
        #expect(script.words(.received(acknowledgement), at: 1) == [])
        #expect(script.words(.received(.make(session: old) { $0.reset = Exchange.Reset() }), at: 1) == [])
        #expect(script.words(.received(.make(session: old) { $0.bye = Exchange.Bye() }), at: 1) == [])
        #expect(script.words(.received(script.welcome()), at: 1) == [])
        #expect(script.session.isLive)
    }

    @Test(arguments: ["connecting", "greeting"])
    func aConnectionOrGreetingMayTakeTenSeconds(phase: String) {
        var script = SessionScript()
        #expect(script.words(.tick, at: 0) == ["connect"])
        if phase == "greeting" { #expect(script.words(.connected, at: 0) == ["HELLO"]) }
        #expect(script.wake == .seconds(10))
        #expect(script.words(.tick, at: 9_999) == [])
        #expect(script.words(.tick, at: 10_000).first == "disconnect")
        #expect(script.wake <= .milliseconds(10_100))
    }

    /// A whole fleet that comes back at once waits for headquarters, rather than to come again and again.
    @Test func aHandshakeThatHeadquartersTookMayTakeHalfAMinute() {
        var script = SessionScript()
        #expect(script.words(.tick, at: 0) == ["connect"])
        #expect(script.words(.reached, at: 9_000) == [])
        #expect(script.wake == .seconds(39))
        #expect(script.words(.tick, at: 38_999) == [])
        #expect(script.words(.connected, at: 38_999) == ["HELLO"])
        #expect(script.words(.reached, at: 39_000) == [])
        #expect(script.words(.tick, at: 48_999).first == "disconnect")
    }

    @Test func silenceOfThreeHeartbeatsEndsTheSession() {
        var script = SessionScript()
        script.goLive()
        #expect(script.words(.tick, at: 500) == ["PING"])
        #expect(script.words(.received(script.pong()), at: 600) == [])
        #expect(script.words(.tick, at: 2500) == ["PING"])
        #expect(script.words(.tick, at: 4500) == ["PING"])
        #expect(script.words(.tick, at: 6500) == ["PING"])
        #expect(script.wake == .milliseconds(6600))
        #expect(script.words(.tick, at: 6599) == [])
        #expect(
            script.words(.tick, at: 6600) == ["disconnect", "note: headquarters was silent for 3 heartbeats"])
    }

    /// Seed 650: after a wall headquarters' questions still came through and no answer of the site, which stayed for ever.
    @Test func aHeadquartersThatOnlyAsksAndNeverAnswersIsLeft() {
        var script = SessionScript()
        script.goLive()
        _ = script.handle(.tick, at: 500)
        _ = script.handle(.received(script.pong()), at: 600)
        for time in stride(from: 2000, through: 20_000, by: 2000) {
            _ = script.handle(.tick, at: time)
            _ = script.handle(.received(.make { $0.fetch = Exchange.Fetch() }), at: time)
        }
        #expect(script.wake == .milliseconds(20_600))
        #expect(
            script.words(.tick, at: 20_600) == [
                "disconnect", "note: headquarters answered nothing for 10 heartbeats",
            ])
    }

    @Test func pingTellsHowTheSiteIs() {
        var script = SessionScript()
        script.goLive()
        script.session.vitals.isIdle = false
        script.session.vitals.queueBytes = 9
        script.session.vitals.oldestUnacknowledged = Timestamp(milliseconds: 42)
        guard case .send(let message) = script.handle(.tick, at: 500).first else {
            Issue.record("no PING")
            return
        }
        #expect(message.ping.head == script.log.head.message)
        #expect(!message.ping.idle)
        #expect(message.ping.queueBytes == 9)
        #expect(message.ping.oldestUnacknowledgedAt == 42)
        #expect(message.ping.clock == 1_700_000_000_500)
    }

    @Test func waitsGrowUntilASessionProvedUseful() {
        var script = SessionScript()
        var longest = Duration.zero
        var time = 0
        // WELCOME alone proves nothing: sessions that are ended at once must slow down.
        for _ in 0..<12 {
            _ = script.handle(.tick, at: time)
            _ = script.handle(.connected, at: time)
            _ = script.handle(.received(script.welcome()), at: time)
            _ = script.handle(.received(.make { $0.reset = Exchange.Reset() }), at: time)
            longest = max(longest, script.wake - .milliseconds(time))
            time = Int(script.wake.wholeMilliseconds)
        }
        #expect(longest > .seconds(2))
        #expect(longest <= .seconds(15))
        _ = script.handle(.tick, at: time)
        _ = script.handle(.connected, at: time)
        _ = script.handle(.received(script.welcome()), at: time)
        _ = script.handle(.received(script.pong()), at: time)
        _ = script.handle(.closed("cut"), at: time)
        #expect(script.wake - .milliseconds(time) <= .milliseconds(100))
    }

    @Test func aVersionThatIsNotSpokenIsRefused() {
        for version in [0, 2] as [UInt32] {
            var script = SessionScript()
            script.greet()
            let words = script.words(.received(script.welcome { $0.version = version }), at: 0)
            #expect(words.first == "disconnect")
        }
    }

    /// Nothing would be sent, and nobody would see why.
    @Test func aWelcomeThatLeavesOutAnEpochIsRefused() {
        for positions in [[], [Position()], [Fixture.position(1, epoch: Fixture.otherEpoch).message]] {
            var script = SessionScript()
            script.greet()
            let words = script.words(.received(script.welcome { $0.durable = positions }), at: 0)
            #expect(words == ["disconnect", "note: headquarters did not say what it has of this log"])
        }
    }

    @Test func theClockIsMeasuredByTheRoundTrip() {
        var script = SessionScript()
        script.goLive()
        // Asked at 500, answered by a clock that is an hour ahead, heard at 540.
        let pong = script.pong {
            $0.echoClock = 1_700_000_000_500
            $0.clock = 1_700_000_000_520 + 3_600_000
        }
        #expect(script.words(.received(pong), at: 540) == ["clock 3600000 ± 21"])
    }

    @Test func impossibleClocksAreNotMeasured() {
        let now: Int64 = 1_700_000_000_540
        let cases: [(theirs: Int64, echo: Int64)] = [
            (now, 0), (now, now + 1), (now, now - 10_001), (.min, now - 5), (.max, now - 5), (now, .min), (now, .max),
            (0, 0),
        ]
        for (theirs, echo) in cases {
            var script = SessionScript()
            script.goLive()
            let pong = script.pong { ($0.clock, $0.echoClock) = (theirs, echo) }
            #expect(script.words(.received(pong), at: 540) == [])
        }
    }

    @Test func anyCreditOfHeadquartersIsTaken() {
        var script = SessionScript()
        script.greet()
        let welcome = script.welcome {
            $0.durable = [script.log.position(0).message]
            $0.credit.sequence = .max
            $0.credit.bytes = .max
            $0.heartbeatMs = .max
        }
        _ = script.handle(.received(welcome), at: 0)
        #expect(script.words(.compared(script.log.position(0).hash), at: 0) == ["acknowledged 0", "read after 0"])
    }

    @Test func whileHistoriesAreComparedNothingIsSent() {
        var script = SessionScript()
        script.greet()
        _ = script.handle(.received(script.welcome()), at: 0)
        #expect(script.words(.compared(nil), at: 0) == ["LOCATE"])
        var grown = script.log
        grown.append(.test("four"))
        #expect(script.words(.appended(grown.head), at: 1) == [])
        #expect(script.words(.tick, at: 500) == ["PING"])
        #expect(script.session.isLive)
    }
}
