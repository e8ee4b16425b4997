import Embeddings
import Foundation
import Handbooks
import Platform
import Records
import Replication
import Storage
import ZeroMQ

/// How headquarters and its sites stand.
extension Administration {
    func status() async throws -> HeadquartersStatus {
        let traffic = await server.traffic
        let newest = try store.backups().last
        return HeadquartersStatus(
            role: "headquarters", endpoint: server.endpoint,
            headquartersKey: await rotation.current.curve.publicKey.z85,
            receiptKeys: try receiptKeys(),
            handbook: await fold.handbook.version, entries: try store.entryCount(), views: try views.counts(),
            feed: try store.feedHead(), misbehaviour: traffic.misbehaviour, malformed: traffic.malformed,
            refusedMessages: traffic.refusedMessages, batches: traffic.batches, entriesReceived: traffic.entries,
            acceptFailures: traffic.acceptFailures, diskFree: store.folder.free, openFiles: ProcessLimits.openFiles,
            own: OwnLogStatus(head: own.log.head.sequence.value, trouble: await own.trouble),
            backupPolicy: newest == nil ? "none" : "backups", newestBackup: newest?.madeAt.rfc3339,
            embeddings: fold.meanings?.status,
            sites: try await siteStatuses())
    }

    func siteStatuses() async throws -> [SiteStatus] {
        let links = await server.links
        let retained = await server.retained
        let logs = Dictionary(grouping: try store.storedLogs(), by: \.site)
        let unreadable = try views.unreadable()
        let lost = try store.lostCounts()
        let outboxes = try store.outboxes()
        let handbook = try await fold.published.map { try store.places(of: $0.id) }
        let now = SystemClock.wall
        return try store.sites().map { site in
            let link = links[site.id]
            let stored = logs[site.id] ?? []
            let claimed = link?.claimed
            let durable = stored.first { $0.durable.epoch == claimed?.epoch } ?? stored.last
            // What arrived since the site last claimed its head is at least as far.
            let head = claimed.map { max($0.sequence.value, durable?.durable.sequence.value ?? 0) }
            let lag = head.map { $0 - (durable?.durable.sequence.value ?? 0) }
            var status = SiteStatus(
                id: site.id.text, name: site.name,
                state: state(of: site, link, hasLog: !stored.isEmpty).rawValue,
                durable: durable?.durable.sequence.value ?? 0,
                unreadable: stored.reduce(0) { $0 + (unreadable[$1.number] ?? 0) })
            status.lost = stored.reduce(0) { $0 + (lost[$1.number] ?? 0) }
            status.lastSeen = link?.lastHeard?.rfc3339
            status.heardUntil = (contacts[site.id] ?? site.heardUntil)?.rfc3339
            status.head = head
            status.epoch = durable?.durable.epoch.description
            status.lagRecords = lag
            if lag != 0 {
                status.lagSeconds = link?.vitals.oldestUnacknowledged.map { max(0, Int((now - $0).components.seconds)) }
            }
            status.backedUp = durable.map { retained[site.id]?.backedUp.marks[$0.durable.epoch]?.value ?? 0 }
            status.trimmedEarly = retained[site.id]?.trimmedEarly
            status.queueBytes = link?.vitals.queueBytes
            status.diskFree = link?.vitals.diskFree
            status.diskDaysLeft = link?.diskDaysLeft
            status.clockOffsetMs = link?.clockOffset?.wholeMilliseconds
            status.keyAgeDays = site.currentKeys.last.map { Int((now - $0.addedAt).components.seconds / 86_400) }
            status.lastSealed = try views.seals(of: site.id).last.map {
                Month(of: $0.until - .seconds(1), in: site.zone).description
            }
            let outbox = outboxes[site.id]
            status.outboxHead = outbox?.head.sequence.value
            status.outboxAcknowledged = outbox?.acknowledged.value
            status.hasHandbook = handbook.map { places in
                guard let outbox, let place = places[site.id] else { return false }
                return outbox.acknowledged >= place
            }
            return status
        }
    }

    private func state(of site: RegisteredSite, _ link: ExchangeServer.SiteLink?, hasLog: Bool) -> SiteStatus.State {
        switch site.life.state(at: SystemClock.wall) {
        case .paused: return .paused
        case .retired: return .retired
        case .expected, nil: break
        }
        if site.revokedAt != nil { return .revoked }
        if site.keys.isEmpty { return .notEnrolled }
        guard let link else { return hasLog ? .away : .neverSeen }
        guard link.isConnected else { return .away }
        return link.isFrozen ? .stalled : .connected
    }
}
