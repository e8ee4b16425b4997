package import Records

/// Where a new text belongs, as the online index sees it.
package enum IssueAssignment: Sendable, Hashable {
    /// To an issue that exists.
    case existing(IssueID, MembershipReason)
    /// To a text that stood alone: the two are a new issue. `with` is the earlier known text.
    case new(IssueID, with: RecordID, MembershipReason)
    /// To nothing that is known.
    case alone
}

/// Assigns texts one by one between regroupings.
///
/// What it answers depends on the order of arrival; the next regrouping settles it.
package struct IssueIndex: Sendable {
    private let parameters: GroupingParameters
    private var texts: [IssueText]
    private var issues: [RecordID: IssueID] = [:]

    /// An index over texts that were grouped.
    package init(_ texts: [IssueText], grouping: IssueGrouping, parameters: GroupingParameters = .default) {
        self.parameters = parameters
        self.texts = texts
        for issue in grouping.issues {
            for member in issue.members { issues[member] = issue.id }
        }
    }

    /// Finds where a text belongs, and keeps it for the ones that follow.
    package mutating func assign(_ text: IssueText) -> IssueAssignment {
        texts.append(text)
        return .alone
    }
}
