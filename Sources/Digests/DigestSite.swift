package import Records

/// How completely one site's month is told: the first thing that a digest says.
package struct DigestSite: Sendable, Equatable, Codable {
    package var id: SiteID
    package var name: Term
    package var state: State
    /// The clock was not compared with headquarters': moments near the month's ends are uncertain.
    package var clockUnchecked: Bool
    /// Records of the month that are held.
    package var records: Int
    /// Entries that are missing in its log, and entries that are held but cannot be counted.
    package var missing: Int
    /// Which entries of its log are missing for good; nil for none, and in a digest of an older version.
    package var gaps: [SequenceGap]?
    /// To be read with `state`: the moment up to which it was heard; nil when never or when it was not expected.
    package var heardUntil: Timestamp?

    /// What a site's month is.
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Sealed to the month's end, nothing missing.
        case complete
        /// Heard from, but not to the month's end.
        case partial
        /// Sealed or heard to the end, with entries missing between.
        case gap
        case silent
        case notExpected = "not_expected"
    }

    /// What the coverage amounts to for a month that ends at `end`.
    init(_ site: SiteMonth, end: Timestamp) {
        id = site.id
        name = site.name
        clockUnchecked = site.clockUnchecked
        records = site.records
        gaps = site.gaps.isEmpty ? nil : site.gaps
        missing = site.gaps.reduce(0) { $0 + $1.count } + site.withheld
        switch site.coverage {
        case .complete(let until):
            state = until < end ? .partial : missing > 0 ? .gap : .complete
            heardUntil = until
        case .partial(let until):
            state = .partial
            heardUntil = until
        case .silent(let since):
            state = .silent
            heardUntil = since
        case .notExpected:
            state = .notExpected
            heardUntil = nil
        }
    }

    /// Whether a case that seems open there is known to be: up to when.
    func knownUntil(_ asOf: Timestamp) -> Timestamp {
        switch state {
        case .complete, .gap, .notExpected: asOf
        case .partial, .silent: min(heardUntil ?? Timestamp(milliseconds: .min / 2), asOf)
        }
    }
}
