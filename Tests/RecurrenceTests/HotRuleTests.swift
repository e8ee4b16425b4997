import Records
import Recurrence
import Testing

@Suite struct HotRuleTests {
    private let rule = HotRule(calendar: CalendarMonth(secondsEast: 28_800))
    private let day: Int64 = 86_400_000
    /// 31 January 2019, 10:00 in China.
    private let start: Int64 = 1_548_900_000_000

    private func complaint(_ id: UInt64, day: Double, _ complainant: String?) -> HotRule.Complaint {
        HotRule.Complaint(id: record(id), time: start + Int64(day * Double(self.day)), complainant: complainant)
    }

    @Test func threeComplainantsAreHot() throws {
        let window = try #require(
            rule.windows([complaint(1, day: 0, "a"), complaint(2, day: 1, "b"), complaint(3, day: 2, "c")]).first)
        #expect(window.records == [record(1), record(2), record(3)])
        #expect(window.complainants == ["a", "b", "c"])
        #expect(window.completedBy == record(3))
        #expect(window.start == start)
        #expect(window.anonymous == 0)
    }

    @Test func twoComplainantsAreNot() {
        #expect(rule.windows([complaint(1, day: 0, "a"), complaint(2, day: 1, "b")]).isEmpty)
        #expect(rule.windows([]).isEmpty)
    }

    @Test func oneComplainantCountsOnce() {
        let twice = [complaint(1, day: 0, "a"), complaint(2, day: 1, "b"), complaint(3, day: 2, "a")]
        #expect(rule.windows(twice).isEmpty)
    }

    @Test func anonymousOnesAreShownButNotCounted() throws {
        let two = [complaint(1, day: 0, nil), complaint(2, day: 1, "a"), complaint(3, day: 2, "b")]
        #expect(rule.windows(two).isEmpty)
        let window = try #require(rule.windows(two + [complaint(4, day: 3, nil), complaint(5, day: 4, "c")]).first)
        #expect(window.records == [record(2), record(3), record(4), record(5)])
        #expect(window.complainants == ["a", "b", "c"])
        #expect(window.anonymous == 1)
    }

    @Test func monthAfter31JanuaryEndsOn28February() {
        let first = [complaint(1, day: 0, "a"), complaint(2, day: 1, "b")]
        let lastMoment = HotRule.Complaint(id: record(3), time: start + 28 * day, complainant: "c")
        #expect(rule.windows(first + [lastMoment]).count == 1)
        let tooLate = HotRule.Complaint(id: record(3), time: start + 28 * day + 1, complainant: "c")
        #expect(rule.windows(first + [tooLate]).isEmpty)
    }

    @Test func orderDoesNotMatter() {
        let complaints = [complaint(1, day: 0, "a"), complaint(2, day: 1, "b"), complaint(3, day: 2, "c")]
        #expect(rule.windows(complaints.reversed()) == rule.windows(complaints))
    }

    @Test func laterWindowIsListedOnlyWhenItAddsAComplaint() {
        let four = ["a", "b", "c", "d"].enumerated().map {
            complaint(UInt64($0.offset), day: Double($0.offset), $0.element)
        }
        #expect(rule.windows(four).count == 1)
        let more = four + [complaint(9, day: 29, "e")]
        #expect(rule.windows(more).map(\.records.count) == [4, 4])
    }

    @Test func timesFarOffDoNoHarm() {
        let times: [Int64] = [.min, .max, 0]
        _ = rule.windows(
            times.enumerated().map {
                HotRule.Complaint(id: record(UInt64($0.offset)), time: $0.element, complainant: "\($0.offset)")
            })
    }
}
