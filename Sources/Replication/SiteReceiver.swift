package import Foundation
package import Records

/// Headquarters' side of the exchange with one site: greeting, verification of batches, acknowledgement after the commit.
///
///     closed ──HELLO──► open ──DATA (verified)──► commit under way ──committed──► ACK
///        ▲                └── gap, foreign session ──► RESET      wrong chain or signature ──► REJECT
///        └── RESET, REJECT, BYE, silence
///
/// Who the site is was settled by the connection's key before anything comes here.
package struct SiteReceiver: Sendable {
    /// What the shell performs, in this order.
    package enum Effect: Sendable {
        case send(Exchange)
        /// Store durably, then call `committed`. Nothing of it was acknowledged yet.
        case commit(StagedBatch)
        /// Look up the stored chain's hash there and call `compared`.
        case compare(LogPosition)
        /// A log that was not known before begins; make its row durable with the first commit.
        case newEpoch(Epoch, parent: LogPosition?)
        /// The site has said all that it wrote down up to this moment, by headquarters' clock.
        case heard(until: Timestamp)
        /// The peer did what no honest site does; counted and shown.
        case misbehaved(String)
    }

    /// A batch whose leaves, chain and signature were verified.
    package struct StagedBatch: Sendable {
        package var site: SiteID
        package var slice: LogSlice
        /// `h` at each entry of the slice.
        package var hashes: [ChainHash]
        /// The site's signature over the last hash.
        package var signature: Signature
    }

    private enum State {
        case closed
        case open(Open)
    }

    struct Open {
        var token: Data
        /// Verified and handed over for commit; at or after `durable` of its epoch.
        var staged: [Epoch: LogPosition]
        /// Headquarters' clock minus the site's, as the quickest message showed it.
        var clockOffset: Duration
        /// A batch that lies wholly in what is stored already, waiting for the comparison.
        var overlap: LogPosition?
    }

    package let site: SiteID
    /// What a site may have under way.
    package let window: Window
    /// What is durably stored of each epoch.
    package private(set) var durable: [Epoch: LogPosition]
    /// The head that the site claimed last.
    package private(set) var claimed: LogPosition?
    package private(set) var lastHeard: Moment?
    /// What the site told of itself in its last PING.
    package private(set) var vitals = Vitals()
    private let verifyingKeys: [LogVerifyingKey]
    private let receiptKey: LogSigningKey
    private var state = State.closed

    /// A site's own word on how it is.
    package struct Vitals: Sendable {
        package var diskFree: UInt64 = 0
        package var queueBytes: UInt64 = 0
        package var oldestUnacknowledged: Timestamp?
    }

    /// Bounds on what one site may have under way; the fleet's sum must fit into memory.
    package struct Window: Sendable {
        /// Entries beyond what is durable.
        package var entries: Int
        /// Bytes beyond what is durable.
        package var bytes: Int

        package init(entries: Int = 20_000, bytes: Int = 4 << 20) {
            self.entries = entries
            self.bytes = bytes
        }
    }

    /// - Parameters:
    ///   - verifyingKeys: the site's registered signing keys.
    ///   - receiptKey: headquarters' own.
    package init(
        site: SiteID, durable: [Epoch: LogPosition], verifyingKeys: [LogVerifyingKey], receiptKey: LogSigningKey,
        window: Window = Window()
    ) {
        self.site = site
        self.durable = durable
        self.verifyingKeys = verifyingKeys
        self.receiptKey = receiptKey
        self.window = window
    }

    /// The session's token; nil when there is no session.
    package var session: Data? {
        if case .open(let open) = state { open.token } else { nil }
    }

    /// The peer went away.
    package mutating func closed() { state = .closed }

    /// Whether nothing was heard for so long that the site counts as gone.
    package func isSilent(at moment: Moment, heartbeat: Duration) -> Bool {
        guard let lastHeard else { return true }
        return moment.uptime - lastHeard.uptime >= heartbeat * ReplicationProtocol.silentHeartbeats
    }

    /// HELLO: opens a session under `token`, whatever was before.
    package mutating func hello(
        _ hello: Exchange.Hello, token: Data, headquarters: Greeting, at moment: Moment
    ) -> [Effect] {
        lastHeard = moment
        guard (hello.versionMin...max(hello.versionMin, hello.versionMax)).overlaps(ReplicationProtocol.versions) else {
            return reject(.version, "versions \(hello.versionMin) to \(hello.versionMax)")
        }
        guard hello.site == site.text else { return reject(.unknown, "this key is not that site's") }
        var effects: [Effect] = []
        var positions: [LogPosition] = []
        for range in hello.epochs.prefix(64) {
            guard let head = LogPosition(range.head) else { return reject(.malformed, "an epoch of HELLO") }
            claimed = head
            if let known = durable[head.epoch] {
                positions.append(known)
            } else {
                let parent = range.hasParent ? LogPosition(range.parent) : nil
                let origin = LogChain.origin(site: site, epoch: head.epoch, parent: parent)
                let position = LogPosition(epoch: head.epoch, sequence: .zero, hash: origin)
                durable[head.epoch] = position
                positions.append(position)
                effects.append(.newEpoch(head.epoch, parent: parent))
            }
        }
        let offset = moment.wall - Timestamp(milliseconds: hello.clock)
        state = .open(Open(token: token, staged: durable, clockOffset: offset))
        var welcome = Exchange.Welcome()
        welcome.version = ReplicationProtocol.versions.upperBound
        welcome.session = token
        welcome.headquarters = headquarters.name
        welcome.headquartersEpoch = headquarters.epoch.data
        welcome.durable = positions.map(\.message)
        welcome.credit = credit(for: positions.last?.epoch).message
        welcome.heartbeatMs = UInt32(headquarters.heartbeat.wholeMilliseconds)
        welcome.maxMessageBytes = UInt32(ReplicationProtocol.greatestMessage)
        welcome.clock = moment.wall.milliseconds
        welcome.echoClock = hello.clock
        return effects + [send { $0.welcome = welcome }]
    }

    /// Any message but HELLO.
    package mutating func receive(_ message: Exchange, at moment: Moment) -> [Effect] {
        guard case .open(var open) = state, message.session == open.token else {
            return [reset("unknown session")]
        }
        lastHeard = moment
        switch message.body {
        case .data(let batch):
            return receive(batch, open)
        case .ping(let ping):
            open.clockOffset = min(open.clockOffset, moment.wall - Timestamp(milliseconds: ping.clock))
            state = .open(open)
            return receive(ping, open, moment)
        case .bye:
            state = .closed
            return []
        default:
            return [.misbehaved("a message that only headquarters sends")]
        }
    }

    /// A commit succeeded: everything up to `position` is durable.
    package mutating func committed(_ position: LogPosition) -> [Effect] {
        guard let before = durable[position.epoch], before.sequence <= position.sequence else { return [] }
        durable[position.epoch] = position
        // A batch of the session before may become durable in this one: what follows is measured from there.
        if case .open(var open) = state, let staged = open.staged[position.epoch], staged.sequence < position.sequence {
            open.staged[position.epoch] = position
            state = .open(open)
        }
        return [acknowledge(position)]
    }

    /// The stored log was not where the batch begins, as a batch of the session before came in between: greet anew.
    package mutating func conflicted() -> [Effect] { [reset("the stored log has moved on")] }

    /// A commit failed: the session ends, the site will send again.
    package mutating func commitFailed(_ reason: Exchange.Reject.Reason, _ detail: String) -> [Effect] {
        reject(reason, detail)
    }

    /// The stored chain's answer to `compare`.
    package mutating func compared(_ stored: ChainHash?) -> [Effect] {
        guard case .open(var open) = state, let overlap = open.overlap else { return [] }
        open.overlap = nil
        state = .open(open)
        guard stored == overlap.hash else { return diverged(at: overlap.sequence) }
        return durable[overlap.epoch].map { [acknowledge($0)] } ?? []
    }

    private mutating func receive(_ ping: Exchange.Ping, _ open: Open, _ moment: Moment) -> [Effect] {
        guard let head = LogPosition(ping.head) else { return [.misbehaved("a malformed head in PING")] }
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
        guard ping.idle, durable[head.epoch] == head else { return [answer] }
        let until = min(moment.wall, Timestamp(milliseconds: ping.clock) + open.clockOffset)
        return [answer, .heard(until: until)]
    }

    private mutating func receive(_ batch: Exchange.Batch, _ open: Open) -> [Effect] {
        guard let epoch = Epoch(bytes: batch.epoch), let previous = ChainHash(bytes: batch.previousHash),
            batch.firstSequence > 0, !batch.entries.isEmpty,
            batch.entries.count <= ReplicationProtocol.batchEntries,
            batch.firstSequence < UInt64.max - UInt64(batch.entries.count)
        else { return reject(.malformed, "a batch") }
        guard let staged = open.staged[epoch] else { return [reset("an epoch that HELLO did not name")] }
        let first = SequenceNumber(batch.firstSequence)
        guard first <= staged.sequence.next else { return [reset("entries up to \(first) are missing")] }
        guard batch.entries.allSatisfy({ $0.size <= ReplicationProtocol.greatestEntry }) else {
            return reject(.oversize, "an entry of more than \(ReplicationProtocol.greatestEntry) bytes")
        }
        var hashes: [ChainHash] = []
        hashes.reserveCapacity(batch.entries.count)
        var hash = previous
        for (index, entry) in batch.entries.enumerated() {
            guard let leaf = LogChain.leaf(entry) else { return reject(.malformed, "an entry") }
            hash = LogChain.next(after: hash, sequence: first.advanced(by: index), leaf: leaf)
            hashes.append(hash)
        }
        let slice = LogSlice(epoch: epoch, first: first, previous: previous, entries: batch.entries, last: hash)
        guard verifyingKeys.contains(where: { $0.verifies(batch.signature, .batch, site: site, position: slice.end) })
        else { return reject(.signature, "over entry \(slice.end.sequence)") }
        return stage(slice, hashes, batch.signature, after: staged, open)
    }

    /// Fits a verified batch to what is there: an overlap is compared, never skipped unread.
    private mutating func stage(
        _ slice: LogSlice, _ hashes: [ChainHash], _ signature: Signature, after staged: LogPosition, _ open: Open
    ) -> [Effect] {
        var open = open
        let known = Int(staged.sequence.value - (slice.first.value - 1))
        if known >= slice.entries.count {
            open.overlap = slice.end
            state = .open(open)
            return [.compare(slice.end)]
        }
        let common = known == 0 ? slice.previous : hashes[known - 1]
        guard common == staged.hash else { return diverged(at: staged.sequence) }
        let fresh = LogSlice(
            epoch: slice.epoch, first: staged.sequence.next, previous: staged.hash,
            entries: known == 0 ? slice.entries : Array(slice.entries.dropFirst(known)), last: slice.last)
        open.staged[slice.epoch] = fresh.end
        state = .open(open)
        return [
            .commit(
                StagedBatch(
                    site: site, slice: fresh, hashes: known == 0 ? hashes : Array(hashes.dropFirst(known)),
                    signature: signature))
        ]
    }

    private mutating func diverged(at sequence: SequenceNumber) -> [Effect] {
        reject(.diverged, "another entry \(sequence) is stored here")
    }

    private mutating func reject(_ reason: Exchange.Reject.Reason, _ detail: String) -> [Effect] {
        var reject = Exchange.Reject()
        reject.reason = reason
        reject.detail = detail
        reject.retryAfterMs = reason == .overload || reason == .diskFull ? 5000 : 15_000
        let message = send { $0.reject = reject }
        state = .closed
        return [message, .misbehaved("\(reason): \(detail)")]
    }

    private mutating func reset(_ detail: String) -> Effect {
        state = .closed
        var message = Exchange()
        message.reset.detail = detail
        return .send(message)
    }

    private func acknowledge(_ position: LogPosition) -> Effect {
        var acknowledgement = Exchange.Acknowledgement()
        acknowledgement.durable = position.message
        acknowledgement.credit = credit(for: position.epoch).message
        // Ed25519 signing of a few bytes has no way to fail; without a receipt the acknowledgement would still be true.
        if let signature = try? receiptKey.sign(.acknowledgement, site: site, position: position) {
            acknowledgement.signature = signature
        }
        return send { $0.acknowledgement = acknowledgement }
    }

    private func credit(for epoch: Epoch?) -> Credit {
        let sequence = epoch.flatMap { durable[$0] }?.sequence ?? .zero
        return Credit(sequence: sequence.advanced(by: window.entries), bytes: window.bytes)
    }

    private func send(_ fill: (inout Exchange) -> Void) -> Effect {
        var message = Exchange()
        if case .open(let open) = state { message.session = open.token }
        fill(&message)
        return .send(message)
    }
}

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
