import Platform
import Replication
import Synchronization
import ZeroMQ

/// Lets strangers' keys in, as often as one address may try.
final class Handshakes: Sendable {
    private let limit = Mutex(RateLimit(EnrolmentServer.handshakes))

    /// Asked at each handshake, on the authenticator's thread.
    func decide(_ key: CurvePublicKey, _ address: String) -> Authenticator.Decision {
        let now = SystemClock.moment.uptime
        guard limit.withLock({ $0.admits(address, at: now) }) else { return .deny }
        return .allow(userID: Stranger(key: key, address: address).userID)
    }
}
