import Foundation
package import Handbooks
import Records
package import Recurrence
import Rules
import Storage

/// What a grouping means for the views: the rows of each issue.
struct IssueOutcome: Sendable {
    /// One issue with everything that is written of it.
    struct Found: Sendable {
        var issue: IssueRow
        var members: [IssueMemberRow]
        var windows: [IssueWindowRow]
        /// In the order of their ids; what the same customer's complaints make of one another is added when it is written.
        var contexts: [CaseContextRow]
        /// Complaints of one customer, two or more, in the order of time.
        var sameCustomer: [[Complaint]]
        /// Until when it raises no flag.
        var mute: DecidedIssues.Mute?
        /// Of all of the above; equal ones need not be written again.
        var digest = 0
    }

    struct Complaint: Sendable, Hashable {
        var id: RecordID
        var time: Int64
    }

    private(set) var issues: [Found] = []

    /// - Parameters:
    ///   - sources: the texts with their complainants, by id.
    ///   - words: what people decided of issues beside their members.
    init(
        _ grouping: IssueGrouping, _ sources: [RecordID: SourcedText], handbook: Handbook,
        words: [IssueID: DecidedIssues.Words]
    ) {
        let rule = HotRule(handbook)
        issues = grouping.issues.map { issue in
            let members = issue.members.compactMap { sources[$0] }
            var issue = issue
            issue.title = words[issue.id]?.title ?? issue.title
            return Found(
                issue, members, rule, sources, visitsCount: handbook.grading.visitsCount, words[issue.id]?.mute)
        }
    }
}

extension IssueOutcome.Found {
    fileprivate init(
        _ issue: RecurringIssue, _ members: [SourcedText], _ rule: HotRule?, _ sources: [RecordID: SourcedText],
        visitsCount: Bool, _ mute: DecidedIssues.Mute?
    ) {
        self.mute = mute
        let id = issue.id.earliest
        self.issue = IssueRow(
            id: id, title: issue.title, firstSeen: Timestamp(milliseconds: issue.firstSeen),
            lastSeen: Timestamp(milliseconds: issue.lastSeen), occurrences: members.count,
            complainants: Set(members.compactMap(\.text.complainant)).count,
            anonymous: members.count { $0.text.complainant == nil }, sites: issue.sites, places: issue.places,
            kinds: issue.kinds, category: Self.category(members))
        self.members = zip(members, issue.reasons).map { IssueMemberRow($0, $1) }
        let windows = rule?.windows(of: members, issue: id, sources, visitsCount: visitsCount) ?? []
        self.windows = windows
        var first: [RecordID: Timestamp] = [:]
        for window in windows {
            for record in window.records where first[record] == nil { first[record] = window.start }
        }
        contexts = members.filter(\.isComplaint).map { member in
            CaseContextRow(id: member.record, issue: id, window: first[member.record], earlier: nil, repeatKind: nil)
        }.sorted { $0.id < $1.id }
        let complaints = members.filter { $0.isComplaint && $0.text.complainant != nil }
        sameCustomer = Dictionary(grouping: complaints) { $0.text.complainant ?? "" }.filter { $0.value.count > 1 }
            .sorted { $0.key < $1.key }
            .map { $0.value.map { IssueOutcome.Complaint(id: $0.record, time: $0.text.time) } }
        digest = computedDigest
    }

    /// The latest window, unless people wanted no flag for it.
    var flagged: IssueWindowRow? {
        guard let latest = windows.last, mute?.covers(latest) != true else { return nil }
        return latest
    }

    private var computedDigest: Int {
        var hasher = Hasher()
        hasher.combine(issue)
        hasher.combine(members)
        hasher.combine(windows)
        hasher.combine(contexts)
        hasher.combine(sameCustomer)
        hasher.combine(mute)
        let digest = hasher.finalize()
        return digest == RecurrenceKeeper.unknown ? 1 : digest
    }

    /// What most members are filed under; of several the first in order.
    private static func category(_ members: [SourcedText]) -> String {
        var counts: [String: Int] = [:]
        for category in members.compactMap(\.text.category) { counts[category, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
    }
}

extension IssueMemberRow {
    init(_ source: SourcedText, _ reason: MembershipReason) {
        // Every text that comes in changes all scores a little: as people read them they mostly stay what they were written as.
        self.init(
            text: source.text.id, record: source.record, occurred: Timestamp(milliseconds: source.text.time),
            reason: reason.words, score: (reason.score * 100).rounded() / 100)
    }
}

extension HotRule {
    /// The handbook's rule; nil where it has none.
    package init?(_ handbook: Handbook) {
        guard let rule = handbook.grading.hotRule else { return nil }
        let zone = handbook.zone
        self.init(
            complainants: rule.complainants, months: rule.within.months,
            calendar: CalendarMonth { zone.offset(at: Timestamp(milliseconds: $0)) / 1000 })
    }

    /// The windows of an issue's texts, whose complainants are known, that satisfy the rule.
    func windows(
        of members: [SourcedText], issue: RecordID, _ sources: [RecordID: SourcedText], visitsCount: Bool
    ) -> [IssueWindowRow] {
        let counted = members.filter { $0.isComplaint || visitsCount }.map {
            Complaint(id: $0.text.id, time: $0.text.time, complainant: $0.text.complainant)
        }
        return windows(counted).map { window in
            let times = window.records.compactMap { sources[$0]?.text.time }
            return IssueWindowRow(
                issue: issue, start: Timestamp(milliseconds: window.start),
                until: Timestamp(milliseconds: window.end),
                completed: Timestamp(milliseconds: sources[window.completedBy]?.text.time ?? window.start),
                latest: Timestamp(milliseconds: times.max() ?? window.start),
                complainants: window.complainants.count, anonymous: window.anonymous,
                records: window.records.compactMap { sources[$0]?.record })
        }
    }
}

extension MembershipReason {
    /// Below this, meaning speaks for nothing.
    private static let tellingMeaning = 0.1

    /// Place and shared terms, for people.
    var words: String {
        // How close it is in meaning, and how sure it follows from what people confirmed: signs that need no language.
        let meant = meaning.flatMap { $0 >= Self.tellingMeaning ? "≈ " + String(format: "%.2f", $0) : nil }
        let learnt = confidence.map { "✓ " + String(format: "%.2f", $0) }
        return ([place] + sharedTerms.prefix(6).map { $0 } + [meant, learnt]).compactMap { $0 }.joined(separator: " · ")
    }
}

extension Span {
    /// In calendar months, which is how the hot rule counts; a span in days is rounded up to whole ones.
    fileprivate var months: Int64 {
        switch self {
        case .months(let count): Int64(count)
        case .duration(let duration): max(1, (duration.components.seconds + 30 * 86_400 - 1) / (30 * 86_400))
        }
    }
}
