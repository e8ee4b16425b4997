package import Records

/// The identity of an issue: its earliest member in canonical order, so that later members do not change it.
package struct IssueID: Sendable, Hashable, Comparable {
    /// The earliest member.
    package var earliest: RecordID

    package init(earliest: RecordID) {
        self.earliest = earliest
    }

    package static func < (left: IssueID, right: IssueID) -> Bool {
        left.earliest < right.earliest
    }
}

/// The same problem at the same place, product or organisation, met again: two texts or more.
package struct RecurringIssue: Sendable, Hashable {
    package var id: IssueID
    /// The title of the most central text, or the beginning of its body where it has none.
    package var title: String
    /// In canonical order: by time, then by identity.
    package var members: [RecordID]
    /// Why each member is here, in the order of `members`.
    package var reasons: [MembershipReason]
    /// Phrases of the most central text, shared by half of the members, that name a place, product or organisation; the
    /// most telling first, may be empty.
    package var places: [String]
    /// The other shared phrases of the most central text: the kind of problem; the most telling first.
    package var kinds: [String]
    /// Every site that a member came from, sorted.
    package var sites: [String]
    /// Milliseconds since 1970 UTC.
    package var firstSeen: Int64
    /// Milliseconds since 1970 UTC; `firstSeen <= lastSeen`.
    package var lastSeen: Int64
}

/// Why one text belongs to an issue.
package struct MembershipReason: Sendable, Hashable {
    package var record: RecordID
    /// What it has in common with the rest of the issue, as written in it, the most telling first.
    package var sharedTerms: [String]
    /// The place, product or organisation that it shares with the rest, if one was recognised.
    package var place: String?
    /// How close it is to the rest of the issue on average, 0 to 1.
    package var score: Double
    /// How close it is to the rest in meaning, beyond words, 0 to 1; nil where no model was asked.
    package var meaning: Double?
    /// How sure the classifier is that learnt from what people confirmed, 0 to 1; nil where it was not asked.
    package var confidence: Double?
}
