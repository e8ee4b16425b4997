import Handbooks
import Records
import Rules
import SwiftProtobuf
import Testing

/// Problems appear when staff are busiest: beyond which load, and whether that can be told.
@Suite struct LoadStudyTests {
    /// Days of 100 customers' capacity.
    private func days(_ visitors: ClosedRange<Int>, complaints: (Int) -> Int) -> [LoadedDay] {
        visitors.map { LoadedDay(visitors: $0, capacity: 100, complaints: complaints($0)) }
    }

    @Test func loadBeyondWhichComplaintsRiseIsFound() throws {
        let study = LoadStudy(days(80...119) { $0 >= 100 ? 6 : 1 })
        let rise = try #require(study.rise)
        #expect(rise.loadPercent == 100)
        #expect((rise.daysBelow, rise.daysBeyond) == (20, 20))
        #expect(rise.rateBeyond > 4 * rise.rateBelow)
    }

    @Test func moreComplaintsOfMoreCustomersAreNoRise() {
        #expect(LoadStudy(days(80...119) { $0 / 20 }).rise == nil)
    }

    @Test func fewDaysTellNothing() {
        #expect(LoadStudy(days(97...102) { $0 >= 100 ? 6 : 0 }).rise == nil)
        #expect(LoadStudy([]).rise == nil)
    }

    @Test func daysWithoutVisitorsOrCapacityAreLeftOut() {
        let study = LoadStudy([
            LoadedDay(visitors: 0, capacity: 100, complaints: 3), LoadedDay(visitors: 50, capacity: 0, complaints: 3),
            LoadedDay(visitors: 50, capacity: 100, complaints: 1),
        ])
        #expect((study.days, study.visitors, study.complaints) == (1, 50, 1))
    }

    @Test func orderOfDaysDoesNotMatter() {
        let told = days(80...119) { $0 >= 105 ? 5 : 1 }
        #expect(LoadStudy(told) == LoadStudy(told.reversed()))
    }

    @Test(arguments: [(99, false), (100, true), (130, true)]) func dayBeyondTheCapacityIsFlagged(
        visitors: Int, isFlagged: Bool
    ) throws {
        let zone = try zoneNamed("Asia/Shanghai")
        let note = try record(1, site: "A1", at: moment("2026-10-05 18:00", zone)) { facts in
            facts.load = LoadNote.with { ($0.visitors, $0.staff, $0.capacity) = (UInt32(visitors), 4, 100) }
        }
        let flag = LoadRules.flag(of: note, under: .standard)
        #expect((flag != nil) == isFlagged)
        guard let flag else { return }
        #expect(flag.text(.chinese, handbook: .standard).hasPrefix("A1：2026-10-05 来客 \(visitors)，接待能力 100：超负荷。预案："))
        #expect(flag.text(.english, handbook: .standard).contains("Plan: Back-office staff"))
    }

    @Test func noteWithoutACapacityRaisesNothing() throws {
        let zone = try zoneNamed("Asia/Shanghai")
        let note = try record(1, site: "A1", at: moment("2026-10-05 18:00", zone)) { $0.load.visitors = 500 }
        #expect(LoadRules.flag(of: note, under: .standard) == nil)
    }
}
