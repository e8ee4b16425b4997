import Synchronization
import ZeroMQ

/// Tells the exchange that the feed grew; the fold, which makes it grow, is made first.
final class FeedHub: Sendable {
    private let server = Mutex<ExchangeServer?>(nil)

    func connect(_ server: ExchangeServer) { self.server.withLock { $0 = server } }

    /// May be called from any thread.
    func grew() {
        guard let server = server.withLock({ $0 }) else { return }
        server.thread.perform { server.assumeIsolated { $0.feedGrew() } }
    }
}
