import Digests
import Foundation
import Handbooks
import Records
import Recurrence
import Rules
import Storage

extension Fold {
    /// Groups all texts anew, writes what changed, and judges the cases that this concerns.
    func regroup(at now: Timestamp) throws {
        let texts = recurrence.settled(customers: try views.customers())
        let grouping = recurrence.grouper.group(texts.map(\.text))
        let sources = Dictionary(uniqueKeysWithValues: texts.map { ($0.text.id, $0) })
        let outcome = IssueOutcome(grouping, sources, handbook: handbook)
        try views.write { writer in
            let before = (contexts: try writer.contexts(), windows: try writer.windows())
            var contexts = outcome.contexts
            for (id, repetition) in try repetitions(outcome, writer, at: now) {
                contexts[id]?.earlier = repetition.earlier
                contexts[id]?.repeatKind = repetition.kind.rawValue
            }
            try writer.replaceIssues(
                outcome.issues, windows: outcome.windows, contexts: contexts.values.sorted { $0.id < $1.id })
            let changed = Set(contexts.keys).union(before.contexts.keys).filter { contexts[$0] != before.contexts[$0] }
            let known = Set(before.windows)
            let grown = Set(outcome.windows.filter { !known.contains($0) }.flatMap(\.records))
            for id in changed.union(grown).sorted() { try judge(id, writer, at: now) }
            try setIssueFlags(outcome, before.windows, writer)
        }
    }

    /// The same customer's further complaints of the same issue: 催办 while the earlier case is open, 二次投诉 after.
    private func repetitions(
        _ outcome: IssueOutcome, _ writer: ViewWriter, at now: Timestamp
    ) throws -> [RecordID: RepeatEvidence] {
        var repetitions: [RecordID: RepeatEvidence] = [:]
        for complaints in outcome.sameCustomer {
            for (earlier, later) in zip(complaints, complaints.dropFirst()) {
                guard let evidence = try evidence(of: earlier.id, known: [:], writer) else { continue }
                let view = rules.view(of: evidence, at: now)
                let made = Timestamp(milliseconds: later.time)
                if view.isOpen(at: made) {
                    repetitions[later.id] = RepeatEvidence(earlier: earlier.id, kind: .urgedAgain, at: made)
                } else if let end = view.openPeriods.last(where: { $0.end.map { $0 <= made } ?? false })?.end,
                    made <= handbook.resolution.secondComplaintWithin.end(from: end, in: handbook.zone)
                {
                    repetitions[later.id] = RepeatEvidence(earlier: earlier.id, kind: .secondComplaint, at: made)
                }
            }
        }
        return repetitions
    }

    /// One flag for each issue that satisfies the hot rule, updated as it grows, withdrawn when it no longer does.
    private func setIssueFlags(_ outcome: IssueOutcome, _ before: [IssueWindowRow], _ writer: ViewWriter) throws {
        guard let rule = handbook.grading.sameComplaintRule else { return }
        var latest: [RecordID: IssueWindowRow] = [:]
        for window in outcome.windows { latest[window.issue] = window }
        let titles = Dictionary(uniqueKeysWithValues: outcome.issues.map { ($0.issue.id, $0.issue.title) })
        for issue in Set(before.map(\.issue)).union(latest.keys).sorted() {
            var wanted: [FlagRow] = []
            // An issue bears the id of its earliest complaint, whose own flags stand under that id and are not touched here.
            let subject = Flag.identity(.hotIssue, subject: issue.description, key: "")
            if let window = latest[issue] {
                let sites = window.records.compactMap { outcome.site(of: $0) }
                let flag = Flag.hotIssue(
                    HotEvidence(window), anonymous: window.anonymous, sites: sites, grade: rule.grade, rule: rule.code)
                let title = titles[issue].map { CustomerText.presentable($0, limit: 80) }
                wanted = [try FlagRow(flag, subject: subject, title: title)]
            }
            try writer.setFlags(wanted, of: subject) { $0.withdrawn(by: nil) }
        }
    }
}

/// What a grouping means for the views.
private struct IssueOutcome {
    var issues: [(issue: IssueRow, members: [IssueMemberRow])] = []
    var windows: [IssueWindowRow] = []
    var contexts: [RecordID: CaseContextRow] = [:]
    /// Complaints of one customer within one issue, two or more, in the order of time.
    var sameCustomer: [[(id: RecordID, time: Int64)]] = []
    private let sources: [RecordID: SourcedText]

    init(_ grouping: IssueGrouping, _ sources: [RecordID: SourcedText], handbook: Handbook) {
        self.sources = sources
        let zone = handbook.zone
        let calendar = CalendarMonth { zone.offset(at: Timestamp(milliseconds: $0)) / 1000 }
        let hotRule = handbook.grading.hotRule.map {
            HotRule(complainants: $0.complainants, months: $0.within.months, calendar: calendar)
        }
        for issue in grouping.issues { add(issue, hotRule, visitsCount: handbook.grading.visitsCount) }
    }

    /// The text holds a site id that was validated when its log was registered.
    func site(of record: RecordID) -> SiteID? { sources[record].flatMap { try? SiteID($0.text.site) } }

    private mutating func add(_ issue: RecurringIssue, _ rule: HotRule?, visitsCount: Bool) {
        let id = issue.id.earliest
        let members = issue.members.compactMap { sources[$0] }
        let rows = zip(members, issue.reasons).map { source, reason in
            IssueMemberRow(
                text: source.text.id, record: source.record, occurred: Timestamp(milliseconds: source.text.time),
                reason: reason.words, score: reason.score)
        }
        let people = Set(members.compactMap(\.text.complainant))
        let row = IssueRow(
            id: id, title: issue.title, firstSeen: Timestamp(milliseconds: issue.firstSeen),
            lastSeen: Timestamp(milliseconds: issue.lastSeen), occurrences: members.count, complainants: people.count,
            anonymous: members.count { $0.text.complainant == nil }, sites: issue.sites, places: issue.places,
            kinds: issue.kinds, category: Self.category(members))
        issues.append((row, rows))
        let counted = members.filter { $0.isComplaint || visitsCount }.map {
            HotRule.Complaint(id: $0.text.id, time: $0.text.time, complainant: $0.text.complainant)
        }
        let found = (rule?.windows(counted) ?? []).map { IssueWindowRow($0, issue: id, sources) }
        windows += found
        for member in members where member.isComplaint {
            let window = found.first { $0.records.contains(member.record) }
            contexts[member.record] = CaseContextRow(
                id: member.record, issue: id, window: window?.start, earlier: nil, repeatKind: nil)
        }
        let complaints = members.filter { $0.isComplaint && $0.text.complainant != nil }
        for (_, group) in Dictionary(grouping: complaints, by: { $0.text.complainant }).sorted(by: {
            ($0.key ?? "") < ($1.key ?? "")
        })
        where group.count > 1 {
            sameCustomer.append(group.map { (id: $0.record, time: $0.text.time) })
        }
    }

    /// What most members are filed under; of several the first in order.
    private static func category(_ members: [SourcedText]) -> String {
        var counts: [String: Int] = [:]
        for category in members.compactMap(\.text.category) { counts[category, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
    }
}

extension IssueWindowRow {
    fileprivate init(_ window: HotRule.Window, issue: RecordID, _ sources: [RecordID: SourcedText]) {
        let times = window.records.compactMap { sources[$0]?.text.time }
        self.init(
            issue: issue, start: Timestamp(milliseconds: window.start), until: Timestamp(milliseconds: window.end),
            completed: Timestamp(milliseconds: sources[window.completedBy]?.text.time ?? window.start),
            latest: Timestamp(milliseconds: times.max() ?? window.start), complainants: window.complainants.count,
            anonymous: window.anonymous, records: window.records.compactMap { sources[$0]?.record })
    }
}

extension MembershipReason {
    /// Place and shared terms, for people.
    fileprivate var words: String {
        ([place].compactMap { $0 } + sharedTerms.prefix(6)).joined(separator: " · ")
    }
}

extension GradingPolicy {
    /// The rule that counts different complainants of the same complaint.
    fileprivate var sameComplaintRule: GradeRule? {
        rules.first { rule in
            if case .sameComplaint = rule.condition { true } else { false }
        }
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
