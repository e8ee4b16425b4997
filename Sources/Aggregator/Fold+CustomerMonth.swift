import Digests
import Foundation
import Handbooks
import Records
import struct Records.Record
import Rules
import Storage

/// The customers of a month: where they stand, how they are graded, and who is in touch with them. All but profiles is told by
/// the signs that the views keep: no record is read for it.
extension Fold {
    /// - Parameter persons: by exact key.
    func addCustomers(_ month: Month, _ persons: [Data: Data], asOf: Timestamp, to input: inout DigestInput) throws {
        let policy = handbook.customers
        let range = month.range(in: handbook.zone)
        let end = min(range.upperBound, asOf)
        let people = try customerEvents(persons, until: end)
        guard !people.isEmpty else { return }
        let courses = people.map { person in
            (person, CustomerCourse(person.events, policy: policy.waterfall, zone: handbook.zone, at: end))
        }
        input.waterfall = waterfall(courses.map(\.1), during: range)
        let standings = try profiled(people, until: end)
        let tables = tierTables(people, standings, from: range.lowerBound, until: end)
        input.tiers = tables.map { tiers($0.before, $0.after, people) }
        guard policy.contactLapsesAfter != nil || policy.keyAccounts != nil else { return }
        input.contacts = ContactMonth(
            customers: courses.compactMap { person, course in
                contact(person, course, standings[person.name], tables?.after, during: range, until: end)
            })
    }

    /// One person with what the views keep of them, in the order of time.
    private struct Customer {
        var name: String
        var events: [CustomerCourse.Event]

        /// The last profile for which it holds, or the first record where there is none.
        func profile(where holds: (CustomerSign) -> Bool) -> RecordID? { events.last { holds($0.sign) }?.id }
    }

    /// Everybody of whom anything was written down up to a moment, by name.
    private func customerEvents(_ persons: [Data: Data], until end: Timestamp) throws -> [Customer] {
        var people: [Data: [CustomerCourse.Event]] = [:]
        var owners: [Int64: (site: SiteID, epoch: Epoch)] = [:]
        try views.signs { row in
            guard let person = persons[row.token], let sign = CustomerSign(code: row.sign) else { return }
            if owners[row.log] == nil { owners[row.log] = store.owner(of: row.log) }
            guard let owner = owners[row.log] else { return }
            let order = RecordOrder(
                occurred: row.occurred, recorded: row.recorded, site: owner.site, epoch: owner.epoch,
                sequence: row.sequence)
            let event = CustomerCourse.Event(sign: sign, order: order, id: row.id)
            if event.at <= end { people[person, default: []].append(event) }
        }
        return people.map { person, events in
            Customer(
                name: SourcedText.name(person),
                events: events.count > 1 ? events.sorted(by: CustomerCourse.Event.isBefore) : events)
        }.sorted { $0.name < $1.name }
    }

    // MARK: Waterfall

    private func waterfall(_ courses: [CustomerCourse], during range: Range<Timestamp>) -> WaterfallMonth? {
        guard let policy = handbook.customers.waterfall else { return nil }
        let last = range.upperBound - .milliseconds(1)
        let parts = courses.compactMap { course in
            WaterfallFlow.Part(course, during: range).flatMap { part in
                course.measure(at: last).map { (part: part, record: $0) }
            }
        }
        let type = WaterfallFlow(parts.lazy.map(\.part)).firmType(manyFromPercent: policy.manyFromPercent)
        return WaterfallMonth(
            states: Waterfall.State.allCases.map { NamedCode($0.rawValue, $0.term) },
            controlPoint: policy.controlPoint.rawValue, firmType: type?.term,
            customers: parts.map { part, record in
                WaterfallMonth.Customer(
                    record: record, before: part.before?.rawValue, after: part.after.rawValue,
                    isMeasured: part.isMeasured, hasFallen: part.hasFallen, isRecovered: part.isRecovered)
            })
    }

    // MARK: Grades

    /// What the profiles of each customer who has one that matters say, as records, by the customer's name.
    private func profiled(_ people: [Customer], until end: Timestamp) throws -> [String: [Record]] {
        var profiles: [String: [Record]] = [:]
        for person in people {
            let known = person.events.filter { $0.sign.hasFigures || $0.sign.statesRank }
            guard !known.isEmpty else { continue }
            profiles[person.name] = try known.compactMap { event in try views.row(event.id).flatMap { try record($0) } }
        }
        return profiles
    }

    /// The grades when the month began and when it ended; nil where no customer has a figure.
    private func tierTables(
        _ people: [Customer], _ profiles: [String: [Record]], from start: Timestamp, until end: Timestamp
    ) -> (before: TierTable, after: TierTable)? {
        guard let policy = handbook.customers.grading,
            people.contains(where: { person in person.events.contains(where: \.sign.hasFigures) })
        else { return nil }
        let table = { (moment: Timestamp) in
            let known = people.filter { $0.events.first.map { $0.at <= moment } ?? false }
            return TierTable(
                known.map { person in
                    let standing = CustomerStanding(
                        profiles[person.name] ?? [], handbook: self.handbook, zone: self.handbook.zone, at: moment)
                    return (person.name, standing.figures)
                }, policy: policy, zone: self.handbook.zone, at: moment)
        }
        return (table(start), table(end))
    }

    private func tiers(_ before: TierTable, _ after: TierTable, _ people: [Customer]) -> TierMonth {
        let policy = handbook.customers.grading
        let events = Dictionary(people.map { ($0.name, $0) }) { first, _ in first }
        return TierMonth(
            tiers: policy?.tiers.map { NamedCode($0.code, $0.term) } ?? [], corePercent: policy?.corePercent ?? 0,
            customers: after.lines.compactMap { line in
                let person = events[line.customer]
                guard let record = person?.profile(where: \.hasFigures) ?? person?.events.first?.id else { return nil }
                return TierMonth.Customer(
                    name: line.customer, record: record, before: before.tier(of: line.customer), after: line.tier,
                    isCore: line.isCore)
            })
    }

    // MARK: Contact

    private func contact(
        _ person: Customer, _ course: CustomerCourse, _ profiles: [Record]?, _ tiers: TierTable?,
        during range: Range<Timestamp>, until end: Timestamp
    ) -> ContactMonth.Customer? {
        guard let mark = course.lastContact ?? course.firstSeen else { return nil }
        let standing = profiles.map { CustomerStanding($0, handbook: handbook, zone: handbook.zone, at: end) }
        let isKeyAccount = standing?.isKeyAccount ?? false
        let isSilent = { (moment: Timestamp) in
            self.handbook.customers.isSilent(
                since: mark.at, isKeyAccount: isKeyAccount, zone: self.handbook.zone, at: moment)
        }
        var customer = ContactMonth.Customer(
            name: person.name, record: mark.record, since: mark.at,
            isContacted: course.lastContact.map { range.contains($0.at) } ?? false, isSilent: isSilent(end),
            isNewlySilent: isSilent(end) && !isSilent(range.lowerBound))
        if isKeyAccount, let standing, let profile = person.profile(where: \.statesRank) {
            customer.keyAccount = ContactMonth.KeyAccount(
                profile: profile, tier: tiers?.tier(of: person.name), state: course.places.last?.state.rawValue,
                annualSales: standing.figures["annual_sales"]?.value, netProfit: standing.figures["net_profit"]?.value)
        }
        return customer
    }
}
