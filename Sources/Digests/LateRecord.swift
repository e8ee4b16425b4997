package import Records

/// A record that arrived after the month in which it occurred was closed 迟到.
package struct LateRecord: Sendable, Codable, Equatable {
    package var id: RecordID
    package var site: SiteID
    /// What it is: a complaint, a step, a visit …
    package var kind: Term
    package var occurred: Timestamp
    package var recorded: Timestamp
    /// When headquarters got it.
    package var arrived: Timestamp
    /// The record that it is about, such as a step's complaint; nil when it stands for itself.
    package var concerns: RecordID?

    package init(
        id: RecordID, site: SiteID, kind: Term, occurred: Timestamp, recorded: Timestamp, arrived: Timestamp,
        concerns: RecordID? = nil
    ) {
        self.id = id
        self.site = site
        self.kind = kind
        self.occurred = occurred
        self.recorded = recorded
        self.arrived = arrived
        self.concerns = concerns
    }
}

/// A record written down long after what it tells of.
package struct BackdatedRecord: Sendable, Codable, Equatable {
    package var id: RecordID
    package var site: SiteID
    /// What it is: a complaint, a step, a visit …
    package var kind: Term
    package var occurred: Timestamp
    package var recorded: Timestamp

    package init(id: RecordID, site: SiteID, kind: Term, occurred: Timestamp, recorded: Timestamp) {
        self.id = id
        self.site = site
        self.kind = kind
        self.occurred = occurred
        self.recorded = recorded
    }
}
