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

    /// The texts of a record: a complaint's words, or each problem met in a visit. Of an erased record they have no words, and
    /// are there all the same: whatever counts them still does.
    static func texts(of record: Record) -> [SourcedText] {
        let token = record.facts.customerTokens.first?.value
        switch record.facts.body {
        case .complaint(let complaint):
            let text = IssueText(
                id: record.id, time: record.occurred.milliseconds, site: record.site.text,
                title: record.personal?.subject ?? "", body: record.personal?.text ?? "",
                category: complaint.category.nonEmpty, product: complaint.product.nonEmpty)
            return [SourcedText(text: text, record: record.id, token: token, isComplaint: true)]
        case .visit(let visit):
            let words = record.personal?.problemTexts ?? visit.problems.map { _ in "" }
            return zip(visit.problems, words).enumerated().map { index, problem in
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

extension SourcedText {
    /// The texts in canonical order, each with the person that its exact key belongs to.
    static func settled(_ texts: [SourcedText], customers: [Data: Data]) -> [SourcedText] {
        texts.map { sourced in
            var sourced = sourced
            sourced.text.complainant = sourced.token.flatMap { customers[$0] }.map(name)
            return sourced
        }.sorted { IssueText.precedes($0.text, $1.text) }
    }

    /// What a person is called here: its least exact key in hexadecimal digits.
    static func name(_ customer: Data) -> String {
        customer.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension String {
    /// Nil when empty.
    var nonEmpty: String? { isEmpty ? nil : self }
}

/// Keeps the texts that the grouping works on, and decides when they are grouped anew.
///
/// A text that comes in is assigned at once by the index of the last grouping; the next grouping, which goes on beside the
/// fold, settles where everything belongs.
struct RecurrenceKeeper: Sendable {
    /// Greatest number of texts; the oldest ones go first.
    static let bound = 200_000
    /// Grouping takes at most this part of the time unless somebody waits: after a run of one second there are none for three.
    static let rest = 3
    /// Greatest number of texts that wait to be assigned; in a flood the next grouping does it for all.
    static let waiting = 5_000

    private(set) var texts: [RecordID: SourcedText] = [:]
    /// Assigns what comes in; nil until the first grouping is done.
    var index: IssueIndex?
    /// What is written of each issue, as a digest; `Self.unknown` where only the next grouping knows what should be.
    var written: [RecordID: Int] = [:]
    /// Complaints that one customer made again, and the issue of both: their steps decide what the later one is.
    var repeated: [RecordID: RecordID] = [:]
    /// What people decided about issues.
    private(set) var decided = DecidedIssues()
    /// Issues that raise no flag for a time.
    var mutes: [RecordID: DecidedIssues.Mute] = [:]
    /// What the last grouping found beside issues.
    var beside = BesideIssues()
    /// What it learnt from the issues that people confirmed.
    var learnt: LearntIssues?
    /// What was last said of who is one, and no grouping has followed yet: it withdraws what no longer holds.
    private(set) var cause: RecordID?
    /// The same of the grouping under way.
    private(set) var causeUnderWay: RecordID?
    /// Something changed since the texts were last taken to be grouped.
    private(set) var isDirty = false
    private(set) var isGrouping = false
    /// The next grouping begins no earlier.
    private(set) var notBefore: Duration = .zero
    /// The views are being filled from the beginning: nothing is announced before they are whole.
    var isBuilding = true
    /// Texts that came in and were not assigned yet; the next one is `arrivals[assigned]`.
    private var arrivals: [RecordID] = []
    private var assigned = 0
    /// Texts that came in after those under way were taken.
    private var since: [RecordID] = []

    static let unknown = 0

    /// Whether anything is still to come of what is known.
    var isSettled: Bool { !isDirty && !isGrouping && assigned == arrivals.count && changedIssues.isEmpty }

    /// Issues whose members or cases changed since their life was looked at.
    private var changedIssues: Set<RecordID> = []

    mutating func issuesChanged(_ issues: some Sequence<RecordID>) { changedIssues.formUnion(issues) }

    mutating func takeChangedIssues(limit: Int) -> [RecordID] {
        let taken = Array(changedIssues.prefix(limit))
        changedIssues.subtract(taken)
        return taken.sorted()
    }

    mutating func add(_ new: [SourcedText]) {
        guard !new.isEmpty else { return }
        for text in new { texts[text.text.id] = text }
        isDirty = true
        let ids = new.map(\.text.id)
        if index != nil { wait(for: ids) }
        if isGrouping { since += ids }
        guard texts.count > Self.bound + Self.bound / 20 else { return }
        let kept = texts.values.sorted { IssueText.precedes($0.text, $1.text) }.suffix(Self.bound)
        texts = Dictionary(uniqueKeysWithValues: kept.map { ($0.text.id, $0) })
    }

    /// Takes the texts of records in the place of those that they had. What is said anew is not assigned but grouped: the
    /// index has it as it was.
    mutating func replace(_ retold: [RecordID: [SourcedText]]) {
        for (record, found) in retold {
            // The texts of a record have ids that count on from its own.
            var id = record
            while texts[id]?.record == record {
                texts[id] = nil
                id.low &+= 1
            }
            for text in found { texts[text.text.id] = text }
            isDirty = true
        }
    }

    /// - Parameter record: what people said of who is one, when it was that.
    mutating func customersChanged(by record: RecordID?) {
        isDirty = true
        if let record {
            cause = record
            notBefore = .zero
        }
    }

    mutating func meaningsChanged() { isDirty = isDirty || !texts.isEmpty }

    /// People decided something: it counts as soon as a grouping can begin.
    mutating func decide(_ decisions: [Record]) {
        guard !decisions.isEmpty else { return }
        decided.add(decisions)
        isDirty = true
        notBefore = .zero
    }

    /// Steps or visits of these cases came in. True when what other complaints are follows from one of them.
    mutating func casesChanged(_ cases: Set<RecordID>) -> Bool {
        let issues = cases.compactMap { repeated[$0] }
        for issue in issues { written[issue] = Self.unknown }
        if !issues.isEmpty { isDirty = true }
        return !issues.isEmpty
    }

    /// All texts were loaded and these issues are in the views. They are grouped once, which also makes the index.
    mutating func loaded(issues: [RecordID]) {
        isDirty = !texts.isEmpty || !issues.isEmpty
        for issue in issues { written[issue] = Self.unknown }
    }

    // MARK: Grouping

    /// - Parameter isAwaited: somebody waits for what comes out, so there is no rest.
    func mustRegroup(at uptime: Duration, isAwaited: Bool = false) -> Bool {
        isDirty && !isGrouping && (isAwaited || uptime >= notBefore)
    }

    /// Takes the texts to be grouped, in any order.
    mutating func beginGrouping() -> [SourcedText] {
        isDirty = false
        isGrouping = true
        since = []
        (causeUnderWay, cause) = (cause, nil)
        return Array(texts.values)
    }

    /// A grouping is in the views. What came in meanwhile is assigned by its index.
    mutating func grouped(_ index: IssueIndex, after duration: Duration, at uptime: Duration) {
        self.index = index
        isBuilding = false
        arrivals = []
        assigned = 0
        wait(for: since)
        endGrouping(after: duration, at: uptime)
    }

    /// A grouping came to nothing; it is tried again.
    mutating func failed(after duration: Duration, at uptime: Duration) {
        isDirty = true
        cause = cause ?? causeUnderWay
        endGrouping(after: duration, at: uptime)
    }

    /// No grouping begins before that.
    mutating func postpone(until uptime: Duration) { notBefore = uptime }

    private mutating func endGrouping(after duration: Duration, at uptime: Duration) {
        isGrouping = false
        since = []
        notBefore = uptime + duration * Self.rest
    }

    // MARK: Assigning

    private mutating func wait(for ids: [RecordID]) {
        if arrivals.count - assigned + ids.count > Self.waiting {
            arrivals = []
            assigned = 0
        } else {
            arrivals += ids
        }
    }

    /// The next texts to be assigned, and where each belongs.
    mutating func assign(limit: Int) -> [(text: SourcedText, assignment: IssueAssignment)] {
        let ids = arrivals[assigned...].prefix(limit)
        assigned += ids.count
        defer {
            if assigned == arrivals.count {
                arrivals = []
                assigned = 0
            }
        }
        return ids.compactMap { id in
            guard let text = texts[id], let assignment = index?.assign(text.text) else { return nil }
            return (text, assignment)
        }
    }
}
