import Foundation
import Records

extension SiteSession {
    /// What headquarters said.
    mutating func received(_ message: Exchange, _ moment: Moment) -> [Effect] {
        lastHeard = moment.wall
        guard concerns(message) else { return [] }  // of an old session
        switch (message.body, state) {
        case (.welcome(let welcome), .greeting):
            return welcomed(welcome, moment)
        case (.reject(let reject), _):
            return rejected(reject, moment)
        case (.reset(let reset), _):
            guard reset.challenge.isEmpty || reset.challenge == challenge || reset.challenge.count > 64 else {
                // Headquarters wants to see that this greeting is no old one: at once, and once for each challenge.
                challenge = reset.challenge
                return greetAnew("headquarters asks for the greeting again", moment)
            }
            return fail("headquarters asked for a new session\(reset.detail.suffix)", moment)
        case (.bye(let bye), _):
            return fail("headquarters closed the session\(bye.detail.suffix)", moment)
        case (_, .live(var live)) where message.session == live.token:
            live.lastHeard = moment.uptime
            switch message.body {
            case .acknowledgement, .pong, .located: live.lastAnswered = moment.uptime
            default: break
            }
            state = .live(live)
            return receivedLive(message, moment)
        default:
            return []  // before WELCOME
        }
    }

    /// Whether a message is of this session: it names it, or opens it, or ends whatever session there is.
    private func concerns(_ message: Exchange) -> Bool {
        switch (message.body, state) {
        case (.welcome, _): true
        case (_, .live(let live)) where message.session == live.token: true
        default: message.session.isEmpty
        }
    }

    private mutating func welcomed(_ welcome: Exchange.Welcome, _ moment: Moment) -> [Effect] {
        guard ReplicationProtocol.versions.contains(welcome.version), !welcome.session.isEmpty else {
            return fail("headquarters answered HELLO with version \(welcome.version), which is not spoken here", moment)
        }
        let positions = welcome.durable.compactMap { LogPosition($0) }
        guard sender.extents.allSatisfy({ extent in positions.contains { $0.epoch == extent.head.epoch } }) else {
            return fail("headquarters did not say what it has of this log", moment)
        }
        guard let key = LogVerifyingKey(bytes: welcome.receiptKey) else {
            return fail("headquarters did not say which key signs its receipts", moment)
        }
        guard believedKeys.isEmpty || believedKeys.contains(key) else {
            return fail("headquarters signs with another key than before; its receipts cannot be believed", moment)
        }
        let heartbeat = Duration.milliseconds(min(max(welcome.heartbeatMs, 100), 600_000))
        state = .live(
            Live(
                token: welcome.session, heartbeat: heartbeat, lastHeard: moment.uptime,
                lastAnswered: moment.uptime, nextPing: moment.uptime + heartbeat / 4))
        lastFailure = nil
        challenge = Data()
        isFenced = false
        memory.token = welcome.session
        memory.headquartersEpoch = welcome.headquartersEpoch
        memory.receiptKey = key
        memory.reconnect = .milliseconds(min(max(welcome.reconnectMs, 100), UInt32(Backoff.cap.wholeMilliseconds)))
        let isRolledBack = welcome.standing == .rolledBack
        var effects: [Effect] = [
            .note("welcomed by \(welcome.headquarters.prefix(200))\(welcome.standing.suffix)"),
            // Before the token's first use: forgotten after it, the next HELLO would look like a copy's.
            .remember(memory), .opened,
        ]
        effects += clock(theirs: welcome.clock, echo: welcome.echoClock, moment)
        effects += tellPins()
        effects += perform(
            sender.welcomed(positions: positions, credit: Credit(welcome.credit), isRolledBack: isRolledBack))
        return effects
    }

    private mutating func rejected(_ reject: Exchange.Reject, _ moment: Moment) -> [Effect] {
        let wait = Duration.milliseconds(min(reject.retryAfterMs, 3_600_000))
        let effects = fail(
            "headquarters refused: \(reject.reason.sentence)\(reject.detail.suffix)", moment, retryAfter: wait)
        guard reject.reason == .fenced, !isFenced else { return effects }
        // What is written from here on is kept apart from what another copy may have written as well.
        isFenced = true
        let head = sender.head
        guard sender.extents.last?.cause != .fenced else { return effects }
        return effects + [.log(.branch(LogBranch(epoch: head.epoch, after: head, cause: .fenced)))]
    }

    /// Says which pins are kept here.
    func tellPins() -> [Effect] {
        guard pinsKept > 0, case .live(let live) = state else { return [] }
        return [.send(envelope(live.token) { $0.keys.kept = pinsKept })]
    }

    /// A message of this session; nothing without one.
    func say(_ body: Exchange.OneOf_Body) -> [Effect] {
        guard case .live(let live) = state else { return [] }
        return [.send(envelope(live.token) { $0.body = body })]
    }

    private mutating func receivedLive(_ message: Exchange, _ moment: Moment) -> [Effect] {
        switch message.body {
        case .acknowledgement(let acknowledgement):
            backoff.reset()
            return acknowledged(acknowledgement, moment)
        case .located(let located):
            guard let epoch = Epoch(bytes: located.epoch), located.hashes.count == located.sequences.count else {
                return fail("headquarters answered LOCATE with something else", moment)
            }
            return perform(
                sender.located(
                    epoch, located.sequences.map { SequenceNumber($0) }, located.hashes.map { ChainHash(bytes: $0) }))
        case .down(let batch): return [.down(batch)]
        case .pong(let pong):
            // Not at WELCOME: a session that is opened and ended at once, over and over, must slow down.
            backoff.reset()
            var effects = clock(theirs: pong.clock, echo: pong.echoClock, moment)
            if let position = LogPosition(pong.durable) {
                effects += perform(sender.acknowledged(position, credit: Credit(pong.credit)))
            }
            return effects + [.heartbeat]
        case .keys(let keys):
            return [.keys(keys)]
        case .fetch, .fetched, .quarantine:
            return message.body.map { [.repair($0)] } ?? []
        default:
            return []
        }
    }

    /// ACK: believed when headquarters' signature is right, and kept as its receipt.
    private mutating func acknowledged(_ acknowledgement: Exchange.Acknowledgement, _ moment: Moment) -> [Effect] {
        guard let position = LogPosition(acknowledgement.durable) else { return [] }
        guard
            believedKeys.contains(where: {
                $0.verifies(acknowledgement.signature, .acknowledgement, site: site, position: position)
            })
        else {
            return fail("the signature of an acknowledgement is not headquarters'", moment)
        }
        let effects = perform(sender.acknowledged(position, credit: Credit(acknowledgement.credit)))
        // A receipt for another history, or for what is still compared, is none of ours.
        guard sender.isDurable(position) else { return effects }
        let receipt = Receipt(position: position, signature: acknowledgement.signature)
        sender.keep(receipt)
        return effects + [.receipt(receipt)]
    }

    /// Headquarters' clock against ours, by the round trip (Cristian, 1989).
    private func clock(theirs: Int64, echo: Int64, _ moment: Moment) -> [Effect] {
        let (asked, answered) = (Timestamp(milliseconds: echo), Timestamp(milliseconds: theirs))
        let roundTrip = moment.wall - asked
        let offset = answered - asked - roundTrip / 2
        // Our own clock was set in between, or the peer invents: no measurement.
        let (shortest, longest): (Duration, Duration) = (.zero, .seconds(10))
        let bound = Self.greatestOffset
        guard echo > 0, theirs > 0, (shortest...longest).contains(roundTrip),
            (shortest - bound...bound).contains(offset)
        else { return [] }
        return [.clockMeasured(offset: offset, uncertainty: roundTrip / 2 + .milliseconds(1))]
    }

    func hello(_ moment: Moment) -> Exchange.Hello {
        var hello = Exchange.Hello()
        hello.versionMin = ReplicationProtocol.versions.lowerBound
        hello.versionMax = ReplicationProtocol.versions.upperBound
        hello.site = site.text
        hello.epochs = sender.extents.suffix(ReplicationProtocol.greatestEpochs).map(\.message)
        hello.lastSession = memory.token
        hello.boot = boot
        hello.attempt = attempts
        hello.challenge = challenge
        hello.lastHeadquartersEpoch = memory.headquartersEpoch
        if let witness { hello.witness = witness.message }
        hello.clock = moment.wall.milliseconds
        hello.diskFree = vitals.diskFree
        hello.programVersion = programVersion
        return hello
    }

    func ping(_ moment: Moment) -> Exchange.Ping {
        var ping = Exchange.Ping()
        ping.head = sender.head.message
        ping.clock = moment.wall.milliseconds
        ping.oldestUnacknowledgedAt = vitals.oldestUnacknowledged?.milliseconds ?? 0
        ping.queueBytes = vitals.queueBytes
        ping.diskFree = vitals.diskFree
        // Headquarters cannot tell whether what it has more of in an older epoch is this log's.
        ping.idle = vitals.isIdle && sender.isOnNewest
        return ping
    }

    func envelope(_ token: Data, _ fill: (inout Exchange) -> Void) -> Exchange {
        var message = Exchange()
        message.session = token
        fill(&message)
        return message
    }
}

extension String {
    /// The text after a colon; nothing when it is empty. Cut, as it comes from the other side.
    package var suffix: String { isEmpty ? "" : ": \(prefix(200))" }
}

extension Exchange.Welcome.Standing {
    /// What the site should know of it.
    fileprivate var suffix: String {
        switch self {
        case .rolledBack: "; it has more of this log than there is here: the data folder was rolled back"
        case .replaced: "; it has another log of this site: the disk was replaced"
        case .restored: "; the log was restored"
        case .level, .unspecified, .UNRECOGNIZED: ""
        }
    }
}

extension Exchange.Reject.Reason {
    /// What it means and what to do about it.
    package var sentence: String {
        switch self {
        case .unknown: "it does not know this site; register it with `huiyin site add`"
        case .revoked: "this site's keys were revoked"
        case .fenced: "another copy of this site writes the log; an administrator must say which is real"
        case .chain: "the log's hash chain does not hold"
        case .signature: "a signature does not fit the registered signing key"
        case .oversize: "a message was too large"
        case .version: "no version of the protocol is spoken on both sides; update the older one"
        case .overload: "it is overloaded"
        case .malformed: "a message was malformed"
        case .diverged: "the histories of this log differ"
        case .diskFull: "its disk is full"
        case .unspecified, .UNRECOGNIZED: "for an unknown reason"
        }
    }
}
