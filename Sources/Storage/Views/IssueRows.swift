import Foundation
import GRDB
package import Records

/// A recurring issue as it is kept.
package struct IssueRow: Sendable, Hashable {
    /// The issue's identity: its earliest text.
    package var id: RecordID
    package var title: String
    package var firstSeen: Timestamp
    package var lastSeen: Timestamp
    package var occurrences: Int
    /// Different known complainants.
    package var complainants: Int
    /// Occurrences without a known complainant.
    package var anonymous: Int
    package var sites: [String]
    package var places: [String]
    package var kinds: [String]
    /// The category that most members have; empty when none has one.
    package var category: String

    package init(
        id: RecordID, title: String, firstSeen: Timestamp, lastSeen: Timestamp, occurrences: Int, complainants: Int,
        anonymous: Int, sites: [String], places: [String], kinds: [String], category: String
    ) {
        self.id = id
        self.title = title
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.occurrences = occurrences
        self.complainants = complainants
        self.anonymous = anonymous
        self.sites = sites
        self.places = places
        self.kinds = kinds
        self.category = category
    }

    init(_ row: Row) throws {
        guard let id = RecordID(bytes: row["id"] as Data) else {
            throw StorageError.damaged(path: "views", reason: "an issue's row")
        }
        let list = { (name: String) in (row[name] as String).split(separator: "\u{1F}").map(String.init) }
        self.init(
            id: id, title: row["title"], firstSeen: Timestamp(milliseconds: row["first_seen"]),
            lastSeen: Timestamp(milliseconds: row["last_seen"]), occurrences: row["occurrences"],
            complainants: row["complainants"], anonymous: row["anonymous"], sites: list("sites"),
            places: list("places"),
            kinds: list("kinds"), category: row["category"])
    }
}

/// One text of an issue.
package struct IssueMemberRow: Sendable, Hashable {
    /// A complaint's record, or a name made for one problem of a visit.
    package var text: RecordID
    /// The record that it stands in.
    package var record: RecordID
    package var occurred: Timestamp
    /// Why it belongs here, in words.
    package var reason: String
    /// 0 to 1.
    package var score: Double

    package init(text: RecordID, record: RecordID, occurred: Timestamp, reason: String, score: Double) {
        self.text = text
        self.record = record
        self.occurred = occurred
        self.reason = reason
        self.score = score
    }
}

/// A stretch of time in which an issue satisfied the hot rule.
package struct IssueWindowRow: Sendable, Hashable {
    package var issue: RecordID
    package var start: Timestamp
    package var until: Timestamp
    /// When the complaint that completed the rule occurred.
    package var completed: Timestamp
    /// When the last complaint of the window occurred.
    package var latest: Timestamp
    package var complainants: Int
    package var anonymous: Int
    package var records: [RecordID]

    package init(
        issue: RecordID, start: Timestamp, until: Timestamp, completed: Timestamp, latest: Timestamp, complainants: Int,
        anonymous: Int, records: [RecordID]
    ) {
        self.issue = issue
        self.start = start
        self.until = until
        self.completed = completed
        self.latest = latest
        self.complainants = complainants
        self.anonymous = anonymous
        self.records = records
    }
}
