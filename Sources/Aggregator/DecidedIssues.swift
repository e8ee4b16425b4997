import Foundation
import Records
import struct Records.Record
import Recurrence
import Rules
import Storage

/// What people decided about issues, from the records of headquarters' own log. The order of arrival does not matter.
struct DecidedIssues: Sendable {
    /// The decisions that hold, as they were written down, the earliest first.
    private(set) var standing: [Record] = []
    /// What they mean for the grouping.
    private(set) var constraints = IssueDecisions.none
    private var titles: [(text: RecordID, title: String)] = []
    private var mutes: [(text: RecordID, mute: Mute)] = []
    private var records: [RecordID: Record] = [:]
    /// Erasures: texts without words stay where they were.
    private var erasures: [RecordID: Record] = [:]

    /// A time without flags.
    struct Mute: Sendable, Hashable {
        var until: Timestamp
        /// More different complainants within a month than when it began are worth a flag all the same.
        var complainants: Int

        func covers(_ window: IssueWindowRow) -> Bool {
            window.completed < until && window.complainants <= complainants
        }
    }

    /// What decisions make of one issue beside its members.
    struct Words: Sendable, Hashable {
        var title: String?
        var mute: Mute?
    }

    mutating func add(_ new: [Record]) {
        guard !new.isEmpty else { return }
        for record in new {
            if case .erasure = record.facts.body { erasures[record.id] = record } else { records[record.id] = record }
        }
        let revoked = Set(records.values.compactMap { RecordID(bytes: $0.facts.issueDecision.revoked) })
        standing = records.values.filter { !revoked.contains($0.id) && $0.facts.issueDecision.kind != .revoke }
            .sorted { ($0.facts.clock, $0.id) < ($1.facts.clock, $1.id) }
        let binding = (standing + erasures.values).sorted { ($0.facts.clock, $0.id) < ($1.facts.clock, $1.id) }
        constraints = IssueDecisions(binding.flatMap(\.decisions))
        titles = []
        mutes = []
        for record in standing {
            let decision = record.facts.issueDecision
            guard let text = decision.texts.first.flatMap({ RecordID(bytes: $0) }) else { continue }
            switch decision.kind {
            case .rename: titles.append((text, record.personal?.text ?? ""))
            case .mute:
                let until = Timestamp(milliseconds: decision.until)
                mutes.append((text, Mute(until: until, complainants: Int(decision.complainants))))
            default: break
            }
        }
    }

    /// What holds of each issue of a grouping, by the issue's id; of several decisions the latest.
    func words(_ grouping: IssueGrouping) -> [IssueID: Words] {
        var words: [IssueID: Words] = [:]
        for (text, title) in titles where !title.isEmpty {
            if let issue = grouping.issue(of: text) { words[issue.id, default: Words()].title = title }
        }
        for (text, mute) in mutes {
            if let issue = grouping.issue(of: text) { words[issue.id, default: Words()].mute = mute }
        }
        return words
    }
}

extension Record {
    /// What a decision means for the grouping: each of its texts with the other one.
    fileprivate var decisions: [IssueDecisions.Decision] {
        if case .erasure(let erasure) = facts.body {
            return erasure.texts.flatMap { kept -> [IssueDecisions.Decision] in
                guard let other = RecordID(bytes: kept.other) else { return [] }
                return kept.textIds.compactMap { RecordID(bytes: $0) }.map { .merge(other, $0) }
            }
        }
        let decision = facts.issueDecision
        let texts = decision.texts.compactMap { RecordID(bytes: $0) }
        let other = RecordID(bytes: decision.other)
        switch (decision.kind, other) {
        case (.confirm, _): return [.confirm(texts)]
        case (.merge, _): return texts.dropFirst().map { .merge(texts[0], $0) }
        case (.split, let other?): return texts.isEmpty ? [] : [.split(texts, from: other)]
        case (.pin, let other?): return texts.map { .pin($0, to: other) }
        case (.unlike, let other?): return texts.map { .unlike($0, other) }
        default: return []
        }
    }
}
