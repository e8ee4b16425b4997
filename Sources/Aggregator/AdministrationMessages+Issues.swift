package import Records

/// What `issue.show` tells of an issue beside its records. Keys are stable.
package struct IssueStory: Codable, Sendable {
    /// new, recurring, assigned, fixed, regressed or closed; see `IssueLife.State`.
    package var state: String
    /// When it came back after it had been fixed, the earliest first.
    package var regressions: [IssueRegression]
    /// Occurrences of each of the last weeks, the latest last.
    package var weeks: [Int]
    package var sites: [IssueSite]
    package var actions: [IssueAction]
    /// Patterns and hot spots that its records take part in beside others; neither counts for the hot rule.
    package var related: [RelatedTextsReport]
    /// Records that may belong to it: nobody can be sure. Only of an issue that people confirmed.
    package var doubts: [IssueDoubtReport]
}

/// A record that may belong to an issue.
package struct IssueDoubtReport: Codable, Sendable {
    package var record: RecordID
    /// 0 to 1.
    package var confidence: Double
    /// Masked and cut.
    package var text: String
}

/// A time at which an issue came back.
package struct IssueRegression: Codable, Sendable {
    package var at: String
    package var fixedAt: String
    package var record: RecordID
}

/// An issue at one site.
package struct IssueSite: Codable, Sendable {
    package var site: String
    package var occurrences: Int
    package var firstSeen: String
    package var lastSeen: String
}

/// Something that was decided to be done about an issue, and whether it worked.
package struct IssueAction: Codable, Sendable {
    package var id: RecordID
    package var decidedAt: String
    /// When it is due, else when it was decided: from then on it is taken to be in force.
    package var inForceFrom: String
    package var department: String
    /// Where it is done; empty: everywhere.
    package var sites: [String]
    /// In a person's words, masked.
    package var text: String
    /// worked, worse, no_difference or cannot_tell_yet; see `ActionEffect`.
    package var verdict: String
    /// The rate after it divided by the rate before, and its 95 % interval; absent where nothing can be said.
    package var ratio: Double?
    package var low: Double?
    package var high: Double?
    package var before: IssueRate
    package var after: IssueRate
    /// The same at sites where nothing was done; absent where there is nothing to compare with.
    package var elsewhereBefore: IssueRate?
    package var elsewhereAfter: IssueRate?
}

/// Occurrences, and the days of sites in which they could have been written down.
package struct IssueRate: Codable, Sendable {
    package var occurrences: Int
    package var siteDays: Int
}

/// `issue.list` and `issue.show` for what is no issue: `kind` is pattern or hot_spot.
package struct RelatedTextsReport: Codable, Sendable {
    package var kind: String
    /// Of a pattern its words, the most telling first; of a hot spot its place.
    package var words: [String]
    package var occurrences: Int
    package var sites: [String]
    package var firstSeen: String
    package var lastSeen: String
    /// In the order of time; the first ones of many.
    package var records: [RecordID]
}
