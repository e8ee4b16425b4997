import Aggregator
import Records

/// Issues as rows of a spreadsheet; the names of columns are stable, whatever the language.
enum IssueSheet {
    static let columns = [
        "id", "title", "category", "occurrences", "complainants", "anonymous", "sites", "places", "kinds", "first_seen",
        "last_seen", "hot",
    ]

    static func row(_ issue: IssueReport) -> [String] {
        [
            issue.id.description, issue.title, issue.category, "\(issue.occurrences)", "\(issue.complainants)",
            "\(issue.anonymous)", issue.sites.joined(separator: " "), issue.places.joined(separator: " · "),
            issue.kinds.joined(separator: " · "), issue.firstSeen, issue.lastSeen, "\(!issue.hot.isEmpty)",
        ]
    }

    /// Of patterns and hot spots.
    static let relatedColumns = ["words", "occurrences", "sites", "last_seen", "records"]

    static func row(_ related: RelatedTextsReport) -> [String] {
        [
            related.words.joined(separator: " · "), "\(related.occurrences)", related.sites.joined(separator: " "),
            related.lastSeen, related.records.map(\.description).joined(separator: " "),
        ]
    }
}
