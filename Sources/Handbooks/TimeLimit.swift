package import Records

/// A time limit on reacting to a complaint, 时限. (domain: time limits.)
package struct TimeLimit: Hashable, Sendable {
    /// Which complaints it binds.
    package enum Scope: String, Hashable, Sendable, CaseIterable {
        case urgent, other, all
    }

    /// What a limit counts.
    package enum Clock: String, Hashable, Sendable, CaseIterable {
        case wall
        /// The handbook's working hours, those of the case's site.
        case working
    }

    /// A limit for customers of one tier.
    package struct TierSpan: Hashable, Sendable {
        package var tier: String
        package var within: Span
    }

    /// The limit for a customer of that tier; nil for one without.
    package func within(tier: String?) -> Span {
        tiers.first { $0.tier == tier }?.within ?? within
    }

    /// Stable, lower-case ASCII: what flags and digests carry.
    package var code: String
    package var term: Term
    package var scope: Scope
    /// Counted from the moment the complaint was made, or became one that the limit binds. The limit moment itself is a
    /// breach.
    package var within: Span
    /// Whether it counts the hours of the clock or of work.
    package var clock: Clock
    /// While the delay is stated to have one of these causes, the limit stands still.
    package var pausedBy: [DelayCause]
    /// What it is for customers of single tiers, in place of `within`.
    package var tiers: [TierSpan]
    /// The first step of any of these kinds, before the limit, keeps it. The kind that the limit waits for stands first.
    package var metBy: [CaseStep.Kind]
}

/// All time limits and when to warn of them.
package struct TimeLimits: Hashable, Sendable {
    package var limits: [TimeLimit]
    /// The part of the time, in percent, after which a warning comes: 1 to 99. Also for the ages that raise a grade.
    package var warnAtPercent: Int

    /// The limit of that code, if the handbook has it.
    package func limit(_ code: String) -> TimeLimit? { limits.first { $0.code == code } }
}

/// When a complaint counts as dealt with. (domain: settled readings, "Resolved".)
package struct ResolutionPolicy: Hashable, Sendable {
    /// A resolution to which nobody objected for so long is confirmed.
    package var confirmedBySilenceAfter: Duration
    /// A case reopened within this time of its end was closed falsely; the last moment counts.
    package var falseClosingWithin: Duration
    /// What a reopened case has left of every limit at the least.
    package var leftWhenReopened: Duration
    /// A new complaint in the same issue within this time of the end is a second complaint, 二次投诉; the last moment counts.
    package var secondComplaintWithin: Span
}
