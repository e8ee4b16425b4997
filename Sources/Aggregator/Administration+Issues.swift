import Digests
import Foundation
import Handbooks
import Platform
package import Records
package import struct Records.Record
import Replication
import Storage

/// `issue.decide`: what a person decides about issues. Ids may be shortened as long as they stay unique.
package struct IssueDecisionRequest: Codable, Sendable {
    package enum Kind: String, Codable, Sendable {
        /// `issues` become one.
        case merge
        /// `records` leave `issues[0]` and are one of their own.
        case split
        /// `records` belong to `issues[0]`.
        case pin
        /// `records[0]` tells of something else than the others.
        case unlike
        /// The records of `issues[0]` are one issue, and show what belongs to it.
        case confirm
        /// `issues[0]` is called `words`.
        case rename
        /// `issues[0]` raises no flag up to `until`, because of `words`.
        case mute
        /// The decision `records[0]` is taken back.
        case revoke
    }

    package var kind: Kind
    package var issues: [String]
    package var records: [String]
    /// The new title, or the reason.
    package var words: String
    /// A date such as 2026-12-31.
    package var until: String?

    package init(_ kind: Kind, issues: [String] = [], records: [String] = [], words: String = "", until: String? = nil)
    {
        self.kind = kind
        self.issues = issues
        self.records = records
        self.words = words
        self.until = until
    }
}

/// A decision as it stands.
package struct IssueDecisionReport: Codable, Sendable {
    package var id: RecordID
    package var kind: String
    package var author: String
    package var at: String
    package var texts: [RecordID]
    package var other: RecordID?
    package var until: String?
    package var words: String
}

extension Administration {
    /// Greatest number of texts that one decision names.
    private static let mostTexts = 1000

    /// Writes a decision down in headquarters' own log. It counts from the next grouping on, which begins at once.
    func decide(_ request: IssueDecisionRequest, by administrator: Administrator) async throws -> OwnRecordAnswer {
        let now = SystemClock.wall
        var facts = Facts()
        facts.author = administrator.name
        facts.occurredAt = now.milliseconds
        facts.recordedAt = now.milliseconds
        facts.handbook = await fold.handbook.version
        facts.issueDecision = try await decision(request)
        var personal = Personal()
        personal.text = request.words
        guard facts.issueDecision.texts.count <= Self.mostTexts else {
            throw RequestFailure("at most \(Self.mostTexts) records in one decision")
        }
        return try await write(SiteLog.Draft(facts: facts, personal: personal))
    }

    private func decision(_ request: IssueDecisionRequest) async throws -> IssueDecision {
        let issues = try request.issues.map(issueID)
        let needs = { (isEnough: Bool, what: String) throws in
            if !isEnough { throw RequestFailure("\(request.kind.rawValue) needs \(what)") }
        }
        var decision = IssueDecision()
        switch request.kind {
        case .merge:
            try needs(Set(issues).count >= 2, "two issues or more")
            decision.kind = .merge
            decision.texts = issues.map(\.data)
        case .split, .pin:
            try needs(issues.count == 1 && !request.records.isEmpty, "an issue and records")
            decision.kind = request.kind == .split ? .split : .pin
            let records = try request.records.map(recordID)
            decision.texts = records.map(\.data)
            decision.other = try other(issues[0], than: records).data
        case .unlike:
            let records = try request.records.map(recordID)
            try needs(Set(records).count >= 2, "two records or more")
            decision.kind = .unlike
            decision.texts = records.dropFirst().map(\.data)
            decision.other = records[0].data
        case .confirm:
            try needs(issues.count == 1, "an issue")
            decision.kind = .confirm
            // Of very many the latest: they show what it is as well.
            decision.texts = try views.members(of: issues[0]).suffix(Self.mostTexts).map(\.text.data)
        case .rename:
            try needs(issues.count == 1 && !request.words.isEmpty, "an issue and a title")
            guard request.words.utf8.count <= 400 else { throw RequestFailure("the title is longer than 400 bytes") }
            decision.kind = .rename
            decision.texts = [issues[0].data]
        case .mute:
            try needs(issues.count == 1 && !request.words.isEmpty, "an issue, an end and a reason")
            decision.kind = .mute
            decision.texts = [issues[0].data]
            let windows = try views.windows(of: issues[0])
            decision.complainants = UInt32(windows.map(\.complainants).max() ?? 0)
            let zone = await fold.handbook.zone
            guard let until = request.until.flatMap({ Timestamp($0, in: zone) }), until > SystemClock.wall else {
                throw RequestFailure("mute needs an end that is still to come, such as 2026-12-31")
            }
            decision.until = until.milliseconds
        case .revoke:
            try needs(request.records.count == 1, "the id of a decision")
            let wanted = request.records[0].lowercased()
            let found = await fold.decided.filter { $0.id.description.hasPrefix(wanted) }
            guard found.count == 1 else {
                throw RequestFailure("there is no single decision \(wanted) that holds; see `huiyin issue decisions`")
            }
            decision.kind = .revoke
            decision.revoked = found[0].id.data
        }
        return decision
    }

    /// The decisions that hold, the latest first.
    func listDecisions() async -> [IssueDecisionReport] {
        await fold.decided.reversed().map { record in
            let decision = record.facts.issueDecision
            return IssueDecisionReport(
                id: record.id, kind: decision.kind.word, author: record.facts.author, at: record.occurred.rfc3339,
                texts: decision.texts.compactMap { RecordID(bytes: $0) }, other: RecordID(bytes: decision.other),
                until: decision.kind == .mute ? Timestamp(milliseconds: decision.until).rfc3339 : nil,
                words: CustomerText.presentable(record.personal?.text ?? "", limit: 120))
        }
    }

    /// What people decided of texts, the latest last.
    func decisionsByText() async -> [RecordID: [IssueMemberDecision]] {
        var found: [RecordID: [IssueMemberDecision]] = [:]
        for record in await fold.decided {
            let decision = record.facts.issueDecision
            // Title and muting are of the issue, not of one text.
            guard decision.kind != .rename, decision.kind != .mute else { continue }
            let told = IssueMemberDecision(
                id: record.id, kind: decision.kind.word, author: record.facts.author, at: record.occurred.rfc3339)
            for text in decision.texts.compactMap({ RecordID(bytes: $0) }) { found[text, default: []].append(told) }
        }
        return found
    }

    private func issueID(_ text: String) throws -> RecordID {
        guard let issue = try views.issue(prefix: text) else {
            throw RequestFailure("there is no single issue whose id begins with \(text); see `huiyin issue list`")
        }
        return issue.id
    }

    private func recordID(_ text: String) throws -> RecordID {
        guard let id = try views.textID(prefix: text) else {
            throw RequestFailure(
                "there is no single complaint or visit whose id begins with \(text); see `huiyin issue show`")
        }
        return id
    }

    /// A text that stands for an issue and is none of these.
    private func other(_ issue: RecordID, than records: [RecordID]) throws -> RecordID {
        if !records.contains(issue) { return issue }
        guard let other = try views.members(of: issue).map(\.text).first(where: { !records.contains($0) }) else {
            throw RequestFailure("these are all records of that issue")
        }
        return other
    }
}

extension IssueDecision.Kind {
    /// Stable, lower-case ASCII.
    fileprivate var word: String {
        switch self {
        case .merge: "merge"
        case .split: "split"
        case .pin: "pin"
        case .unlike: "unlike"
        case .confirm: "confirm"
        case .rename: "rename"
        case .mute: "mute"
        case .revoke: "revoke"
        case .unspecified, .UNRECOGNIZED: "unknown"
        }
    }
}
