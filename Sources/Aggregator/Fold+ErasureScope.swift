import Foundation
import Records
import struct Records.Record
import Replication
import Rules
import Storage

/// What an erasure of one customer takes.
struct ErasureScope: Sendable {
    /// Greatest numbers of records and of texts that one erasure names; of more there are several.
    private static let most = (records: 5000, texts: 20_000)
    /// Of an issue's texts that keep their words so many are named: a larger one holds together by itself.
    fileprivate static let mostKept = 200

    /// Every exact key of the customer that is known.
    var tokens: [CustomerToken]
    /// Whose personal parts are still here, in the order of their ids.
    var records: [RecordID] = []
    var erasedBefore = 0
    var complaints = 0
    var sites: [SiteID: Int] = [:]
    var months: Set<Month> = []
    /// How issues may have been announced in the customer's words.
    var titles: Set<String> = []
    fileprivate(set) var words: [RecordID: ErasedWords] = [:]
    fileprivate(set) var texts: [ErasedTexts] = []

    /// The erasures to be written, each within an entry's bounds.
    var erasures: [Erasure] {
        var (records, texts) = (records[...], texts[...])
        var erasures: [Erasure] = []
        repeat {
            var erasure = Erasure()
            let part = records.prefix(Self.most.records)
            erasure.recordIds = part.map(\.data)
            erasure.customerTokens = tokens
            erasure.words = part.compactMap { words[$0] }
            records = records.dropFirst(part.count)
            var count = 0
            while let next = texts.first, count == 0 || count + next.textIds.count <= Self.most.texts {
                erasure.texts.append(next)
                count += next.textIds.count
                texts = texts.dropFirst()
            }
            erasures.append(erasure)
        } while !records.isEmpty || !texts.isEmpty
        return erasures
    }
}

extension Fold {
    /// Finds everything that was written down about a customer: under any of their exact keys, and what belongs to it.
    /// - Parameter record: one of their records; alone, where it is anonymous.
    func erasureScope(of tokens: [CustomerToken], record: RecordID?) throws -> ErasureScope {
        try views.write { writer in
            var rows: [RecordID: RecordRow] = [:]
            var known = Dictionary(tokens.map { ($0.value, $0) }, uniquingKeysWith: { first, _ in first })
            if let record, let row = try writer.existing(record), let named = try self.record(row) {
                rows[record] = row
                for token in named.allCustomerTokens { known[token.value] = token }
            }
            let values = try writer.tokens(sharedWith: known.keys.sorted { $0.lexicographicallyPrecedes($1) })
            for value in values {
                for row in try writer.rows(under: value) { rows[row.id] = row }
            }
            var waiting = Array(rows.keys)
            while let id = waiting.popLast() {
                for row in try writer.rows(concerning: id) where rows.updateValue(row, forKey: row.id) == nil {
                    waiting.append(row.id)
                }
            }
            var scope = ErasureScope(tokens: [])
            try fill(&scope, rows.values.sorted { $0.id < $1.id }, Set(values), &known, writer)
            scope.tokens = values.compactMap { known[$0] }
            return scope
        }
    }

    private func fill(
        _ scope: inout ErasureScope, _ rows: [RecordRow], _ values: Set<Data>, _ known: inout [Data: CustomerToken],
        _ writer: ViewWriter
    ) throws {
        var sameWords: [Int64: [RecordID]] = [:]
        for row in rows {
            guard let record = try record(at: row.place) else { continue }
            for token in record.allCustomerTokens where values.contains(token.value) { known[token.value] = token }
            guard let personal = record.personal else {
                scope.erasedBefore += 1
                continue
            }
            scope.records.append(row.id)
            scope.sites[row.site, default: 0] += 1
            scope.months.insert(Month(index: row.month))
            if row.kind == .complaint { scope.complaints += 1 }
            let standing = try self.record(row) ?? record
            for text in SourcedText.texts(of: standing) + SourcedText.texts(of: record) {
                scope.titles.insert(text.announcedTitle)
            }
            if let key = row.textKey { sameWords[key, default: []].append(row.id) }
            if !personal.helpNeeded.isEmpty {
                scope.words[row.id, default: ErasedWords(of: row.id)].helpNeeded = UInt32(personal.helpNeeded.count)
            }
        }
        for (_, ids) in sameWords where ids.count > 1 {
            // Says that they are the same, and nothing of what they are.
            let number = Int64.random(in: 1...Int64.max)
            for id in ids { scope.words[id, default: ErasedWords(of: id)].sameWords = number }
        }
        scope.texts = try keptTexts(Set(scope.records), writer)
    }

    /// What keeps each issue together without the words that go: its texts, those that were erased before included, as the text
    /// that they were kept by may go now.
    private func keptTexts(_ records: Set<RecordID>, _ writer: ViewWriter) throws -> [ErasedTexts] {
        var issues: Set<RecordID> = []
        for id in records.sorted() { issues.formUnion(try writer.issues(ofRecord: id)) }
        return try issues.sorted().compactMap { issue in
            let members = try writer.issueMembers(issue)
            let gone = members.filter { records.contains($0.record) || erasures.name($0.record) }
            let isGone = Set(gone.map(\.text))
            guard let other = (members.first { !isGone.contains($0.text) } ?? members.first)?.text else { return nil }
            var kept = ErasedTexts()
            let left = members.filter { !isGone.contains($0.text) }.prefix(ErasureScope.mostKept)
            kept.textIds = (gone + left).map(\.text).filter { $0 != other }.map(\.data)
            kept.other = other.data
            return kept.textIds.isEmpty ? nil : kept
        }
    }

    /// Every erasure that has effect, the newest first, and the sites that hold some of it and have not taken it.
    func erasureStatuses() throws -> [ErasureStatus] {
        let outboxes = try store.outboxes()
        return try views.write { writer in
            try store.orderedErasures().filter { erasures.isKnown($0.id) }.map { erasure in
                let ids = erasure.facts.erasure.recordIds.compactMap { RecordID(bytes: $0) }
                var holders = Set(try writer.sites(acquaintedWith: erasure.facts.erasure.customerTokens))
                for id in ids {
                    if let row = try writer.existing(id) { holders.insert(row.site) }
                    holders.formUnion(try store.recipients(of: id))
                }
                let places = try store.places(of: erasure.id)
                let pending = holders.filter { site in
                    guard site != .headquarters else { return false }
                    guard let place = places[site], let outbox = outboxes[site] else { return true }
                    return outbox.acknowledged < place
                }
                return ErasureStatus(
                    id: erasure.id, at: erasure.recorded.rfc3339, author: erasure.facts.author, records: ids.count,
                    pending: pending.map(\.text).sorted())
            }.sorted { ($0.at, $0.id) > ($1.at, $1.id) }
        }
    }
}

extension ErasedWords {
    fileprivate init(of record: RecordID) {
        self.init()
        recordID = record.data
    }
}
