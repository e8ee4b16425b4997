package import Records

/// The grades of customers 客户分级 when the month ended, beside those when it began.
package struct TierMonth: Sendable {
    /// The highest first.
    package var tiers: [NamedCode]
    /// The best so many percent are core customers 核心客户.
    package var corePercent: Int
    package var customers: [Customer]

    /// One customer's grade.
    package struct Customer: Sendable {
        /// An opaque name; only its beginning is shown.
        package var name: String
        /// The latest profile; of a customer without one the first record.
        package var record: RecordID
        /// A tier's code; nil for one who was not graded when the month began.
        package var before: String?
        package var after: String
        package var isCore: Bool

        package init(name: String, record: RecordID, before: String?, after: String, isCore: Bool) {
            self.name = name
            self.record = record
            self.before = before
            self.after = after
            self.isCore = isCore
        }
    }

    package init(tiers: [NamedCode], corePercent: Int, customers: [Customer]) {
        self.tiers = tiers
        self.corePercent = corePercent
        self.customers = customers
    }
}

/// What a digest keeps of the grades beside its figures.
package struct TierSummary: Sendable, Codable, Equatable {
    /// The highest first.
    package var tiers: [NamedCode]
    package var corePercent: Int
    /// Who moved up 升级 or down 降级: the farthest moves first, no more than `mostMoves`.
    package var moves: [Move]

    /// One customer's way from one tier to another.
    package struct Move: Sendable, Codable, Equatable {
        /// The beginning of an opaque name.
        package var customer: String
        package var record: RecordID
        package var from: String
        package var to: String
    }

    /// The figures count all of them.
    private static let mostMoves = 100

    /// Nil where nobody is graded.
    init?(_ month: TierMonth?) {
        guard let month, !month.customers.isEmpty else { return nil }
        (tiers, corePercent, moves) = (month.tiers, month.corePercent, [])
        let moved = month.customers.compactMap { customer -> (way: Int, move: Move)? in
            guard let from = customer.before, let way = self.way(from: from, to: customer.after), way != 0 else {
                return nil
            }
            let name = CustomerText.shortName(customer.name)
            return (way, Move(customer: name, record: customer.record, from: from, to: customer.after))
        }.sorted { (abs($1.way), $0.move.record) < (abs($0.way), $1.move.record) }
        moves = moved.prefix(Self.mostMoves).map(\.move)
    }

    /// How many tiers up; negative for down, nil when one of them is none.
    func way(from: String, to: String) -> Int? {
        guard let from = tiers.firstIndex(where: { $0.code == from }),
            let to = tiers.firstIndex(where: { $0.code == to })
        else { return nil }
        return from - to
    }
}
