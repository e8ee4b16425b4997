package import Records
import Rules
import Handbooks

/// The list of return visits, as it goes over HTTP.
extension SiteBook {
    /// Greatest number of visits that are listed.
    private static let mostVisits = 1000

    /// The due visits at a moment: first visits of key accounts, then the earliest due.
    /// - Parameter includesUpcoming: also visits that are not due yet.
    package func dueVisits(at now: Timestamp, includesUpcoming: Bool) throws -> JSONText {
        try catchUp()
        let handbook = handbook
        let due = customers.visits(at: now, handbook) { $0.isListed(includesUpcoming: includesUpcoming) }
        var json = JSONText()
        json.object { json in
            json.field("at", now.text(in: zone))
            json.array("visits") { json in
                for entry in due.prefix(Self.mostVisits) { write(entry.visit, entry.customer, handbook, &json) }
            }
            if due.count > Self.mostVisits { json.field("left_out", due.count - Self.mostVisits) }
        }
        return json
    }

    private func write(_ visit: DueVisit, _ customer: Int, _ handbook: Handbook, _ json: inout JSONText) {
        json.object { json in
            json.field("plan_item", visit.item)
            json.field("status", visit.status.code)
            json.field("due_at", visit.dueAt.text(in: zone))
            json.field("in_time_until", visit.inTimeUntil.text(in: zone))
            json.field("attempts", visit.attempts)
            if visit.isFirstVisit { json.field("first_visit", true) }
            if let item = VisitRules(handbook: handbook).item(visit.item) {
                json.field("method", item.method.code)
                json.object("contents") { json in
                    json.field("zh-CN", item.contents.chinese)
                    json.field("en", item.contents.english)
                }
            }
            if let complaint = visit.complaint { json.field("case", complaint.description) }
            customers.customers[customer]?.reference.write(to: &json)
        }
    }
}
