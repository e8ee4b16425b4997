package import Records

/// What headquarters says about its backups: how far a site may trim what was acknowledged.
package struct BackedUp: Hashable, Sendable {
    /// What it rests on.
    package enum Policy: String, Sendable, Codable {
        /// Headquarters has not said.
        case unknown
        /// In the oldest backup that one may restore.
        case backups
        /// There is no backup: durable at headquarters for as many days as a backup would be kept.
        case none
    }

    package var policy: Policy
    /// Entries up to these.
    package var marks: [Epoch: SequenceNumber]

    package init(policy: Policy = .unknown, marks: [Epoch: SequenceNumber] = [:]) {
        self.policy = policy
        self.marks = marks
    }

    /// From ACK or PONG; nil for any other message, and from a headquarters that says nothing of backups.
    package init?(_ message: Exchange) {
        switch message.body {
        case .acknowledgement(let acknowledgement):
            guard let policy = Policy(acknowledgement.backupPolicy),
                let epoch = Epoch(bytes: acknowledgement.durable.epoch)
            else { return nil }
            self.init(policy: policy, marks: [epoch: SequenceNumber(acknowledgement.backedUp)])
        case .pong(let pong):
            guard let policy = Policy(pong.backupPolicy) else { return nil }
            self.init(policy: policy)
            for mark in pong.backedUp {
                if let epoch = Epoch(bytes: mark.epoch) { marks[epoch] = SequenceNumber(mark.sequence) }
            }
        default: return nil
        }
    }

    /// Writes it into ACK or PONG; leaves other messages alone.
    package func fill(_ message: inout Exchange) {
        switch message.body {
        case .acknowledgement(var acknowledgement):
            acknowledgement.backupPolicy = policy.message
            let epoch = Epoch(bytes: acknowledgement.durable.epoch)
            acknowledgement.backedUp = epoch.flatMap { marks[$0] }?.value ?? 0
            message.acknowledgement = acknowledgement
        case .pong(var pong):
            pong.backupPolicy = policy.message
            pong.backedUp = marks.sorted { $0.key < $1.key }.map { epoch, sequence in
                var mark = Exchange.BackupMark()
                mark.epoch = epoch.data
                mark.sequence = sequence.value
                return mark
            }
            message.pong = pong
        default: break
        }
    }
}

extension BackedUp.Policy {
    fileprivate init?(_ policy: Exchange.BackupPolicy) {
        switch policy {
        case .backups: self = .backups
        case .none: self = .none
        case .unspecified, .UNRECOGNIZED: return nil
        }
    }

    fileprivate var message: Exchange.BackupPolicy {
        switch self {
        case .unknown: .unspecified
        case .backups: .backups
        case .none: .none
        }
    }
}

/// What a site still holds of its log.
package struct Retention: Hashable, Sendable {
    /// The first entry that is held, where older ones were trimmed.
    package var first: [Epoch: SequenceNumber]
    /// Entries that were trimmed before they were backed up.
    package var trimmedEarly: UInt64

    package init(first: [Epoch: SequenceNumber] = [:], trimmedEarly: UInt64 = 0) {
        self.first = first
        self.trimmedEarly = trimmedEarly
    }

    /// Writes it into HELLO or PING; leaves other messages alone.
    package func fill(_ message: inout Exchange) {
        switch message.body {
        case .hello(var hello):
            for index in hello.epochs.indices {
                guard let epoch = Epoch(bytes: hello.epochs[index].head.epoch), let first = first[epoch] else {
                    continue
                }
                hello.epochs[index].first = first.value
            }
            message.hello = hello
        case .ping(var ping):
            ping.first = Epoch(bytes: ping.head.epoch).flatMap { first[$0] }?.value ?? 1
            ping.trimmedEarly = trimmedEarly
            message.ping = ping
        default: break
        }
    }
}
