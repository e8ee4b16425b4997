package import Foundation
import GRDB
package import Records
package import Replication
import Synchronization

/// Headquarters' own lives, and what happened to logs that a person must see.
extension RecordStore {
    /// An incident as it is kept.
    package struct StoredIncident: Sendable {
        package var number: Int64
        /// Nil for headquarters itself.
        package var site: SiteID?
        package var kind: Incident.Kind
        /// The epoch that began with it, or that the copy writes.
        package var epoch: Data
        package var place: (epoch: Data, sequence: SequenceNumber)
        package var count: UInt64
        package var at: Timestamp
    }

    /// A copy of a site that was refused.
    package struct StoredFence: Sendable {
        package var site: SiteID
        package var token: Data
        package var epoch: Data
        /// The head that it came with.
        package var sequence: SequenceNumber
        package var at: Timestamp
        package var decision: FenceDecision
    }

    /// Headquarters' epochs that are over.
    package func ancestors() throws -> Set<Epoch> { try pool.read { try ancestors($0) } }

    private func ancestors(_ database: Database) throws -> Set<Epoch> {
        Set(try Data.fetchAll(database, sql: "SELECT epoch FROM headquarters_epoch").compactMap { Epoch(bytes: $0) })
    }

    /// Begins a new epoch of headquarters and of the feed: what was told by a life that is forgotten here must not be
    /// taken for this one's. A restore by command calls it, and a restore that only the sites could tell of.
    @discardableResult
    package func beginEpoch(
        after told: Epoch? = nil, at moment: Timestamp
    ) throws -> (epoch: Epoch, ancestors: Set<Epoch>) {
        do {
            let (next, known) = try pool.write { database in
                (try Self.beginLife(after: told, at: moment, database), try ancestors(database))
            }
            life.withLock { $0 = next }
            return (next.epoch, known)
        } catch {
            throw StorageError.database(error, path: path, doing: "beginning a new epoch of headquarters")
        }
    }

    /// Ends the present life in a database and begins the next one.
    @discardableResult
    static func beginLife(after told: Epoch?, at moment: Timestamp, _ database: Database) throws -> Life {
        var random = SystemRandomNumberGenerator()
        let next = Life(epoch: Epoch(using: &random), feedEpoch: Epoch(using: &random))
        let old = try Data.fetchOne(database, sql: "SELECT epoch FROM headquarters")
        for epoch in Set([old, told?.data].compactMap(\.self)) {
            try database.execute(
                sql: "INSERT OR IGNORE INTO headquarters_epoch VALUES (?, ?)", arguments: [epoch, moment.milliseconds])
        }
        try database.execute(
            sql: "UPDATE headquarters SET epoch = ?, feed_epoch = ?, sessions = 0",
            arguments: [next.epoch.data, next.feedEpoch.data])
        try keep(Incident(.headquartersRestored, place: nil, of: next.epoch), of: nil, at: moment, database)
        return next
    }

    /// Incidents after a number, oldest first.
    package func incidents(after number: Int64 = 0) throws -> [StoredIncident] {
        try pool.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM incident WHERE number > ? ORDER BY number", arguments: [number]
            ).compactMap { row in
                // One of a later version is shown by that version.
                guard let kind = Incident.Kind(rawValue: row["kind"]) else { return nil }
                let site: String = row["site"]
                return StoredIncident(
                    number: row["number"], site: site.isEmpty ? nil : try SiteID(site), kind: kind, epoch: row["epoch"],
                    place: (row["place_epoch"], SequenceNumber(UInt64(row["place_sequence"] as Int64))),
                    count: UInt64(row["count"] as Int64), at: Timestamp(milliseconds: row["noted_at"]))
            }
        }
    }

    /// The copies of a site, or of all, that were refused and not admitted since.
    package func fences(of site: SiteID? = nil) throws -> [StoredFence] {
        try pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM fence ORDER BY site, refused_at").map { row in
                StoredFence(
                    site: try SiteID(row["site"]), token: row["token"], epoch: row["epoch"],
                    sequence: SequenceNumber(UInt64(row["sequence"] as Int64)),
                    at: Timestamp(milliseconds: row["refused_at"]),
                    decision: FenceDecision(rawValue: row["decision"]) ?? .open)
            }.filter { site == nil || $0.site == site }
        }
    }

    /// Keeps what an administrator decided about a copy.
    package func decide(_ fence: StoredFence, _ decision: FenceDecision, by name: String, at moment: Timestamp) throws {
        try pool.write { database in
            try database.execute(
                sql: "UPDATE fence SET decision = ?, decided_at = ?, decided_by = ? WHERE site = ? AND token = ?",
                arguments: [decision.rawValue, moment.milliseconds, name, fence.site.text, fence.token])
        }
    }

    /// Keeps the furthest position that sites say they have; never moves one back.
    package func claim(_ claims: [(site: SiteID, head: LogPosition)]) throws {
        guard !claims.isEmpty else { return }
        try pool.write { database in
            for (site, head) in claims {
                try database.execute(
                    sql: "UPDATE log SET claimed = ? WHERE site = ? AND epoch = ? AND claimed < ?",
                    arguments: [
                        Int64(clamping: head.sequence.value), site.text, head.epoch.data,
                        Int64(clamping: head.sequence.value),
                    ])
            }
        }
    }
}

extension RecordStore {
    /// Entries of a site's earlier logs that it claimed to have, that never arrived and never will, as its folder was rolled
    /// back or its disk replaced: those that may be of a span of time, between the last that arrived and the moment when it
    /// was found. What arrives after all is no loss.
    package func losses(
        of site: SiteID, in range: Range<Timestamp>
    ) throws -> [(first: SequenceNumber, last: SequenceNumber)] {
        let kinds = [Incident.Kind.rolledBack, .restored, .replaced].map { String($0.rawValue) }
        return try pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT log.number, log.sequence AS here, log.claimed AS last
                    FROM incident JOIN log ON log.site = incident.site AND log.epoch = incident.place_epoch
                    WHERE incident.site = ? AND incident.kind IN (\(kinds.joined(separator: ", ")))
                        AND log.claimed > log.sequence AND incident.noted_at >= ?
                        AND COALESCE((SELECT MAX(received_at) FROM batch WHERE batch.log = log.number), 0) < ?
                    ORDER BY log.number
                    """,
                arguments: [site.text, range.lowerBound.milliseconds, range.upperBound.milliseconds]
            ).map { row in
                (SequenceNumber(UInt64(row["here"] as Int64) + 1), SequenceNumber(UInt64(row["last"] as Int64)))
            }
        }
    }
}
