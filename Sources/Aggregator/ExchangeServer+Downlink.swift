import Foundation
import Logging
import Records
import Replication
import Storage
import ZeroMQ

/// The downlink of each site: the shell of a `HeadquartersDownlink`.
extension ExchangeServer {
    /// What failed here is tried again after so long.
    private static let downlinkRest: Duration = .seconds(5)

    func received(_ message: Exchange.DownAcknowledgement, from site: SiteID) {
        downlink.received(message, from: site) { perform($0) }
    }

    /// Entries were appended to outboxes.
    func outboxesGrew(_ heads: [SiteID: LogPosition]) { downlink.grew(heads) { perform($0) } }

    /// An outbox was begun anew, or could not be: nil.
    func outboxRenewed(of site: SiteID, _ outbox: OutboxSender.Outbox?) {
        downlink.renewed(site, outbox) { perform($0) }
        if outbox == nil { retryLater(site) }
    }

    private func perform(_ effect: HeadquartersDownlink<RecordStore>.Effect) {
        switch effect {
        case .send(let batch, let site): exchange.say(.down(batch), to: site) { perform($0) }
        case .renew(let site, let logEpoch): onRenewal(site, logEpoch)
        case .failed(let site, let error):
            logger.error("a downlink failed", metadata: ["site": "\(site)", "error": "\(error)"])
            retryLater(site)
        case .misbehaved(let site, let what):
            counters.misbehaviour += 1
            logger.warning("a site misbehaved", metadata: ["site": "\(site)", "what": "\(what)"])
        }
    }

    private func retryLater(_ site: SiteID) {
        _ = thread.schedule(after: Self.downlinkRest) { [weak self] in
            self?.assumeIsolated { server in server.downlink.retry(site) { server.perform($0) } }
        }
    }
}
