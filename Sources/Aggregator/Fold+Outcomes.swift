import Digests
import Foundation
import Handbooks
import Records
import struct Records.Record
import Recurrence
import Rules
import Storage

extension Fold {
    /// How every action item that was decided until a moment stands then, in the order of the decisions.
    func actionStandings(until moment: Timestamp) throws -> [ActionStanding] {
        let actions = try views.actionRows().filter { !$0.isRetracted && $0.occurred <= moment }.compactMap(record)
        guard !actions.isEmpty else { return [] }
        let progress = try views.progressRows().filter { !$0.isRetracted }.compactMap(record)
        return actions.sorted { ($0.occurred, $0.id) < ($1.occurred, $1.id) }
            .map { ActionStanding($0, progress: progress, until: moment) }
    }

    /// What the meetings decided before a month was over, with what came of it. What was done stays for the month after, too:
    /// only then is there something to judge it by.
    /// - Parameter asOf: nothing from this moment on is known.
    func outcomes(_ month: Month, asOf: Timestamp) throws -> [OutcomeSummary] {
        let end = month.range(in: handbook.zone).upperBound
        let kept = month.preceding.range(in: handbook.zone).lowerBound
        return try actionStandings(until: min(asOf, end)).compactMap { standing in
            // Its effect counts from the day when it was due, though it was done before.
            let from = [standing.doneAt, standing.due].compactMap(\.self).max()
            if standing.doneAt != nil, let from, from < kept { return nil }
            let facts = standing.action.facts.action
            let named = RecordID(bytes: facts.issueID)
            return OutcomeSummary(
                id: standing.action.id, month: facts.month.isEmpty ? nil : facts.month,
                decided: standing.action.occurred,
                text: standing.action.personal?.text ?? "", department: departmentTerm(facts.department),
                sites: facts.sites.compactMap { try? SiteID($0) },  // a name that is no site's id is nobody's
                issue: named, due: standing.due, state: Self.state(standing, asOf: asOf), doneAt: standing.doneAt,
                // The day of `asOf` itself is not over, or has not begun.
                effect: try named.flatMap { try effect(of: standing.action, on: $0, until: asOf - .milliseconds(1)) })
        }
    }

    /// What people call a department; the code itself when the handbook does not know it, nil when there is none.
    func departmentTerm(_ code: String) -> Term? {
        code.isEmpty ? nil : handbook.department(code)?.term ?? Term(code, code)
    }

    static func state(_ standing: ActionStanding, asOf: Timestamp) -> OutcomeSummary.State {
        guard let done = standing.doneAt else { return standing.isOverdue(at: asOf) ? .overdue : .open }
        // The moment itself is too late, as it is for what is overdue.
        return standing.due.map { done >= $0 } ?? false ? .doneLate : .done
    }

    /// Whether an action worked on the issue that it names; nil when there is no such issue any more.
    /// - Parameter name: of the issue, or of a text that belongs to it.
    private func effect(of action: Record, on name: RecordID, until end: Timestamp) throws -> OutcomeSummary.Effect? {
        guard let issue = try views.issue(ofText: name) else { return nil }
        let occurrences = try views.members(of: issue).compactMap { member in
            try views.row(member.record).map {
                ActionEffect.Occurrence(site: $0.site.text, day: day(member.occurred))
            }
        }.filter { $0.day <= day(end) }
        let told = try told(Action(record: action), issue, occurrences, until: end)
        let verdict: OutcomeSummary.Verdict =
            switch ActionEffect.Verdict(rawValue: told.verdict) {
            case .worked: .worked
            case .worse: .worse
            case .noDifference: .noEffect
            case .cannotTellYet, nil: .cannotTell
            }
        guard verdict != .cannotTell, let ratio = told.ratio, let low = told.low, let high = told.high, high.isFinite
        else { return OutcomeSummary.Effect(verdict: verdict) }
        return OutcomeSummary.Effect(
            verdict: verdict, ratio: Self.rounded(ratio), low: Self.rounded(low), high: Self.rounded(high))
    }

    /// To three decimals, so that the last bits of arithmetic make no revision.
    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    // MARK: Overdue

    /// Flags action items that were due and are not done.
    func watchActions(at now: Timestamp) throws {
        guard let review = actionReview, now >= review else { return }
        let standings = try actionStandings(until: now)
        var wanted: [RecordID: Flag] = [:]
        for standing in standings {
            guard let flag = standing.flag(at: now) else { continue }
            wanted[Self.overdueSubject(standing.action.id)] = flag
        }
        try views.write { writer in
            let standing = try writer.standingSubjects(of: FlagKind.actionOverdue.rawValue)
            for subject in Set(standing).union(wanted.keys).sorted() {
                let flags = try wanted[subject].map { [try FlagRow($0, subject: subject)] } ?? []
                try writer.setFlags(flags, of: subject) { $0.withdrawn(by: nil) }
            }
        }
        actionReview = standings.filter { $0.doneAt == nil }.compactMap(\.due).filter { $0 > now }.min()
    }

    private static func overdueSubject(_ action: RecordID) -> RecordID {
        Flag.identity(.actionOverdue, subject: action.description, key: "subject")
    }
}
