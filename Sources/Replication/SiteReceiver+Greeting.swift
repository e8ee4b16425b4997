package import Foundation
package import Records

/// Who headquarters says it is in WELCOME.
package struct Greeting: Sendable {
    package var name: String
    /// Begun anew by a restore.
    package var epoch: Epoch
    /// Headquarters' epochs before, as far as it knows of them.
    package var ancestors: Set<Epoch>
    package var heartbeat: Duration
    /// The longest a site waits before it tries a connection again that nobody took.
    package var reconnect: Duration

    package init(
        name: String, epoch: Epoch, ancestors: Set<Epoch> = [], heartbeat: Duration = ReplicationProtocol.heartbeat,
        reconnect: Duration = Backoff.cap
    ) {
        self.name = name
        self.epoch = epoch
        self.ancestors = ancestors
        self.heartbeat = heartbeat
        self.reconnect = reconnect
    }
}

extension SiteReceiver {
    /// HELLO: opens a session under `token` if `Resume` lets it. A HELLO that is refused changes nothing.
    package mutating func hello(
        _ hello: Exchange.Hello, token: Data, headquarters: Greeting, at moment: Moment
    ) -> [Effect] {
        guard (hello.versionMin...max(hello.versionMin, hello.versionMax)).overlaps(ReplicationProtocol.versions) else {
            return turnAway(.version, "versions \(hello.versionMin) to \(hello.versionMax)")
        }
        guard hello.site == site.text else { return turnAway(.unknown, "this key is not that site's") }
        let named = hello.epochs.compactMap { EpochExtent($0) }
        guard !named.isEmpty, named.count == hello.epochs.count, Set(named.map(\.head.epoch)).count == named.count,
            named.count <= ReplicationProtocol.greatestEpochs, hello.boot.count <= 64, hello.lastSession.count <= 64
        else {
            return turnAway(.malformed, "an epoch of HELLO")
        }
        let strangers = named.count { memory.epochs[$0.head.epoch] == nil }
        guard memory.epochs.count + strangers <= ReplicationProtocol.greatestStoredEpochs else {
            return turnAway(.malformed, "more than \(ReplicationProtocol.greatestStoredEpochs) epochs")
        }
        // The same HELLO once more, or an older one of the same process, that was long under way.
        if let greeted, hello.attempt > 0, greeted.boot == hello.boot, hello.attempt <= greeted.attempt { return [] }
        var tokens = memory.tokens
        switch memory.fences[hello.lastSession] {
        case .sameSite:
            // Once: another copy with this token is another copy.
            tokens.admit(hello.lastSession)
        case .newSite: return turnAway(.fenced, "an administrator decided that this copy is another site")
        // Noted once more, as the disk may have refused it the first time: an administrator cannot decide what is not there.
        case .open: return fence(hello, named)
        case nil: break
        }
        let resumption = Resume.decide(
            tokens.state(of: hello.lastSession), standing(of: hello, named, headquarters), position(of: named))
        switch resumption {
        case .headquartersBehind: return [.headquartersBehind]
        case .goOn: break
        case .rolledBack, .replaced, .fence:
            guard let challenge, challenge == hello.challenge else { return challenge(with: token) }
        }
        challenge = nil
        if resumption == .fence { return fence(hello, named) }
        greeted = (hello.boot, hello.attempt)
        lastHeard = moment
        tokens.brought(hello.lastSession)
        tokens.offer(token)
        return open(hello, named, token, tokens, resumption, headquarters, moment)
    }

    // MARK: The three axes

    private func standing(
        of hello: Exchange.Hello, _ named: [EpochExtent], _ headquarters: Greeting
    ) -> Resume.Headquarters {
        let last = Epoch(bytes: hello.lastHeadquartersEpoch)
        let isKnownRestore = last.map { headquarters.ancestors.contains($0) } ?? false
        let proof = named.contains { extent in
            guard let receipt = extent.receipt, receipt.position.sequence > .zero,
                receipt.position.sequence > position(of: extent.head.epoch)?.sequence ?? .zero
            else { return false }
            return ([receiptKey.verifyingKey] + formerReceiptKeys).contains {
                $0.verifies(receipt.signature, .acknowledgement, site: site, position: receipt.position)
            }
        }
        if !isKnownRestore, proof || memory.tokens.neverGave(hello.lastSession, in: headquarters.epoch) {
            return .behind
        }
        return last != nil && last != headquarters.epoch && !memory.tokens.met(headquarters.epoch) ? .restored : .same
    }

    private func position(of named: [EpochExtent]) -> Resume.Position {
        guard !memory.epochs.isEmpty, let newest = named.last else { return .first }
        let names = Set(named.map(\.head.epoch))
        let unnamed = memory.epochs.filter { !names.contains($0.key) }.values
        if let stored = memory.epochs[newest.head.epoch] {
            if newest.head.sequence < stored.durable.sequence { return .behind }
            // The site does not know how its log went on. It is from before that, or went on otherwise.
            // A child of an entry that is not stored is a copy's, and none of what is stored.
            let parents = unnamed.compactMap(\.parent).filter { $0.epoch == newest.head.epoch }
            let forks = parents.map(\.sequence).filter { $0 <= stored.durable.sequence }
            if let fork = forks.max() { return newest.head.sequence <= fork ? .behind : .twin }
            return newest.head.sequence == stored.durable.sequence && newest.head != stored.durable ? .forked : .level
        }
        if newest.cause == .restored || newest.cause == .rolledBack { return .branched }
        if !named.contains(where: { memory.epochs[$0.head.epoch] != nil }) { return .replaced }
        let hasSibling = newest.parent.map { parent in unnamed.contains { $0.parent?.epoch == parent.epoch } } ?? false
        return hasSibling ? .twin : .level
    }

    // MARK: The answers

    /// REJECT to a HELLO: the session that may be open is another one, and goes on.
    private func turnAway(_ reason: Exchange.Reject.Reason, _ detail: String) -> [Effect] {
        var message = Exchange()
        message.reject = Exchange.Reject(reason, detail)
        return [.send(message)] + (reason == .fenced ? [] : [.misbehaved("\(reason): \(detail)")])
    }

    /// Asks for the HELLO again: one that was long under way cannot repeat what was made just now.
    private mutating func challenge(with token: Data) -> [Effect] {
        challenge = token
        var message = Exchange()
        message.reset.detail = "greet again, with the challenge"
        message.reset.challenge = token
        return [.send(message)]
    }

    private mutating func fence(_ hello: Exchange.Hello, _ named: [EpochExtent]) -> [Effect] {
        memory.fences[hello.lastSession] = .open
        let incident = Incident(.fenced, place: named.last?.head, of: named.last?.head.epoch)
        return [.fence(token: hello.lastSession, incident)]
            + turnAway(.fenced, "an administrator has to decide, with `huiyin site resolve`")
    }

    /// Nothing is known of the session before it is durable: one that cannot be kept must leave no trace here, or the next
    /// HELLO would be measured by it.
    private mutating func open(
        _ hello: Exchange.Hello, _ named: [EpochExtent], _ token: Data, _ tokens: SessionTokens,
        _ resumption: Resume.Resumption, _ headquarters: Greeting, _ moment: Moment
    ) -> [Effect] {
        var opening = SessionOpening(
            site: site, token: token, tokens: tokens, epochs: [], claims: named.map(\.head), incidents: [])
        if resumption == .replaced { opening.incidents = replaced(named) }
        for extent in named { note(extent, &opening) }
        if memory.fences[hello.lastSession] == .sameSite { opening.admitted = hello.lastSession }
        claimed = named.last?.head
        let offset = moment.wall - Timestamp(milliseconds: hello.clock)
        let open = Open(token: token, heads: named.map(\.head), staged: durable, clockOffset: offset)
        state = .opening(open, opening, welcome: welcome(hello, open, resumption, headquarters, moment))
        return [.open(opening)]
    }

    /// Adds an epoch of which nothing is stored.
    private func note(_ extent: EpochExtent, _ opening: inout SessionOpening) {
        let epoch = extent.head.epoch
        guard position(of: epoch)?.sequence ?? .zero == .zero else { return }
        opening.epochs.append(.init(epoch: epoch, parent: extent.parent, cause: extent.cause))
        if extent.cause == .diverged { settle(extent, &opening) }
        guard let kind = Incident.Kind(extent.cause) else { return }
        let origin = LogChain.origin(site: site, epoch: epoch, parent: extent.parent)
        let parent = extent.parent ?? LogPosition(epoch: epoch, sequence: .zero, hash: origin)
        let held = position(of: parent.epoch)?.sequence.value ?? 0
        opening.incidents.append(
            Incident(kind, place: parent, of: epoch, count: held - min(held, parent.sequence.value)))
    }

    /// A branch was issued again: what was claimed beyond the common entry is no loss.
    private func settle(_ extent: EpochExtent, _ opening: inout SessionOpening) {
        for (epoch, stored) in memory.epochs where epoch == extent.parent?.epoch || stored.durable.sequence == .zero {
            guard epoch != extent.head.epoch, stored.claimed > stored.durable.sequence else { continue }
            opening.settled.append(epoch)
        }
        opening.settled.sort()
    }

    /// What the logs that the site no longer has are known to have had beyond what is stored.
    private func replaced(_ named: [EpochExtent]) -> [Incident] {
        let lost = memory.epochs.values.sorted { $0.durable.epoch < $1.durable.epoch }
        return lost.map { stored in
            Incident(
                .replaced, place: stored.durable, of: named.last?.head.epoch,
                count: stored.claimed.value - min(stored.claimed.value, stored.durable.sequence.value))
        }
    }

    /// The opening is durable: the session begins.
    package mutating func opened(_ token: Data) -> [Effect] {
        guard case .opening(let open, let opening, let welcome) = state, open.token == token else { return [] }
        memory.take(opening)
        var fresh = open
        fresh.staged = durable  // a batch of the session before may have become durable meanwhile
        state = .open(fresh)
        return [send { $0.welcome = filled(welcome, fresh) }]
    }

    private func welcome(
        _ hello: Exchange.Hello, _ open: Open, _ resumption: Resume.Resumption, _ headquarters: Greeting,
        _ moment: Moment
    ) -> Exchange.Welcome {
        var welcome = Exchange.Welcome()
        welcome.version = min(ReplicationProtocol.versions.upperBound, hello.versionMax)
        welcome.session = open.token
        welcome.headquarters = headquarters.name
        welcome.headquartersEpoch = headquarters.epoch.data
        welcome.heartbeatMs = UInt32(headquarters.heartbeat.wholeMilliseconds)
        welcome.maxMessageBytes = UInt32(ReplicationProtocol.greatestMessage)
        welcome.clock = moment.wall.milliseconds
        welcome.echoClock = hello.clock
        welcome.receiptKey = Data(receiptKey.verifyingKey.bytes)
        welcome.reconnectMs = UInt32(clamping: headquarters.reconnect.wholeMilliseconds)
        welcome.standing =
            switch resumption {
            case .rolledBack: .rolledBack
            case .replaced: .replaced
            case .goOn, .fence, .headquartersBehind: .level
            }
        return welcome
    }

    /// With positions and credit as they are when it goes out.
    private func filled(_ welcome: Exchange.Welcome, _ open: Open) -> Exchange.Welcome {
        var welcome = welcome
        let names = Set(open.heads.map(\.epoch))
        welcome.durable = open.heads.compactMap { position(of: $0.epoch)?.message }
        welcome.others = memory.epochs.values.filter { !names.contains($0.durable.epoch) }
            .sorted { $0.durable.epoch < $1.durable.epoch }.prefix(ReplicationProtocol.greatestEpochs)
            .map { EpochExtent(head: $0.durable, parent: $0.parent).message }
        // The site sends its oldest unfinished epoch first: the credit counts there.
        let first = open.heads.first {
            position(of: $0.epoch).map { [head = $0] in head.sequence > $0.sequence } ?? true
        }
        welcome.credit = credit(for: (first ?? open.heads.last)?.epoch).message
        return welcome
    }

    /// PING: the site's state, answered with ours.
    mutating func receive(_ ping: Exchange.Ping, _ open: Open, _ moment: Moment) -> [Effect] {
        guard let head = LogPosition(ping.head) else { return [.misbehaved("a malformed head in PING")] }
        var open = open
        open.clockOffset = min(open.clockOffset, moment.wall - Timestamp(milliseconds: ping.clock))
        state = .open(open)
        claimed = head
        if let known = memory.epochs[head.epoch]?.claimed {
            memory.epochs[head.epoch]?.claimed = max(known, head.sequence)
        }
        vitals = Vitals(
            diskFree: ping.diskFree, queueBytes: ping.queueBytes,
            oldestUnacknowledged: ping.oldestUnacknowledgedAt == 0
                ? nil : Timestamp(milliseconds: ping.oldestUnacknowledgedAt))
        var pong = Exchange.Pong()
        pong.clock = moment.wall.milliseconds
        pong.echoClock = ping.clock
        if let position = position(of: head.epoch) {
            pong.durable = position.message
            pong.credit = credit(for: head.epoch).message
        }
        let answer = send { $0.pong = pong }
        // An older epoch may go on here: the site went back behind it.
        let older = open.heads.filter { $0.epoch != head.epoch }
        let isComplete = older.allSatisfy { old in position(of: old.epoch).map { $0.sequence >= old.sequence } ?? false
        }
        guard ping.idle, position(of: head.epoch) == head, isComplete else { return [answer] }
        return [answer, .heard(until: min(moment.wall, Timestamp(milliseconds: ping.clock) + open.clockOffset))]
    }
}

extension Incident.Kind {
    /// What the cause of a new epoch tells a person; nil when it tells nothing new.
    fileprivate init?(_ cause: EpochRange.Cause) {
        switch cause {
        case .restored: self = .restored
        case .rolledBack: self = .rolledBack
        case .diverged: self = .diverged
        case .fenced, .unspecified, .UNRECOGNIZED: return nil
        }
    }
}
