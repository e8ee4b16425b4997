package import Identity
package import Records
package import Rules

// What administrators ask of customers and are told, as JSON. Keys are stable: they are added to, never changed.

/// `customer.show`: what a list calls a customer, the beginning of it, or the id of a record of theirs.
package struct CustomerRequest: Codable, Sendable {
    package var id: String
    /// `zh-CN` or `en`.
    package var language: String?

    package init(id: String, language: String?) {
        self.id = id
        self.language = language
    }
}

/// `customer.link`: what a person says of two customers.
package struct CustomerLinkRequest: Codable, Sendable {
    package enum Word: String, Codable, Sendable {
        /// They are one.
        case merge
        /// They are not one, and never were: a merge is undone.
        case unmerge
        /// They are never the same, whoever proposes it.
        case distinct
    }

    package var word: Word
    package var one: String
    package var other: String
    package var reason: String

    package init(_ word: Word, one: String, other: String, reason: String) {
        self.word = word
        self.one = one
        self.other = other
        self.reason = reason
    }
}

/// `customer.likely`.
package struct LikelyRequest: Codable, Sendable {
    package var limit: Int
    package var language: String?

    package init(limit: Int, language: String?) {
        self.limit = limit
        self.language = language
    }

    /// How many pairs are told: a request may name any number.
    var boundedLimit: Int { min(max(limit, 1), LikelyPairs.bound) }
}

/// Two customers who are probably one.
package struct LikelyReport: Codable, Sendable, Equatable {
    package var one: String
    package var other: String
    package var oneLabel: String
    package var otherLabel: String
    package var probability: Double
    package var reasons: [Reason]

    /// What speaks for it, or against it.
    package struct Reason: Codable, Sendable, Equatable {
        package var field: String
        package var finding: String
        package var bits: Double
        package var text: String
    }

    package init(_ pair: LikelyPair, oneLabel: String = "", otherLabel: String = "", language: Language) {
        (one, other, probability) = (pair.one, pair.other, pair.probability)
        (self.oneLabel, self.otherLabel) = (oneLabel, otherLabel)
        reasons = pair.reasons.map { reason in
            Reason(
                field: reason.field.rawValue, finding: reason.finding.rawValue, bits: reason.bits,
                text: reason.term[language])
        }
    }
}

/// `customer.tiers` and `customer.waterfall`.
package struct CustomerMonthRequest: Codable, Sendable {
    /// `YYYY-MM`; the month that lasts when absent.
    package var month: String?
    package var language: String?

    package init(month: String?, language: String?) {
        self.month = month
        self.language = language
    }
}

/// The customers' grades at the end of a month, and who moved since the month before.
package struct TierReport: Codable, Sendable, Equatable {
    package var month: String
    package var lines: [Line]
    package var movements: [Movement]

    package struct Line: Codable, Sendable, Equatable {
        package var customer: String
        package var label: String
        package var score: Double
        package var tier: String
        package var tierText: String
        /// 核心客户
        package var isCore: Bool
    }

    package struct Movement: Codable, Sendable, Equatable {
        package var customer: String
        package var label: String
        /// Nil for one who was not graded before.
        package var from: String?
        package var to: String
        /// up, down or new.
        package var direction: String
        package var text: String
    }
}

/// The waterfall at the end of a month, and how customers moved on it.
package struct WaterfallReport: Codable, Sendable, Equatable {
    package var month: String
    package var states: [State]
    package var moves: [Move]
    /// Below satisfied at the beginning or since, and of these satisfied again by what they said.
    package var fallen: Int
    package var recovered: Int
    package var loyal: Int
    package var loyalLost: Int
    package var loyalWon: Int
    /// steady, growing, leaking or declining; nil where nobody is loyal.
    package var firmType: String?
    package var firmTypeText: String?

    package struct State: Codable, Sendable, Equatable {
        package var state: String
        package var text: String
        package var measured: Int
        /// Who only fell there by nobody being in touch.
        package var decayed: Int
    }

    package struct Move: Codable, Sendable, Equatable {
        /// Nil for somebody who was measured for the first time.
        package var from: String?
        package var to: String
        package var text: String
        package var count: Int
    }
}

/// `visit.list`.
package struct VisitListRequest: Codable, Sendable {
    package var site: String
    package var listing: VisitListing
    package var language: String?

    package init(site: String, listing: VisitListing, language: String?) {
        self.site = site
        self.listing = listing
        self.language = language
    }
}
