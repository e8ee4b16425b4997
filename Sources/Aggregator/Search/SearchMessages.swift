package import Records

/// `search`: the records in which all words occur, the latest first.
package struct SearchRequest: Codable, Sendable {
    /// Words and characters that must all occur, "quoted phrases", and -words that must not.
    package var words: String
    /// Only records of this site.
    package var site: String?
    /// Only this kind of record: see `kinds`.
    package var kind: String?
    /// A day such as 2026-10-01, or a time of it, from which on it occurred; in the organisation's zone.
    package var since: String?
    /// The last day, or a time up to which it occurred.
    package var until: String?
    /// YYYY-MM, in the place of both.
    package var month: String?
    /// `zh-CN` or `en`.
    package var language: String?
    package var limit: Int

    package init(
        words: String, site: String? = nil, kind: String? = nil, since: String? = nil, until: String? = nil,
        month: String? = nil, language: String? = nil, limit: Int = 50
    ) {
        self.words = words
        self.site = site
        self.kind = kind
        self.since = since
        self.until = until
        self.month = month
        self.language = language
        self.limit = limit
    }

    /// The kinds of records that have words to look for.
    package static let kinds: [RecordKind] = [
        .complaint, .step, .visit, .survey, .customer, .load, .action, .progress, .lesson,
    ]
}

/// A record in which the words occur.
package struct SearchHit: Codable, Sendable, Equatable {
    package var record: RecordID
    package var kind: String
    package var kindText: String
    package var site: SiteID
    /// When it occurred, in the organisation's zone.
    package var at: String
    /// The complaint that it is or belongs to.
    package var complaint: RecordID?
    /// The issue that the words, or the complaint, belong to.
    package var issue: RecordID?
    /// The part of its words around the first hit, masked and cut.
    package var snippet: String
    /// Where the words stand in `snippet`: first and one after the last, in Unicode scalars.
    package var marks: [[Int]]
}

/// The answer to `search`.
package struct SearchAnswer: Codable, Sendable {
    package var hits: [SearchHit]
    /// Whether there are more than were asked for.
    package var hasMore: Bool
}
