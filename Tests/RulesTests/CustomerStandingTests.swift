import Records
import Testing

@testable import Handbooks
@testable import Rules

/// What follows from a customer's records under the bundled handbook: loyal falls after 6 months without contact, very
/// satisfied after 6 more, satisfied after 12 more, dissatisfied is lost after 6 more.
@Suite struct CustomerStandingTests {
    private static let zone = TimeZoneRules("Asia/Shanghai") ?? .utc

    private func at(_ text: String) throws -> Timestamp { try moment(text, Self.zone) }

    private func visit(
        _ number: UInt64, _ at: String, satisfaction: Int?, recommendation: Int? = nil, reached: Bool = true
    )
        throws -> Record
    {
        try record(number, site: "A0", at: self.at(at)) { facts in
            facts.visit.reached = reached
            if let satisfaction { facts.visit.satisfaction = UInt32(satisfaction) }
            if let recommendation { facts.visit.recommendation = UInt32(recommendation) }
        }
    }

    private func standing(_ records: [Record], at now: String) throws -> CustomerStanding {
        try CustomerStanding(records, handbook: .standard, zone: Self.zone, at: at(now))
    }

    @Test func aCustomerFallsByThemselvesWithoutContact() throws {
        let records = [try visit(1, "2019-01-10 09:00", satisfaction: 5, recommendation: 10)]
        #expect(try standing(records, at: "2019-07-09 09:00").place?.state == .loyal)
        let fallen = try standing(records, at: "2019-07-11 09:00")
        #expect(fallen.place?.state == .verySatisfied)
        #expect(fallen.place?.isMeasured == false)
        #expect(try standing(records, at: "2022-01-01 09:00").place?.state == .lost)
    }

    @Test func contactHoldsACustomerWithoutLiftingThem() throws {
        let records = [
            try visit(1, "2019-01-10 09:00", satisfaction: 5, recommendation: 10),
            try visit(2, "2019-06-10 09:00", satisfaction: nil),
        ]
        #expect(try standing(records, at: "2019-11-30 09:00").place?.state == .loyal)
        #expect(try standing(records, at: "2019-12-11 09:00").place?.state == .verySatisfied)
    }

    @Test func anAttemptThatDidNotReachAnybodyIsNoContact() throws {
        let records = [
            try visit(1, "2019-01-10 09:00", satisfaction: 5, recommendation: 10),
            try visit(2, "2019-06-10 09:00", satisfaction: nil, reached: false),
        ]
        let now = try standing(records, at: "2019-07-11 09:00")
        #expect(now.place?.state == .verySatisfied)
        #expect(now.lastContact == (try at("2019-01-10 09:00")))
    }

    @Test func goingToTheAuthoritiesIsComplainingOutside() throws {
        let complaint = try record(2, site: "A0", at: at("2019-02-01 09:00")) { $0.complaint.channel = .authority }
        let records = [try visit(1, "2019-01-10 09:00", satisfaction: 4), complaint]
        #expect(try standing(records, at: "2019-02-02 09:00").place?.state == .complainingOutside)
    }

    @Test func anyOrderOfTheRecordsGivesTheSame() throws {
        var records = [
            try visit(1, "2019-01-10 09:00", satisfaction: 5, recommendation: 9),
            try visit(2, "2019-08-10 09:00", satisfaction: 2), try visit(3, "2019-09-10 09:00", satisfaction: 4),
            try record(4, site: "A0", at: at("2019-03-01 09:00")) { $0.complaint.media = .threatened },
        ]
        let expected = try standing(records, at: "2020-06-01 09:00")
        var random = SeededGenerator(seed: 3)
        for _ in 0..<24 {
            records.shuffle(using: &random)
            #expect(try standing(records, at: "2020-06-01 09:00") == expected)
        }
    }

    @Test func aFallIsDueAtItsMoment() throws {
        let records = [try visit(1, "2019-01-10 09:00", satisfaction: 5, recommendation: 10)]
        #expect(try standing(records, at: "2019-07-10 08:59").place?.state == .loyal)
        #expect(try standing(records, at: "2019-07-10 09:00").place?.state == .verySatisfied)
    }

    @Test func aFigureThatIsNoNumberIsPassedOver() throws {
        let profile = { (number: UInt64, day: String, value: Double) in
            try record(number, site: "A0", at: at("\(day) 09:00")) { facts in
                var figure = ValueFigure()
                (figure.name, figure.value) = ("annual_sales", value)
                facts.customer.figures = [figure]
            }
        }
        let records = [try profile(1, "2019-01-01", 5), try profile(2, "2019-02-01", .nan)]
        #expect(try standing(records, at: "2019-03-01 09:00").figures.mapValues(\.value) == ["annual_sales": 5])
        let infinite = try standing([profile(3, "2019-01-01", .infinity)], at: "2019-03-01 09:00")
        #expect(infinite.figures.isEmpty)
    }

    @Test func whoIsAKeyAccountNoMoreByALaterTypeIsNone() throws {
        let profile = { (number: UInt64, day: String, mark: Bool, type: String) in
            try record(number, site: "A0", at: at("\(day) 09:00")) { facts in
                (facts.customer.keyAccount, facts.customer.type) = (mark, type)
            }
        }
        let marked = try profile(1, "2019-01-01", true, "")
        let typed = try profile(2, "2019-02-01", false, "residential")
        let silent = try profile(3, "2019-03-01", false, "")
        #expect(try standing([silent, marked], at: "2019-04-01 09:00").isKeyAccount)
        #expect(try !standing([typed, marked, silent], at: "2019-04-01 09:00").isKeyAccount)
        #expect(try standing([typed, marked, silent], at: "2019-01-15 09:00").isKeyAccount)
    }

    @Test func aKeyAccountIsSilentSoonerThanOthers() throws {
        let profile = try record(1, site: "A0", at: at("2019-01-01 09:00")) { $0.customer.keyAccount = true }
        let key = try standing([profile, visit(2, "2019-01-10 09:00", satisfaction: 4)], at: "2019-03-10 09:00")
        let other = try standing([visit(2, "2019-01-10 09:00", satisfaction: 4)], at: "2019-03-10 09:00")
        let policy = Handbook.standard.customers
        #expect(
            key.silentSince(policy, zone: Self.zone, at: try at("2019-03-10 09:00")) == (try at("2019-01-10 09:00")))
        #expect(other.silentSince(policy, zone: Self.zone, at: try at("2019-03-10 09:00")) == nil)
    }

    // MARK: Flows

    @Test func aMonthTellsWhoFellWhoWasWonBackAndWhatKindOfFirmThatIs() throws {
        let july = Month(year: 2019, month: 7).range(in: Self.zone)
        let end = "2019-07-31 23:59"
        let lost = try standing([visit(1, "2019-01-10 09:00", satisfaction: 5, recommendation: 10)], at: end)
        let recovered = try standing(
            [visit(1, "2019-06-20 09:00", satisfaction: 2), visit(2, "2019-07-20 09:00", satisfaction: 4)], at: end)
        let still = try standing([visit(1, "2019-06-21 09:00", satisfaction: 1)], at: end)
        let flow = WaterfallFlow([lost, recovered, still].map(\.course), during: july)
        #expect((flow.fallen, flow.recovered) == (2, 1))
        #expect((flow.loyal, flow.loyalLost, flow.loyalWon) == (1, 1, 0))
        #expect(flow.decayed == [.verySatisfied: 1])
        #expect(flow.moves[WaterfallFlow.Move(from: .dissatisfied, to: .satisfied)] == 1)
        #expect(flow.firmType(manyFromPercent: 10) == .declining)
    }

    // MARK: Grades

    private func table(_ values: [(String, Double?)], _ change: (inout TierPolicy) -> Void = { _ in }) throws
        -> TierTable
    {
        var policy = try #require(Handbook.standard.customers.grading)
        policy.weights = [TierPolicy.Weight(figure: "annual_sales", weight: 1)]
        change(&policy)
        let told = try at("2019-06-01 00:00")
        return TierTable(
            values.map { name, value in
                (name, value.map { ["annual_sales": CustomerStanding.Figure(value: $0, at: told)] } ?? [:])
            }, policy: policy, zone: Self.zone, at: try at("2019-07-01 00:00"))
    }

    @Test func theBestFifthAreCoreCustomers() throws {
        let table = try table((1...10).map { ("c\($0)", Double($0)) })
        #expect(table.lines.filter(\.isCore).map(\.customer) == ["c10", "c9"])
        #expect(table.tier(of: "c10") == "vip")
        #expect(table.tier(of: "c1") == "ordinary")
    }

    @Test func equalScoresAtABorderAreTakenInOrLeftOutTogether() throws {
        let values: [(String, Double?)] = [("a", 9), ("b", 8), ("c", 8), ("d", 1), ("e", 1)]
        let higher = try table(values) { $0.corePercent = 40 }
        #expect(Set(higher.lines.filter(\.isCore).map(\.customer)) == ["a", "b", "c"])
        let lower = try table(values) { policy in
            policy.corePercent = 40
            policy.ties = .lower
        }
        #expect(lower.lines.filter(\.isCore).map(\.customer) == ["a"])
    }

    @Test func aMissingFigureCountsAsTheHandbookSays() throws {
        let values: [(String, Double?)] = [("a", 9), ("b", nil), ("c", 1)]
        #expect(try table(values).lines.last?.customer == "b")
        #expect(try table(values) { $0.missing = .median }.lines.map(\.customer) == ["a", "b", "c"])
    }

    @Test func figuresOlderThanTheWindowDoNotCount() throws {
        let policy = try #require(Handbook.standard.customers.grading)
        let old = CustomerStanding.Figure(value: 9, at: try at("2018-06-30 00:00"))
        let new = CustomerStanding.Figure(value: 1, at: try at("2018-07-02 00:00"))
        let table = TierTable(
            [("old", ["annual_sales": old]), ("new", ["annual_sales": new])], policy: policy, zone: Self.zone,
            at: try at("2019-07-01 00:00"))
        #expect(table.lines.first?.customer == "new")
    }

    @Test func movementsNameWhoWentUpAndDown() throws {
        let before = try table((1...10).map { ("c\($0)", Double($0)) })
        let after = try table((1...10).map { ("c\($0)", $0 == 1 ? 100 : Double($0)) })
        let moves = TierTable.movements(from: before, to: after)
        #expect(moves.contains { $0.customer == "c1" && $0.from == "ordinary" && $0.to == "vip" })
        #expect(TierTable.movements(from: after, to: after).isEmpty)
    }

    // MARK: First visits

    @Test func eachEventOfAKeyAccountAsksForAFirstVisitWithinThreeDays() throws {
        let purchase = try record(1, site: "A0", at: at("2019-07-01 09:00")) { $0.customer.event = .purchase }
        let events = [try #require(CustomerEvent(purchase))]
        let rules = VisitRules(handbook: .standard)
        var evidence = VisitEvidence(
            customer: "k", site: try SiteID("A0"), zone: Self.zone, visits: [], events: events, isKeyAccount: true)
        let due = rules.visits(of: evidence, at: try at("2019-07-02 09:00")).visits
        let first = try #require(due.first)
        #expect((first.item, first.isFirstVisit, first.status) == (VisitRules.firstVisitNumber, true, .due))
        #expect(first.inTimeUntil == (try at("2019-07-04 09:00")))
        #expect(rules.visits(of: evidence, at: try at("2019-07-04 09:01")).visits.first?.status == .overdue)
        evidence.visits = [try visit(2, "2019-07-03 09:00", satisfaction: 4)]
        let done = rules.visits(of: evidence, at: try at("2019-07-05 09:00")).visits.first { $0.isFirstVisit }
        guard case .done(_, _, late: false)? = done?.status else {
            Issue.record("the visit fulfils it in time, and not: \(String(describing: done))")
            return
        }
        evidence.isKeyAccount = false
        #expect(!rules.visits(of: evidence, at: try at("2019-07-05 09:00")).visits.contains { $0.isFirstVisit })
    }
}
