package import Handbooks
package import Records

/// How customers moved on the waterfall in a stretch of time. (domain: customers, "Waterfall".)
package struct WaterfallFlow: Sendable, Equatable {
    /// How many stood where at its end: measured ones, and those who only fell by nobody being in touch.
    package private(set) var measured: [Waterfall.State: Int] = [:]
    package private(set) var decayed: [Waterfall.State: Int] = [:]
    /// How many came from where to where; nil for nowhere, as they were measured for the first time.
    package private(set) var moves: [Move: Int] = [:]
    /// Who was below satisfied at the beginning or came to be.
    package private(set) var fallen = 0
    /// Of these, who was measured satisfied or better at the end: 服务补救.
    package private(set) var recovered = 0
    /// Loyal customers at the beginning, of these lost to another state, and others won.
    package private(set) var loyal = 0
    package private(set) var loyalLost = 0
    package private(set) var loyalWon = 0

    /// From one state to another.
    package struct Move: Sendable, Hashable {
        package var from: Waterfall.State?
        package var to: Waterfall.State
    }

    /// What kind of organisation loses and wins loyal customers so. (domain: "the organisation's type", 4 types.)
    package enum FirmType: String, Sendable, CaseIterable {
        /// Few lost, few won.
        case steady
        /// Few lost, many won.
        case growing
        /// Many lost, many won: what comes in runs out.
        case leaking
        /// Many lost, few won.
        case declining

        /// The word for people.
        package var term: Term {
            switch self {
            case .steady: Term("稳健型：流失少，新增少", "steady: few lost, few won")
            case .growing: Term("成长型：流失少，新增多", "growing: few lost, many won")
            case .leaking: Term("漏斗型：流失多，新增多", "leaking: many lost, many won")
            case .declining: Term("衰退型：流失多，新增少", "declining: many lost, few won")
            }
        }
    }

    /// One customer's part in it.
    package struct Part: Sendable, Equatable {
        /// Where the customer stood before the first moment; nil when nothing had been measured.
        package var before: Waterfall.State?
        /// At the end.
        package var after: Waterfall.State
        /// The end's state is what the customer said or did.
        package var isMeasured: Bool
        /// Was below satisfied at the beginning or came to be.
        package var hasFallen: Bool
        /// Has fallen and was measured satisfied or better at the end.
        package var isRecovered: Bool

        /// Nil for a customer of whom nothing was measured up to the end.
        package init?(_ course: CustomerCourse, during range: Range<Timestamp>) {
            let last = range.upperBound - .milliseconds(1)
            guard let after = course.place(at: last) else { return nil }
            // A state that begins at the first moment is the month's own.
            let before = course.place(at: range.lowerBound - .milliseconds(1))
            self.before = before?.state
            self.after = after.state
            isMeasured = after.isMeasured
            let states = [before].compactMap(\.self) + course.places.filter { range.contains($0.at) }
            hasFallen = states.contains { $0.state < .satisfied }
            isRecovered = hasFallen && after.isMeasured && after.state >= .satisfied && range.contains(after.at)
        }
    }

    package init(_ parts: some Sequence<Part>) {
        for part in parts {
            if part.isMeasured {
                measured[part.after, default: 0] += 1
            } else {
                decayed[part.after, default: 0] += 1
            }
            if part.before != part.after { moves[Move(from: part.before, to: part.after), default: 0] += 1 }
            if part.hasFallen { fallen += 1 }
            if part.isRecovered { recovered += 1 }
            if part.before == .loyal {
                loyal += 1
                if part.after != .loyal { loyalLost += 1 }
            } else if part.after == .loyal {
                loyalWon += 1
            }
        }
    }

    package init(_ courses: some Sequence<CustomerCourse>, during range: Range<Timestamp>) {
        self.init(courses.lazy.compactMap { Part($0, during: range) })
    }

    /// - Parameter percent: of the loyal ones at the beginning; so many or more are many.
    /// - Returns: nil where nobody was loyal at the beginning and nobody became so.
    package func firmType(manyFromPercent percent: Int) -> FirmType? {
        guard loyal > 0 || loyalWon > 0 else { return nil }
        let isMany = { (count: Int) in count > 0 && count * 100 >= max(loyal, 1) * percent }
        return switch (isMany(loyalLost), isMany(loyalWon)) {
        case (false, false): .steady
        case (false, true): .growing
        case (true, true): .leaking
        case (true, false): .declining
        }
    }
}
