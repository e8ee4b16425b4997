package import Records

/// A site's signing keys, each with the range of entries that it signs.
///
/// A key change is an entry of the log: the key before signs up to and including it, the new one what follows. In an epoch
/// without a key change any key that is not retired is good.
package struct SigningPeriods: Sendable, Equatable, ExpressibleByArrayLiteral {
    /// One key.
    package struct Period: Sendable, Equatable {
        package var key: LogVerifyingKey
        /// The entry that brought it; nil where a person or a code registered it.
        package var since: LogPlace?
        package var isRetired: Bool

        package init(key: LogVerifyingKey, since: LogPlace? = nil, isRetired: Bool = false) {
            self.key = key
            self.since = since
            self.isRetired = isRetired
        }
    }

    /// In the order in which headquarters learned them.
    package private(set) var periods: [Period]

    package init(_ periods: [Period]) { self.periods = periods }

    /// Keys that are good everywhere.
    package init(arrayLiteral keys: LogVerifyingKey...) { periods = keys.map { Period(key: $0) } }

    /// The keys that may sign an entry.
    package func keys(at place: LogPlace) -> [LogVerifyingKey] {
        guard let first = periods.firstIndex(where: { $0.since?.epoch == place.epoch }) else {
            return periods.filter { !$0.isRetired }.map(\.key)
        }
        let latest = periods.last { period in
            period.since.map { $0.epoch == place.epoch && $0.sequence < place.sequence } ?? false
        }
        if let latest { return [latest.key] }
        // Before the epoch's first change: the key that was in force when it came.
        return first > 0 ? [periods[first - 1].key] : []
    }

    /// Whether a signature over a place of that site's log is by a key that may sign there.
    package func verify(_ signature: Signature, _ kind: SignedKind, site: SiteID, position: LogPosition) -> Bool {
        keys(at: LogPlace(epoch: position.epoch, sequence: position.sequence))
            .contains { $0.verifies(signature, kind, site: site, position: position) }
    }

    /// From the entry after `place` on, `key` signs. The same key again, after the log was issued anew, moves.
    package mutating func change(to key: LogVerifyingKey, at place: LogPlace) {
        periods.removeAll { $0.key == key && $0.since != nil }
        periods.append(Period(key: key, since: place))
    }
}
