package import Records
import Replication
import SwiftProtobuf

/// What is in a log, added up.
package struct LogStatistics: Sendable {
    package var entries: UInt64 = 0
    /// Of all parts together.
    package var bytes: UInt64 = 0
    /// Entries whose personal part was erased.
    package var erased: UInt64 = 0
    /// Entries that this version cannot read.
    package var unreadable: UInt64 = 0
    /// When the earliest and the latest entry were written down, by the site's clock.
    package var recorded: ClosedRange<Timestamp>?
    /// Entries of each kind, by the names of the fields in `Facts`.
    package var kinds: [String: UInt64] = [:]

    package init() {}

    /// Counts one entry.
    package mutating func note(_ entry: Entry) {
        entries += 1
        bytes += UInt64(entry.size)
        if !entry.personalDigest.isEmpty { erased += 1 }
        guard let facts = try? Facts(serializedBytes: entry.facts) else {  // what is wrong with it, `verify` says
            unreadable += 1
            return
        }
        kinds[facts.kindName, default: 0] += 1
        let moment = Timestamp(milliseconds: facts.recordedAt)
        recorded = recorded.map { min($0.lowerBound, moment)...max($0.upperBound, moment) } ?? moment...moment
    }
}

extension Facts {
    /// The name of the field that holds the body, as `Protocol/huiyin.proto` has it; "unknown" for one of a later version.
    package var kindName: String {
        switch body {
        case .visit: "visit"
        case .complaint: "complaint"
        case .step: "step"
        case .survey: "survey"
        case .customer: "customer"
        case .seal: "seal"
        case .clockOffset: "clock_offset"
        case .keyChange: "key_change"
        case .gap: "gap"
        case .issueDecision: "issue_decision"
        case .action: "action"
        case .progress: "progress"
        case .correction: "correction"
        case .retraction: "retraction"
        case .merge: "merge"
        case .unmerge: "unmerge"
        case .erasure: "erasure"
        case .handbookVersion: "handbook_version"
        case .lesson: "lesson"
        case .load: "load"
        case .delivery: "delivery"
        case nil: "unknown"
        }
    }
}
