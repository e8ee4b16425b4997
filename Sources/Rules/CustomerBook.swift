import Foundation
package import Handbooks
package import Records

/// Customers and what is known of them, put together from records in any order by exact keys and by what people said of who is
/// one: a site's own at the site, and the same at headquarters. Keeps facts and a reference to show, no texts.
package struct CustomerBook: Sendable {
    /// What is known of one customer; the same whatever order it came in.
    package struct Known: Sendable {
        /// As the last profile tells, or, where none does, the last record.
        package var reference: Customer { told?.value ?? Customer() }
        package var addedAt: Timestamp?
        /// Without their personal parts.
        package var visits: [Record] = []
        package var complaints: Set<RecordID> = []
        /// Everything that was written down about the customer, in no order.
        package var records: [RecordID] = []
        /// Purchases, deliveries and the like.
        package var events: [CustomerEvent] = []
        private var told: Told<Customer>?
        private var typed: Told<String>?
        /// Of the last profile that says whether this is a key account: its mark and its type.
        private var ranked: Told<CustomerProfile>?

        /// As the last profile says that names one.
        var type: String { typed?.value ?? "" }

        func isKeyAccount(_ handbook: Handbook) -> Bool { ranked?.value.isKeyAccount(handbook) ?? false }
    }

    /// Something that was told, and when: of two the later holds, a profile's before any other's.
    fileprivate struct Told<Value: Sendable>: Sendable {
        var value: Value
        var isByProfile = true
        var order: RecordOrder

        static func latest(_ one: Self?, _ other: Self?) -> Self? {
            guard let one, let other else { return one ?? other }
            return (one.isByProfile ? 1 : 0, one.order) < (other.isByProfile ? 1 : 0, other.order) ? other : one
        }
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
    private var tokensOfCustomer: [Int: [Data]] = [:]
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

    /// What a customer is called: the least of its exact keys' pseudonyms in hexadecimal digits, whatever came first.
    package func name(of customer: Int) -> String {
        let least = (tokensOfCustomer[customer] ?? []).min { $0.lexicographicallyPrecedes($1) } ?? Data()
        return least.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The visits whose status is wanted; first visits of key accounts before all others, then the earliest due.
    package func visits(
        at now: Timestamp, _ handbook: Handbook, where isListed: (DueVisit.Status) -> Bool
    ) -> [(visit: DueVisit, customer: Int)] {
        let rules = VisitRules(handbook: handbook)
        var due: [(visit: DueVisit, customer: Int)] = []
        for (number, known) in customers.sorted(by: { $0.key < $1.key }) {
            for visit in rules.visits(of: evidence(number, known, handbook), at: now).visits
            where isListed(visit.status) {
                due.append((visit, number))
            }
        }
        return due.sorted {
            ($0.visit.isFirstVisit ? 0 : 1, $0.visit.dueAt, $0.customer, $0.visit.item)
                < ($1.visit.isFirstVisit ? 0 : 1, $1.visit.dueAt, $1.customer, $1.visit.item)
        }
    }

    private func evidence(_ number: Int, _ known: Known, _ handbook: Handbook) -> VisitEvidence {
        let resolutions = known.complaints.compactMap { complaint -> (complaint: RecordID, at: Timestamp)? in
            guard let turn = turns[complaint], turn.isResolved else { return nil }
            return (complaint, turn.order.occurred)
        }
        return VisitEvidence(
            customer: String(number), site: site, zone: zone, type: known.type, addedAt: known.addedAt,
            resolutions: resolutions, visits: known.visits, events: known.events,
            isKeyAccount: known.isKeyAccount(handbook))
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
        known.note(profile, record.order)
        customers[number] = known
    }

    /// The customer whom a record's tokens name; customers of whom one token is the same become one.
    private mutating func customer(of record: Record) -> Int? {
        guard let number = join(record.facts.customerTokens) else { return nil }
        if let reference = record.personal?.customer, reference != Customer() {
            customers[number, default: Known()].note(reference, of: record)
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
        for token in tokens where customerOfToken.updateValue(number, forKey: token.value) == nil {
            tokensOfCustomer[number, default: []].append(token.value)
        }
        return number
    }

    private mutating func merge(_ other: Int, into number: Int) {
        // Of whom people only said who it is, nothing is known yet; the keys are one's all the same.
        let tokens = tokensOfCustomer.removeValue(forKey: other) ?? []
        for token in tokens { customerOfToken[token] = number }
        tokensOfCustomer[number, default: []] += tokens
        guard let from = customers.removeValue(forKey: other) else { return }
        customers[number, default: Known()].take(from)
        for complaint in from.complaints { customerOfComplaint[complaint] = number }
    }
}

extension CustomerBook.Known {
    fileprivate mutating func note(_ reference: Customer, of record: Record) {
        var isByProfile = false
        if case .customer = record.facts.body { isByProfile = true }
        told = .latest(told, .init(value: reference, isByProfile: isByProfile, order: record.order))
    }

    fileprivate mutating func note(_ profile: CustomerProfile, _ order: RecordOrder) {
        if !profile.type.isEmpty { typed = .latest(typed, .init(value: profile.type, order: order)) }
        guard profile.statesRank else { return }
        var stated = CustomerProfile()
        (stated.keyAccount, stated.type) = (profile.keyAccount, profile.type)
        ranked = .latest(ranked, .init(value: stated, order: order))
    }

    fileprivate mutating func take(_ other: Self) {
        visits += other.visits
        complaints.formUnion(other.complaints)
        records += other.records
        events += other.events
        addedAt = [addedAt, other.addedAt].compactMap(\.self).min()
        told = .latest(told, other.told)
        typed = .latest(typed, other.typed)
        ranked = .latest(ranked, other.ranked)
    }
}
