import Testing

@testable import Records

struct SiteLifeTests {
    private static func at(_ day: Int64) -> Timestamp { Timestamp(milliseconds: day * 86_400_000) }

    private static func life(_ changes: (Int64, SiteLife.State)...) -> SiteLife {
        SiteLife(expectedFrom: at(10), changes: changes.map { .init(since: at($0.0), state: $0.1) })
    }

    private static func end(_ life: SiteLife, _ from: Int64, _ to: Int64) -> Timestamp? {
        life.expectedEnd(in: at(from)..<at(to))
    }

    @Test func nothingIsExpectedBeforeTheBeginning() {
        let life = Self.life()
        #expect(life.state(at: Self.at(9)) == nil)
        #expect(life.state(at: Self.at(10)) == .expected)
        #expect(life.expectedSince(at: Self.at(50)) == Self.at(10))
        #expect(Self.end(life, 0, 10) == nil)
        #expect(Self.end(life, 0, 11) == Self.at(11))
    }

    @Test func aPauseEndsWhatIsExpectedUntilItIsOver() {
        let life = Self.life((20, .paused), (30, .expected))
        #expect(life.state(at: Self.at(25)) == .paused)
        #expect(life.expectedSince(at: Self.at(25)) == nil)
        #expect(life.expectedSince(at: Self.at(35)) == Self.at(30))
        #expect(Self.end(life, 15, 25) == Self.at(20))
        #expect(Self.end(life, 20, 30) == nil)
        #expect(Self.end(life, 25, 40) == Self.at(40))
        #expect(Self.end(life, 15, 40) == Self.at(40))
    }

    @Test func aRetiredSiteIsExpectedUntilThen() {
        let life = Self.life((20, .retired))
        #expect(Self.end(life, 15, 40) == Self.at(20))
        #expect(Self.end(life, 20, 40) == nil)
        #expect(life.state(at: Self.at(1000)) == .retired)
    }

    @Test func whatIsNotedLaterAboutTheSameMomentHolds() {
        #expect(Self.life((20, .retired), (20, .expected)).state(at: Self.at(30)) == .expected)
        // The order of noting does not matter otherwise.
        #expect(Self.life((30, .expected), (20, .paused)) == Self.life((20, .paused), (30, .expected)))
    }

    @Test func aChangeThatChangesNothingBeginsNothingAnew() {
        #expect(Self.life((20, .expected)).expectedSince(at: Self.at(30)) == Self.at(10))
    }
}
