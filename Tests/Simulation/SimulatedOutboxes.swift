package import Foundation
package import Records
package import Replication

/// Something that headquarters wrote down for sites.
package struct Decision {
    /// Its facts name it.
    package var entry: Entry
    package var sites: Set<SiteID>
}

/// One site's outbox on headquarters' disk.
package struct SimulatedOutbox {
    package var log: MemoryLog
    package var acknowledged = SequenceNumber.zero
    /// The epoch of the site's own log that it was begun for.
    package var logEpoch: Epoch

    var outbox: OutboxSender.Outbox {
        OutboxSender.Outbox(
            head: log.head, origin: log.position(0).hash, acknowledged: acknowledged, logEpoch: logEpoch)
    }
}

/// The sites' outboxes on the simulated disk: what `RecordStore+Outbox` is on SQLite.
extension SimulatedStore: ReplicatedOutboxes {
    package func outbox(of site: SiteID) throws -> OutboxSender.Outbox? { disk.current.outboxes[site]?.outbox }

    package func outboxHash(at position: LogPosition, of site: SiteID) throws -> ChainHash? {
        guard let log = disk.current.outboxes[site]?.log, log.epoch == position.epoch else { return nil }
        return log.hash(at: position.sequence)
    }

    package func outboxSlice(_ request: LogRead, of site: SiteID) throws -> LogSlice {
        guard reach(.outboxRead) else { throw DiskFailure.nobody }
        guard let log = disk.current.outboxes[site]?.log, log.epoch == request.epoch,
            log.hash(at: request.after) != nil
        else { throw DiskFailure.failing }
        return log.slice(request)
    }

    package func outboxAcknowledged(_ position: LogPosition, by site: SiteID) {
        onOutboxAcknowledged(position, site)
        guard disk.current.outboxes[site]?.log.epoch == position.epoch else { return }
        note { $0.outboxes[site]?.acknowledged = position.sequence }
    }

    /// Writes a decision down and hands it on to the outboxes that are there; durable when it returns. Returns their heads.
    package func decide(_ decision: Decision) throws(DiskFailure) -> [SiteID: LogPosition] {
        try commit { volume in
            volume.decisions.append(decision)
            for site in decision.sites { volume.outboxes[site]?.log.append(decision.entry) }
        }
        guard reach(.outboxWritten) else { throw .nobody }
        return disk.current.outboxes.filter { decision.sites.contains($0.key) }.mapValues(\.log.head)
    }

    /// Begins a site's outbox anew with everything that was decided for it.
    package func renewOutbox(
        of site: SiteID, epoch: Epoch, logEpoch: Epoch
    ) throws(DiskFailure) -> OutboxSender.Outbox? {
        try commit { volume in
            var log = MemoryLog(site: site, epoch: epoch)
            for decision in volume.decisions where decision.sites.contains(site) { log.append(decision.entry) }
            volume.outboxes[site] = SimulatedOutbox(log: log, logEpoch: logEpoch)
        }
        guard reach(.outboxRenewed) else { throw .nobody }
        return disk.current.outboxes[site]?.outbox
    }
}

/// What a site's inbox holds, on a disk file of its own.
package struct SimulatedInbox {
    package var position: LogPosition?
    /// In the order of their arrival.
    package var entries: [Entry] = []
    package var known: Set<Data> = []

    package init() {}

    /// What `InboxLog` does with a slice: compare-and-set, and each record once. False when it does not follow.
    mutating func append(_ slice: LogSlice, of site: SiteID) -> Bool {
        let origin = LogChain.origin(site: site, epoch: slice.epoch, parent: nil)
        let before =
            position.flatMap { $0.epoch == slice.epoch ? $0 : nil }
            ?? LogPosition(epoch: slice.epoch, sequence: .zero, hash: origin)
        guard slice.first == before.sequence.next, slice.previous == before.hash else { return false }
        for entry in slice.entries where known.insert(entry.facts).inserted { entries.append(entry) }
        position = slice.end
        return true
    }
}
