package import Records

/// The meeting's table: when, who, what; the outcome column is filled in at the meeting.
package struct DigestMeeting: Sendable, Codable, Equatable {
    package var when: Term
    package var departments: [Invitation]
    package var agenda: [AgendaItem]

    /// A department to invite, with the reason.
    package struct Invitation: Sendable, Codable, Equatable {
        package var department: Term
        /// The handbook's plan names it.
        package var always: Bool
        /// The issues for whose category it answers.
        package var issues: [RecordID]
    }

    /// A line of the agenda.
    package struct AgendaItem: Sendable, Codable, Equatable {
        package var text: Term
        package var departments: [Term]
        package var issue: RecordID?
    }

    /// No more issues than this are on the agenda: a meeting is not a list.
    private static let mostIssues = 10

    /// - Parameter issues: those of the month, the gravest first.
    init(_ plan: MeetingPlan, issues: [IssueSummary], names: DigestNames, business: [Term]) {
        when = plan.when
        let discussed = issues.filter { !$0.members.isEmpty && $0.status != .muted && $0.status != .closed }
        departments = Self.invitations(plan, issues: discussed, names: names)
        agenda = plan.contents.map { AgendaItem(text: $0, departments: plan.departments, issue: nil) }
        agenda += business.map { AgendaItem(text: $0, departments: plan.departments, issue: nil) }
        agenda += discussed.prefix(Self.mostIssues).map { issue in
            let owner = issue.category.flatMap(names.owner)
            return AgendaItem(
                text: Self.text(of: issue), departments: owner.map { [$0] } ?? plan.departments, issue: issue.id)
        }
    }

    private static func invitations(_ plan: MeetingPlan, issues: [IssueSummary], names: DigestNames) -> [Invitation] {
        var invited: [Invitation] = []
        for department in plan.departments where !invited.contains(where: { $0.department == department }) {
            invited.append(Invitation(department: department, always: true, issues: []))
        }
        for issue in issues {
            guard let owner = issue.category.flatMap(names.owner) else { continue }
            if let place = invited.firstIndex(where: { $0.department == owner }) {
                invited[place].issues.append(issue.id)
            } else {
                invited.append(Invitation(department: owner, always: false, issues: [issue.id]))
            }
        }
        return invited
    }

    private static func text(of issue: IssueSummary) -> Term {
        let mark = issue.hot == nil ? issue.status.term : Term("热点", "hot")
        return Term("同类问题（\(mark.chinese)）：\(issue.title)", "Issue (\(mark.english)): \(issue.title)")
    }
}
