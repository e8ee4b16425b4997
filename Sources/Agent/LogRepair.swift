import Crypto
import Foundation
package import Logging
package import Records
import Replication
package import Storage

/// Looks after damaged entries of the log: searches for them, asks headquarters for its copies, and writes a certificate of
/// what is gone for good, so that nobody takes the month for complete.
package actor LogRepair {
    /// Entries looked at in one round: with a round in five seconds a log of a million is through in an hour.
    private static let searchStep = 10_000
    /// From the end of one search to the next.
    private static let searchInterval: Duration = .hours(24)

    private let log: SiteLog
    private let replicator: Replicator?
    private let logger: Logger
    private var restsUntil: Timestamp?

    package init(log: SiteLog, replicator: Replicator?, logger: Logger) {
        self.log = log
        self.replicator = replicator
        self.logger = logger
    }

    /// One step of the search, one question to headquarters, and the certificates that are due.
    package func round(at now: Timestamp) async throws {
        if restsUntil.map({ now >= $0 }) ?? true, try log.searchDamage(entries: Self.searchStep) {
            restsUntil = now + Self.searchInterval
        }
        let wanted = log.wanted
        if let range = wanted.first { await replicator?.fetch(range) }
        for range in log.lost {
            // One certificate for what lies together: not before all of it is known to be lost.
            guard !wanted.contains(where: { $0.epoch == range.epoch && $0.first == range.last.next }) else { continue }
            try await certify(range, at: now)
        }
    }

    /// The same entries give the same record, so that a crash before it is noted doubles nothing. No client can give this name.
    private func certify(_ range: EntryRange, at now: Timestamp) async throws {
        var gap = GapCertificate()
        gap.epoch = range.epoch.data
        gap.first = range.first.value
        gap.last = range.last.value
        gap.cause = .damaged
        gap.foundAt = now.milliseconds
        var facts = Facts()
        facts.author = "huiyin"
        facts.occurredAt = now.milliseconds
        facts.recordedAt = now.milliseconds
        facts.body = .gap(gap)
        let name = "\0huiyin-gap:\(range.epoch):\(range.first)-\(range.last)"
        facts.contentDigest = Data(SHA256.hash(data: Data(name.utf8)))
        let draft = SiteLog.Draft(facts: facts, id: RecordID(site: log.site, clientID: name))
        if case .saved = try await log.append([draft], at: now)[0] {
            logger.error(
                "entries of the log are damaged and nobody has them: a certificate says so",
                metadata: ["epoch": "\(range.epoch)", "first": "\(range.first)", "last": "\(range.last)"])
        }
        log.certified(range)
    }
}
