import Logging
import Records
import Synchronization
import ZeroMQ

/// Tells the exchange that the feed or outboxes grew; the fold, which makes them grow, is made first.
final class FeedHub: Sendable {
    private let server = Mutex<ExchangeServer?>(nil)

    func connect(_ server: ExchangeServer) { self.server.withLock { $0 = server } }

    /// May be called from any thread.
    func grew() {
        guard let server = server.withLock({ $0 }) else { return }
        server.thread.perform { server.assumeIsolated { $0.feedGrew() } }
    }

    /// May be called from any thread.
    func outboxesGrew(_ heads: [SiteID: LogPosition]) {
        guard let server = server.withLock({ $0 }) else { return }
        server.thread.perform { server.assumeIsolated { $0.outboxesGrew(heads) } }
    }

    /// Has a site's outbox begun anew by the fold, and tells the exchange.
    func renew(_ site: SiteID, _ logEpoch: Epoch, by fold: Fold) {
        guard let server = server.withLock({ $0 }) else { return }
        // The fold has a thread of its own; whoever asked goes on meanwhile.
        Task {
            do {
                await server.outboxRenewed(of: site, try await fold.renewOutbox(of: site, logEpoch: logEpoch))
            } catch {
                server.logger.error("an outbox cannot be begun", metadata: ["site": "\(site)", "error": "\(error)"])
                await server.outboxRenewed(of: site, nil)
            }
        }
    }
}
