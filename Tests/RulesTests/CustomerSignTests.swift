import Records
import Testing

@testable import Handbooks
@testable import Rules

/// What a view keeps of a record says as much of a customer as the record itself.
@Suite struct CustomerSignTests {
    private let zone = TimeZoneRules("Asia/Shanghai") ?? .utc

    private func record(_ number: UInt64, _ at: String, _ fill: (inout Facts) -> Void) throws -> Record {
        try RulesTests.record(number, site: "A0", at: moment(at, zone), fill)
    }

    private func records() throws -> [Record] {
        [
            try record(1, "2019-01-10 09:00") { facts in
                facts.visit.reached = true
                (facts.visit.satisfaction, facts.visit.recommendation) = (5, 10)
            },
            try record(2, "2019-02-10 09:00") { $0.visit.reached = false },
            try record(3, "2019-03-10 09:00") { $0.complaint.seeks = .venting },
            try record(4, "2019-04-10 09:00") { $0.complaint.lawsuit = .threatened },
            try record(5, "2019-05-10 09:00") { facts in
                facts.survey.mode = .thirdParty
                facts.survey.satisfaction = 1
            },
            try record(6, "2019-06-10 09:00") { facts in
                facts.visit.reached = true
                (facts.visit.satisfaction, facts.visit.recommendation) = (4, 0)
            },
            try record(7, "2019-07-10 09:00") { $0.customer.keyAccount = true },
        ]
    }

    @Test func theWayOverTheWaterfallIsTheSameFromWhatAViewKept() throws {
        let policy = Handbook.standard.customers.waterfall
        let end = try moment("2020-06-01 09:00", zone)
        let told = try records()
        let kept = try told.map { record in
            let code = try #require(CustomerSign(record)).code
            return CustomerCourse.Event(
                sign: try #require(CustomerSign(code: code)), order: record.order, id: record.id)
        }
        let course = CustomerCourse(kept, policy: policy, zone: zone, at: end)
        #expect(course == CustomerStanding(told, handbook: .standard, zone: zone, at: end).course)
        #expect(
            course.places.filter(\.isMeasured).map(\.state) == [
                .loyal, .angry, .complainingOutside, .angry, .satisfied,
            ])
        #expect(course.lastContact?.record == told[5].id && course.firstSeen?.record == told[0].id)
    }

    @Test func theFieldsDoNotTouchEachOther() throws {
        let signs = try records().map { try #require(CustomerSign($0)) }
        #expect(signs.map(\.satisfaction) == [5, nil, nil, nil, 1, 4, nil])
        // A recommendation of 0 was given; none was not.
        #expect(signs.map(\.recommendation) == [10, nil, nil, nil, nil, 0, nil])
        #expect(signs.map(\.isContact) == [true, false, true, true, true, true, false])
        #expect(signs.map(\.mode) == [nil, nil, nil, nil, .thirdParty, nil, nil])
        #expect(signs.map(\.statesRank) == [false, false, false, false, false, false, true])
        #expect(Set(signs.map(\.code)).count == signs.count)
    }

    @Test func whatIsNoSignAndWhatSaysNothingAreNone() throws {
        #expect(CustomerSign(code: 0) == nil && CustomerSign(code: 6) == nil && CustomerSign(code: 7) == nil)
        #expect(CustomerSign(try record(1, "2019-01-10 09:00") { $0.load.visitors = 3 }) == nil)
    }

    @Test func numbersBeyondTheirScaleStayWithinTheirBits() throws {
        let sign = try #require(
            CustomerSign(
                try record(1, "2019-01-10 09:00") { facts in
                    facts.visit.reached = true
                    (facts.visit.satisfaction, facts.visit.recommendation) = (.max, .max)
                }))
        #expect(sign.kind == .visit && !sign.complainsOutside && sign.mode == nil)
        #expect(sign.satisfaction == 7 && sign.recommendation == 14)
    }
}
