import Foundation
import GRDB
import Records
import struct Records.Record
import Rules
import Storage

/// Erasures in the views: words go from everywhere, whatever counts still counts. Whether an erasure or what it takes came
/// first makes no difference.
extension Fold {
    /// All erasures are known before anything is folded: what is without words because of them is then never taken for withheld,
    /// in whatever order the logs are folded.
    func loadErasures(_ ordered: [Record]) throws {
        for record in try ordered + store.orderedErasures() { erasures.add(record) }
    }

    /// Carries out what the batch brought: erasures take what is here already, and what came in is taken by those known.
    func settleErasures(_ batch: inout FoldBatch, _ writer: ViewWriter) throws {
        for erasure in batch.orderedErasures {
            for row in try reached(by: erasure, writer) { try erase(row, &batch, writer) }
        }
        batch.orders += try Set(batch.erased.map(\.erasure)).sorted().compactMap { try writer.existing($0) }
        // Before the cursor moves: a crash in between does it again, which changes nothing.
        try store.erase(batch.erased)
        guard batch.sawErasure else { return }
        for withheld in try writer.withheld() {
            let place = RecordRow.Place(log: withheld.log, sequence: withheld.sequence, clockOffset: .zero)
            guard let record = try record(at: place), batch.erasures.account(for: record) else { continue }
            try writer.settle(withheld)
            let subject = Flag.identity(.entryWithheld, subject: withheld.id.description, key: "")
            try writer.setFlags([], of: subject) { $0.withdrawn(by: nil) }
            batch.months.insert(Month(index: withheld.month))
        }
        try setRequestFlags(batch, writer)
    }

    /// The records in the views that an erasure may take.
    private func reached(by erasure: Record, _ writer: ViewWriter) throws -> [RecordRow] {
        var found: [RecordID: RecordRow] = [:]
        for id in erasure.facts.erasure.recordIds.compactMap({ RecordID(bytes: $0) }) {
            if let row = try writer.existing(id) { found[id] = row }
            for row in try writer.rows(concerning: id) { found[row.id] = row }
        }
        for token in erasure.facts.erasure.customerTokens {
            for row in try writer.rows(under: token.value) { found[row.id] = row }
        }
        return found.values.sorted { $0.id < $1.id }
    }

    private func erase(_ row: RecordRow, _ batch: inout FoldBatch, _ writer: ViewWriter) throws {
        guard var record = try record(row), let written = try self.record(at: row.place),
            let erasure = batch.erasures.erasure(of: written)
        else { return }
        batch.erased.append(RecordStore.ErasedEntry(log: row.log, sequence: row.sequence, erasure: erasure))
        record.personal = nil
        var left = row
        left.textKey = batch.erasures.textKey(of: row.id)
        if left != row { try writer.replace(left) }
        batch.noteReworded(row)
        // The words of a correction stand in what it corrects.
        if let target = try row.target.flatMap({ try writer.existing($0) }) { batch.noteReworded(target) }
        batch.complaints[row.id]?.personal = nil
        batch.texts.removeAll { $0.record == row.id }
        if !row.isRetracted, row.kind == .complaint || row.kind == .visit {
            batch.retold[row.id] = SourcedText.texts(of: record)
        }
    }

    /// A site may ask for an erasure, which only headquarters can order: a flag until all that it names is erased.
    private func setRequestFlags(_ batch: FoldBatch, _ writer: ViewWriter) throws {
        for row in try writer.requestedErasures() {
            guard let request = try record(at: row.place) else { continue }
            let open = request.facts.erasure.recordIds.compactMap { RecordID(bytes: $0) }
                .filter { !batch.erasures.name($0) }
            let subject = Flag.identity(.amendmentProposed, subject: row.id.description, key: "erasure")
            let flags = try open.prefix(1).map { id in
                try FlagRow(Flag.proposal(request, for: id, of: request.site), subject: subject)
            }
            try writer.setFlags(row.isRetracted ? [] : flags, of: subject) { $0.withdrawn(by: nil) }
        }
    }
}

extension RecordStore {
    /// The erasures in headquarters' own logs, as far as they are here.
    func orderedErasures() throws -> [Record] {
        var found: [Record] = []
        for log in try storedLogs() where log.site == .headquarters {
            var after = SequenceNumber.zero
            while case let entries = try entries(of: log.number, after: after, limit: Fold.batch),
                let last = entries.last
            {
                for stored in entries {
                    guard
                        // What this version cannot read is no erasure that it could carry out.
                        let record = try? Record(
                            stored.entry, site: log.site, epoch: log.durable.epoch, sequence: stored.sequence),
                        case .erasure = record.facts.body
                    else { continue }
                    found.append(record)
                }
                after = last.sequence
            }
        }
        return found
    }
}

extension FoldBatch {
    /// Whether anything came in that may settle what was open: an erasure, or a request for one.
    fileprivate var sawErasure: Bool { !orderedErasures.isEmpty || orders.contains { $0.kind == .erasure } }

    /// Takes away a personal part that is to be gone; notes one that is gone without an erasure that accounts for it.
    mutating func settlePersonalPart(of record: inout Record, _ writer: ViewWriter) throws {
        if let erasure = erasures.erasure(of: record) {
            if record.personal != nil {
                erased.append(
                    RecordStore.ErasedEntry(log: log.number, sequence: record.sequence, erasure: erasure))
            }
            record.personal = nil
        } else if record.personal == nil, !erasures.account(for: record) {
            let month = Month(of: record.occurred, in: zone)
            try writer.note(
                ViewWriter.Withheld(
                    id: record.id, log: log.number, sequence: record.sequence, site: log.site, month: month.index))
            let flag = Flag.entryWithheld(record)
            try writer.setFlags([try FlagRow(flag, subject: flag.id)], of: flag.id) { $0.withdrawn(by: nil) }
        }
    }

    /// An erasure came in.
    mutating func noteErasure(_ record: Record) {
        guard erasures.add(record) else { return }
        orderedErasures.append(record)
        // Its texts stay in their issues.
        decisions.append(record)
    }
}

extension Erasures {
    /// Stands for the words of an erased complaint, so that the same complaint made twice is still one.
    func textKey(of record: RecordID) -> Int64? {
        remains(of: record).flatMap { $0.sameWords == 0 ? nil : $0.sameWords }
    }
}

extension Flag {
    /// That an entry came without its personal part, and no erasure accounts for it.
    fileprivate static func entryWithheld(_ record: Record) -> Flag {
        Flag(
            .entryWithheld, subject: record.id.description, sites: [record.site], at: record.recorded,
            evidence: [record.id])
    }
}
