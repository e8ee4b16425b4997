package import Records

/// Everything that a customer's due visits follow from.
package struct VisitEvidence: Sendable {
    /// The customer's settled identity: any text that stays the same.
    package var customer: String
    /// The site that owes the visits.
    package var site: SiteID
    /// The site's zone, for spans of months.
    package var zone: TimeZoneRules
    /// The type that the customer's profile names, in the profile's own word; empty without a profile.
    package var type: String
    /// When the customer's first profile was written; nil without one.
    package var addedAt: Timestamp?
    /// The customer's resolved cases, each once: the complaint and the moment of its resolution.
    package var resolutions: [(complaint: RecordID, at: Timestamp)]
    /// The customer's return visits, in any order, each record once.
    package var visits: [Record]

    package init(
        customer: String, site: SiteID, zone: TimeZoneRules, type: String = "", addedAt: Timestamp? = nil,
        resolutions: [(complaint: RecordID, at: Timestamp)] = [], visits: [Record] = []
    ) {
        self.customer = customer
        self.site = site
        self.zone = zone
        self.type = type
        self.addedAt = addedAt
        self.resolutions = resolutions
        self.visits = visits
    }
}

/// A visit that the plan asks for. (domain: return-visit plan, "due list".)
package struct DueVisit: Sendable, Hashable {
    /// The plan item's number, 序号.
    package var item: String
    package var customer: String
    package var site: SiteID
    /// The complaint that it follows up; nil for any other visit.
    package var complaint: RecordID?
    package var dueAt: Timestamp
    /// In time up to here, the moment included.
    package var inTimeUntil: Timestamp
    /// Visits that did not reach the customer.
    package var attempts: Int
    package var status: Status

    /// Where it stands.
    package enum Status: Sendable, Hashable {
        case upcoming
        /// Due, and still in time.
        case due
        case overdue
        /// Tried as often as the handbook says, in vain, the last time then; a later visit can still fulfil it.
        case unreachable(since: Timestamp)
        case done(at: Timestamp, visit: RecordID, late: Bool)
    }

    /// Whether somebody should go or call: due or overdue.
    package var isOwed: Bool { status == .due || status == .overdue }
}
