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
    /// Purchases, deliveries and the like, in any order.
    package var events: [CustomerEvent]
    /// Whether each event asks for a first visit.
    package var isKeyAccount: Bool

    package init(
        customer: String, site: SiteID, zone: TimeZoneRules, type: String = "", addedAt: Timestamp? = nil,
        resolutions: [(complaint: RecordID, at: Timestamp)] = [], visits: [Record] = [],
        events: [CustomerEvent] = [], isKeyAccount: Bool = false
    ) {
        self.events = events
        self.isKeyAccount = isKeyAccount
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
    /// A first visit after an event of a key account: it stands at the head of every list. (domain: first-visit rule.)
    package var isFirstVisit = false
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

/// Something that happened to a customer, from which visits are counted: a profile that names it, dated by when it was so.
package struct CustomerEvent: Sendable, Hashable {
    package var kind: CustomerProfile.Event
    package var at: Timestamp
    package var record: RecordID

    /// Nil for a record that names none.
    package init?(_ record: Record) {
        guard case .customer(let profile) = record.facts.body, profile.event != .unspecified else { return nil }
        kind = profile.event
        at = record.occurred.withinCalendar
        self.record = record.id
    }
}

extension DueVisit.Status {
    /// Stable, lower-case ASCII.
    package var code: String {
        switch self {
        case .upcoming: "upcoming"
        case .due: "due"
        case .overdue: "overdue"
        case .unreachable: "unreachable"
        case .done: "done"
        }
    }

    /// The word for people.
    package var term: Term {
        switch self {
        case .upcoming: Term("未到期", "upcoming")
        case .due: Term("到期", "due")
        case .overdue: Term("逾期", "overdue")
        case .unreachable: Term("无法联系", "unreachable")
        case .done(_, _, late: true): Term("已完成（逾期）", "done, late")
        case .done: Term("已完成", "done")
        }
    }

    /// Whether a due list has it.
    package func isListed(includesUpcoming: Bool) -> Bool {
        switch self {
        case .due, .overdue, .unreachable: true
        case .upcoming: includesUpcoming
        case .done: false
        }
    }
}
