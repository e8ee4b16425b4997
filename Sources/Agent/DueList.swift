package import Handbooks
package import Records
import Rules
package import Storage

/// The return visits that the handbook's plan asks for, from what this site wrote down itself and what headquarters handed on:
/// cases that were given to it, corrections, and its own records after it lost its disk. Works offline.
///
/// Reads the log when it is first asked and from then on only what is new. Keeps facts, and the customer reference to show;
/// no texts.
package actor DueList {
    /// Greatest number of visits that are listed.
    private static let limit = 1000
    /// Records read at a time.
    private static let batch = 1000

    /// What is known of one customer.
    private struct Known {
        var reference = Customer()
        var type = ""
        var profiledAt: RecordOrder?
        var addedAt: Timestamp?
        var visits: [Record] = []
        var complaints: Set<RecordID> = []
    }

    /// When a complaint was resolved or reopened.
    private struct Turn {
        var order: RecordOrder
        var isResolved: Bool
    }

    private let log: SiteLog
    private let inbox: InboxLog?
    private let currentHandbook: @Sendable () -> Handbook
    private let zone: TimeZoneRules
    private var cursor = SiteLog.Place.beginning
    /// Whether what is left of trimmed records was read; what is trimmed later was read before.
    private var knowsTrimmed = false
    /// How far the inbox was read.
    private var arrived: Int64 = 0
    /// What came otherwise than by the log.
    private var known: Set<RecordID> = []
    /// Corrections and retractions, and what follows from them.
    private var amendments: [Record] = []
    private var amended = (by: Amendments([]), count: 0)
    private var customers: [Int: Known] = [:]
    private var nextCustomer = 0
    private var customerOfToken: [CustomerToken: Int] = [:]
    private var customerOfComplaint: [RecordID: Int] = [:]
    private var turns: [RecordID: Turn] = [:]

    /// - Parameters:
    ///   - inbox: what headquarters handed on counts, too: cases that were given to this site, and what it lost.
    ///   - handbook: asked for each list.
    package init(
        log: SiteLog, inbox: InboxLog? = nil, handbook: @autoclosure @escaping @Sendable () -> Handbook,
        zone: TimeZoneRules
    ) {
        self.log = log
        self.inbox = inbox
        currentHandbook = handbook
        self.zone = zone
    }

    /// The list at a moment, the earliest due first.
    /// - Parameter includesUpcoming: also visits that are not due yet.
    package func json(at now: Timestamp, includesUpcoming: Bool) throws -> JSONText {
        try catchUp()
        let handbook = currentHandbook()
        let rules = VisitRules(handbook: handbook)
        var due: [(visit: DueVisit, customer: Int)] = []
        for (number, known) in customers.sorted(by: { $0.key < $1.key }) {
            for visit in rules.visits(of: evidence(number, known), at: now).visits
            where isListed(visit.status, includesUpcoming) {
                due.append((visit, number))
            }
        }
        due.sort { ($0.visit.dueAt, $0.customer, $0.visit.item) < ($1.visit.dueAt, $1.customer, $1.visit.item) }
        var json = JSONText()
        json.object { json in
            json.field("at", now.text(in: zone))
            json.array("visits") { json in
                for entry in due.prefix(Self.limit) { write(entry.visit, entry.customer, handbook, &json) }
            }
            if due.count > Self.limit { json.field("left_out", due.count - Self.limit) }
        }
        return json
    }

    /// Personal parts of what was read are gone: all of it is read again.
    package func forget() {
        amended = (by: Amendments([]), count: 0)
        beginAnew()
    }

    private func isListed(_ status: DueVisit.Status, _ includesUpcoming: Bool) -> Bool {
        switch status {
        case .due, .overdue, .unreachable: true
        case .upcoming: includesUpcoming
        case .done: false
        }
    }

    private func evidence(_ number: Int, _ known: Known) -> VisitEvidence {
        let resolutions = known.complaints.compactMap { complaint -> (complaint: RecordID, at: Timestamp)? in
            guard let turn = turns[complaint], turn.isResolved else { return nil }
            return (complaint, turn.order.occurred)
        }
        return VisitEvidence(
            customer: String(number), site: log.site, zone: zone, type: known.type, addedAt: known.addedAt,
            resolutions: resolutions, visits: known.visits)
    }

    // MARK: Reading the log

    private func catchUp() throws {
        try readOn()
        while amendments.count > amended.count {
            // An amendment may concern any record: all is read anew, by those that are known now.
            amended = (Amendments(amendments), amendments.count)
            beginAnew()
            try readOn()
        }
    }

    private func beginAnew() {
        (cursor, arrived, knowsTrimmed, known, amendments) = (.beginning, 0, false, [], [])
        (customers, nextCustomer, customerOfToken, customerOfComplaint, turns) = ([:], 0, [:], [:], [:])
    }

    private func readOn() throws {
        if !knowsTrimmed {
            for record in try log.remembered() { takeOnce(record) }
            knowsTrimmed = true
        }
        while true {
            let items = try inbox?.items(after: arrived, limit: Self.batch) ?? []
            for item in items {
                // Its own, given back: some of it may be here still, and is read from the log.
                if try item.reason == .returned && log.holds(item.record.id) { continue }
                takeOnce(item.record)
            }
            guard let last = items.last else { break }
            arrived = last.number
        }
        while true {
            let records = try log.records(after: cursor, limit: Self.batch)
            for placed in records where !known.contains(placed.record.id) { take(placed.record) }
            guard let last = records.last else { return }
            cursor = last.place
        }
    }

    private func takeOnce(_ record: Record) {
        if known.insert(record.id).inserted { take(record) }
    }

    private func take(_ record: Record) {
        if record.amends != nil { amendments.append(record) } else { note(record) }
    }

    private func note(_ original: Record) {
        let standing = amended.by.standing(of: original)
        guard standing.retraction == nil else { return }
        let record = standing.record
        switch record.facts.body {
        case .customer(let profile): note(profile, record)
        case .visit(let visit):
            let number = customer(of: record) ?? RecordID(bytes: visit.caseID).flatMap { customerOfComplaint[$0] }
            var kept = record
            kept.personal = nil
            if let number { customers[number, default: Known()].visits.append(kept) }
        case .complaint:
            guard let number = customer(of: record) else { return }
            customerOfComplaint[record.id] = number
            customers[number, default: Known()].complaints.insert(record.id)
        case .step(let step) where step.kind == .resolved || step.kind == .reopened:
            guard let complaint = RecordID(bytes: step.caseID) else { return }
            let turn = Turn(order: record.order, isResolved: step.kind == .resolved)
            if turns[complaint].map({ $0.order < turn.order }) ?? true { turns[complaint] = turn }
        default: break
        }
    }

    private func note(_ profile: CustomerProfile, _ record: Record) {
        guard let number = customer(of: record) else { return }
        var known = customers[number, default: Known()]
        known.addedAt = min(known.addedAt ?? record.occurred, record.occurred)
        if known.profiledAt.map({ $0 < record.order }) ?? true {
            known.profiledAt = record.order
            if !profile.type.isEmpty { known.type = profile.type }
            if let personal = record.personal { known.reference = personal.customer }
        }
        customers[number] = known
    }

    /// The customer whom a record's tokens name; customers of whom one token is the same become one.
    private func customer(of record: Record) -> Int? {
        let tokens = record.facts.customerTokens
        guard !tokens.isEmpty else { return nil }
        let numbers = Set(tokens.compactMap { customerOfToken[$0] }).sorted()
        let number = numbers.first ?? nextCustomer
        if numbers.isEmpty { nextCustomer += 1 }
        for other in numbers.dropFirst() { merge(other, into: number) }
        for token in tokens { customerOfToken[token] = number }
        if let personal = record.personal, customers[number]?.reference ?? Customer() == Customer() {
            customers[number, default: Known()].reference = personal.customer
        }
        return number
    }

    private func merge(_ other: Int, into number: Int) {
        guard let from = customers.removeValue(forKey: other) else { return }
        var into = customers[number, default: Known()]
        into.visits += from.visits
        into.complaints.formUnion(from.complaints)
        into.addedAt = [into.addedAt, from.addedAt].compactMap(\.self).min()
        if let later = from.profiledAt, into.profiledAt.map({ $0 < later }) ?? true {
            (into.profiledAt, into.type, into.reference) = (later, from.type, from.reference)
        }
        customers[number] = into
        for (token, held) in customerOfToken where held == other { customerOfToken[token] = number }
        for complaint in from.complaints { customerOfComplaint[complaint] = number }
    }

    private func write(_ visit: DueVisit, _ customer: Int, _ handbook: Handbook, _ json: inout JSONText) {
        json.object { json in
            json.field("plan_item", visit.item)
            switch visit.status {
            case .upcoming: json.field("status", "upcoming")
            case .due: json.field("status", "due")
            case .overdue: json.field("status", "overdue")
            case .unreachable: json.field("status", "unreachable")
            case .done: json.field("status", "done")
            }
            json.field("due_at", visit.dueAt.text(in: zone))
            json.field("in_time_until", visit.inTimeUntil.text(in: zone))
            json.field("attempts", visit.attempts)
            if let item = handbook.visits.items.first(where: { $0.number == visit.item }) {
                json.field("method", item.method.code)
                json.object("contents") { json in
                    json.field("zh-CN", item.contents.chinese)
                    json.field("en", item.contents.english)
                }
            }
            if let complaint = visit.complaint { json.field("case", complaint.description) }
            customers[customer]?.reference.write(to: &json)
        }
    }
}
