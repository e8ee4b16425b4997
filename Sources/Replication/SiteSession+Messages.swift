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
            let wait = Duration.milliseconds(min(reject.retryAfterMs, 3_600_000))
            return fail(
                "headquarters refused: \(reject.reason.sentence)\(reject.detail.suffix)", moment, retryAfter: wait)
        case (.reset(let reset), _):
            return fail("headquarters asked for a new session\(reset.detail.suffix)", moment)
        case (.bye(let bye), _):
            return fail("headquarters closed the session\(bye.detail.suffix)", moment)
        case (_, .live(var live)) where message.session == live.token:
            live.lastHeard = moment.uptime
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
        let heartbeat = Duration.milliseconds(min(max(welcome.heartbeatMs, 100), 600_000))
        state = .live(
            Live(
                token: welcome.session, heartbeat: heartbeat, lastHeard: moment.uptime,
                nextPing: moment.uptime + heartbeat / 4))
        lastFailure = nil
        lastToken = welcome.session
        headquartersEpoch = welcome.headquartersEpoch
        return [.note("welcomed by \(welcome.headquarters.prefix(200))")]
            + clock(theirs: welcome.clock, echo: welcome.echoClock, moment)
            + perform(sender.welcomed(positions: positions, credit: Credit(welcome.credit)))
    }

    private mutating func receivedLive(_ message: Exchange, _ moment: Moment) -> [Effect] {
        switch message.body {
        case .acknowledgement(let acknowledgement):
            backoff.reset()
            guard let position = LogPosition(acknowledgement.durable) else { return [] }
            return perform(sender.acknowledged(position, credit: Credit(acknowledgement.credit)))
        case .pong(let pong):
            // Not at WELCOME: a session that is opened and ended at once, over and over, must slow down.
            backoff.reset()
            var effects = clock(theirs: pong.clock, echo: pong.echoClock, moment)
            if let position = LogPosition(pong.durable) {
                effects += perform(sender.acknowledged(position, credit: Credit(pong.credit)))
            }
            return effects
        default:
            return []
        }
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
        hello.epochs = sender.extents.map(\.message)
        hello.lastSession = lastToken
        hello.boot = boot
        hello.lastHeadquartersEpoch = headquartersEpoch
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
        ping.idle = vitals.isIdle
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
