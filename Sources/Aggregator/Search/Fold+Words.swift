import Records
import struct Records.Record
import Rules
import Search
import Storage

/// The words of what was folded, as they are searched.
///
/// They follow the fold at a distance: flags wait for no index, and who searches waits until it has caught up. What becomes of
/// a record afterwards (a correction, a retraction, an erasure) changes its words in the transaction that folds it.
extension Fold {
    /// Greatest number of entries that become searchable in one transaction.
    static let searchBatch = 500

    /// Returns when everything that was folded can be searched.
    func searchable() async throws {
        await caughtUp()
        while try indexWords() { await Task.yield() }
    }

    /// Makes some of what was folded searchable, and takes what was erased from the pages of the index. True when there is more.
    func indexWords() throws -> Bool {
        guard !isEnding.isSet else { return false }
        let searched = try views.searched()
        for (log, cursor) in try views.cursors().sorted(by: { $0.key < $1.key }) {
            let from = searched[log] ?? .zero
            guard from < cursor.sequence else { continue }
            let end = min(cursor.sequence, SequenceNumber(from.value + UInt64(Self.searchBatch)))
            let entries = try store.entries(of: log, after: from, limit: Int(end.value - from.value))
            try views.write { writer in
                for stored in entries { try addWords(of: stored, in: log, writer) }
                try writer.noteSearched(log, upTo: end)
            }
            return true
        }
        guard try views.isUnscrubbed(), try views.write({ try $0.scrub() }) else { return false }
        views.forgetOldPages()
        return false
    }

    private func addWords(of stored: RecordStore.StoredEntry, in log: Int64, _ writer: ViewWriter) throws {
        guard !stored.entry.damaged, let owner = store.owner(of: log),
            // What cannot be read was noted when it was folded.
            let record = try? Record(
                stored.entry, site: owner.site, epoch: owner.epoch, sequence: stored.sequence),
            let row = try writer.existing(record.id), row.log == log, row.sequence == stored.sequence
        else { return }
        try addWords(of: row, erasures: erasures, writer)
    }

    /// Adds a record's words as it stands, where it has any.
    private func addWords(of row: RecordRow, erasures: Erasures, _ writer: ViewWriter) throws {
        guard row.kind.searched != nil, !row.isRetracted, let words = try words(of: row, erasures) else { return }
        let normalised = SearchText.normalised(words)
        guard !normalised.isEmpty else { return }
        let terms = SearchText(normalised: normalised).terms
        _ = try writer.addWords(normalised, terms: terms, of: row.id, at: row.place)
    }

    /// What people wrote in a record, with its correction; nil where that is erased.
    private func words(of row: RecordRow, _ erasures: Erasures) throws -> [String]? {
        guard let written = try record(at: row.place), erasures.erasure(of: written) == nil else { return nil }
        guard let place = row.correction else { return written.words }
        guard let correction = try record(at: place), erasures.erasure(of: correction) == nil else { return nil }
        return written.corrected(by: correction).words
    }

    /// Follows what the batch made of records whose words may be searched already.
    func settleWords(_ batch: FoldBatch, _ writer: ViewWriter) throws {
        guard !batch.reworded.isEmpty else { return }
        let searched = try writer.searched()
        for place in batch.reworded {
            if let words = try writer.words(at: place) {
                try writer.removeWords(at: place, terms: SearchText(normalised: words).terms)
                if !batch.erased.isEmpty { try writer.noteUnscrubbed() }
            }
        }
        for id in Set(batch.rewordedRecords).sorted() {
            // What cannot be searched yet comes when its place is reached.
            guard let row = try writer.existing(id), row.sequence <= searched[row.log] ?? .zero else { continue }
            try addWords(of: row, erasures: batch.erasures, writer)
        }
    }
}

extension FoldBatch {
    /// The words of a record changed, or it has another place.
    mutating func noteReworded(_ row: RecordRow) {
        reworded.append(row.place)
        rewordedRecords.append(row.id)
    }
}

extension RecordRow.Kind {
    /// The kind of record in whose words people look; nil of what has none, or is found by what it changed.
    var searched: RecordKind? {
        switch self {
        case .visit: .visit
        case .complaint: .complaint
        case .step: .step
        case .survey: .survey
        case .customer: .customer
        case .load: .load
        case .action: .action
        case .lesson: .lesson
        case .progress: .progress
        case .correction, .retraction, .merge, .unmerge, .erasure, .handbook, .issueDecision: nil
        }
    }
}

extension Record {
    /// Everything in it that people wrote, one after the other; who the customer is, is no part of it.
    var words: [String] {
        guard let personal else { return [] }
        let single = [personal.subject, personal.text, personal.told, personal.uses, personal.reason]
        return (single + personal.problemTexts + personal.helpNeeded + personal.whys).filter { !$0.isEmpty }
    }
}
