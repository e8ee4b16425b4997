package import Records

/// Everything that a case follows from. The view depends on the set of these facts, never on the order in which they came.
package struct CaseEvidence: Sendable {
    /// The complaint itself: its facts hold a complaint.
    package var complaint: Record
    /// What happened to it, in any order, each record once. Steps of sites that the case was never given to are disregarded.
    package var steps: [Record]
    /// Return visits that name this case, in any order, each record once.
    package var visits: [Record]
    /// The zone of the site, for the case's own clocks.
    package var zone: TimeZoneRules
    /// Everything that the site wrote up to here is known. Limits due later are unknown, not breached.
    package var heardUntil: Timestamp
    /// Set when its issue satisfies the hot rule with this complaint in the window.
    package var hot: HotEvidence?
    /// Set when the same customer complained of the same issue before.
    package var repeatOf: RepeatEvidence?
    /// The code of the customer's tier when the complaint was made; nil without one. Limits may differ by it.
    package var tier: String?

    package init(
        complaint: Record, steps: [Record] = [], visits: [Record] = [], zone: TimeZoneRules, heardUntil: Timestamp,
        hot: HotEvidence? = nil, repeatOf: RepeatEvidence? = nil, tier: String? = nil
    ) {
        self.tier = tier
        self.complaint = complaint
        self.steps = steps
        self.visits = visits
        self.zone = zone
        self.heardUntil = heardUntil
        self.hot = hot
        self.repeatOf = repeatOf
    }
}

/// That a complaint stands in a window that satisfies the hot rule: the same complaint from so many different
/// complainants. (domain: the hot rule.)
package struct HotEvidence: Sendable, Hashable {
    /// The issue's identity.
    package var issue: String
    /// The complaints of the window, in the order of their time.
    package var complaints: [RecordID]
    /// How many different complainants they come from, anonymous ones left out.
    package var complainants: Int
    /// When the complaint that completes the rule occurred.
    package var completedAt: Timestamp
    /// When the window's latest complaint occurred: one that comes after a person lowered the grade is new evidence.
    /// At least `completedAt`.
    package var latestAt: Timestamp

    package init(
        issue: String, complaints: [RecordID], complainants: Int, completedAt: Timestamp, latestAt: Timestamp? = nil
    ) {
        self.issue = issue
        self.complaints = complaints
        self.complainants = complainants
        self.completedAt = completedAt
        self.latestAt = latestAt ?? completedAt
    }
}

/// That the same customer complained of the same issue before.
package struct RepeatEvidence: Sendable, Hashable {
    /// What the new complaint is. (domain: settled readings, "A new complaint by the same customer".)
    package enum Kind: String, Sendable, Hashable, Codable {
        /// 催办: the earlier case was open, so this is a duplicate that urges it.
        case urgedAgain = "urged_again"
        /// 二次投诉: its handling was finished.
        case secondComplaint = "second_complaint"
    }

    /// The earlier complaint.
    package var earlier: RecordID
    package var kind: Kind
    /// When the new complaint was made.
    package var at: Timestamp

    package init(earlier: RecordID, kind: Kind, at: Timestamp) {
        self.earlier = earlier
        self.kind = kind
        self.at = at
    }
}
