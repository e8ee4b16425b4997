package import Handbooks
package import Records

// What people did with a case beside what its state and grade follow from.

/// That a case was given to a site, 派单 or 转派.
package struct CaseHandover: Sendable, Hashable {
    package var site: SiteID
    /// Empty when nobody was named.
    package var person: String
    package var at: Timestamp
    package var record: RecordID
}

/// That somebody to whom a case was given did not take it. (domain: dispatch, "refused twice is flagged 推诿".)
package struct CaseRefusal: Sendable, Hashable {
    package var site: SiteID
    package var at: Timestamp
    package var record: RecordID
}

/// A use of one of the eight powers of a complaint centre. (domain: records, case step.)
package struct PowerUse: Sendable, Hashable {
    package var power: CaseStep.Power
    /// The login name of who used it.
    package var author: String
    package var site: SiteID
    package var at: Timestamp
    package var record: RecordID
}

/// A point of the stage curve: impact against time over the four stages. (domain: grades, "Stage curve".)
package struct StagePoint: Sendable, Hashable {
    package var stage: CaseStep.Stage
    package var at: Timestamp
    /// As stated with the stage, else as last stated.
    package var impact: Complaint.Impact
    package var record: RecordID
}

/// What was found to be at the bottom of a case. The whys stand in the record's personal part.
package struct RootCause: Sendable, Hashable {
    package var causes: [CaseStep.Cause]
    /// 1 to 5; nil when no gap was named.
    package var gap: Int?
    package var at: Timestamp
    package var record: RecordID
}

/// A level of the handbook's ladder that a case reached by staying open. (domain: time limits, "Escalation ladder".)
package struct CaseEscalation: Sendable, Hashable {
    package var rung: EscalationLadder.Rung
    /// The grade whose ladder it is, and that the case had then.
    package var grade: Grade
    package var at: Timestamp
}

/// A case that went the wrong way. (domain: grades, "Three drifts to flag".)
package struct CaseDrift: Sendable, Hashable {
    /// Which way.
    package enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        /// 外生投诉内化: an exogenous complaint turned into dissatisfaction with us.
        case inward
        /// 轻微问题恶化: it rose by two grades or more.
        case worse
        /// 个别问题泛化: one customer's problem spread to others or to media.
        case spread
    }

    package var kind: Kind
    package var at: Timestamp
    /// What says so; at least one record.
    package var evidence: [RecordID]
}
