/// One number of a digest, under its stable name.
package struct Figure: Sendable, Equatable {
    package var name: FigureName
    package var value: FigureValue

    package init(_ name: FigureName, _ value: FigureValue) {
        self.name = name
        self.value = value
    }
}

/// What a figure says. Whatever is estimated comes with the number of its observations.
package enum FigureValue: Sendable, Equatable {
    /// How many.
    case count(Int)
    /// `part` of `whole`; `0 <= part <= whole`. The interval is there from the handbook's small sample on: only then may
    /// it be shown as a percentage.
    case share(part: Int, whole: Int, interval: Interval?)
    /// A mean of `n` observations; nil below two of them. The interval is missing when all are equal.
    case mean(Double?, n: Int, interval: Interval?)
    /// A median time in milliseconds, those not finished included; nil when half of the `n` have not finished yet.
    case median(milliseconds: Int64?, n: Int)

    /// The interval of what is estimated; nil for a count and where there are too few observations.
    var interval: Interval? {
        switch self {
        case .share(_, _, let interval), .mean(_, _, let interval): interval
        case .count, .median: nil
        }
    }

    /// The number of observations behind it; of a count, the count.
    package var observations: Int {
        switch self {
        case .count(let count): count
        case .share(_, let whole, _): whole
        case .mean(_, let n, _), .median(_, let n): n
        }
    }
}

/// A 95 % confidence interval.
package struct Interval: Sendable, Equatable, Codable {
    package var low: Double
    package var high: Double

    /// Rounded to four decimals, so that the last bits of arithmetic never show.
    package init(low: Double, high: Double) {
        self.low = Self.rounded(low)
        self.high = Self.rounded(high)
    }

    static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
