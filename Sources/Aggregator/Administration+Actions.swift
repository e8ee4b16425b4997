import Digests
import Foundation
import Platform
package import Records
import Rules
import Storage

/// `action.list`: how one action item stands.
package struct ActionReport: Codable, Sendable {
    package var id: RecordID
    /// `YYYY-MM`; nil when it was no meeting that decided it.
    package var month: String?
    package var decidedAt: String
    package var text: String
    package var department: String?
    package var kind: String?
    package var sites: [String]
    package var issue: RecordID?
    package var dueAt: String?
    /// done, done_late, open, overdue.
    package var state: String
    package var doneAt: String?
    package var progress: [SiteProgress]

    /// What one site says.
    package struct SiteProgress: Codable, Sendable {
        package var site: String
        package var state: String
        package var at: String
        package var text: String
    }
}

extension Administration {
    /// Every action item, the earliest decision first.
    func listActions() async throws -> [ActionReport] {
        await fold.caughtUp()
        let now = SystemClock.wall
        return try await fold.actionStandings(until: now).map { standing in
            let facts = standing.action.facts.action
            return ActionReport(
                id: standing.action.id, month: facts.month.nonEmpty, decidedAt: standing.action.occurred.rfc3339,
                text: standing.action.personal?.text ?? "", department: facts.department.nonEmpty,
                kind: facts.kind == .unspecified ? nil : facts.kind.code, sites: facts.sites,
                issue: RecordID(bytes: facts.issueID), dueAt: standing.due?.rfc3339,
                state: Fold.state(standing, asOf: now).rawValue, doneAt: standing.doneAt?.rfc3339,
                progress: standing.words.sorted { $0.key < $1.key }.map { site, word in
                    ActionReport.SiteProgress(
                        site: site.text, state: word.state.code, at: word.at.rfc3339, text: word.text)
                })
        }
    }
}
