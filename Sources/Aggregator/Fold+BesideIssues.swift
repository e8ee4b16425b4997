import Digests
import Foundation
import Records
import Recurrence
import Replication
import Storage

/// What a grouping finds beside issues. None of it counts for the hot rule.
struct BesideIssues: Sendable {
    /// The same kind of problem at different places.
    var patterns: [KindPattern] = []
    /// One place with different kinds of problems.
    var hotSpots: [HotSpot] = []
    /// Texts that may belong to an issue that people confirmed.
    var doubts: [IssueDoubt] = []

    init() {}

    init(_ grouping: IssueGrouping) {
        patterns = grouping.patterns
        hotSpots = grouping.hotSpots
        doubts = grouping.doubts
    }
}

extension Fold {
    /// Greatest number of records that are named.
    private static let namedRecords = 20
    /// Greatest number of patterns and of hot spots that are told of one issue, and of doubts.
    private static let toldRelated = 3
    private static let toldDoubts = 10

    /// The same kind of problem at different places; or one place with different kinds. The largest first.
    func related(_ kind: IssueListRequest.Related, limit: Int) -> [RelatedTextsReport] {
        found(kind).prefix(limit).compactMap { report(kind, $0.words, $0.members) }
    }

    /// The largest patterns and hot spots that these texts take part in, but for those that have no other text.
    func related(to texts: [RecordID]) -> [RelatedTextsReport] {
        let own = Set(texts)
        return [IssueListRequest.Related.patterns, .hotSpots].flatMap { kind in
            found(kind).lazy.filter { !own.isDisjoint(with: $0.members) && !own.isSuperset(of: $0.members) }
                .prefix(Self.toldRelated).compactMap { self.report(kind, $0.words, $0.members) }
        }
    }

    /// What may belong to an issue that people confirmed, the likeliest first.
    func doubts(of issue: RecordID) -> [IssueDoubtReport] {
        recurrence.beside.doubts.filter { $0.issue.earliest == issue }
            .sorted { ($1.confidence, $0.record) < ($0.confidence, $1.record) }.prefix(Self.toldDoubts)
            .compactMap { doubt in
                guard let text = recurrence.texts[doubt.record] else { return nil }
                let words = [text.text.title, text.text.body].filter { !$0.isEmpty }.joined(separator: " — ")
                return IssueDoubtReport(
                    record: text.record, confidence: doubt.confidence,
                    text: CustomerText.presentable(words, limit: 120))
            }
    }

    private func found(_ kind: IssueListRequest.Related) -> [(words: [String], members: [RecordID])] {
        let found =
            switch kind {
            case .patterns: recurrence.beside.patterns.map { (words: $0.kinds, members: $0.members) }
            case .hotSpots: recurrence.beside.hotSpots.map { (words: [$0.place], members: $0.members) }
            }
        return found.sorted { ($1.members.count, $0.members[0]) < ($0.members.count, $1.members[0]) }
    }

    /// Nil when none of the texts is known any more.
    private func report(
        _ kind: IssueListRequest.Related, _ words: [String], _ members: [RecordID]
    ) -> RelatedTextsReport? {
        let texts = members.compactMap { recurrence.texts[$0] }
        guard let first = texts.map(\.text.time).min(), let last = texts.map(\.text.time).max() else { return nil }
        return RelatedTextsReport(
            kind: kind == .patterns ? "pattern" : "hot_spot",
            words: words.map { CustomerText.presentable($0, limit: 40) }, occurrences: texts.count,
            sites: Set(texts.map(\.text.site)).sorted(), firstSeen: Timestamp(milliseconds: first).rfc3339,
            lastSeen: Timestamp(milliseconds: last).rfc3339, records: texts.prefix(Self.namedRecords).map(\.record))
    }
}
