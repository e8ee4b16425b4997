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
        let people = try customers(persons, until: end)
        guard !people.isEmpty else { return }
        input.waterfall = waterfall(people.lazy.map(\.course), during: range)
        let profiles = try profiled(people)
        let tables = tierTables(people, profiles, from: range.lowerBound, until: end)
        input.tiers = tables.map { tiers($0.before, $0.after, people) }
        guard policy.contactLapsesAfter != nil || policy.keyAccounts != nil else { return }
        input.contacts = ContactMonth(
            customers: people.compactMap { person in
                contact(person, profiles[person.person], tables?.after, during: range, until: end)
            })
    }

    /// One person, as the signs of the records tell.
    private struct Customer {
        var person: Data
        var course: CustomerCourse
        /// The profiles that say anything of figures or rank, in the order of time.
        var profiles: [CustomerCourse.Event]

        init(
            _ person: Data, _ events: [CustomerCourse.Event], policy: Waterfall?, zone: TimeZoneRules, at end: Timestamp
        ) {
            self.person = person
            let told = events.count > 1 ? events.sorted(by: CustomerCourse.Event.isBefore) : events
            course = CustomerCourse(told, policy: policy, zone: zone, at: end)
            profiles = told.filter { $0.sign.hasFigures || $0.sign.statesRank }
        }

        /// What only the table of grades needs of everybody: making it takes longer than all the rest.
        var name: String { SourcedText.name(person) }
        /// As much of it as a digest shows.
        var shortName: String { SourcedText.name(person.prefix(4)) }
    }

    /// Everybody of whom anything was written down up to a moment, in any order.
    private func customers(_ persons: [Data: Data], until end: Timestamp) throws -> [Customer] {
        var gathering = Gathering(persons, policy: handbook.customers.waterfall, zone: handbook.zone, until: end)
        var owners: [Int64: (site: SiteID, epoch: Epoch)] = [:]
        try views.signs { row in
            if owners[row.log] == nil { owners[row.log] = store.owner(of: row.log) }
            guard let owner = owners[row.log], let sign = CustomerSign(code: row.sign) else { return }
            let order = RecordOrder(
                occurred: row.occurred, recorded: row.recorded, site: owner.site, epoch: owner.epoch,
                sequence: row.sequence)
            gathering.add(CustomerCourse.Event(sign: sign, order: order, id: row.id), token: row.token)
        }
        return gathering.finished()
    }

    /// Makes customers of signs that come key by key, so that only those who bear several keys wait for the end.
    private struct Gathering {
        private let persons: [Data: Data]
        private let several: Set<Data>
        private let policy: Waterfall?
        private let zone: TimeZoneRules
        private let end: Timestamp
        private var token = Data()
        private var events: [CustomerCourse.Event] = []
        private var waiting: [Data: [CustomerCourse.Event]] = [:]
        private var customers: [Customer] = []

        init(_ persons: [Data: Data], policy: Waterfall?, zone: TimeZoneRules, until end: Timestamp) {
            self.persons = persons
            // A person is called by the least of the keys: who bears several has one that is not the name.
            several = Set(persons.lazy.filter { $0.key != $0.value }.map(\.value))
            self.policy = policy
            self.zone = zone
            self.end = end
        }

        mutating func add(_ event: CustomerCourse.Event, token: Data) {
            if token != self.token {
                finishKey()
                self.token = token
            }
            if event.at <= end { events.append(event) }
        }

        mutating func finished() -> [Customer] {
            finishKey()
            for (person, events) in waiting { take(person, events) }
            waiting = [:]
            return customers
        }

        private mutating func finishKey() {
            defer { events.removeAll(keepingCapacity: true) }
            guard !events.isEmpty, let person = persons[token] else { return }
            if several.contains(person) {
                waiting[person, default: []] += events
            } else {
                take(person, events)
            }
        }

        private mutating func take(_ person: Data, _ events: [CustomerCourse.Event]) {
            customers.append(Customer(person, events, policy: policy, zone: zone, at: end))
        }
    }

    // MARK: Waterfall

    private func waterfall(_ courses: some Sequence<CustomerCourse>, during range: Range<Timestamp>) -> WaterfallMonth?
    {
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

    /// What the profiles of each customer who has one that matters say, as records.
    private func profiled(_ people: [Customer]) throws -> [Data: [Record]] {
        var profiles: [Data: [Record]] = [:]
        for person in people where !person.profiles.isEmpty {
            profiles[person.person] = try person.profiles.compactMap { event in
                try views.row(event.id).flatMap { try record($0) }
            }
        }
        return profiles
    }

    /// The grades when the month began and when it ended; nil where no customer has a figure.
    private func tierTables(
        _ people: [Customer], _ profiles: [Data: [Record]], from start: Timestamp, until end: Timestamp
    ) -> (before: TierTable, after: TierTable)? {
        guard let policy = handbook.customers.grading,
            people.contains(where: { person in person.profiles.contains(where: \.sign.hasFigures) })
        else { return nil }
        let table = { (moment: Timestamp) in
            let known = people.filter { $0.course.firstSeen.map { $0.at <= moment } ?? false }
            return TierTable(
                known.map { person in
                    let standing = CustomerStanding(
                        profiles[person.person] ?? [], handbook: self.handbook, zone: self.handbook.zone, at: moment)
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
                let profile = person?.profiles.last(where: \.sign.hasFigures)?.id
                guard let record = profile ?? person?.course.firstSeen?.record else { return nil }
                return TierMonth.Customer(
                    name: line.customer, record: record, before: before.tier(of: line.customer), after: line.tier,
                    isCore: line.isCore)
            })
    }

    // MARK: Contact

    private func contact(
        _ person: Customer, _ profiles: [Record]?, _ tiers: TierTable?,
        during range: Range<Timestamp>, until end: Timestamp
    ) -> ContactMonth.Customer? {
        let course = person.course
        guard let mark = course.lastContact ?? course.firstSeen else { return nil }
        let standing = profiles.map { CustomerStanding($0, handbook: handbook, zone: handbook.zone, at: end) }
        let isKeyAccount = standing?.isKeyAccount ?? false
        let isSilent = { (moment: Timestamp) in
            self.handbook.customers.isSilent(
                since: mark.at, isKeyAccount: isKeyAccount, zone: self.handbook.zone, at: moment)
        }
        var customer = ContactMonth.Customer(
            name: person.shortName, record: mark.record, since: mark.at,
            wasContacted: course.lastContact != nil,
            isContacted: course.lastContact.map { range.contains($0.at) } ?? false, isSilent: isSilent(end),
            isNewlySilent: isSilent(end) && !isSilent(range.lowerBound))
        if isKeyAccount, let standing, let profile = person.profiles.last(where: \.sign.statesRank)?.id {
            customer.keyAccount = ContactMonth.KeyAccount(
                profile: profile, tier: tiers?.tier(of: person.name), state: course.places.last?.state.rawValue,
                annualSales: standing.figures["annual_sales"]?.value, netProfit: standing.figures["net_profit"]?.value)
        }
        return customer
    }
}
