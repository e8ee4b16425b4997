import Foundation
import Handbooks
import Records
import Recurrence
import Rules
import Storage

extension Fold {
    /// Texts assigned in one turn, so that entries go on being folded in between.
    private static let assignments = 200
    /// Greatest number of members of an issue that the hot rule is judged on at once; of more, the next grouping does it.
    private static let judgedMembers = 1000

    /// Assigns texts that came in to issues at once, by the index of the last grouping, and raises the flags that this completes.
    /// True when there are more. What is written here stands until the next grouping, which may find otherwise.
    func assignArrivals(at now: Timestamp) throws -> Bool {
        let assigned = recurrence.assign(limit: Self.assignments)
        guard !assigned.isEmpty else { return false }
        // When the first and the last text of each issue occurred.
        var touched: [RecordID: ClosedRange<Int64>] = [:]
        try views.write { writer in
            for (text, assignment) in assigned {
                guard let issue = try add(text, assignment, writer) else { continue }
                let time = text.text.time
                let range = touched[issue] ?? time...time
                touched[issue] = min(range.lowerBound, time)...max(range.upperBound, time)
            }
            for (issue, times) in touched { try judgeHotRule(of: issue, around: times, writer, at: now) }
        }
        recurrence.issuesChanged(Set(touched.keys))
        for issue in touched.keys { recurrence.written[issue] = RecurrenceKeeper.unknown }
        return true
    }

    /// Writes down where a text belongs; nil where it stands alone.
    private func add(_ text: SourcedText, _ assignment: IssueAssignment, _ writer: ViewWriter) throws -> RecordID? {
        switch assignment {
        case .alone, .known: return nil
        case .existing(let id, let reason):
            guard var issue = try writer.issue(id.earliest) else { return nil }
            issue.add(text)
            try writer.put(issue)
            try writer.put(IssueMemberRow(text, reason), of: issue.id)
            return issue.id
        case .new(let id, let other, var reason):
            guard let other = recurrence.texts[other] else { return nil }
            let pair = [other, text].sorted { IssueText.precedes($0.text, $1.text) }
            try writer.put(IssueRow(id.earliest, pair, reason))
            try writer.put(IssueMemberRow(text, reason), of: id.earliest)
            reason.record = other.text.id
            try writer.put(IssueMemberRow(other, reason), of: id.earliest)
            return id.earliest
        }
    }

    /// Judges the hot rule on the members of an issue that may share a window with texts of these times: once for all that came
    /// in together, as an issue of many members takes long.
    private func judgeHotRule(
        of issue: RecordID, around times: ClosedRange<Int64>, _ writer: ViewWriter, at now: Timestamp
    ) throws {
        guard let rule = HotRule(handbook), let row = try writer.issue(issue) else { return }
        // Two windows' length on either side: what lies further off shares no window with one that holds such a text.
        let moment = { time, windows in
            Timestamp(milliseconds: rule.calendar.later(time, months: windows * rule.months))
        }
        let rows = try writer.members(
            of: issue, from: moment(times.lowerBound, -2), until: moment(times.upperBound, 2),
            limit: Self.judgedMembers + 1)
        guard rows.count <= Self.judgedMembers else { return }
        let members = try rows.compactMap { row in
            try recurrence.texts[row.text].map { try $0.settled(writer) }
        }
        let windows = rule.windows(
            of: members, issue: issue, recurrence.texts, visitsCount: handbook.grading.visitsCount)
        guard let latest = windows.last else { return }
        var first: [RecordID: IssueWindowRow] = [:]
        for window in windows {
            try writer.put(window)
            for record in window.records where first[record] == nil { first[record] = window }
        }
        for member in members where member.isComplaint {
            guard let window = first[member.record] else { continue }
            var context =
                try writer.context(of: member.record)
                ?? CaseContextRow(id: member.record, issue: issue, window: nil, earlier: nil, repeatKind: nil)
            guard context.issue != issue || context.window != window.start else { continue }
            (context.issue, context.window) = (issue, window.start)
            try writer.put(context)
            try judge(member.record, writer, at: now)
        }
        if let mute = recurrence.mutes[issue], mute.covers(latest) { return }
        try setFlags(of: issue, latest, title: row.title, writer)
    }
}

extension SourcedText {
    /// With the person that its exact key belongs to now.
    fileprivate func settled(_ writer: ViewWriter) throws -> SourcedText {
        var text = self
        text.text.complainant = try token.flatMap { try Views.customer($0, writer.database) }.map(Self.name)
        return text
    }
}

extension IssueRow {
    /// A new issue of two texts, the earlier one first.
    fileprivate init(_ id: RecordID, _ pair: [SourcedText], _ reason: MembershipReason) {
        let first = pair[0].text
        self.init(
            id: id, title: first.title.isEmpty ? String(first.body.prefix(40)) : first.title,
            firstSeen: Timestamp(milliseconds: first.time), lastSeen: Timestamp(milliseconds: pair[1].text.time),
            occurrences: pair.count, complainants: Set(pair.compactMap(\.token)).count,
            anonymous: pair.count { $0.token == nil }, sites: Set(pair.map(\.text.site)).sorted(),
            places: [reason.place].compactMap { $0 }, kinds: reason.sharedTerms, category: first.category ?? "")
    }

    /// One occurrence more. Whether its complainant is a new one is counted at the next grouping.
    fileprivate mutating func add(_ text: SourcedText) {
        let time = Timestamp(milliseconds: text.text.time)
        firstSeen = min(firstSeen, time)
        lastSeen = max(lastSeen, time)
        occurrences += 1
        if text.token == nil { anonymous += 1 }
        sites = Set(sites + [text.text.site]).sorted()
    }
}
