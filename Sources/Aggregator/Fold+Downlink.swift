import Foundation
import GRDB
import Handbooks
import Logging
import Platform
import Records
import struct Records.Record
import Replication
import Rules
import Storage

/// What the fold hands on to the sites: see `Distribution` for the table.
///
/// The outboxes are written before the cursor moves: a crash in between hands the same records on again, which changes
/// nothing, as an outbox holds a record once.
extension Fold {
    /// Greatest number of a site's own records that it gets back after it lost its disk; the newest ones.
    private static let mostReturned = 50_000

    /// Hands on what the batch brought.
    func distribute(_ batch: FoldBatch, _ writer: ViewWriter) throws {
        var outgoing: [RecordStore.OutgoingRecord] = []
        for (_, evidence) in batch.shared.sorted(by: { $0.key < $1.key }) {
            outgoing += try deliveries(ofCase: evidence, writer, to: nil)
        }
        for row in batch.orders { outgoing += try deliveries(of: row, writer, to: nil) }
        for (target, amendment) in batch.amended {
            guard let row = try writer.existing(amendment), let named = try writer.existing(target) else { continue }
            outgoing += try deliveries(of: row, holders: holders(of: named), writer, to: nil)
        }
        guard !outgoing.isEmpty else { return }
        let heads = try store.deliver(outgoing)
        if !heads.isEmpty { onOutboxes(heads) }
    }

    /// Begins a site's outbox anew with everything that it needs.
    /// - Parameter logEpoch: the newest epoch of the site's own log; when the store has another one, the site may have lost it.
    func renewOutbox(of site: SiteID, logEpoch: Epoch) async throws -> OutboxSender.Outbox {
        let isLogNew = try store.storedLogs().contains {
            $0.site == site && $0.durable.epoch != logEpoch && $0.durable.sequence > .zero
        }
        // What is not folded yet is handed on when it is, but for the site's own.
        if isLogNew { await caughtUp() }
        var random = SystemRandomNumberGenerator()
        let records = try views.write { writer in try everything(for: site, isLogNew: isLogNew, writer) }
        let outbox = try store.renewOutbox(of: site, epoch: Epoch(using: &random), logEpoch: logEpoch, with: records)
        logger.notice(
            "an outbox was begun",
            metadata: ["site": "\(site)", "entries": "\(outbox.head.sequence)", "returned": "\(isLogNew)"])
        return outbox
    }

    private func everything(
        for site: SiteID, isLogNew: Bool, _ writer: ViewWriter
    ) throws -> [RecordStore.OutgoingRecord] {
        var outgoing: [RecordStore.OutgoingRecord] = []
        let orders = try writer.ordersForSites()
        // Of the handbooks only the one in force.
        for row in orders where row.kind != .handbook || row.id == published?.id {
            outgoing += try deliveries(of: row, writer, to: site)
        }
        if isLogNew { outgoing += try returned(to: site, writer) }
        for id in try writer.cases(sharedWith: site) {
            guard let evidence = try evidence(of: id, known: [:], writer) else { continue }
            outgoing += try deliveries(ofCase: evidence, writer, to: site)
        }
        return try outgoing + amendments(concerning: site, writer)
    }

    /// A site's own records, for a site that lost them.
    private func returned(to site: SiteID, _ writer: ViewWriter) throws -> [RecordStore.OutgoingRecord] {
        let now = SystemClock.wall
        let open = Set(try writer.openCases(of: site))
        var outgoing: [RecordStore.OutgoingRecord] = []
        for row in try writer.rows(of: site, limit: Self.mostReturned) {
            guard let record = try record(at: row.place) else { continue }
            let isOpen = row.caseID.map { open.contains($0) } ?? false
            guard Distribution.returns(record, isOfOpenCase: isOpen, at: now) else { continue }
            outgoing.append(RecordStore.OutgoingRecord(row, to: site, .returned))
        }
        return outgoing
    }

    /// What others changed of the records that a site wrote or was ever handed.
    private func amendments(
        concerning site: SiteID, _ writer: ViewWriter
    ) throws -> [RecordStore.OutgoingRecord] {
        var outgoing: [RecordStore.OutgoingRecord] = []
        for row in try writer.amendmentsInForce() where row.site != site {
            guard let target = row.target, let named = try writer.existing(target) else { continue }
            outgoing += try deliveries(of: row, holders: holders(of: named), writer, to: site)
        }
        return outgoing
    }

    /// The records of a case that others than their writers work on.
    /// - Parameter only: one site; nil for all.
    private func deliveries(
        ofCase evidence: CaseEvidence, _ writer: ViewWriter, to only: SiteID?
    ) throws -> [RecordStore.OutgoingRecord] {
        var circumstances = Distribution.Circumstances()
        circumstances.madeAt = evidence.complaint.site
        circumstances.given = Distribution.given(evidence)
        var outgoing: [RecordStore.OutgoingRecord] = []
        for record in [evidence.complaint] + evidence.steps + evidence.visits {
            guard let row = try writer.existing(record.id) else { continue }
            for recipient in Distribution.recipients(of: record, in: circumstances)
            where only == nil || recipient.site == only {
                outgoing.append(RecordStore.OutgoingRecord(row, to: recipient.site, recipient.reason))
                if let correction = row.correction, let amendment = try self.record(at: correction),
                    amendment.site != recipient.site, let row = try writer.existing(amendment.id)
                {
                    outgoing.append(RecordStore.OutgoingRecord(row, to: recipient.site, .amends))
                }
            }
        }
        return outgoing
    }

    /// What headquarters decided, or somebody said about another record.
    private func deliveries(
        of row: RecordRow, holders: [SiteID] = [], _ writer: ViewWriter, to only: SiteID?
    ) throws -> [RecordStore.OutgoingRecord] {
        guard !row.isRetracted, let record = try record(at: row.place) else { return [] }
        var circumstances = Distribution.Circumstances()
        circumstances.sites = registry.sites.map(\.id)
        circumstances.holders = holders
        let everybody = Authority.Subject(site: nil)
        switch record.facts.body {
        case .handbookVersion, .lesson, .action:
            circumstances.hasEffect = Authority.permits(.publish, by: record, on: everybody)
        case .merge(let merge):
            circumstances.hasEffect = Authority.permits(.mergeCustomers, by: record, on: everybody)
            circumstances.acquainted = try writer.sites(acquaintedWith: merge.one + merge.other)
        case .unmerge(let unmerge):
            circumstances.hasEffect = Authority.permits(.mergeCustomers, by: record, on: everybody)
            circumstances.acquainted = try writer.sites(acquaintedWith: unmerge.one + unmerge.other)
        case .erasure(let erasure):
            circumstances.hasEffect = Authority.permits(.erase, by: record, on: everybody)
            circumstances.holders += try writer.sites(acquaintedWith: erasure.customerTokens)
            for id in erasure.recordIds.compactMap({ RecordID(bytes: $0) }) {
                guard let named = try writer.existing(id) else { continue }
                circumstances.holders += try self.holders(of: named)
            }
        default: break  // of an amendment it was settled that it has effect
        }
        return Distribution.recipients(of: record, in: circumstances)
            .filter { only == nil || $0.site == only }
            .map { RecordStore.OutgoingRecord(row, to: $0.site, $0.reason) }
    }

    /// The sites that wrote a record or were handed it.
    private func holders(of row: RecordRow) throws -> [SiteID] { [row.site] + (try store.recipients(of: row.id)) }
}

extension RecordStore.OutgoingRecord {
    fileprivate init(_ row: RecordRow, to site: SiteID, _ reason: Delivery.Reason) {
        self.init(site: site, id: row.id, log: row.log, sequence: row.sequence, reason: reason)
    }
}
