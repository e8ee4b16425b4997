package import Foundation
package import Records

/// What headquarters keeps of one site between its sessions.
package struct SiteMemory: Sendable {
    /// One epoch of the site's log, as it is stored.
    package struct StoredEpoch: Hashable, Sendable {
        package var durable: LogPosition
        package var parent: LogPosition?
        /// The furthest entry that the site ever said it has.
        package var claimed: SequenceNumber

        package init(durable: LogPosition, parent: LogPosition? = nil, claimed: SequenceNumber = .zero) {
            self.durable = durable
            self.parent = parent
            self.claimed = claimed
        }
    }

    package var epochs: [Epoch: StoredEpoch]
    package var tokens: SessionTokens
    /// Copies that were refused, by the token that they came with, and what was decided about them.
    package var fences: [Data: FenceDecision]

    package init(
        epochs: [Epoch: StoredEpoch] = [:], tokens: SessionTokens = SessionTokens(),
        fences: [Data: FenceDecision] = [:]
    ) {
        self.epochs = epochs
        self.tokens = tokens
        self.fences = fences
    }

    /// Entries became durable that did not come by a session, of an epoch that may not have been known.
    package mutating func carried(_ position: LogPosition) {
        var stored = epochs[position.epoch] ?? StoredEpoch(durable: position)
        if stored.durable.sequence < position.sequence { stored.durable = position }
        epochs[position.epoch] = stored
    }

    /// Takes over a session that is durable now.
    mutating func take(_ opening: SessionOpening) {
        for new in opening.epochs where epochs[new.epoch] == nil {
            let origin = LogChain.origin(site: opening.site, epoch: new.epoch, parent: new.parent)
            epochs[new.epoch] = StoredEpoch(
                durable: LogPosition(epoch: new.epoch, sequence: .zero, hash: origin), parent: new.parent)
        }
        for claim in opening.claims {
            guard let known = epochs[claim.epoch]?.claimed else { continue }
            epochs[claim.epoch]?.claimed = max(known, claim.sequence)
        }
        for epoch in opening.settled {
            guard let durable = epochs[epoch]?.durable else { continue }
            epochs[epoch]?.claimed = durable.sequence
        }
        tokens = opening.tokens
        if let admitted = opening.admitted { fences[admitted] = nil }
    }

    /// What is durable of each epoch.
    package var durable: [Epoch: LogPosition] { epochs.mapValues(\.durable) }
}

/// What became of a copy that was fenced.
package enum FenceDecision: Int, Hashable, Sendable {
    /// Nobody decided yet.
    case open = 0
    /// It is the site: it goes on with what it has.
    case sameSite = 1
    /// It is to become another site, with keys and an id of its own.
    case newSite = 2
}

/// What must be durable before a WELCOME goes out.
package struct SessionOpening: Sendable {
    /// An epoch that was not known.
    package struct NewEpoch: Hashable, Sendable {
        package var epoch: Epoch
        package var parent: LogPosition?
        package var cause: EpochRange.Cause

        package init(epoch: Epoch, parent: LogPosition?, cause: EpochRange.Cause) {
            self.epoch = epoch
            self.parent = parent
            self.cause = cause
        }
    }

    package var site: SiteID
    /// Of the session.
    package var token: Data
    package var tokens: SessionTokens
    /// Oldest first.
    package var epochs: [NewEpoch]
    /// The heads that the site claims.
    package var claims: [LogPosition]
    package var incidents: [Incident]
    /// What was claimed of these epochs beyond what is stored was issued again elsewhere.
    package var settled: [Epoch] = []
    /// The copy with this token was admitted by an administrator; that is spent now.
    package var admitted: Data?

    package init(
        site: SiteID, token: Data, tokens: SessionTokens, epochs: [NewEpoch], claims: [LogPosition],
        incidents: [Incident]
    ) {
        self.site = site
        self.token = token
        self.tokens = tokens
        self.epochs = epochs
        self.claims = claims
        self.incidents = incidents
    }
}

/// Something about a log's life that a person must see.
package struct Incident: Hashable, Sendable {
    /// Codes are stored: they are added to, never changed.
    package enum Kind: Int, Hashable, Sendable, CaseIterable {
        /// The site's folder was rolled back.
        case rolledBack = 1
        /// The site's folder was restored by command.
        case restored = 2
        /// The histories differed; the site issued its branch again.
        case diverged = 3
        /// The site's disk was replaced.
        case replaced = 4
        /// A copy of the site was refused.
        case fenced = 5
        /// Headquarters itself was restored.
        case headquartersRestored = 6
    }

    package var kind: Kind
    /// Where it happened: the last common entry, or the head of the copy or of the lost log. Nil for headquarters.
    package var place: LogPosition?
    /// The epoch that began with it, or that the copy writes: with the kind and the place it names the incident, so that
    /// the same one is noted once.
    package var epoch: Epoch?
    /// Entries that headquarters has beyond that place, or that were lost beyond what it has.
    package var count: UInt64

    package init(_ kind: Kind, place: LogPosition?, of epoch: Epoch?, count: UInt64 = 0) {
        self.kind = kind
        self.place = place
        self.epoch = epoch
        self.count = count
    }
}
