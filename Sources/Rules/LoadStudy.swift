import Foundation

/// A day of a site whose load is known.
package struct LoadedDay: Sendable, Hashable {
    package var visitors: Int
    package var capacity: Int
    /// Complaints made there that day.
    package var complaints: Int

    package init(visitors: Int, capacity: Int, complaints: Int) {
        self.visitors = visitors
        self.capacity = capacity
        self.complaints = complaints
    }

    /// Visitors as a part of the capacity.
    fileprivate var load: Double { Double(visitors) / Double(capacity) }
}

/// Whether a site has more complaints for each customer when it is busier, and beyond which load. An association: it proves no
/// cause. (domain: neglect and reaction.)
package struct LoadStudy: Sendable, Hashable {
    /// Days with visitors and a capacity.
    package let days: Int
    package let visitors: Int
    package let complaints: Int
    /// Nil while it cannot be told.
    package let rise: Rise?

    /// The load beyond which there is more, with both rates.
    package struct Rise: Sendable, Hashable {
        /// Days of this load or more, in percent of the capacity.
        package var loadPercent: Int
        package var daysBelow: Int
        package var daysBeyond: Int
        /// Complaints for each 100 customers.
        package var rateBelow: Double
        package var rateBeyond: Double
    }

    /// So many days must lie on either side.
    private static let leastDays = 5
    /// Twice the log likelihood ratio that a split must reach. For one split the 95 % point would be 3.8; as the best of many
    /// is taken, it is that of one chance in a thousand.
    private static let leastEvidence = 10.8

    /// - Parameter days: of one site, in any order. Those without visitors or a capacity tell nothing.
    package init(_ days: [LoadedDay]) {
        let told = days.filter { $0.visitors > 0 && $0.capacity > 0 }.sorted {
            ($0.load, $0.complaints, $0.visitors) < ($1.load, $1.complaints, $1.visitors)
        }
        self.days = told.count
        let all = Side(told[...])
        visitors = all.visitors
        complaints = all.complaints
        var best: (evidence: Double, rise: Rise)?
        var below = Side([])
        for index in told.indices {
            let beyond = Side(visitors: all.visitors - below.visitors, complaints: all.complaints - below.complaints)
            let isBorder = index > 0 && told[index - 1].load < told[index].load
            if isBorder, index >= Self.leastDays, told.count - index >= Self.leastDays, beyond.rate > below.rate {
                let evidence = below.evidence(against: all) + beyond.evidence(against: all)
                if evidence >= Self.leastEvidence, evidence > best?.evidence ?? 0 {
                    let rise = Rise(
                        loadPercent: Int((100 * told[index].load).rounded(.down)), daysBelow: index,
                        daysBeyond: told.count - index, rateBelow: 100 * below.rate, rateBeyond: 100 * beyond.rate)
                    best = (evidence, rise)
                }
            }
            below.visitors += told[index].visitors
            below.complaints += told[index].complaints
        }
        rise = best?.rise
    }

    /// Some days together.
    private struct Side {
        var visitors: Int
        var complaints: Int

        init(visitors: Int, complaints: Int) {
            self.visitors = visitors
            self.complaints = complaints
        }

        init(_ days: ArraySlice<LoadedDay>) {
            visitors = days.reduce(0) { $0 + $1.visitors }
            complaints = days.reduce(0) { $0 + $1.complaints }
        }

        var rate: Double { visitors == 0 ? 0 : Double(complaints) / Double(visitors) }

        /// Twice the log of how much likelier its own Poisson rate makes it than the rate of all.
        func evidence(against all: Side) -> Double {
            complaints == 0 ? 0 : 2 * Double(complaints) * log(rate / all.rate)
        }
    }
}
