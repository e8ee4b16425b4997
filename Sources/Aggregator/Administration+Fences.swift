import Foundation
import Logging
import Platform
import Records
import Replication
import Storage
import ZeroMQ

/// `site.resolve`: what is to become of a copy of a site that was refused.
package struct SiteResolution: Codable, Sendable {
    package var site: String
    /// `same-site`: its records are the site's, it goes on; `new-site`: it is to become another site.
    package var decision: String
    /// The beginning of the copy's epoch, where several were refused.
    package var epoch: String?

    package init(site: String, decision: String, epoch: String?) {
        self.site = site
        self.decision = decision
        self.epoch = epoch
    }
}

/// The copy that was decided about.
package struct SiteResolved: Codable, Sendable {
    package var site: String
    package var epoch: String
    /// The last entry that it came with.
    package var head: UInt64
    package var decision: String
}

extension Administration {
    /// Keeps a person's decision about a copy; it counts at the copy's next greeting.
    func resolveSite(_ request: SiteResolution, by administrator: Administrator) throws -> SiteResolved {
        let site: SiteID
        do { site = try SiteID(request.site) } catch { throw RequestFailure("\(error)") }
        let decision: FenceDecision
        switch request.decision {
        case "same-site": decision = .sameSite
        case "new-site": decision = .newSite
        default: throw RequestFailure("\(request.decision) is no decision; say same-site or new-site")
        }
        let waiting = try store.fences(of: site).filter { fence in
            fence.decision == .open && fence.epoch.hexadecimal.hasPrefix(request.epoch ?? "")
        }
        guard let fence = waiting.first else {
            throw RequestFailure("no copy of site \(site) waits for a decision")
        }
        guard waiting.count == 1 else {
            let epochs = waiting.map { "\($0.epoch.hexadecimal.prefix(8)) (entry \($0.sequence))" }
            throw RequestFailure(
                "several copies of site \(site) were refused; say which with --epoch: \(epochs.joined(separator: ", "))"
            )
        }
        try store.decide(fence, decision, by: administrator.name, at: SystemClock.wall)
        server.thread.perform { [server] in server.assumeIsolated { $0.reloadFences(of: site) } }
        fold.wake()
        return SiteResolved(
            site: site.text, epoch: fence.epoch.hexadecimal, head: fence.sequence.value, decision: request.decision)
    }
}

extension ExchangeServer {
    /// Takes over what was decided about copies of a site.
    func reloadFences(of site: SiteID) {
        do {
            exchange.decided(
                Dictionary(
                    try store.fences(of: site).map { ($0.token, $0.decision) }, uniquingKeysWith: { _, new in new }),
                of: site)
        } catch {
            logger.error("reading decisions", metadata: ["site": "\(site)", "error": "\(error)"])
        }
    }
}

extension Data {
    fileprivate var hexadecimal: String {
        map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
