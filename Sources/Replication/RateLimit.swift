/// How often something may happen, by name: each name has a bucket of tokens that fills again with time.
///
/// Bounded: when there are too many names, those whose buckets are full are forgotten, which changes nothing for them; when
/// none is, a new name is refused.
package struct RateLimit: Sendable {
    /// How much is allowed.
    package struct Rate: Sendable {
        /// At once, after a pause.
        package var burst: Int
        /// How long it takes until one more is allowed.
        package var refill: Duration

        package init(burst: Int, refill: Duration) {
            self.burst = burst
            self.refill = refill
        }
    }

    private struct Bucket {
        /// When it will be full again; in the past for a full one.
        var fullAt: Duration
    }

    private let rate: Rate
    private let limit: Int
    private var buckets: [String: Bucket] = [:]

    /// - Parameter limit: greatest number of names that are remembered.
    package init(_ rate: Rate, limit: Int = 10_000) {
        self.rate = rate
        self.limit = limit
    }

    /// Takes one token of a name's bucket; false when there is none.
    /// - Parameter now: uptime.
    package mutating func admits(_ name: String, at now: Duration) -> Bool {
        if buckets[name] == nil, buckets.count >= limit {
            buckets = buckets.filter { $0.value.fullAt > now }
            guard buckets.count < limit else { return false }
        }
        let fullAt = max(buckets[name]?.fullAt ?? now, now) + rate.refill
        guard fullAt - now <= rate.refill * rate.burst else { return false }
        buckets[name] = Bucket(fullAt: fullAt)
        return true
    }
}
