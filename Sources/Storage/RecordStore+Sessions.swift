package import Foundation
import GRDB
package import Records
package import Replication
import Synchronization

/// What headquarters keeps of its sessions with the sites.
extension RecordStore {
    package func siteMemories() throws -> [SiteID: SiteMemory] {
        try pool.read { database in
            var memories: [SiteID: SiteMemory] = [:]
            for log in try storedLogs(database) {
                memories[log.site, default: SiteMemory()].epochs[log.durable.epoch] = SiteMemory.StoredEpoch(
                    durable: log.durable, parent: log.parent, claimed: log.claimed)
            }
            for row in try Row.fetchAll(database, sql: "SELECT * FROM session") {
                memories[try SiteID(row["site"]), default: SiteMemory()].tokens = SessionTokens(
                    confirmed: row["confirmed"], offered: (row["offered"] as Data).tokens,
                    given: (row["given"] as Data).tokens)
            }
            for row in try Row.fetchAll(database, sql: "SELECT site, token, decision FROM fence") {
                // An unknown decision is of a later version: the copy stays out.
                memories[try SiteID(row["site"]), default: SiteMemory()].fences[row["token"]] =
                    FenceDecision(rawValue: row["decision"]) ?? .open
            }
            return memories
        }
    }

    package func nextSession() throws -> UInt64 {
        try pool.read { UInt64(try Int64.fetchOne($0, sql: "SELECT sessions FROM headquarters") ?? 0) }
    }

    package func open(
        _ opening: SessionOpening, at moment: Timestamp,
        answer: @escaping @Sendable ((any StoreFailure)?) -> Void
    ) {
        enqueue(.opening(opening, at: moment, answer: answer))
    }

    package func note(_ tokens: SessionTokens, of site: SiteID) { enqueue(.tokens(tokens, site)) }

    package func fence(_ token: Data, of site: SiteID, _ incident: Incident, at moment: Timestamp) {
        enqueue(.fence(token, site, incident, at: moment))
    }

    /// Notes a log that no session opens, ahead of its first batch; one that is known already stays as it is.
    package func begin(_ epoch: Epoch, of site: SiteID, parent: LogPosition?) throws(StorageError) {
        do {
            let number = try pool.write { database in
                try begin(.init(epoch: epoch, parent: parent, cause: .unspecified), of: site, database)
            }
            logs.withLock { $0[SiteEpoch(site: site, epoch: epoch)] = number }
        } catch {
            throw .database(error, path: path, doing: "beginning a log of site \(site)")
        }
    }

    /// What is durable of every log that is known.
    package func durablePositions() throws -> [SiteID: [Epoch: LogPosition]] {
        try storedLogs().reduce(into: [:]) { $0[$1.site, default: [:]][$1.durable.epoch] = $1.durable }
    }

    /// Writes an opening down; returns the numbers of its logs.
    func open(_ opening: SessionOpening, at moment: Timestamp, _ database: Database) throws -> [SiteEpoch: Int64] {
        var begun: [SiteEpoch: Int64] = [:]
        for epoch in opening.epochs {
            let number = try begin(epoch, of: opening.site, database)
            begun[SiteEpoch(site: opening.site, epoch: epoch.epoch)] = number
        }
        for claim in opening.claims {
            try database.execute(
                sql: "UPDATE log SET claimed = ? WHERE site = ? AND epoch = ? AND claimed < ?",
                arguments: [
                    Int64(clamping: claim.sequence.value), opening.site.text, claim.epoch.data,
                    Int64(clamping: claim.sequence.value),
                ])
        }
        for epoch in opening.settled {
            try database.execute(
                sql: "UPDATE log SET claimed = sequence WHERE site = ? AND epoch = ?",
                arguments: [opening.site.text, epoch.data])
        }
        for incident in opening.incidents { try Self.keep(incident, of: opening.site, at: moment, database) }
        if let admitted = opening.admitted {
            try database.execute(
                sql: "DELETE FROM fence WHERE site = ? AND token = ?", arguments: [opening.site.text, admitted])
        }
        if let token = SessionToken(opening.token) {
            try database.execute(
                sql: "UPDATE headquarters SET sessions = MAX(sessions, ?)",
                arguments: [Int64(clamping: token.number) + 1])
        }
        try keep(opening.tokens, of: opening.site, database)
        return begun
    }

    private func begin(
        _ epoch: SessionOpening.NewEpoch, of site: SiteID, _ database: Database
    ) throws -> Int64? {
        let (parent, origin) = (
            epoch.parent, LogChain.origin(site: site, epoch: epoch.epoch, parent: epoch.parent)
        )
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO log
                (site, epoch, origin, parent_epoch, parent_sequence, parent_hash, sequence, hash, cause)
                VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)
                """,
            arguments: [
                site.text, epoch.epoch.data, origin.data, parent?.epoch.data,
                parent.map { Int64(clamping: $0.sequence.value) }, parent?.hash.data, origin.data,
                epoch.cause.rawValue,
            ])
        return try Int64.fetchOne(
            database, sql: "SELECT number FROM log WHERE site = ? AND epoch = ?",
            arguments: [site.text, epoch.epoch.data])
    }

    func keep(_ tokens: SessionTokens, of site: SiteID, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?)",
            arguments: [site.text, tokens.confirmed, Data(tokens.offered.joined()), Data(tokens.given.joined())])
    }

    func keep(
        fence token: Data, of site: SiteID, _ incident: Incident, at moment: Timestamp, _ database: Database
    ) throws {
        try database.execute(
            sql:
                "INSERT OR IGNORE INTO fence (site, token, epoch, sequence, refused_at, decision) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                site.text, token, incident.place?.epoch.data ?? Data(),
                Int64(clamping: incident.place?.sequence.value ?? 0), moment.milliseconds, FenceDecision.open.rawValue,
            ])
        try Self.keep(incident, of: site, at: moment, database)
    }

    static func keep(_ incident: Incident, of site: SiteID?, at moment: Timestamp, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO incident (site, kind, epoch, place_epoch, place_sequence, count, noted_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                site?.text ?? "", incident.kind.rawValue, incident.epoch?.data ?? Data(),
                incident.place?.epoch.data ?? Data(), Int64(clamping: incident.place?.sequence.value ?? 0),
                Int64(clamping: incident.count), moment.milliseconds,
            ])
    }
}

extension Data {
    /// Session tokens, 24 bytes each.
    fileprivate var tokens: [Data] {
        stride(from: 0, to: count - count % 24, by: 24).map { Data(dropFirst($0).prefix(24)) }
    }
}
