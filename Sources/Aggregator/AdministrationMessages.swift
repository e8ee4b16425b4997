package import Records
package import struct Records.Record

// What administrators ask and are told, as JSON. Keys are stable: they are added to, never changed. Times are RFC 3339.

/// `rebuild`.
package struct RebuildReport: Codable, Sendable {
    /// SHA-256 over all views.
    package var before: String
    package var after: String
    package var equal: Bool
    package var views: [String: Int]
}

/// `records`.
package struct RecordsRequest: Codable, Sendable {
    package var site: String?
    /// `next` of the page before.
    package var after: String?

    package init(site: String?, after: String?) {
        self.site = site
        self.after = after
    }
}

/// A page of stored records in the order of the logs.
package struct RecordsPage: Codable, Sendable {
    package static let size = 2000

    package var records: [RecordEntry]
    /// Nil at the end.
    package var next: String?
}

/// One stored record, without its personal part.
package struct RecordEntry: Codable, Sendable {
    package var id: RecordID
    package var site: SiteID
    package var sequence: UInt64
    package var kind: String
    /// What the client called it; empty when it did not say.
    package var clientID: String
    package var occurredAt: String
    package var recordedAt: String

    init(_ record: Record) {
        id = record.id
        site = record.site
        sequence = record.sequence.value
        clientID = record.facts.clientID
        occurredAt = record.occurred.rfc3339
        recordedAt = record.recorded.rfc3339
        switch record.facts.body {
        case .visit: kind = "visit"
        case .complaint: kind = "complaint"
        case .step: kind = "step"
        case .survey: kind = "survey"
        case .customer: kind = "customer"
        case .seal: kind = "seal"
        case .gap: kind = "gap"
        case .issueDecision: kind = "issue_decision"
        case .clockOffset: kind = "clock_offset"
        case .keyChange: kind = "key_change"
        case .correction: kind = "correction"
        case .retraction: kind = "retraction"
        case .merge: kind = "merge"
        case .unmerge: kind = "unmerge"
        case .erasure: kind = "erasure"
        case .action: kind = "action"
        case .handbookVersion: kind = "handbook"
        case .lesson: kind = "lesson"
        case .load: kind = "load"
        case .progress: kind = "progress"
        case .delivery: kind = "delivery"
        case nil: kind = "unknown"
        }
    }
}

/// `issue.list`.
package struct IssueListRequest: Codable, Sendable {
    package var limit: Int?
    /// Only issues that satisfied the hot rule.
    package var hot: Bool?
    /// What is no issue and looks like one, in the place of issues.
    package var related: Related?
    /// Only issues to which something belongs in which these words occur; as in `search`.
    package var text: String?

    /// What is told apart from issues.
    package enum Related: String, Codable, Sendable {
        /// The same kind of problem at different places.
        case patterns
        /// One place with different kinds of problems.
        case hotSpots = "hot_spots"
    }

    package init(limit: Int?, hot: Bool?, related: Related? = nil, text: String? = nil) {
        self.text = text
        self.limit = limit
        self.hot = hot
        self.related = related
    }
}

/// `issue.show`: an id or its beginning.
package struct IssueRequest: Codable, Sendable {
    package var id: String
    package init(id: String) { self.id = id }
}

/// A recurring issue. Words of customers are masked and cut.
package struct IssueReport: Codable, Sendable {
    package var id: RecordID
    package var title: String
    package var category: String
    package var occurrences: Int
    package var complainants: Int
    package var anonymous: Int
    package var sites: [String]
    package var places: [String]
    package var kinds: [String]
    package var firstSeen: String
    package var lastSeen: String
    package var hot: [IssueHotWindow]
    /// Only of `issue.show`.
    package var members: [IssueMember]?
    /// Only of `issue.show`.
    package var story: IssueStory?
    /// Only of `issue.show`, and only where the handbook has something to say.
    package var advice: IssueAdvice?
}

/// A stretch of time in which an issue satisfied the hot rule.
package struct IssueHotWindow: Codable, Sendable {
    package var from: String
    package var completedAt: String
    package var until: String
    package var complainants: Int
    package var anonymous: Int
    package var records: [RecordID]
}

/// One occurrence of an issue.
package struct IssueMember: Codable, Sendable {
    package var record: RecordID
    package var site: String
    package var occurredAt: String
    /// Masked and cut.
    package var text: String
    /// Why it belongs to the issue.
    package var reason: String
    package var score: Double
    /// What people decided of it, the latest last.
    package var decided: [IssueMemberDecision]?
}

/// A decision that names a record.
package struct IssueMemberDecision: Codable, Sendable {
    package var id: RecordID
    /// merge, split, pin, unlike or confirm.
    package var kind: String
    package var author: String
    package var at: String
}

/// `digest.show` and `digest.close`.
package struct DigestRequest: Codable, Sendable {
    /// `YYYY-MM`.
    package var month: String
    /// `zh-CN` or `en`.
    package var language: String?
    /// The newest when absent.
    package var revision: Int?
    /// With the appendix of all tables.
    package var appendix: Bool?
    /// Close although the month is not over.
    package var force: Bool?
    /// Answer with the JSON alone, without the Markdown; otherwise with the Markdown alone.
    package var asJSON: Bool?
    /// What the digest would be now, also of a closed month.
    package var preview: Bool?

    package init(
        month: String, language: String?, revision: Int? = nil, appendix: Bool? = nil, force: Bool? = nil,
        asJSON: Bool? = nil, preview: Bool? = nil
    ) {
        self.preview = preview
        self.month = month
        self.language = language
        self.revision = revision
        self.appendix = appendix
        self.force = force
        self.asJSON = asJSON
    }
}

/// A digest in its forms.
package struct DigestReport: Codable, Sendable {
    package var month: String
    package var revision: Int
    /// Closed, or a preview of what it would be.
    package var closed: Bool
    /// Of `digest.close`: whether this made a new revision.
    package var isNew: Bool?
    package var hash: String
    package var markdown: String?
    /// The digest as JSON text.
    package var json: String?
    /// What changed since the revision before, in words.
    package var changes: [String]
}

/// `digest.list`: one closed revision.
package struct ClosedMonth: Codable, Sendable {
    package var month: String
    package var revision: Int
    package var closedAt: String
    /// How many things changed since the revision before.
    package var changes: Int
    /// Whether it is the newest of its month.
    package var stands: Bool
}

/// `digest.explain`.
package struct ExplainRequest: Codable, Sendable {
    package var month: String
    /// The figure's stable name, or its beginning.
    package var figure: String
    package var revision: Int?
    package var language: String?

    package init(month: String, figure: String, revision: Int?, language: String?) {
        self.month = month
        self.figure = figure
        self.revision = revision
        self.language = language
    }
}

/// A figure and the records behind it.
package struct FigureExplanation: Codable, Sendable {
    /// No more records than this are named.
    package static let mostRecords = 5000

    package var month: String
    package var revision: Int
    package var figure: String
    /// What the name says, and the value, in words.
    package var label: String
    package var value: String
    /// How many records there are.
    package var count: Int
    package var records: [ExplainedRecord]
}

/// One record behind a figure; site, kind and time are missing where the figure counts something else, such as issues.
package struct ExplainedRecord: Codable, Sendable {
    package var id: RecordID
    package var site: String?
    package var kind: String?
    package var occurredAt: String?
}
