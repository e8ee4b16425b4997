import Foundation
import Logging
import Platform
import Records
import Replication
import Storage
import ZeroMQ

/// Keys over time: what sites are told of headquarters', and what they made of their own.
extension ExchangeServer {
    /// A session is open: the keys before the one that it came with are over, and the site hears what it does not know yet.
    func opened(_ id: SiteID) {
        guard let route = route(of: id), let key = peers[route]?.identity,
            case .site(let site)? = registry.identity(ofKey: key)
        else { return }
        if site.currentKeys.first?.curveKey != key { retireKeys(of: id, before: key) }
        if site.renewalAskedAt != nil { tell(id) { $0.renew = true } }
        if site.pinsKept < pins.serial { tell(id) { $0.pins = pins.signed } }
    }

    private func retireKeys(of site: SiteID, before key: String) {
        do {
            guard try store.retireKeys(of: site, before: key, at: SystemClock.wall) else { return }
            reloadRegistry()
            logger.notice("a site came with its new keys", metadata: ["site": "\(site)"])
        } catch {
            logger.error("retiring old keys", metadata: ["site": "\(site)", "error": "\(error)"])
        }
    }

    /// Where a site's session goes; nil when it has none.
    private func route(of site: SiteID) -> Route? {
        peers.first { $0.value.site == site && exchange.isCurrent($0.key, of: site) }?.key
    }

    /// Sends KEYS within a site's session, if there is one.
    func tell(_ site: SiteID, _ fill: (inout Exchange.Keys) -> Void) {
        guard let session = exchange.receivers[site]?.session, let route = route(of: site) else { return }
        var message = Exchange()
        message.session = session
        fill(&message.keys)
        send(message, to: route)
    }

    /// A site says, within its session, which pins it keeps.
    func keeps(_ keys: Exchange.Keys, _ site: RegisteredSite, _ session: Data, _ route: Route) {
        guard exchange.isCurrent(route, of: site.id), exchange.receivers[site.id]?.session == session,
            keys.kept > site.pinsKept, keys.kept <= pins.serial
        else { return }
        do {
            try store.keeps(site.id, pins: keys.kept)
        } catch {
            logger.error("noting pins", metadata: ["site": "\(site.id)", "error": "\(error)"])
        }
        reloadRegistry()
    }

    /// The pins changed: every site that is there hears of them now, the others when they come.
    package func announcePins() {
        for site in registry.sites where site.pinsKept < pins.serial { tell(site.id) { $0.pins = pins.signed } }
    }

    /// Serves a second key, at an endpoint of its own; returns it with its real port.
    func bind(_ key: CurveSecretKey, at endpoint: String) throws -> String {
        try router.bind(to: endpoint, security: .curveServer(key, zapDomain: Self.domain))
    }

    /// Signs receipts and outboxes with another key from here on.
    func sign(with key: LogSigningKey) {
        exchange.sign(with: key)
        downlink.sign(with: key)
    }

    /// Serves another key where sites connect. Connections that are open stay: their sites' keys are what they were.
    func replaceKey(_ key: CurveSecretKey) {
        do { try router.unbind(endpoint) } catch { logger.error("unbinding", metadata: ["error": "\(error)"]) }
        rebind(key, attempts: Self.rebindAttempts)
    }

    /// 10 s in all.
    private static var rebindAttempts: Int { 200 }

    /// The port is free a moment after it was given back.
    private func rebind(_ key: CurveSecretKey, attempts: Int) {
        do {
            _ = try bind(key, at: endpoint)
        } catch {
            guard attempts > 0 else {
                return logger.critical(
                    "headquarters cannot listen again: restart it",
                    metadata: ["endpoint": "\(endpoint)", "error": "\(error)"])
            }
            thread.schedule(after: .milliseconds(50)) { [weak self] in
                self?.assumeIsolated { $0.rebind(key, attempts: attempts - 1) }
            }
        }
    }

    /// Takes over what the store knows of keys. Safe from any thread.
    nonisolated func reloadRegistry() {
        do {
            try registry.load(from: store)
        } catch {
            logger.error("reading the register", metadata: ["error": "\(error)"])
        }
    }
}

extension RegisteredSite {
    /// Its signing keys, each with the entries that it signs.
    var signers: SigningPeriods {
        guard revokedAt == nil else { return [] }
        return SigningPeriods(
            keys.compactMap { key in
                LogVerifyingKey(hexadecimal: key.signingKey).map {
                    .init(key: $0, since: key.since, isRetired: key.retiredAt != nil)
                }
            })
    }
}
