package import Foundation
package import Records

/// Who headquarters says it is in WELCOME.
package struct Greeting: Sendable {
    package var name: String
    /// Bumped by a restore.
    package var epoch: Epoch
    package var heartbeat: Duration

    package init(name: String, epoch: Epoch, heartbeat: Duration = ReplicationProtocol.heartbeat) {
        self.name = name
        self.epoch = epoch
        self.heartbeat = heartbeat
    }
}

extension SiteReceiver {
    /// One epoch of HELLO, its fields' lengths checked.
    private struct NamedEpoch {
        var head: LogPosition
        var parent: LogPosition?

        init?(_ range: EpochRange) {
            guard let head = LogPosition(range.head) else { return nil }
            self.head = head
            guard range.hasParent else { return }
            guard let parent = LogPosition(range.parent) else { return nil }
            self.parent = parent
        }
    }

    /// HELLO: opens a session under `token`, whatever was before. Nothing is changed by a HELLO that is refused.
    package mutating func hello(
        _ hello: Exchange.Hello, token: Data, headquarters: Greeting, at moment: Moment
    ) -> [Effect] {
        state = .closed
        lastHeard = moment
        guard (hello.versionMin...max(hello.versionMin, hello.versionMax)).overlaps(ReplicationProtocol.versions) else {
            return reject(.version, "versions \(hello.versionMin) to \(hello.versionMax)")
        }
        guard hello.site == site.text else { return reject(.unknown, "this key is not that site's") }
        let named = hello.epochs.compactMap { NamedEpoch($0) }
        guard !named.isEmpty, named.count == hello.epochs.count, Set(named.map(\.head.epoch)).count == named.count
        else {
            return reject(.malformed, "an epoch of HELLO")
        }
        let strangers = named.count { durable[$0.head.epoch] == nil }
        guard durable.count + strangers <= ReplicationProtocol.greatestEpochs else {
            return reject(.malformed, "more than \(ReplicationProtocol.greatestEpochs) epochs")
        }
        let effects = named.compactMap { note($0) }
        claimed = named.last?.head
        let offset = moment.wall - Timestamp(milliseconds: hello.clock)
        state = .open(Open(token: token, heads: named.map(\.head), staged: durable, clockOffset: offset))
        return effects + [send { $0.welcome = welcome(hello, token, headquarters, moment) }]
    }

    /// Knows the epoch from here on. Noted until something of it is durable, since the shell may have failed to.
    private mutating func note(_ named: NamedEpoch) -> Effect? {
        let epoch = named.head.epoch
        if durable[epoch] == nil {
            let origin = LogChain.origin(site: site, epoch: epoch, parent: named.parent)
            durable[epoch] = LogPosition(epoch: epoch, sequence: .zero, hash: origin)
        }
        return durable[epoch]?.sequence == .zero ? .newEpoch(epoch, parent: named.parent) : nil
    }

    private func welcome(
        _ hello: Exchange.Hello, _ token: Data, _ headquarters: Greeting, _ moment: Moment
    ) -> Exchange.Welcome {
        var welcome = Exchange.Welcome()
        welcome.version = min(ReplicationProtocol.versions.upperBound, hello.versionMax)
        welcome.session = token
        welcome.headquarters = headquarters.name
        welcome.headquartersEpoch = headquarters.epoch.data
        if case .open(let open) = state {
            welcome.durable = open.heads.compactMap { durable[$0.epoch]?.message }
            // The site sends its oldest unfinished epoch first: the credit counts there.
            let first = open.heads.first { durable[$0.epoch] != $0 } ?? open.heads.last
            welcome.credit = credit(for: first?.epoch).message
        }
        welcome.heartbeatMs = UInt32(headquarters.heartbeat.wholeMilliseconds)
        welcome.maxMessageBytes = UInt32(ReplicationProtocol.greatestMessage)
        welcome.clock = moment.wall.milliseconds
        welcome.echoClock = hello.clock
        return welcome
    }

    /// PING: the site's state, answered with ours.
    mutating func receive(_ ping: Exchange.Ping, _ open: Open, _ moment: Moment) -> [Effect] {
        guard let head = LogPosition(ping.head) else { return [.misbehaved("a malformed head in PING")] }
        var open = open
        open.clockOffset = min(open.clockOffset, moment.wall - Timestamp(milliseconds: ping.clock))
        state = .open(open)
        claimed = head
        vitals = Vitals(
            diskFree: ping.diskFree, queueBytes: ping.queueBytes,
            oldestUnacknowledged: ping.oldestUnacknowledgedAt == 0
                ? nil : Timestamp(milliseconds: ping.oldestUnacknowledgedAt))
        var pong = Exchange.Pong()
        pong.clock = moment.wall.milliseconds
        pong.echoClock = ping.clock
        if let position = durable[head.epoch] {
            pong.durable = position.message
            pong.credit = credit(for: head.epoch).message
        }
        let answer = send { $0.pong = pong }
        let older = open.heads.filter { $0.epoch != head.epoch }
        guard ping.idle, durable[head.epoch] == head, older.allSatisfy({ durable[$0.epoch] == $0 }) else {
            return [answer]
        }
        return [answer, .heard(until: min(moment.wall, Timestamp(milliseconds: ping.clock) + open.clockOffset))]
    }
}
