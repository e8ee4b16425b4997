package import Records

/// A flag of the month: something that needed a person.
package struct FlagSummary: Sendable, Codable, Equatable {
    /// Its number in the feed.
    package var number: UInt64
    /// A stable code, for example `issue.hot` or `limit.missed`.
    package var kind: String
    /// What people call flags of this kind.
    package var name: Term
    package var at: Timestamp
    /// Nil when it concerns several sites or headquarters.
    package var site: SiteID?
    package var grade: Grade?
    /// What it says, in the program's own words; whoever quotes a customer in it masks what is quoted.
    package var text: Term
    /// The records on which it rests.
    package var records: [RecordID]
    /// It was withdrawn later.
    package var withdrawn: Bool

    package init(
        number: UInt64, kind: String, name: Term, at: Timestamp, site: SiteID? = nil, grade: Grade? = nil, text: Term,
        records: [RecordID] = [], withdrawn: Bool = false
    ) {
        self.number = number
        self.kind = kind
        self.name = name
        self.at = at
        self.site = site
        self.grade = grade
        self.text = text
        self.records = records
        self.withdrawn = withdrawn
    }
}
