package import Records

/// What headquarters holds of one site for the month.
package struct SiteMonth: Sendable {
    package var id: SiteID
    /// What people call it.
    package var name: Term
    package var coverage: SiteCoverage
    /// The seal was written without a comparison of clocks: moments near the month's ends are uncertain.
    package var clockUnchecked: Bool
    /// Records of the month that are held, of every kind.
    package var records: Int
    /// Entries of the log that are missing between others.
    package var gaps: [SequenceGap]
    /// Entries that are held but cannot be counted: withheld or in quarantine.
    package var withheld: Int

    package init(
        id: SiteID, name: Term, coverage: SiteCoverage, clockUnchecked: Bool = false, records: Int = 0,
        gaps: [SequenceGap] = [], withheld: Int = 0
    ) {
        self.id = id
        self.name = name
        self.coverage = coverage
        self.clockUnchecked = clockUnchecked
        self.records = records
        self.gaps = gaps
        self.withheld = withheld
    }
}

/// How much of a month a site has told. Silence is never taken for completeness.
package enum SiteCoverage: Sendable, Equatable {
    /// Sealed: everything recorded up to `until` is here. Completes a month only if that is not before its end.
    case complete(until: Timestamp)
    /// Not sealed, but its records up to `heardUntil` are here.
    case partial(heardUntil: Timestamp)
    /// Not heard from in the month's course; nil: never.
    case silent(since: Timestamp?)
    /// Not opened yet, paused or retired.
    case notExpected
}

/// Sequence numbers that are missing in a log, both ends included.
package struct SequenceGap: Sendable, Codable, Equatable {
    package var first: SequenceNumber
    package var last: SequenceNumber
    /// They were recorded after this moment; nil when nothing before them tells.
    package var since: Timestamp?
    /// When it was found that nobody has them any more; nil when that is not known.
    package var foundAt: Timestamp?

    package init(
        first: SequenceNumber, last: SequenceNumber, since: Timestamp? = nil, foundAt: Timestamp? = nil
    ) {
        self.first = first
        self.last = last
        self.since = since
        self.foundAt = foundAt
    }

    /// How many entries are missing.
    package var count: Int { last < first ? 0 : Int(clamping: last.value - first.value) + 1 }
}
