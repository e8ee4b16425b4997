package import Records

/// What recurs in a set of texts. The same set gives the same value, whatever order it came in.
package struct IssueGrouping: Sendable, Hashable {
    /// Issues of two members or more, by their earliest member in canonical order.
    package let issues: [RecurringIssue]
    /// The same kind of problem at different places.
    package let patterns: [KindPattern]
    /// One place with different kinds of problems.
    package let hotSpots: [HotSpot]
    /// Texts that may belong to an issue that people confirmed.
    package let doubts: [IssueDoubt]

    private let place: [RecordID: Int]

    package init(
        issues: [RecurringIssue], patterns: [KindPattern] = [], hotSpots: [HotSpot] = [], doubts: [IssueDoubt] = []
    ) {
        self.issues = issues
        self.patterns = patterns
        self.hotSpots = hotSpots
        self.doubts = doubts
        var place: [RecordID: Int] = [:]
        place.reserveCapacity(issues.reduce(0) { $0 + $1.members.count })
        for (index, issue) in issues.enumerated() {
            for member in issue.members { place[member] = index }
        }
        self.place = place
    }

    /// The issue that a record belongs to; nil where it stands alone or is unknown.
    package func issue(of record: RecordID) -> RecurringIssue? {
        place[record].map { issues[$0] }
    }

    /// The place in `issues` of the issue that a record belongs to.
    package func index(of record: RecordID) -> Int? {
        place[record]
    }
}
