import Foundation
import GRDB
import Handbooks
import Records
import struct Records.Record
import Rules
import Storage

/// Corrections and retractions: what they name changes its row, and with it its case, its month and its texts.
extension Fold {
    /// A retraction of a retraction of … is followed so far.
    private static let depth = 8

    /// Looks at the amendments of the batch's records. Whether the record or its amendment came first makes no difference.
    func settleAmendments(_ batch: inout FoldBatch, _ writer: ViewWriter) throws {
        for id in batch.unsettled.sorted() { try settle(id, &batch, writer, depth: 0) }
    }

    private func settle(_ id: RecordID, _ batch: inout FoldBatch, _ writer: ViewWriter, depth: Int) throws {
        guard depth < Self.depth, let row = try writer.existing(id), let base = try record(at: row.place) else {
            return
        }
        let amendments = try amendments(of: id, writer, depth: 0)
        var standing = Amendments(amendments.map(\.record)).standing(of: base)
        if batch.erasures.erasure(of: base) != nil { standing.record.personal = nil }
        let correction = amendments.first { $0.record.id == standing.correction }
        var settled = RecordRow(
            standing.record, row.kind, at: row.place, received: row.received, zone: handbook.zone)
        settled.textKey = settled.textKey ?? batch.erasures.textKey(of: id)
        settled.isRetracted = standing.retraction != nil
        settled.correction = correction?.row.place
        try setProposals(standing, row, writer)
        for amendment in [standing.retraction, standing.correction].compactMap(\.self) {
            batch.amended.append((target: id, amendment: amendment))
        }
        if settled != row { try replace(row, by: settled, standing, &batch, writer) }
        // An amendment that does not count any more, or counts again, changes what it amended.
        if let target = row.target { try settle(target, &batch, writer, depth: depth + 1) }
    }

    private func replace(
        _ row: RecordRow, by settled: RecordRow, _ standing: Amendments.Standing, _ batch: inout FoldBatch,
        _ writer: ViewWriter
    ) throws {
        try writer.replace(settled)
        batch.noteReworded(row)
        batch.months.formUnion([Month(index: row.month), Month(index: settled.month)])
        for id in [row.caseID, settled.caseID].compactMap(\.self) {
            batch.touchedCases.insert(id)
            batch.causes[id] = standing.retraction ?? standing.correction
        }
        batch.complaints[row.id] = nil
        batch.touchedCustomers.formUnion([row.token, settled.token].compactMap(\.self))
        if !settled.isRetracted { batch.noteKeyAccount(standing.record) }
        if row.kind == .load { batch.loads.insert(row.id) }
        if row.kind == .customer { batch.profiled.formUnion([row.token, settled.token].compactMap(\.self)) }
        if row.kind == .complaint || row.kind == .visit {
            batch.retold[row.id] = settled.isRetracted ? [] : SourcedText.texts(of: standing.record)
        }
    }

    /// Everything that names a record, and what names that, and so on.
    private func amendments(
        of id: RecordID, _ writer: ViewWriter, depth: Int
    ) throws -> [(row: RecordRow, record: Record)] {
        guard depth < Self.depth else { return [] }
        return try writer.amendments(of: id).flatMap { row in
            guard let record = try record(at: row.place) else { return [(row: RecordRow, record: Record)]() }
            return try [(row, record)] + amendments(of: row.id, writer, depth: depth + 1)
        }
    }

    private func setProposals(_ standing: Amendments.Standing, _ row: RecordRow, _ writer: ViewWriter) throws {
        let subject = Flag.identity(.amendmentProposed, subject: row.id.description, key: "subject")
        let wanted = try standing.proposals.map { proposal in
            try FlagRow(Flag.proposal(proposal, for: row.id, of: row.site), subject: subject)
        }
        try writer.setFlags(wanted, of: subject) { $0.withdrawn(by: standing.retraction ?? standing.correction) }
    }
}
