package import Records

/// Whether a log moves, judged by the head that its site claims: heartbeats say nothing of it.
///
/// A drain is frozen when something has been missing for a whole heartbeat and nothing of it became durable meanwhile. As a site
/// claims its head once per heartbeat, a frozen drain is seen within two.
package struct DrainWatch: Sendable {
    /// The durable position that is missing something, and since when; nil while nothing is missing.
    private var waiting: (at: LogPosition?, since: Duration)?

    package init() {}

    /// Takes note of where both sides are.
    /// - Parameters:
    ///   - claimed: the head that the site claims.
    ///   - durable: what is durable of that epoch; nil when nothing is known of it.
    ///   - now: uptime.
    package mutating func note(claimed: LogPosition?, durable: LogPosition?, at now: Duration) {
        guard let claimed, claimed.sequence > durable?.sequence ?? .zero else {
            waiting = nil
            return
        }
        if let waiting, waiting.at == durable { return }
        waiting = (durable, now)
    }

    /// Whether nothing has moved for a heartbeat although something is missing.
    package func isFrozen(at now: Duration, heartbeat: Duration) -> Bool {
        waiting.map { now - $0.since >= heartbeat } ?? false
    }
}
