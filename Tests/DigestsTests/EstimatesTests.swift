import Testing

@testable import Digests

@Suite struct EstimatesTests {
    /// Values of R: `binom::binom.confint(x, n, methods = "wilson")`.
    @Test(arguments: [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (50, 100, 0.4038, 0.5962), (10, 10, 0.7225, 1.0)])
    func wilsonsIntervalEqualsKnownValues(part: Int, whole: Int, low: Double, high: Double) {
        #expect(Interval.wilson(part, of: whole) == Interval(low: low, high: high))
    }

    @Test func studentsIntervalEqualsAKnownValue() {
        // 1 … 5: mean 3, s = 1.5811, t(4) = 2.7764, half = 1.9632.
        #expect(
            FigureValue.mean([1, 2, 3, 4, 5], scale: 0...10)
                == .mean(3, n: 5, interval: Interval(low: 1.0368, high: 4.9632)))
    }

    @Test func theIntervalIsCutToTheScale() {
        #expect(
            FigureValue.mean([1, 5], scale: 1...5) == .mean(3, n: 2, interval: Interval(low: 1, high: 5)))
    }

    @Test func oneScoreHasNoMeanAndEqualScoresNoInterval() {
        #expect(FigureValue.mean([4], scale: 1...5) == .mean(nil, n: 1, interval: nil))
        #expect(FigureValue.mean([], scale: 1...5) == .mean(nil, n: 0, interval: nil))
        #expect(FigureValue.mean([4, 4, 4], scale: 1...5) == .mean(4, n: 3, interval: nil))
    }

    /// Values of R: `qt(0.975, df)`.
    @Test(arguments: [
        (1, 12.7062), (10, 2.2281), (30, 2.0423), (31, 2.0395), (60, 2.0003), (120, 1.9799), (1000, 1.9623),
    ])
    func studentsQuantileEqualsKnownValues(degrees: Int, expected: Double) {
        #expect(abs(Interval.studentQuantile(degrees: degrees) - expected) < 0.0001)
    }

    @Test func aSmallSampleHasNoInterval() {
        #expect(FigureValue.share(2, of: 3, smallSample: 10) == .share(part: 2, whole: 3, interval: nil))
        #expect(FigureValue.share(9, of: 9, smallSample: 10) == .share(part: 9, whole: 9, interval: nil))
        #expect(FigureValue.share(0, of: 0, smallSample: 0) == .share(part: 0, whole: 0, interval: nil))
    }
}

@Suite struct SurvivalMedianTests {
    private func median(_ times: (Int64, Bool)...) -> Int64? {
        SurvivalMedian.milliseconds(times.map { .init(milliseconds: $0.0, finished: $0.1) })
    }

    /// Kaplan and Meier by hand: S(1)=4/5, S(3)=4/5·2/3=0.533, S(4)=0.533·1/2=0.267.
    @Test func theMedianEqualsTheHandExample() {
        #expect(median((1, true), (2, false), (3, true), (4, true), (5, false)) == 4)
    }

    /// The 6-MP group of Freireich et al. (1963), the textbook's example: median 23 weeks.
    @Test func theMedianEqualsTheTextbooks() {
        let finished: [Int64] = [6, 6, 6, 7, 10, 13, 16, 22, 23]
        let open: [Int64] = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
        let times =
            finished.map { SurvivalMedian.Observation(milliseconds: $0, finished: true) }
            + open.map { SurvivalMedian.Observation(milliseconds: $0, finished: false) }
        #expect(SurvivalMedian.milliseconds(times.reversed()) == 23)
    }

    @Test func openOnesAreCountedIn() {
        #expect(median((1, true), (2, true)) == 1)
        #expect(median((1, true), (9, false), (9, false)) == nil)
        #expect(median() == nil)
    }

    @Test func aHalfThatRoundingMissesIsAHalf() {
        // 3/4 · 2/3 = 1/2.
        #expect(median((1, true), (2, true), (3, false), (4, false)) == 2)
    }

    @Test func whatFinishesAtAMomentCountsBeforeWhatIsWatchedUpToIt() {
        #expect(median((5, false), (5, true), (6, false)) == nil)
        #expect(median((5, false), (5, true)) == 5)
    }
}
