import Records
import Replication
import Testing

struct BackoffTests {
    private func waits(_ failures: Int, seeds: Range<UInt64> = 0..<500, atLeast floor: Duration = .zero) -> [Duration] {
        seeds.map { seed in
            var (random, backoff) = (SplitMix64(seed: seed), Backoff())
            var wait = Duration.zero
            for _ in 0...failures { wait = backoff.next(atLeast: floor, using: &random) }
            return wait
        }
    }

    /// Uniform between nothing and twice as much each time: the mean is half the ceiling.
    @Test(arguments: [(0, 100), (1, 200), (2, 400), (3, 800), (5, 3200), (8, 15_000), (40, 15_000)])
    func waitsFillTheRangeUpToTheCeiling(failures: Int, ceiling: Int) {
        let waits = waits(failures)
        let mean = waits.reduce(.zero, +) / waits.count
        #expect(waits.allSatisfy { $0 >= .zero && $0 <= .milliseconds(ceiling) })
        #expect(mean > .milliseconds(ceiling) * 0.42 && mean < .milliseconds(ceiling) * 0.58)
    }

    @Test func startsAgainAfterASuccess() {
        var (random, backoff) = (SplitMix64(seed: 1), Backoff())
        for _ in 0..<10 { _ = backoff.next(using: &random) }
        backoff.reset()
        #expect(backoff.next(using: &random) <= Backoff.base)
    }

    /// An overloaded headquarters asks everybody for the same wait: they must not come back at the same moment.
    @Test func jitterComesOnTopOfWhatThePeerAsksFor() {
        let waits = waits(0, atLeast: .seconds(60))
        #expect(waits.allSatisfy { $0 >= .seconds(60) && $0 <= .seconds(90) })
        #expect(Set(waits).count > 400)
    }

    @Test func theSameSeedWaitsTheSame() {
        #expect(waits(3) == waits(3))
    }

    /// The reference values of the generator's authors.
    @Test func generatorIsSplitMix64() {
        var generator = SplitMix64(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
    }
}
