import Testing

@testable import Replication

struct RateLimitTests {
    private var limit = RateLimit(RateLimit.Rate(burst: 3, refill: .seconds(10)))

    /// What `times` attempts at once get.
    private mutating func attempts(_ name: String, _ times: Int = 1, at second: Int64) -> [Bool] {
        (0..<times).map { _ in limit.admits(name, at: .seconds(second)) }
    }

    @Test mutating func aBurstIsAdmittedThenOneForEachPause() {
        let answers = [
            attempts("a", 5, at: 100), attempts("a", at: 109), attempts("a", 2, at: 110), attempts("a", 4, at: 1000),
        ]
        #expect(answers == [[true, true, true, false, false], [false], [true, false], [true, true, true, false]])
    }

    @Test mutating func namesDoNotDisturbEachOther() {
        let answers = [attempts("a", 4, at: 0), attempts("b", at: 0)]
        #expect(answers == [[true, true, true, false], [true]])
    }

    @Test mutating func tooManyNamesAreRefusedUntilOthersAreForgotten() {
        limit = RateLimit(RateLimit.Rate(burst: 3, refill: .seconds(10)), limit: 2)
        let answers = [
            attempts("a", at: 0), attempts("b", at: 0), attempts("c", at: 0), attempts("a", at: 0),
            attempts("c", at: 20),
        ]
        #expect(answers == [[true], [true], [false], [true], [true]])
    }
}
