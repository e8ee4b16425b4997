// Estimates from a sample, each with a 95 % interval. Only IEEE-exact operations are used, so that every machine gets the same.

extension FigureValue {
    /// A share with the Wilson score interval (E. B. Wilson, "Probable inference", 1927). Without one below `smallSample`.
    static func share(_ part: Int, of whole: Int, smallSample: Int) -> FigureValue {
        .share(part: part, whole: whole, interval: whole >= max(smallSample, 1) ? .wilson(part, of: whole) : nil)
    }

    /// The mean of whole scores with Student's interval, cut to the scale.
    static func mean(_ scores: [Int], scale: ClosedRange<Int>) -> FigureValue {
        let n = scores.count
        guard n >= 2 else { return .mean(nil, n: n, interval: nil) }
        let sum = scores.reduce(0, +)
        let mean = Interval.rounded(Double(sum) / Double(n))
        // n²·variance·(n−1)/n in whole numbers: no rounding until the end.
        let squares = scores.reduce(0) { $0 + $1 * $1 } * n - sum * sum
        guard squares > 0 else { return .mean(mean, n: n, interval: nil) }
        let deviation = (Double(squares) / (Double(n) * Double(n - 1))).squareRoot()
        let half = Interval.studentQuantile(degrees: n - 1) * deviation / Double(n).squareRoot()
        let centre = Double(sum) / Double(n)
        return .mean(
            mean, n: n,
            interval: Interval(
                low: max(centre - half, Double(scale.lowerBound)), high: min(centre + half, Double(scale.upperBound))))
    }
}

extension FigureValue {
    /// The mean of scores in hundredths, with Student's interval, on the scale itself.
    static func mean(hundredths scores: [Int], scale: ClosedRange<Int>) -> FigureValue {
        let value = mean(scores, scale: scale.lowerBound * 100...scale.upperBound * 100)
        guard case .mean(let mean?, let n, let interval) = value else { return value }
        return .mean(
            Interval.rounded(mean / 100), n: n,
            interval: interval.map { Interval(low: $0.low / 100, high: $0.high / 100) })
    }
}

extension Interval {
    /// The 97.5 % quantile of the normal distribution.
    static let normalQuantile = 1.959963984540054

    /// Wilson's score interval of a share. `whole > 0`.
    static func wilson(_ part: Int, of whole: Int) -> Interval {
        let n = Double(whole)
        let share = Double(part) / n
        let square = normalQuantile * normalQuantile
        let centre = (share + square / (2 * n)) / (1 + square / n)
        let half = normalQuantile / (1 + square / n) * (share * (1 - share) / n + square / (4 * n * n)).squareRoot()
        return Interval(low: max(0, centre - half), high: min(1, centre + half))
    }

    /// The 97.5 % quantile of Student's distribution: from the table up to 30 degrees of freedom, beyond by the
    /// Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5), which is exact to four decimals there.
    static func studentQuantile(degrees: Int) -> Double {
        if degrees <= studentTable.count { return studentTable[max(degrees, 1) - 1] }
        let z = normalQuantile
        let v = Double(degrees)
        let z3 = z * z * z
        let z5 = z3 * z * z
        let z7 = z5 * z * z
        return z + (z3 + z) / (4 * v) + (5 * z5 + 16 * z3 + 3 * z) / (96 * v * v)
            + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * v * v * v)
    }

    private static let studentTable = [
        12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139,
        2.200985, 2.178813, 2.160369, 2.144787, 2.131450, 2.119905, 2.109816, 2.100922, 2.093024, 2.085963,
        2.079614, 2.073873, 2.068658, 2.063899, 2.059539, 2.055529, 2.051831, 2.048407, 2.045230, 2.042272,
    ]
}
