import Handbooks
import Records
import Rules
import Testing

@Suite struct VisitRulesTests {
    private let rules = VisitRules(handbook: .standard)

    /// A customer of site A0.
    private struct Customer {
        var evidence: VisitEvidence
        private var sequence: UInt64 = 100

        init(type: String = "", added: String? = nil) throws {
            let zone = try zoneNamed("Asia/Shanghai")
            evidence = VisitEvidence(
                customer: "c1", site: try SiteID("A0"), zone: zone, type: type,
                addedAt: try added.map { try moment($0, zone) })
        }

        func time(_ text: String) throws -> Timestamp { try moment(text, evidence.zone) }

        @discardableResult
        mutating func resolved(_ at: String) throws -> RecordID {
            let id = RecordID(high: 5, low: UInt64(evidence.resolutions.count))
            evidence.resolutions.append((id, try time(at)))
            return id
        }

        mutating func visit(
            _ at: String, items: [String] = [], reached: Bool = true, complaint: RecordID? = nil
        ) throws {
            sequence += 1
            evidence.visits.append(
                try record(sequence, site: "A0", at: time(at)) { facts in
                    facts.visit.reached = reached
                    facts.visit.planItems = items
                    if let complaint { facts.visit.caseID = complaint.data }
                })
        }
    }

    private func visits(_ customer: Customer, at now: String) throws -> [DueVisit] {
        try rules.visits(of: customer.evidence, at: customer.time(now)).visits
    }

    @Test func resolutionAsksForAFollowUpVisit() throws {
        var customer = try Customer()
        let complaint = try customer.resolved("2019-07-01 08:00")
        let due = try #require(try visits(customer, at: "2019-07-01 09:00").first)
        #expect(due.item == "1")
        #expect(due.complaint == complaint)
        #expect(due.dueAt == (try customer.time("2019-07-02 08:00")))
        #expect(due.status == .upcoming)
        #expect(try visits(customer, at: "2019-07-02 08:00")[0].status == .due)
        #expect(try visits(customer, at: "2019-07-05 08:00")[0].status == .due)
        #expect(try visits(customer, at: "2019-07-05 08:01")[0].status == .overdue)
    }

    @Test func visitToTheCaseFulfilsItEvenEarly() throws {
        var customer = try Customer()
        let complaint = try customer.resolved("2019-07-01 08:00")
        try customer.visit("2019-07-01 12:00", complaint: complaint)
        guard case .done(_, _, late: false) = try visits(customer, at: "2019-07-09 08:00")[0].status else {
            Issue.record("not done")
            return
        }
    }

    @Test func lateVisitIsDoneLate() throws {
        var customer = try Customer()
        try customer.resolved("2019-07-01 08:00")
        try customer.visit("2019-07-08 12:00", items: ["1"])
        guard case .done(_, _, late: true) = try visits(customer, at: "2019-07-09 08:00")[0].status else {
            Issue.record("not late")
            return
        }
    }

    @Test func threeVainAttemptsAreUnreachableNeverDone() throws {
        var customer = try Customer()
        try customer.resolved("2019-07-01 08:00")
        for day in 2...3 { try customer.visit("2019-07-0\(day) 12:00", items: ["1"], reached: false) }
        #expect(try visits(customer, at: "2019-07-04 08:00")[0].status == .due)
        try customer.visit("2019-07-04 12:00", items: ["1"], reached: false)
        let visit = try visits(customer, at: "2019-07-05 08:00")[0]
        #expect(visit.status == .unreachable(since: try customer.time("2019-07-04 12:00")))
        #expect(visit.attempts == 3)
    }

    @Test func visitThatNamesNothingTicksOnlyTheOldestDueItem() throws {
        var customer = try Customer(type: "新业主", added: "2019-07-01")
        try customer.visit("2019-07-05 12:00")
        #expect(try visits(customer, at: "2019-07-05 13:00").map(\.status) == [.upcoming, .upcoming])
        try customer.visit("2019-08-02 12:00")
        let statuses = try visits(customer, at: "2019-08-02 13:00").map(\.status)
        guard case .done = statuses[0] else {
            Issue.record("the oldest is not done")
            return
        }
        #expect(statuses[1] == .due)
    }

    @Test func itemsForOtherCustomerTypesAreNotDue() throws {
        #expect(try visits(Customer(type: "租户", added: "2019-07-01"), at: "2020-01-01").isEmpty)
        #expect(try visits(Customer(type: "owner", added: "2019-07-01"), at: "2020-01-01").map(\.item) == ["4"])
    }

    @Test func rhythmGoesOnFromTheLastVisitThatReached() throws {
        var customer = try Customer(type: "KA", added: "2019-01-31")
        try customer.visit("2019-03-01 10:00")
        try customer.visit("2019-03-15 10:00")
        try customer.visit("2019-04-20 10:00", reached: false)
        let visits = try visits(customer, at: "2019-04-21")
        #expect(visits.map(\.dueAt) == [try customer.time("2019-02-28"), try customer.time("2019-04-15 10:00")])
        guard case .done(_, _, late: false) = visits[0].status else {
            Issue.record("the first is not done")
            return
        }
        #expect(visits[1].status == .due)
        #expect(visits[1].attempts == 1)
    }

    /// 定期走访: a day of the calendar asks for a visit, whatever happened.
    @Test func dayOfTheCalendarAsksForAVisit() throws {
        var handbook = Handbook.standard
        handbook.visits.items = [
            VisitPlanItem(
                number: "9", event: .calendar, after: .duration(.zero), days: [try #require(CalendarDay("15"))],
                within: .duration(.days(5)), method: .onSite, contents: Term("定期走访", "regular visit"))
        ]
        let rules = VisitRules(handbook: handbook)
        var customer = try Customer(added: "2019-06-01")
        try customer.visit("2019-06-14 10:00")
        try customer.visit("2019-07-16 10:00")
        let due = rules.visits(of: customer.evidence, at: try customer.time("2019-08-16"))
        #expect(
            try due.visits.map(\.dueAt) == ["07-15", "08-15", "09-15"].map { try customer.time("2019-\($0)") })
        // The visit of July is July's; that nobody came in June is past, and not owed beside it.
        guard case .done = due.visits[0].status else {
            Issue.record("\(due.visits[0].status)")
            return
        }
        #expect(due.visits.dropFirst().map(\.status) == [.due, .upcoming])
        #expect(due.nextReview == (try customer.time("2019-08-20")) + .milliseconds(1))
        // Who has no profile is on nobody's list.
        let unknown = try Customer()
        #expect(rules.visits(of: unknown.evidence, at: try customer.time("2019-08-16")).visits.isEmpty)
    }

    /// The rhythm of a key account: 管理层走访 every three months, 感谢信 every six, 生日祝福 on the day.
    @Test func keyAccountIsOwedItsContactsAndOnlyAVisitThatNamesOneDoesIt() throws {
        var customer = try Customer(type: "大客户", added: "2019-01-10 09:00")
        func open(_ item: String, at now: String) throws -> [DueVisit] {
            try visits(customer, at: now).filter { $0.item == item }
        }
        #expect(try open("letter", at: "2019-08-01").isEmpty)
        customer.evidence.isKeyAccount = true
        #expect(try open("management_visit", at: "2019-04-11").map(\.status) == [.due])
        #expect(try open("letter", at: "2019-08-11").map(\.status) == [.overdue])
        try customer.visit("2019-08-12 10:00")
        #expect(try open("letter", at: "2019-08-13").map(\.status) == [.overdue])
        try customer.visit("2019-08-14 10:00", items: ["letter"])
        let letters = try open("letter", at: "2019-08-15")
        #expect(letters.map(\.status.code) == ["done", "upcoming"])
        #expect(letters[1].dueAt == (try customer.time("2020-02-14 10:00")))
    }

    @Test func birthdayOfAKeyAccountIsDueOnTheDay() throws {
        var customer = try Customer(type: "大客户", added: "2019-01-10 09:00")
        customer.evidence.isKeyAccount = true
        func wishes(at now: String) throws -> [DueVisit] {
            try visits(customer, at: now).filter { $0.item == "birthday" }
        }
        #expect(try wishes(at: "2020-06-01").isEmpty)
        let profile = try record(50, site: "A0", at: customer.time("1980-05-04 00:00")) {
            $0.customer.event = .birthday
        }
        customer.evidence.events = [try #require(CustomerEvent(profile))]
        #expect(try wishes(at: "2019-05-04 08:00").map(\.status) == [.due, .upcoming])
        try customer.visit("2019-05-04 10:00", items: ["birthday"])
        #expect(try wishes(at: "2020-05-05 00:01").map(\.status.code) == ["done", "overdue", "upcoming"])
        // Whoever was not congratulated for years is owed this year's wishes.
        #expect(try wishes(at: "2024-05-04 08:00").map(\.status.code) == ["done", "due", "upcoming"])
    }

    @Test func orderOfTheRecordsDoesNotMatter() throws {
        var customer = try Customer(type: "大客户", added: "2019-01-31")
        try customer.resolved("2019-02-02 08:00")
        try customer.resolved("2019-02-01 08:00")
        for day in 10...19 { try customer.visit("2019-03-\(day) 10:00", reached: day.isMultiple(of: 3)) }
        let expected = try visits(customer, at: "2019-05-01")
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<50 {
            customer.evidence.visits.shuffle(using: &generator)
            customer.evidence.resolutions.shuffle(using: &generator)
            #expect(try visits(customer, at: "2019-05-01") == expected)
        }
    }

    @Test func nextReviewIsWhenSomethingFallsDueOrIsTooLate() throws {
        var customer = try Customer()
        try customer.resolved("2019-07-01 08:00")
        let now = try customer.time("2019-07-01 09:00")
        #expect(rules.visits(of: customer.evidence, at: now).nextReview == (try customer.time("2019-07-02 08:00")))
        let due = try customer.time("2019-07-02 08:00")
        let overdue = try customer.time("2019-07-05 08:00") + .milliseconds(1)
        #expect(rules.visits(of: customer.evidence, at: due).nextReview == overdue)
    }
}
