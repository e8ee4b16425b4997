package import Foundation
import GRDB
package import Records

/// Where a record stands in the store and what the views need to find it by.
package struct RecordRow: Sendable, Equatable {
    /// What kind of record it is; the raw values are stored.
    package enum Kind: Int, Sendable, CaseIterable {
        case visit = 1
        case complaint = 2
        case step = 3
        case survey = 4
        case customer = 5
        case correction = 6
        case retraction = 7
        case merge = 8
        case unmerge = 9
        case erasure = 10
        case action = 11
        case handbook = 12
        case lesson = 13
        case load = 14
        case progress = 15
        case issueDecision = 33
    }

    /// Where an entry stands in the store, and what its times are corrected by.
    package struct Place: Sendable, Equatable {
        package var log: Int64
        package var sequence: SequenceNumber
        package var clockOffset: Duration

        package init(log: Int64, sequence: SequenceNumber, clockOffset: Duration) {
            self.log = log
            self.sequence = sequence
            self.clockOffset = clockOffset
        }
    }

    package var id: RecordID
    package var log: Int64
    package var sequence: SequenceNumber
    package var site: SiteID
    package var kind: Kind
    package var occurred: Timestamp
    package var recorded: Timestamp
    /// When it arrived at headquarters.
    package var received: Timestamp
    /// Of `occurred`, in the organisation's zone; see `Month.index`.
    package var month: Int64
    package var caseID: RecordID?
    package var token: Data?
    package var textKey: Int64?
    package var content: Data
    /// Headquarters' clock minus the site's when it was written down.
    package var clockOffset: Duration
    /// The record that it corrects or retracts.
    package var target: RecordID?
    /// Somebody with the authority said that it does not count.
    package var isRetracted = false
    /// The correction whose content it has.
    package var correction: Place?
    /// What it says of how a customer stands, as a number; nil for a record that says nothing.
    package var sign: Int64?

    package init(
        id: RecordID, log: Int64, sequence: SequenceNumber, site: SiteID, kind: Kind, occurred: Timestamp,
        recorded: Timestamp, received: Timestamp, month: Int64, caseID: RecordID?, token: Data?, textKey: Int64?,
        content: Data, clockOffset: Duration = .zero, target: RecordID? = nil, sign: Int64? = nil
    ) {
        self.id = id
        self.log = log
        self.sequence = sequence
        self.site = site
        self.kind = kind
        self.occurred = occurred
        self.recorded = recorded
        self.received = received
        self.month = month
        self.caseID = caseID
        self.token = token
        self.textKey = textKey
        self.content = content
        self.clockOffset = clockOffset
        self.target = target
        self.sign = sign
    }

    /// Where it stands.
    package var place: Place { Place(log: log, sequence: sequence, clockOffset: clockOffset) }

    init(_ row: Row) throws {
        guard let id = RecordID(bytes: row["id"] as Data), let kind = Kind(rawValue: row["kind"]) else {
            throw StorageError.damaged(path: "views", reason: "a record's row")
        }
        self.init(
            id: id, log: row["log"], sequence: SequenceNumber(UInt64(row["sequence"] as Int64)),
            site: try SiteID(row["site"]), kind: kind, occurred: Timestamp(milliseconds: row["occurred"]),
            recorded: Timestamp(milliseconds: row["recorded"]), received: Timestamp(milliseconds: row["received"]),
            month: row["month"], caseID: (row["case_id"] as Data?).flatMap { RecordID(bytes: $0) }, token: row["token"],
            textKey: row["text_key"], content: row["content"],
            clockOffset: .milliseconds(row["clock_offset"] as Int64),
            target: (row["target"] as Data?).flatMap { RecordID(bytes: $0) }, sign: row["sign"])
        isRetracted = row["retracted"]
        if let log = row["correction_log"] as Int64? {
            correction = Place(
                log: log, sequence: SequenceNumber(UInt64(row["correction_sequence"] as Int64)),
                clockOffset: .milliseconds(row["correction_offset"] as Int64))
        }
    }
}

/// What is kept of a case's view: what lists, timers and searches need.
package struct CaseRow: Sendable, Equatable {
    package var id: RecordID
    package var site: SiteID
    package var made: Timestamp
    package var category: String
    package var grade: Grade
    package var peak: Grade
    package var state: String
    /// Everything else that the rules said, as text.
    package var summary: String
    package var nextReview: Timestamp?
    package var awaitsWord: Timestamp?
    /// Open, and a limit or an age passed.
    package var isOverdue: Bool

    package init(
        id: RecordID, site: SiteID, made: Timestamp, category: String, grade: Grade, peak: Grade, state: String,
        summary: String, nextReview: Timestamp?, awaitsWord: Timestamp?, isOverdue: Bool = false
    ) {
        self.isOverdue = isOverdue
        self.id = id
        self.site = site
        self.made = made
        self.category = category
        self.grade = grade
        self.peak = peak
        self.state = state
        self.summary = summary
        self.nextReview = nextReview
        self.awaitsWord = awaitsWord
    }

    init(_ row: Row) throws {
        guard let id = RecordID(bytes: row["id"] as Data) else {
            throw StorageError.damaged(path: "views", reason: "a case's row")
        }
        self.init(
            id: id, site: try SiteID(row["site"]), made: Timestamp(milliseconds: row["made"]),
            category: row["category"],
            grade: Grade(rawValue: row["grade"]) ?? .ordinary, peak: Grade(rawValue: row["peak"]) ?? .ordinary,
            state: row["state"], summary: row["summary"],
            nextReview: (row["next_review"] as Int64?).map { Timestamp(milliseconds: $0) },
            awaitsWord: (row["awaits_word"] as Int64?).map { Timestamp(milliseconds: $0) }, isOverdue: row["overdue"])
    }
}

/// What other complaints make of a complaint.
package struct CaseContextRow: Sendable, Hashable {
    package var id: RecordID
    package var issue: RecordID
    /// The start of the hot window that it stands in.
    package var window: Timestamp?
    /// The same customer's earlier complaint of the same issue.
    package var earlier: RecordID?
    package var repeatKind: String?

    package init(id: RecordID, issue: RecordID, window: Timestamp?, earlier: RecordID?, repeatKind: String?) {
        self.id = id
        self.issue = issue
        self.window = window
        self.earlier = earlier
        self.repeatKind = repeatKind
    }
}

/// A flag as it stands, or withdrawn.
package struct FlagRow: Sendable, Equatable {
    package var id: RecordID
    /// The case, issue or site that it is about.
    package var subject: RecordID
    package var kind: String
    package var at: Timestamp
    package var sites: [SiteID]
    /// A JSON object with sorted keys.
    package var payload: String
    package var withdrawn: Bool

    package init(
        id: RecordID, subject: RecordID, kind: String, at: Timestamp, sites: [SiteID], payload: String, withdrawn: Bool
    ) {
        self.id = id
        self.subject = subject
        self.kind = kind
        self.at = at
        self.sites = sites
        self.payload = payload
        self.withdrawn = withdrawn
    }

    init(_ row: Row) throws {
        guard let id = RecordID(bytes: row["id"] as Data), let subject = RecordID(bytes: row["subject"] as Data) else {
            throw StorageError.damaged(path: "views", reason: "a flag's row")
        }
        self.init(
            id: id, subject: subject, kind: row["kind"], at: Timestamp(milliseconds: row["at"]),
            sites: try (row["sites"] as String).split(separator: " ").map { try SiteID(String($0)) },
            payload: row["payload"], withdrawn: row["withdrawn"])
    }
}
