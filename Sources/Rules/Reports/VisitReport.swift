package import Handbooks
package import Records

/// A return visit as it is shown to people and programs, the same at a branch and at headquarters.
package struct VisitReport: Codable, Sendable, Equatable {
    /// The plan item's number, or `first_visit`.
    package var item: String
    package var site: SiteID
    package var status: String
    package var statusText: String
    package var dueAt: String
    package var inTimeUntil: String
    /// Visits that did not reach the customer.
    package var attempts: Int
    package var isFirstVisit: Bool
    package var method: String
    package var methodText: String
    /// What to ask.
    package var contents: String
    package var complaint: RecordID?
    /// Name, telephone number or customer number, as far as the reader may see it.
    package var customer: String

    /// - Parameter customer: what the reader may see of the customer.
    package init(
        _ visit: DueVisit, customer: String, handbook: Handbook, language: Language, zone: TimeZoneRules
    ) {
        item = visit.item
        site = visit.site
        (status, statusText) = (visit.status.code, visit.status.term[language])
        (dueAt, inTimeUntil) = (visit.dueAt.text(in: zone), visit.inTimeUntil.text(in: zone))
        attempts = visit.attempts
        isFirstVisit = visit.isFirstVisit
        let planned = VisitRules(handbook: handbook).item(visit.item)
        (method, methodText) = (planned?.method.code ?? "", planned?.method.term[language] ?? "")
        contents = planned?.contents[language] ?? ""
        complaint = visit.complaint
        self.customer = customer
    }
}

/// What a morning meeting looks at, on either side: due, overdue, newly critical, silent.
package struct TodayReport: Codable, Sendable, Equatable {
    package var at: String
    /// How many cases are open.
    package var open: Int
    package var overdue: [CaseReport]
    package var dueSoon: [CaseReport]
    /// Became critical within a day.
    package var newlyCritical: [CaseReport]
    /// First visits of key accounts, then overdue and due ones.
    package var visits: [VisitReport]
    /// Customers whom nobody contacted within the handbook's interval, key accounts first.
    package var lapsed: [String]
    /// Silent and unheard sites; only at headquarters.
    package var silent: [String]

    /// How long ago a case became critical to count as newly so.
    package static let news: Duration = .seconds(86_400)

    package init(at: String) {
        self.at = at
        (open, overdue, dueSoon, newlyCritical, visits, lapsed, silent) = (0, [], [], [], [], [], [])
    }

    /// Takes an open case where it belongs.
    package mutating func add(_ report: CaseReport, _ view: CaseView, at now: Timestamp) {
        open += 1
        if report.isOverdue {
            overdue.append(report)
        } else if report.next?.status == "due_soon" {
            dueSoon.append(report)
        }
        let became = view.rises.last { $0.grade == .critical }?.at
        if view.grade == .critical, let became, now - became <= Self.news { newlyCritical.append(report) }
    }
}

extension Customer {
    /// What people call a customer: the name, else a number by which to reach them; empty for an anonymous one.
    package var label: String { [name, number, phone, email].first { !$0.isEmpty } ?? "" }
}

/// Which visits a list has.
package enum VisitListing: String, Codable, Sendable, CaseIterable {
    /// Due, overdue and unreachable ones.
    case due
    /// Also those that are not due yet.
    case upcoming
    /// The done ones, too.
    case all

    package func has(_ status: DueVisit.Status) -> Bool {
        self == .all || status.isListed(includesUpcoming: self == .upcoming)
    }
}
