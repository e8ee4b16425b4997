import Records
import Testing

@testable import Recurrence

struct IssueLifeTests {
    private static let day: Int64 = 86_400_000

    private static func occurrence(_ day: Int, ended: Int?) -> IssueLife.Occurrence {
        .init(
            record: RecordID(high: 1, low: UInt64(day)), time: Int64(day) * Self.day,
            ended: ended.map { Int64($0) * Self.day })
    }

    private static func state(
        _ occurrences: [IssueLife.Occurrence], assigned: [Int] = [], on day: Int
    ) -> IssueLife.State {
        IssueLife(occurrences, assigned: assigned.map { Int64($0) * Self.day }, now: Int64(day) * Self.day).state
    }

    @Test func itIsNewThenRecurringThenAssigned() {
        let occurrences = [Self.occurrence(0, ended: nil), Self.occurrence(10, ended: nil)]
        #expect(Self.state(occurrences, on: 11) == .new)
        #expect(Self.state(occurrences, on: 17) == .recurring)
        #expect(Self.state(occurrences, assigned: [15], on: 17) == .assigned)
        // What is decided tomorrow is not so today.
        #expect(Self.state(occurrences, assigned: [18], on: 17) == .recurring)
    }

    @Test func itIsFixedWhenAllEndedAndItStaysQuiet() {
        let occurrences = [Self.occurrence(0, ended: 5), Self.occurrence(10, ended: 20)]
        #expect(Self.state(occurrences, on: 47) == .recurring)
        #expect(Self.state(occurrences, on: 48) == .fixed)
        #expect(Self.state(occurrences, on: 111) == .closed)
        #expect(Self.state(occurrences + [Self.occurrence(12, ended: nil)], on: 111) == .recurring)
    }

    @Test func itRegressesWhenItComesBackAfterThat() {
        let fixed = [Self.occurrence(0, ended: 5), Self.occurrence(10, ended: 20)]
        let back = fixed + [Self.occurrence(60, ended: nil)]
        let life = IssueLife(back, now: 61 * Self.day)
        #expect(life.state == .regressed)
        #expect(
            life.regressions == [
                .init(record: RecordID(high: 1, low: 60), time: 60 * Self.day, fixed: 20 * Self.day)
            ])
        #expect(Self.state(back, assigned: [30], on: 61) == .regressed)
        #expect(Self.state(back, assigned: [61], on: 62) == .assigned)
        // Within the quiet time it was never fixed.
        #expect(IssueLife(fixed + [Self.occurrence(47, ended: nil)], now: 61 * Self.day).regressions.isEmpty)
    }

    @Test func orderOfArrivalDoesNotMatter() {
        let occurrences = [
            Self.occurrence(0, ended: 5), Self.occurrence(10, ended: 20), Self.occurrence(60, ended: nil),
        ]
        let now = 61 * Self.day
        #expect(IssueLife(occurrences, now: now) == IssueLife(occurrences.reversed(), now: now))
        // A late word that the case was open all the time takes the regression back.
        let late = [occurrences[0], Self.occurrence(10, ended: nil), occurrences[2]]
        #expect(IssueLife(late, now: now).regressions.isEmpty)
    }
}
