import Foundation
package import Handbooks
package import Records

/// Customers and what is known of them, put together from records in any order by exact keys and by what people said of who is
/// one: a site's own at the site, and the same at headquarters. Keeps facts and a reference to show, no texts.
package struct CustomerBook: Sendable {
    /// What is known of one customer.
    package struct Known: Sendable {
        /// As last told.
        package var reference = Customer()
        package var type = ""
        var profiledAt: RecordOrder?
        package var addedAt: Timestamp?
        /// Without their personal parts.
        package var visits: [Record] = []
        package var complaints: Set<RecordID> = []
        /// Everything that was written down about the customer, in no order.
        package var records: [RecordID] = []
        /// Purchases, deliveries and the like.
        package var events: [CustomerEvent] = []
        package var isKeyAccount = false
    }

    /// When a complaint was resolved or reopened.
    private struct Turn {
        var order: RecordOrder
        var isResolved: Bool
    }

    private let site: SiteID
    private let zone: TimeZoneRules
    package private(set) var customers: [Int: Known] = [:]
    private var nextCustomer = 0
    /// By the pseudonym of an exact key.
    private var customerOfToken: [Data: Int] = [:]
    private var customerOfComplaint: [RecordID: Int] = [:]
    private var turns: [RecordID: Turn] = [:]

    /// - Parameter site: the site that owes the visits.
    package init(site: SiteID, zone: TimeZoneRules) {
        self.site = site
        self.zone = zone
    }

    /// The customer whom a record's tokens name, without making one up.
    package func customer(withTokens tokens: [CustomerToken]) -> Int? {
        tokens.lazy.compactMap { customerOfToken[$0.value] }.first
    }

    /// The visits whose status is wanted; first visits of key accounts before all others, then the earliest due.
    package func visits(
        at now: Timestamp, _ handbook: Handbook, where isListed: (DueVisit.Status) -> Bool
    ) -> [(visit: DueVisit, customer: Int)] {
        let rules = VisitRules(handbook: handbook)
        var due: [(visit: DueVisit, customer: Int)] = []
        for (number, known) in customers.sorted(by: { $0.key < $1.key }) {
            for visit in rules.visits(of: evidence(number, known), at: now).visits where isListed(visit.status) {
                due.append((visit, number))
            }
        }
        return due.sorted {
            ($0.visit.isFirstVisit ? 0 : 1, $0.visit.dueAt, $0.customer, $0.visit.item)
                < ($1.visit.isFirstVisit ? 0 : 1, $1.visit.dueAt, $1.customer, $1.visit.item)
        }
    }

    private func evidence(_ number: Int, _ known: Known) -> VisitEvidence {
        let resolutions = known.complaints.compactMap { complaint -> (complaint: RecordID, at: Timestamp)? in
            guard let turn = turns[complaint], turn.isResolved else { return nil }
            return (complaint, turn.order.occurred)
        }
        return VisitEvidence(
            customer: String(number), site: site, zone: zone, type: known.type, addedAt: known.addedAt,
            resolutions: resolutions, visits: known.visits, events: known.events, isKeyAccount: known.isKeyAccount)
    }

    // MARK: Taking records

    /// Takes a record, as it stands with its correction; one that was retracted is not taken.
    package mutating func note(_ record: Record) {
        switch record.facts.body {
        case .customer(let profile): note(profile, record)
        case .visit(let visit):
            let number = customer(of: record) ?? RecordID(bytes: visit.caseID).flatMap { customerOfComplaint[$0] }
            var kept = record
            kept.personal = nil
            if let number {
                customers[number, default: Known()].visits.append(kept)
                customers[number, default: Known()].records.append(record.id)
            }
        case .complaint:
            guard let number = customer(of: record) else { return }
            customerOfComplaint[record.id] = number
            customers[number, default: Known()].complaints.insert(record.id)
            customers[number, default: Known()].records.append(record.id)
        case .survey:
            guard let number = customer(of: record) else { return }
            customers[number, default: Known()].records.append(record.id)
        case .step(let step) where step.kind == .resolved || step.kind == .reopened:
            guard let complaint = RecordID(bytes: step.caseID) else { return }
            let turn = Turn(order: record.order, isResolved: step.kind == .resolved)
            if turns[complaint].map({ $0.order < turn.order }) ?? true { turns[complaint] = turn }
        default: break
        }
    }

    private mutating func note(_ profile: CustomerProfile, _ record: Record) {
        guard let number = customer(of: record) else { return }
        var known = customers[number, default: Known()]
        known.addedAt = min(known.addedAt ?? record.occurred, record.occurred)
        known.records.append(record.id)
        if let event = CustomerEvent(record) { known.events.append(event) }
        known.isKeyAccount = known.isKeyAccount || profile.keyAccount
        if known.profiledAt.map({ $0 < record.order }) ?? true {
            known.profiledAt = record.order
            if !profile.type.isEmpty { known.type = profile.type }
            if let personal = record.personal { known.reference = personal.customer }
        }
        customers[number] = known
    }

    /// The customer whom a record's tokens name; customers of whom one token is the same become one.
    private mutating func customer(of record: Record) -> Int? {
        guard let number = join(record.facts.customerTokens) else { return nil }
        if let personal = record.personal, customers[number]?.reference ?? Customer() == Customer() {
            customers[number, default: Known()].reference = personal.customer
        }
        return number
    }

    /// Makes one customer of all whom these tokens name.
    @discardableResult
    package mutating func join(_ tokens: [CustomerToken]) -> Int? {
        guard !tokens.isEmpty else { return nil }
        let numbers = Set(tokens.compactMap { customerOfToken[$0.value] }).sorted()
        let number = numbers.first ?? nextCustomer
        if numbers.isEmpty { nextCustomer += 1 }
        for other in numbers.dropFirst() { merge(other, into: number) }
        for token in tokens { customerOfToken[token.value] = number }
        return number
    }

    private mutating func merge(_ other: Int, into number: Int) {
        guard let from = customers.removeValue(forKey: other) else { return }
        var into = customers[number, default: Known()]
        into.visits += from.visits
        into.complaints.formUnion(from.complaints)
        into.records += from.records
        into.events += from.events
        into.isKeyAccount = into.isKeyAccount || from.isKeyAccount
        into.addedAt = [into.addedAt, from.addedAt].compactMap(\.self).min()
        if let later = from.profiledAt, into.profiledAt.map({ $0 < later }) ?? true {
            (into.profiledAt, into.type, into.reference) = (later, from.type, from.reference)
        }
        customers[number] = into
        for (token, held) in customerOfToken where held == other { customerOfToken[token] = number }
        for complaint in from.complaints { customerOfComplaint[complaint] = number }
    }
}
