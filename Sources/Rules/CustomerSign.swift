package import Records

/// What a record says of how a customer stands, in one number: a view keeps it, so that all customers of a month can be looked at
/// without a record being read again.
package struct CustomerSign: Hashable, Sendable {
    /// What kind of record it is; the raw values are stored.
    package enum Kind: Int64, Sendable {
        /// A profile: no contact.
        case profile = 1
        /// A visit that reached nobody: no contact.
        case attempt = 2
        case visit = 3
        case answer = 4
        case complaint = 5
    }

    /// From the lowest bit: 3 of the kind, 3 of the satisfaction, 4 of the recommendation and one, 2 of what a complaint does, 2 of
    /// what a profile has, 4 of the mode of an answer. They are stored: a change raises the views' version.
    package let code: Int64

    private init(
        _ kind: Kind, satisfaction: Int64 = 0, recommendation: Int64 = 0, outcry: Int64 = 0, profile: Int64 = 0,
        mode: Int64 = 0
    ) {
        code =
            kind.rawValue | satisfaction << 3 | recommendation << 6 | outcry << 10 | profile << 12 | mode << 14
    }

    /// What a view kept; nil for a number that no sign has.
    package init?(code: Int64) {
        guard Kind(rawValue: code & 7) != nil else { return nil }
        self.code = code
    }

    /// Nil for a record that says nothing of a customer.
    package init?(_ record: Record) {
        switch record.facts.body {
        case .customer(let profile):
            let hasFigures = profile.figures.contains { $0.value.isFinite }
            self.init(.profile, profile: (hasFigures ? 1 : 0) + (profile.statesRank ? 2 : 0))
        case .visit(let visit) where !visit.reached: self.init(.attempt)
        case .visit(let visit):
            self.init(
                .visit, satisfaction: visit.hasSatisfaction ? Int64(min(visit.satisfaction, 7)) : 0,
                recommendation: visit.hasRecommendation ? Int64(min(visit.recommendation, 14)) + 1 : 0)
        case .survey(let answer):
            self.init(
                .answer, satisfaction: answer.hasSatisfaction ? Int64(min(answer.satisfaction, 7)) : 0,
                mode: Int64(min(max(answer.mode.rawValue, 0), 15)))
        case .complaint(let complaint):
            self.init(.complaint, outcry: complaint.isOutside ? 2 : complaint.seeks == .venting ? 1 : 0)
        default: return nil
        }
    }

    package var kind: Kind { Kind(rawValue: code & 7) ?? .attempt }

    /// Somebody was in touch with the customer.
    package var isContact: Bool { kind.rawValue >= Kind.visit.rawValue }

    /// 1 to 5, 5 the best; nil when nobody told.
    package var satisfaction: Int? { field(3, 3).nonZero }

    /// 0 to 10.
    package var recommendation: Int? { field(6, 4).nonZero.map { $0 - 1 } }

    /// The customer complained to court, authorities or media.
    package var complainsOutside: Bool { field(10, 2) == 2 }

    /// The customer complained in anger.
    package var isAngry: Bool { field(10, 2) == 1 }

    /// A profile with value figures.
    package var hasFigures: Bool { field(12, 2) & 1 != 0 }

    /// A profile that says whether the customer is a key account.
    package var statesRank: Bool { field(12, 2) & 2 != 0 }

    /// How an answer was asked for; nil for any other record.
    package var mode: SurveyAnswer.Mode? { kind == .answer ? SurveyAnswer.Mode(rawValue: field(14, 4)) : nil }

    private func field(_ shift: Int64, _ width: Int64) -> Int { Int(code >> shift & (1 << width - 1)) }
}

extension Int {
    fileprivate var nonZero: Int? { self == 0 ? nil : self }
}

extension Complaint {
    /// Who goes to court, to the authorities or to the media complains outside; any other complaint says no more than that
    /// something is wrong.
    fileprivate var isOutside: Bool {
        lawsuit != .none || media != .none || channel == .authority || channel == .media
    }
}
