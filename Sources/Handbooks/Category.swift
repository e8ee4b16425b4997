package import Records

/// What a complaint is about, 投诉内容: one line of the handbook's table, which may stand under another.
package struct Category: Hashable, Sendable {
    /// Stable, lower-case ASCII: what records carry.
    package var code: String
    package var term: Term
    /// Other words that people and spreadsheets use for it.
    package var aliases: [String]
    /// The code of the category that it belongs to.
    package var parent: String?
    /// The code of the department that owns it; a parent's where it names none itself.
    package var department: String?
    /// What to look out for at intake, 风险特征; a parent's where it has none itself.
    package var risk: RiskProfile?
    /// The service quality gap that its complaints most often come from, suspected before anybody looked; a parent's where it
    /// names none itself.
    package var gap: Int?
}

/// Where a customer meets the service, 关键时刻 (MOT).
package struct Touchpoint: Hashable, Sendable {
    /// Stable, lower-case ASCII: what records carry.
    package var code: String
    package var term: Term
    /// Other words that people and spreadsheets use for it.
    package var aliases: [String]
}

/// A part of the organisation that owns problems and comes to the meeting.
package struct Department: Hashable, Sendable {
    package var code: String
    package var term: Term
}

/// A kind of customer that visit plans and profiles name, 客户类型.
package struct CustomerType: Hashable, Sendable {
    package var code: String
    package var term: Term
    /// Other words that profiles use for it.
    package var aliases: [String]
}

/// What is refused when a record is written down. What another site wrote is never refused for its time.
package struct IntakePolicy: Hashable, Sendable {
    /// Nothing can have happened before this.
    package var earliest: Timestamp
    /// How far ahead of the site's clock a time may lie.
    package var greatestLead: Duration
}
