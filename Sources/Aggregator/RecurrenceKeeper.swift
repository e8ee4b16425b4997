import Foundation
import Records
import struct Records.Record
import Recurrence

/// A text that may belong to an issue, with the record that it stands in.
struct SourcedText: Sendable {
    /// `complainant` is filled in when the texts are grouped.
    var text: IssueText
    var record: RecordID
    /// The first exact key of the customer.
    var token: Data?
    var isComplaint: Bool

    /// The texts of a record: a complaint's words, or each problem met in a visit.
    static func texts(of record: Record) -> [SourcedText] {
        let token = record.facts.customerTokens.first?.value
        switch record.facts.body {
        case .complaint(let complaint):
            guard let personal = record.personal else { return [] }
            let text = IssueText(
                id: record.id, time: record.occurred.milliseconds, site: record.site.text, title: personal.subject,
                body: personal.text, category: complaint.category.nonEmpty, product: complaint.product.nonEmpty)
            return [SourcedText(text: text, record: record.id, token: token, isComplaint: true)]
        case .visit(let visit):
            guard let personal = record.personal else { return [] }
            return zip(visit.problems, personal.problemTexts).enumerated().map { index, problem in
                // The first problem carries the record's own id; the next ones count on from it.
                let id = RecordID(high: record.id.high, low: record.id.low &+ UInt64(index))
                let text = IssueText(
                    id: id, time: record.occurred.milliseconds, site: record.site.text, body: problem.1,
                    category: problem.0.category.nonEmpty, product: problem.0.product.nonEmpty)
                return SourcedText(text: text, record: record.id, token: token, isComplaint: false)
            }
        default:
            return []
        }
    }
}

extension String {
    /// Nil when empty.
    var nonEmpty: String? { isEmpty ? nil : self }
}

/// Keeps the texts that the grouping works on, and decides when to group anew.
struct RecurrenceKeeper: Sendable {
    /// Greatest number of texts; the oldest ones go first.
    static let bound = 200_000
    /// Grouping takes at most this part of the time: after a run of one second there are none for three.
    static let rest = 3

    let grouper = IssueGrouper()
    private(set) var texts: [RecordID: SourcedText] = [:]
    /// Something changed since the last grouping.
    private(set) var isDirty = false
    /// The next grouping begins no earlier.
    private(set) var notBefore: Duration = .zero
    /// The views are being filled from the beginning: nothing is announced before they are whole.
    var isBuilding = true

    mutating func add(_ new: [SourcedText]) {
        guard !new.isEmpty else { return }
        for text in new { texts[text.text.id] = text }
        isDirty = true
        guard texts.count > Self.bound + Self.bound / 20 else { return }
        let kept = texts.values.sorted { IssueText.precedes($0.text, $1.text) }.suffix(Self.bound)
        texts = Dictionary(uniqueKeysWithValues: kept.map { ($0.text.id, $0) })
    }

    mutating func customersChanged() { isDirty = true }

    /// What was loaded at the start is grouped already, unless the last run ended before it was.
    mutating func loaded(isDirty: Bool) { self.isDirty = isDirty }

    func mustRegroup(at uptime: Duration) -> Bool { isDirty && uptime >= notBefore }

    mutating func regrouped(after duration: Duration, at uptime: Duration) {
        isDirty = false
        notBefore = uptime + duration * Self.rest
    }

    /// The texts in canonical order, each with the person that its exact key belongs to now.
    func settled(customers: [Data: Data]) -> [SourcedText] {
        texts.values.map { sourced in
            var sourced = sourced
            sourced.text.complainant = sourced.token.flatMap { customers[$0] }.map { data in
                data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            }
            return sourced
        }.sorted { IssueText.precedes($0.text, $1.text) }
    }
}
