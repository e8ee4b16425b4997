import Foundation
import Handbooks
import Platform
package import Records
import Replication
package import Storage

/// What an operator sees of an agent.
package struct AgentStatus: Sendable {
    private let log: SiteLog
    private let replicator: Replicator?
    private let zone: TimeZoneRules
    private let handbook: HandbookInForce
    private let inbox: InboxLog?
    private let version: String
    private let startedAt: Timestamp
    private let sealing: Sealing
    private let budget: UInt64
    private let clock: @Sendable () -> Timestamp

    package init(
        log: SiteLog, replicator: Replicator?, zone: TimeZoneRules, handbook: HandbookInForce, inbox: InboxLog?,
        version: String, sealing: Sealing, budget: UInt64, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.log = log
        self.replicator = replicator
        self.zone = zone
        self.handbook = handbook
        self.inbox = inbox
        self.version = version
        self.sealing = sealing
        self.budget = budget
        self.clock = clock
        startedAt = clock()
    }

    package func json() async throws -> JSONText {
        let now = clock()
        let link = await replicator?.link
        let measured = await replicator?.measuredClock
        let sealed = try sealing.lastSealed
        let backlog = try log.backlog()
        let (retention, backedUp, used) = (log.retention, log.backedUp, try log.usedBytes())
        let damaged = log.wanted + log.lost
        let arrived = try inbox?.count()
        let (head, acknowledged, free) = (log.head, log.acknowledged, log.folder.free)
        var json = JSONText()
        json.object { json in
            json.field("site", log.site.text)
            json.field("version", version)
            json.field("started_at", startedAt.text(in: zone))
            json.field("now", now.text(in: zone))
            json.field("time_zone", zone.name)
            json.field("handbook", handbook.handbook.version)
            // Published at headquarters, and not to be read by this version of the program.
            if let behind = handbook.behind {
                json.object("handbook_behind") { json in
                    json.field("version", behind.version)
                    json.field("reason", behind.reason)
                }
            }
            if let inbox {
                json.object("inbox") { json in
                    json.field("epoch", inbox.position?.epoch.description)
                    json.field("sequence", inbox.position?.sequence.value)
                    json.field("records", arrived)
                }
            }
            json.object("log") { json in
                json.field("epoch", head.epoch.description)
                json.field("head", head.sequence.value)
                json.field("acknowledged", acknowledged.sequence.value)
                json.field("lag_records", backlog.entries)
                json.field("lag_bytes", backlog.bytes)
                json.field("oldest_unacknowledged_at", backlog.oldest?.text(in: zone))
                json.field("oldest_unacknowledged_seconds", backlog.oldest.map { Self.seconds(now - $0) })
                json.field("last_sealed_month", sealed?.description)
                json.field("first", retention.first[head.epoch]?.value ?? 1)
                json.field("backed_up", backedUp.marks[head.epoch]?.value ?? 0)
                json.field("backup_policy", backedUp.policy.rawValue)
                json.field("trimmed_early", retention.trimmedEarly)
                json.field("damaged", damaged.reduce(0) { $0 + $1.count })
                json.field("quarantined", link?.quarantined ?? 0)
            }
            json.object("link") { json in
                json.field("state", Self.state(link))
                json.field("last_heard_at", link?.lastHeard?.text(in: zone))
                json.field("last_failure", link?.lastFailure)
            }
            json.object("clock") { json in
                json.field("offset_ms", measured?.offset.wholeMilliseconds)
                json.field("uncertainty_ms", measured?.uncertainty.wholeMilliseconds)
            }
            json.object("disk") { json in
                json.field("free_bytes", free)
                json.field("reserve_bytes", log.folder.reserve)
                json.field("takes_records", free >= log.folder.reserve)
                json.field("log_bytes", used)
                json.field("budget_bytes", budget)
            }
        }
        return json
    }

    func metrics() async throws -> AgentMetrics {
        let link = await replicator?.link
        let backlog = try log.backlog()
        let now = clock()
        return AgentMetrics(
            head: log.head.sequence.value, acknowledged: log.acknowledged.sequence.value,
            lagRecords: Int(clamping: backlog.entries), lagBytes: Int(clamping: backlog.bytes),
            oldestSeconds: backlog.oldest.map { Self.seconds(now - $0) }, isLive: link?.isLive ?? false,
            isStalled: link?.isStalled ?? false, clockOffset: await replicator?.measuredClock?.offset,
            diskFree: log.folder.free, diskReserve: log.folder.reserve)
    }

    private static func state(_ link: Replicator.LinkState?) -> String {
        guard let link else { return "alone" }
        if link.isDiverged { return "diverged" }
        if link.isStalled { return "stalled" }
        return link.isLive ? "live" : "connecting"
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(max(0, duration.wholeMilliseconds)) / 1000
    }
}
