import Foundation
import Records
import Replication

/// A `SiteReceiver` with a log behind it that commits when told to; keeps what came of each event.
struct ReceiverDesk {
    var receiver: SiteReceiver
    var headquarters = Greeting(name: "hq", epoch: Fixture.otherEpoch)
    /// Whether an opening is durable at once.
    var opensAtOnce = true
    private var greetings: UInt64 = 0
    /// Of the last event.
    private(set) var effects: [SiteReceiver.Effect] = []
    /// What sessions were opened, oldest first.
    private(set) var openings: [SessionOpening] = []
    /// Handed over for commit, oldest first.
    private(set) var staged: [SiteReceiver.StagedBatch] = []

    init(stored: LogPosition? = nil, window: SiteReceiver.Window = SiteReceiver.Window(entries: 50, bytes: 10_000)) {
        receiver = SiteReceiver(
            site: Fixture.site,
            memory: SiteMemory(epochs: stored.map { [$0.epoch: SiteMemory.StoredEpoch(durable: $0)] } ?? [:]),
            verifyingKeys: [Fixture.signingKey.verifyingKey], receiptKey: Fixture.receiptKey, window: window)
    }

    /// What was sent in answer to the last event.
    var sent: [Exchange] {
        effects.compactMap { if case .send(let message) = $0 { message } else { nil } }
    }

    /// Whether the last event confirmed the session.
    var isConfirmed: Bool {
        effects.contains { if case .confirmed = $0 { true } else { false } }
    }

    var newEpochs: [Epoch] {
        openings.last?.epochs.map(\.epoch) ?? []
    }

    var heard: [Timestamp] {
        effects.compactMap { if case .heard(let until) = $0 { until } else { nil } }
    }

    var compared: LogPosition? {
        for case .compare(let position) in effects { return position }
        return nil
    }

    /// The last event's effects in words, but for the confirmation of the session.
    var words: [String] {
        effects.compactMap { effect in
            switch effect {
            case .send(let message): message.kind
            case .commit(let batch): "commit \(batch.slice.first)-\(batch.slice.end.sequence)"
            case .compare(let position): "compare \(position.sequence)"
            case .open: "open"
            case .confirmed: nil
            case .fence: "fence"
            case .headquartersBehind: "headquarters behind"
            case .find(_, let places): "find \(places.map(\.value))"
            case .heard: "heard"
            case .fetch(let fetch): "fetch \(fetch.first)-\(fetch.last)"
            case .fetched(let slice): "fetched \(slice.first)+\(slice.entries.count)"
            case .downlink: "downlink"
            case .misbehaved: "misbehaved"
            }
        }
    }

    mutating func greet(
        _ epochs: [EpochExtent], token: Data = Fixture.token, _ change: (inout Exchange.Hello) -> Void = { _ in }
    ) -> Exchange? {
        var hello = Exchange.Hello()
        (hello.versionMin, hello.versionMax) = (1, 1)
        hello.site = Fixture.site.text
        hello.clock = Fixture.moment(0).wall.milliseconds
        hello.epochs = epochs.map(\.message)
        hello.lastSession = receiver.memory.tokens.confirmed ?? Data()
        change(&hello)
        greetings += 1
        if hello.attempt == 0 { hello.attempt = greetings }
        effects = receiver.hello(hello, token: token, headquarters: headquarters, at: Fixture.moment(0))
        for case .open(let opening) in effects {
            openings.append(opening)
            if opensAtOnce { effects += receiver.opened(opening.token) }
        }
        return sent.first
    }

    mutating func receive(_ message: Exchange, at milliseconds: Int = 0) -> [String] {
        effects = receiver.receive(message, at: Fixture.moment(milliseconds))
        for case .commit(let batch) in effects { staged.append(batch) }
        return words
    }

    /// DATA as an honest site sends it, but for what `change` does to it.
    mutating func send(
        _ slice: LogSlice, key: LogSigningKey = Fixture.signingKey, site: SiteID = Fixture.site,
        token: Data = Fixture.token, _ change: (inout Exchange.Batch) -> Void = { _ in }
    ) -> [String] {
        // Signing a few bytes does not fail.
        var batch = try! Exchange.Batch(slice, site: site, key: key)
        change(&batch)
        return receive(.make(session: token) { $0.data = batch })
    }

    mutating func ping(
        _ head: LogPosition, at milliseconds: Int = 0, _ change: (inout Exchange.Ping) -> Void = { _ in }
    ) -> Exchange.Pong? {
        var ping = Exchange.Ping()
        ping.head = head.message
        ping.clock = Fixture.moment(milliseconds).wall.milliseconds
        ping.idle = true
        change(&ping)
        _ = receive(.make { $0.ping = ping }, at: milliseconds)
        return sent.first?.pong
    }

    /// The oldest batch becomes durable.
    mutating func commit() { effects = receiver.committed(staged.removeFirst().slice.end) }

    mutating func answer(_ stored: ChainHash?) -> [String] {
        effects = receiver.compared(stored)
        return words
    }

    mutating func fail(_ reason: Exchange.Reject.Reason) -> [String] {
        effects = receiver.commitFailed(reason, "for a test")
        return words
    }

    mutating func conflict(at stored: LogPosition?) -> [String] {
        effects = receiver.conflicted(at: stored)
        return words
    }
}
