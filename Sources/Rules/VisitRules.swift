package import Handbooks
package import Records

/// Which return visits the handbook's plan asks for, and which visits fulfilled them. Pure and free of order.
/// (domain: return-visit plan.)
package struct VisitRules: Sendable {
    package let handbook: Handbook

    package init(handbook: Handbook) { self.handbook = handbook }

    /// The customer's visits by the plan at `now`, the earliest due first; and the next moment at which one of them
    /// changes by time alone.
    package func visits(
        of evidence: VisitEvidence, at now: Timestamp
    ) -> (visits: [DueVisit], nextReview: Timestamp?) {
        let told = evidence.visits.compactMap(ToldVisit.init).sorted { ($0.order, $0.id) < ($1.order, $1.id) }
        var open = eventVisits(evidence, at: now)
        for visit in told { tick(visit, &open) }
        let type = handbook.customerType(named: evidence.type)?.code
        for item in handbook.visits.items where item.event == .lastVisit && item.binds(type) {
            open.append(contentsOf: rhythm(item, evidence, told))
        }
        open += contacts(evidence, told, at: now)
        open.removeAll { $0.isMissed(at: now) }
        var nextReview: Timestamp?
        let visits = open.map { pending in
            let visit = pending.visit(at: now, evidence, attemptLimit: handbook.visits.attempts)
            for moment in [visit.dueAt, visit.inTimeUntil + .milliseconds(1)] where moment > now && pending.done == nil
            {
                nextReview = min(nextReview ?? moment, moment)
            }
            return visit
        }
        return (visits.sorted { ($0.dueAt, $0.item) < ($1.dueAt, $1.item) }, nextReview)
    }

    /// Visits that single events and days ask for, before any of them is ticked.
    private func eventVisits(_ evidence: VisitEvidence, at now: Timestamp) -> [PendingVisit] {
        let type = handbook.customerType(named: evidence.type)?.code
        var pending: [PendingVisit] = []
        for item in handbook.visits.items where item.binds(type) {
            switch item.event {
            case .caseResolved:
                for resolution in evidence.resolutions.sorted(by: { ($0.at, $0.complaint) < ($1.at, $1.complaint) }) {
                    pending.append(
                        PendingVisit(item, from: resolution.at, complaint: resolution.complaint, zone: evidence.zone))
                }
            case .customerAdded:
                if let addedAt = evidence.addedAt {
                    pending.append(PendingVisit(item, from: addedAt, zone: evidence.zone))
                }
            case .purchase: pending += visits(item, after: .purchase, evidence)
            case .delivery: pending += visits(item, after: .delivery, evidence)
            case .firstLogin: pending += visits(item, after: .firstLogin, evidence)
            case .lastVisit: break
            case .calendar: pending += visits(item, onDaysUntil: now, evidence)
            }
        }
        pending += firstVisits(evidence)
        return pending.sorted { ($0.dueAt, $0.item.number) < ($1.dueAt, $1.item.number) }
    }

    private func visits(
        _ item: VisitPlanItem, after kind: CustomerProfile.Event, _ evidence: VisitEvidence
    ) -> [PendingVisit] {
        evidence.events.filter { $0.kind == kind }.sorted { ($0.at, $0.record) < ($1.at, $1.record) }.map {
            PendingVisit(item, from: $0.at, zone: evidence.zone)
        }
    }

    /// Of each day of the calendar since the customer is known the latest ones, and the next. Each can be fulfilled until the
    /// next one: who was visited on none of them is owed one visit, not all of them.
    private func visits(
        _ item: VisitPlanItem, onDaysUntil now: Timestamp, _ evidence: VisitEvidence
    ) -> [PendingVisit] {
        guard let start = evidence.addedAt?.withinCalendar else { return [] }
        let days = item.days.flatMap {
            $0.beginnings(
                after: start, throughFirstAfter: now.withinCalendar, in: evidence.zone, limit: Self.rememberedDays)
        }
        var pending = Set(days).sorted().map { PendingVisit(item, from: $0, zone: evidence.zone) }
        for index in pending.indices.dropLast() { pending[index].until = pending[index + 1].from }
        return pending
    }

    /// Two years of a day of every month.
    private static let rememberedDays = 24

    /// 先回访制度: each event of a key account asks for a visit at once. (domain: first-visit rule.)
    private func firstVisits(_ evidence: VisitEvidence) -> [PendingVisit] {
        guard evidence.isKeyAccount, let item = firstVisit else { return [] }
        let events = evidence.events.filter { $0.kind != .birthday }.map { (at: $0.at, complaint: RecordID?.none) }
        let closings = evidence.resolutions.map { (at: $0.at, complaint: RecordID?.some($0.complaint)) }
        return (events + closings).map { event in
            var visit = PendingVisit(item, from: event.at, complaint: event.complaint, zone: evidence.zone)
            visit.isFirstVisit = true
            return visit
        }
    }

    /// The number by which a visit names that it is the first after an event of a key account.
    package static let firstVisitNumber = "first_visit"

    /// What a first visit is, as if it stood in the plan; nil where the handbook asks for none.
    private var firstVisit: VisitPlanItem? {
        handbook.customers.keyAccounts.map { policy in
            VisitPlanItem(
                number: Self.firstVisitNumber, event: .customerAdded, after: .duration(.zero),
                within: policy.firstVisitWithin, method: .onSite,
                contents: Term("先回访：大客户事件后的第一次回访", "first visit after an event of a key account"))
        }
    }

    /// What a due visit is about: a line of the plan, or a first visit; nil where the handbook has it no more.
    package func item(_ number: String) -> VisitPlanItem? {
        if number == Self.firstVisitNumber { return firstVisit }
        return handbook.visits.items.first { $0.number == number }
            ?? handbook.customers.keyAccounts?.rhythm.first { $0.code == number }.map(planned)
    }

    /// A contact with key accounts, as if it stood in the plan.
    private func planned(_ contact: KeyAccountPolicy.Contact) -> VisitPlanItem {
        VisitPlanItem(
            number: contact.code, event: contact.every == nil ? .calendar : .lastVisit,
            after: contact.every ?? .duration(.zero), within: contact.within, method: contact.method,
            contents: contact.term)
    }

    /// What a key account is owed from time to time: only visits that name it do it. (domain: key accounts, "contact rhythm".)
    private func contacts(_ evidence: VisitEvidence, _ told: [ToldVisit], at now: Timestamp) -> [PendingVisit] {
        guard evidence.isKeyAccount, let policy = handbook.customers.keyAccounts else { return [] }
        return policy.rhythm.flatMap { contact in
            let item = planned(contact)
            let told = told.filter { $0.items.contains(contact.code) }
            guard contact.isForBirthdays else { return rhythm(item, evidence, told) }
            let birthday = evidence.events.filter { $0.kind == .birthday }.max {
                ($0.at, $0.record) < ($1.at, $1.record)
            }
            guard let birthday else { return [] }
            var yearly = item
            yearly.days = [CalendarDay(anniversaryOf: birthday.at, in: evidence.zone)]
            var open = visits(yearly, onDaysUntil: now, evidence)
            for visit in told {
                if let index = open.firstIndex(where: { $0.isOpen(at: visit.at) }) { open[index].note(visit) }
            }
            return open
        }
    }

    /// A visit ticks the items that it names, each one's oldest; else its case's follow-up; else, naming nothing, the
    /// customer's oldest item that is due.
    private func tick(_ visit: ToldVisit, _ pending: inout [PendingVisit]) {
        func oldest(_ matches: (PendingVisit) -> Bool) -> Int? {
            pending.indices.first { index in
                pending[index].isOpen(at: visit.at) && matches(pending[index])
            }
        }
        var ticked: [Int] = []
        if !visit.items.isEmpty {
            for number in Set(visit.items).sorted() {
                let index = oldest { open in
                    open.item.number == number
                        && (visit.complaint == nil || open.complaint == nil || open.complaint == visit.complaint)
                }
                if let index { ticked.append(index) }
            }
        } else if let complaint = visit.complaint {
            if let index = oldest({ $0.complaint == complaint }) { ticked.append(index) }
        } else if let index = oldest({ $0.dueAt <= visit.at }) {
            ticked.append(index)
        }
        for index in ticked { pending[index].note(visit) }
    }

    /// Visits that are due again and again, a span after the last one that reached the customer. An earlier visit puts the
    /// next one off.
    private func rhythm(_ item: VisitPlanItem, _ evidence: VisitEvidence, _ told: [ToldVisit]) -> [PendingVisit] {
        guard let start = told.first(where: \.reached)?.at ?? evidence.addedAt else { return [] }
        var all: [PendingVisit] = []
        var current = PendingVisit(item, from: min(start, evidence.addedAt ?? start), zone: evidence.zone)
        for visit in told where visit.at >= current.from {
            if visit.at >= current.dueAt { current.note(visit) }
            guard visit.reached else { continue }
            if current.done != nil { all.append(current) }
            current = PendingVisit(item, from: visit.at, zone: evidence.zone)
        }
        return all + [current]
    }
}

extension VisitPlanItem {
    /// Whether it is meant for customers of that type.
    fileprivate func binds(_ type: String?) -> Bool { customerType == nil || customerType == type }
}

/// What of a visit counts here.
private struct ToldVisit {
    var id: RecordID
    var order: RecordOrder
    var at: Timestamp
    var reached: Bool
    var items: [String]
    var complaint: RecordID?

    init?(_ record: Record) {
        guard case .visit(let visit) = record.facts.body else { return nil }
        id = record.id
        order = record.order
        at = record.occurred.withinCalendar
        reached = visit.reached
        items = visit.planItems
        complaint = RecordID(bytes: visit.caseID)
    }
}

/// A planned visit while the told ones are gone through.
private struct PendingVisit {
    let item: VisitPlanItem
    let from: Timestamp
    let complaint: RecordID?
    let dueAt: Timestamp
    let inTimeUntil: Timestamp
    var isFirstVisit = false
    /// From then on another one stands in its place; nil where none ever does.
    var until: Timestamp?
    private(set) var attempts: [Timestamp] = []
    private(set) var done: (at: Timestamp, visit: RecordID)?

    init(_ item: VisitPlanItem, from event: Timestamp, complaint: RecordID? = nil, zone: TimeZoneRules) {
        self.item = item
        self.complaint = complaint
        from = event.withinCalendar
        dueAt = item.after.end(from: from, in: zone)
        inTimeUntil = item.within.end(from: dueAt, in: zone)
    }

    /// Whether a visit at that time can fulfil it.
    func isOpen(at time: Timestamp) -> Bool { done == nil && from <= time && until.map { time < $0 } ?? true }

    /// Whether nobody did it while it could be done.
    func isMissed(at now: Timestamp) -> Bool { done == nil && until.map { $0 <= now } ?? false }

    mutating func note(_ visit: ToldVisit) {
        if visit.reached { done = (visit.at, visit.id) } else { attempts.append(visit.at) }
    }

    func visit(at now: Timestamp, _ evidence: VisitEvidence, attemptLimit: Int) -> DueVisit {
        let status: DueVisit.Status =
            if let done {
                .done(at: done.at, visit: done.visit, late: done.at > inTimeUntil)
            } else if attempts.count >= attemptLimit {
                .unreachable(since: attempts[attemptLimit - 1])
            } else if now > inTimeUntil {
                .overdue
            } else {
                now >= dueAt ? .due : .upcoming
            }
        return DueVisit(
            item: item.number, customer: evidence.customer, site: evidence.site, complaint: complaint,
            isFirstVisit: isFirstVisit, dueAt: dueAt,
            inTimeUntil: inTimeUntil, attempts: attempts.count, status: status)
    }
}
