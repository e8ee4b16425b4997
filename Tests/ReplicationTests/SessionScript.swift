import Foundation
import Records
import Replication
import Simulation
import Testing

/// A session with its events and the effects that came of them, in words.
struct SessionScript {
    var session: SiteSession
    let log: MemoryLog
    /// The last wish to be woken.
    private(set) var wake: Duration = .zero

    init(_ log: MemoryLog = Fixture.log(3)) {
        self.log = log
        session = SiteSession(
            site: Fixture.site, epochs: [log.extent], signingKey: Fixture.signingKey, boot: Fixture.otherEpoch, seed: 1,
            programVersion: "1.0")
    }

    /// How often the inbox was told that headquarters lives.
    private(set) var heartbeats = 0

    /// Hands an event over and says what is to be done but for waking; a script keeps no sockets, and no inbox.
    mutating func handle(_ event: SiteSession.Event, at milliseconds: Int) -> [SiteSession.Effect] {
        session.handle(event, at: Fixture.moment(milliseconds)).filter { effect in
            switch effect {
            case .wake(let time): wake = time
            case .heartbeat: heartbeats += 1
            default: return true
            }
            return false
        }
    }

    mutating func words(_ event: SiteSession.Event, at milliseconds: Int) -> [String] {
        handle(event, at: milliseconds).map { effect in
            switch effect {
            case .connect: "connect"
            case .disconnect: "disconnect"
            case .send(let message): message.kind
            case .log(.compare(_, let sequence)): "compare \(sequence)"
            case .log(.read(let request)): "read after \(request.after)"
            case .log(.acknowledged(let position)): "acknowledged \(position.sequence)"
            case .log(.branch(let branch)): "branch after \(branch.after?.sequence.description ?? "nothing")"
            case .log(.find(_, let places)): "find \(places.map(\.value))"
            case .log(.locate): "locate"
            case .remember(let memory): "remember \(String(decoding: memory.token, as: UTF8.self))"
            case .receipt(let receipt): "receipt \(receipt.position.sequence)"
            case .clockMeasured(let offset, let uncertainty):
                "clock \(offset.wholeMilliseconds) ± \(uncertainty.wholeMilliseconds)"
            case .keys: "keys"
            case .repair: "repair"
            case .opened: "opened"
            case .down: "DOWN"
            case .heartbeat: "heartbeat"
            case .note(let text): "note: \(text)"
            case .wake: "wake"
            }
        }
    }

    /// Up to HELLO, at 0 ms.
    mutating func greet() {
        #expect(words(.tick, at: 0) == ["connect"])
        #expect(words(.connected, at: 0) == ["HELLO"])
    }

    /// Up to a live session, at 0 ms, in which headquarters has everything.
    mutating func goLive() {
        greet()
        _ = handle(.received(welcome()), at: 0)
        _ = handle(.compared(log.head.hash), at: 0)
        #expect(session.isLive)
    }

    func welcome(_ change: (inout Exchange.Welcome) -> Void = { _ in }) -> Exchange {
        var welcome = Exchange.Welcome()
        welcome.version = 1
        welcome.session = Fixture.token
        welcome.headquarters = "hq"
        welcome.headquartersEpoch = Fixture.otherEpoch.data
        welcome.durable = [log.head.message]
        welcome.heartbeatMs = 2000
        welcome.credit.sequence = 100
        welcome.credit.bytes = 1 << 20
        welcome.receiptKey = Data(Fixture.receiptKey.verifyingKey.bytes)
        change(&welcome)
        return .make { $0.welcome = welcome }
    }

    func pong(_ change: (inout Exchange.Pong) -> Void = { _ in }) -> Exchange {
        var pong = Exchange.Pong()
        pong.durable = log.head.message
        pong.credit.sequence = 100
        pong.credit.bytes = 1 << 20
        change(&pong)
        return .make { $0.pong = pong }
    }
}
