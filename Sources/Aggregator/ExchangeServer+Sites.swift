import Foundation
import Logging
import Platform
import Records
import Replication
import Storage
import ZeroMQ

/// The sites' side of the exchange: the shell of a `HeadquartersExchange`.
extension ExchangeServer {
    func handle(_ message: Exchange, from site: RegisteredSite, _ route: Route) {
        if case .keys(let keys) = message.body { return keeps(keys, site, message.session, route) }
        peers[route]?.site = site.id
        if case .ping(let ping) = message.body {
            contacts.trimmedEarly(site.id, count: ping.trimmedEarly, at: SystemClock.wall)
        }
        exchange.receive(message, from: site.id, keys: site.signers, over: route) { perform($0) }
        watch(site.id)
    }

    func perform(_ effect: HeadquartersExchange<RecordStore, Route>.Effect) {
        switch effect {
        case .send(let message, let route): send(message, to: route)
        case .commit(let batch): commit(batch)
        case .open(let opening): open(opening)
        case .downlink(let site, let acknowledgement): received(acknowledgement, from: site)
        case .greeted(let site, let hello):
            downlink.greeted(site)
            logger.info("a site greeted", metadata: ["site": "\(site)", "program": "\(hello.programVersion)"])
        case .began(let site, let epoch):
            logger.notice("a new log", metadata: ["site": "\(site)", "epoch": "\(epoch)"])
        case .fenced(let site):
            logger.error(
                "a copy of a site was refused; decide with `huiyin site resolve`", metadata: ["site": "\(site)"])
            onCommit()
        case .restored(let epoch):
            logger.error(
                "headquarters has less than sites hold receipts for: it was restored, and begins a new epoch",
                metadata: ["epoch": "\(epoch)"])
            onCommit()
        case .fetched(let site, let slice): mend(site, with: slice)
        case .heard(let site, let until): contacts.heard(site, until: until)
        case .misbehaved(let site, let what):
            counters.misbehaviour += 1
            logger.warning("a site misbehaved", metadata: ["site": "\(site)", "what": "\(what)"])
        case .failed(let site, let doing, let error):
            logger.error("an exchange failed", metadata: ["site": "\(site)", "doing": "\(doing)", "error": "\(error)"])
        }
    }

    private func commit(_ batch: SiteReceiver.StagedBatch) {
        counters.batches += 1
        counters.entries += batch.slice.entries.count
        store.append(batch, receivedAt: SystemClock.wall) { [weak self] outcome in
            guard let self else { return }
            if case .committed = outcome { onCommit() }
            thread.perform {
                // Before the acknowledgement: the site comes with its new keys as soon as it has that.
                if batch.keyChange != nil { self.reloadRegistry() }
                self.assumeIsolated { $0.stored(outcome) }
            }
        }
    }

    /// What the sites are told from now on of headquarters' backups.
    nonisolated func tell(_ policy: BackedUp.Policy, _ sites: [SiteID: BackedUp]) {
        thread.perform { [weak self] in
            self?.assumeIsolated { server in
                server.exchange.policy = policy
                server.exchange.backups = sites
            }
        }
    }

    /// What each site was told it may trim, and what it says it trimmed early.
    var retained: [SiteID: (backedUp: BackedUp, trimmedEarly: UInt64?)] {
        let sites = Set(exchange.backups.keys).union(exchange.trimmedEarly.keys)
        return Dictionary(
            uniqueKeysWithValues: sites.map { ($0, (exchange.backups[$0] ?? BackedUp(), exchange.trimmedEarly[$0])) })
    }

    /// Entries of a site became durable that did not come by its connection.
    func carried(_ outcome: StoreOutcome) {
        onCommit()
        exchange.carried(outcome) { perform($0) }
        watch(outcome.site)
    }

    /// The heads that sites claim beyond what is stored: what they would lose with their disks.
    func claims() -> [(site: SiteID, head: LogPosition)] {
        exchange.receivers.compactMap { site, receiver in
            guard let claimed = receiver.claimed,
                claimed.sequence > receiver.durable[claimed.epoch]?.sequence ?? .zero
            else { return nil }
            return (site, claimed)
        }
    }

    private func open(_ opening: SessionOpening) {
        store.open(opening, at: SystemClock.wall) { [weak self] failure in
            guard let self else { return }
            if !opening.incidents.isEmpty { onCommit() }
            thread.perform { self.assumeIsolated { $0.opened(opening, failure) } }
        }
    }

    private func opened(_ opening: SessionOpening, _ failure: (any StoreFailure)?) {
        exchange.opened(opening, failure) { perform($0) }
        watch(opening.site)
        if exchange.receivers[opening.site]?.session == opening.token {
            opened(opening.site)
            repair(opening.site)
        }
    }

    private func stored(_ outcome: StoreOutcome) {
        exchange.stored(outcome) { perform($0) }
        watch(outcome.site)
    }
}
