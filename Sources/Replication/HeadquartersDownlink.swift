import Foundation
package import Records

/// The sites' outboxes, as the downlink needs them. `RecordStore` keeps them on SQLite, the simulator on a disk of its own;
/// `ReplicatedOutboxesContract` says what both must hold.
package protocol ReplicatedOutboxes {
    /// Nil for a site that never opened its downlink.
    func outbox(of site: SiteID) throws -> OutboxSender.Outbox?
    /// The outbox's hash at a place, `h(0)` at zero; nil when there is no such entry, or the epoch is another one. The
    /// position's own hash is not looked at.
    func outboxHash(at position: LogPosition, of site: SiteID) throws -> ChainHash?
    /// Entries after `request.after`, verified. Throws when the outbox was begun anew, or an entry is damaged.
    func outboxSlice(_ request: LogRead, of site: SiteID) throws -> LogSlice
    /// Notes what a site has, soon: losing it costs a comparison and nothing else.
    func outboxAcknowledged(_ position: LogPosition, by site: SiteID)
}

/// Headquarters' end of all downlinks: performs on the outboxes what each site's `OutboxSender` decides, and hands the rest to
/// its shell.
///
/// The exchange server and the simulator run this same step; it has one owner, and no thread or clock of its own.
package final class HeadquartersDownlink<Outboxes: ReplicatedOutboxes> {
    /// What the shell performs, in this order.
    package enum Effect {
        /// To the site's session, if it is still there.
        case send(Exchange.Batch, to: SiteID)
        /// Begin the site's outbox anew, durably, with everything that it needs; answer with `renewed`.
        case renew(SiteID, logEpoch: Epoch)
        /// Something failed here: call `retry` after a while.
        case failed(SiteID, any Error)
        /// The peer did what no honest site does.
        case misbehaved(SiteID, String)
    }

    /// Performs an effect.
    package typealias Shell = (Effect) -> Void

    private let outboxes: Outboxes
    private var key: LogSigningKey
    private var senders: [SiteID: OutboxSender] = [:]
    /// Sites whose outbox is being begun: by one session at a time.
    private var renewals: Set<SiteID> = []

    /// - Parameter key: headquarters' own, which signs what is handed on.
    package init(_ outboxes: Outboxes, key: LogSigningKey) {
        self.outboxes = outboxes
        self.key = key
    }

    /// Signs with another key from here on.
    package func sign(with key: LogSigningKey) { self.key = key }

    /// A site greeted: its downlink begins when it says what it has.
    package func greeted(_ site: SiteID) { senders[site] = OutboxSender() }

    /// DOWNACK, of a site's living session.
    package func received(_ message: Exchange.DownAcknowledgement, from site: SiteID, _ shell: Shell) {
        perform(senders[site, default: OutboxSender()].received(message), site, shell)
    }

    /// Entries were appended to outboxes.
    package func grew(_ heads: [SiteID: LogPosition], _ shell: Shell) {
        for (site, head) in heads.sorted(by: { $0.key < $1.key }) {
            perform(senders[site]?.grew(to: head) ?? [], site, shell)
        }
    }

    /// An outbox was begun anew; nil when it could not be.
    package func renewed(_ site: SiteID, _ outbox: OutboxSender.Outbox?, _ shell: Shell) {
        renewals.remove(site)
        perform(senders[site]?.renewed(outbox) ?? [], site, shell)
    }

    /// Tries again after a failure.
    package func retry(_ site: SiteID, _ shell: Shell) { perform(senders[site]?.retry() ?? [], site, shell) }

    private func perform(_ effects: [OutboxSender.Effect], _ site: SiteID, _ shell: Shell) {
        for effect in effects {
            do {
                try perform(effect, site, shell)
            } catch {
                senders[site]?.failed()
                shell(.failed(site, error))
            }
        }
    }

    private func perform(_ effect: OutboxSender.Effect, _ site: SiteID, _ shell: Shell) throws {
        switch effect {
        case .find(let place):
            let outbox = try outboxes.outbox(of: site)
            let hash = try place.flatMap { try outboxes.outboxHash(at: $0, of: site) }
            perform(senders[site]?.found(outbox, hash: hash) ?? [], site, shell)
        case .renew(let logEpoch):
            guard renewals.insert(site).inserted else { return }
            shell(.renew(site, logEpoch: logEpoch))
        case .read(let request):
            guard let (slice, next) = senders[site]?.read(try outboxes.outboxSlice(request, of: site)) else { return }
            if let slice {
                shell(.send(try Exchange.Batch(slice, site: site, key: key, kind: .outbox), to: site))
            }
            perform(next, site, shell)
        case .acknowledged(let position): outboxes.outboxAcknowledged(position, by: site)
        case .misbehaved(let what): shell(.misbehaved(site, what))
        }
    }
}
