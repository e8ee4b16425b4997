import Digests
import Foundation
import Handbooks
import Platform
import Records
import Replication
import Storage
import ZeroMQ

/// Answers what administrators ask: a method's name and a JSON object in, a JSON value out.
struct Administration: Sendable {
    let store: RecordStore
    let views: Views
    let registry: Registry
    let contacts: Contacts
    let server: ExchangeServer
    let fold: Fold
    let own: OwnLog
    let backups: Backups
    /// Z85 text of headquarters' public key, for whoever joins.
    let headquartersKey: String
    /// What the sites see.
    let name: String
    /// Signs receipts.
    let receiptKey: LogSigningKey

    func answer(_ request: ExchangeServer.AdministratorRequest) async -> Result<String, RequestFailure> {
        let arguments = Data((request.arguments.isEmpty ? "{}" : request.arguments).utf8)
        do {
            switch request.method {
            case "status": return try json(await status())
            case "site.add": return try json(try addSite(decode(arguments)))
            case "site.list": return try json(try await siteStatuses())
            case "administrator.add": return try json(try addAdministrator(decode(arguments)))
            case "issue.list": return try json(try listIssues(decode(arguments)))
            case "issue.show": return try json(try showIssue(decode(arguments)))
            case "digest.show": return try json(try await showDigest(decode(arguments)))
            case "digest.close": return try json(try await closeDigest(decode(arguments)))
            case "digest.list": return try json(try listDigests())
            case "records": return try json(try listRecords(decode(arguments)))
            case "record.write":
                return try json(try await writeRecord(decode(arguments), by: request.administrator))
            case "backup.start":
                let wanted: BackupRequest = try decode(arguments)
                try backups.start(withKeys: wanted.withKeys)
                return try json(try backups.status())
            case "backup.status": return try json(try backups.status())
            case "log.import": return try json(try await importBatch(decode(arguments)))
            case "log.receipt": return try json(try receipt(decode(arguments)))
            case "rebuild": return try json(try await rebuild())
            default: return .failure(RequestFailure("there is no method \(request.method)"))
            }
        } catch let failure as RequestFailure {
            return .failure(failure)
        } catch let error as DecodingError {
            return .failure(RequestFailure("the arguments of \(request.method) cannot be read: \(error.reason)"))
        } catch {
            return .failure(RequestFailure("\(request.method): \(error)"))
        }
    }

    private func decode<Value: Decodable>(_ arguments: Data, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: arguments)
    }

    private func json(_ value: some Encodable) throws -> Result<String, RequestFailure> {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .success(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    // MARK: Sites and administrators

    private func addSite(_ request: SiteRequest) throws -> SiteRequest {
        let id: SiteID
        do { id = try SiteID(request.id) } catch { throw RequestFailure("\(error)") }
        guard let zone = TimeZoneRules(request.timeZone) else {
            throw RequestFailure("\(request.timeZone) is no time zone; use a name such as Asia/Shanghai")
        }
        do { _ = try CurvePublicKey(z85: request.curveKey) } catch { throw RequestFailure("the CURVE key: \(error)") }
        guard LogVerifyingKey(hexadecimal: request.signingKey) != nil else {
            throw RequestFailure("the signing key must have 64 hexadecimal digits")
        }
        let now = SystemClock.wall
        var expected = now
        if let text = request.expectedFrom {
            guard let moment = Timestamp(text, in: zone) else {
                throw RequestFailure("\(text) is no date such as 2026-09-01")
            }
            expected = moment
        }
        try store.add(
            RegisteredSite(
                id: id, name: request.name.isEmpty ? request.id : request.name, zone: zone, curveKey: request.curveKey,
                signingKey: request.signingKey, addedAt: now, expectedFrom: expected))
        try registry.load(from: store)
        return request
    }

    private func addAdministrator(_ request: AdministratorEntry) throws -> AdministratorEntry {
        do { _ = try CurvePublicKey(z85: request.curveKey) } catch { throw RequestFailure("the CURVE key: \(error)") }
        try store.add(Administrator(name: request.name, curveKey: request.curveKey), at: SystemClock.wall)
        try registry.load(from: store)
        return request
    }

    // MARK: Status

    private func status() async throws -> HeadquartersStatus {
        let traffic = await server.traffic
        let newest = try store.backups().last
        return HeadquartersStatus(
            role: "headquarters", endpoint: server.endpoint, headquartersKey: headquartersKey,
            handbook: await fold.handbook.version, entries: try store.entryCount(), views: try views.counts(),
            feed: try store.feedHead(), misbehaviour: traffic.misbehaviour, malformed: traffic.malformed,
            refusedMessages: traffic.refusedMessages, diskFree: store.folder.free,
            own: OwnLogStatus(head: own.log.head.sequence.value, trouble: await own.trouble),
            backupPolicy: newest == nil ? "none" : "backups", newestBackup: newest?.madeAt.rfc3339,
            sites: try await siteStatuses())
    }

    private func siteStatuses() async throws -> [SiteStatus] {
        let links = await server.links
        let retained = await server.retained
        let logs = Dictionary(grouping: try store.storedLogs(), by: \.site)
        let now = SystemClock.wall
        return try store.sites().map { site in
            let link = links[site.id]
            let stored = logs[site.id] ?? []
            let claimed = link?.claimed
            let durable = stored.first { $0.durable.epoch == claimed?.epoch } ?? stored.last
            let lag = claimed.map { $0.sequence.value - min($0.sequence.value, durable?.durable.sequence.value ?? 0) }
            return SiteStatus(
                id: site.id.text, name: site.name,
                state: site.revokedAt != nil
                    ? "revoked"
                    : link?.isConnected == true ? "connected" : link == nil && stored.isEmpty ? "never seen" : "away",
                lastSeen: link?.lastHeard?.rfc3339, heardUntil: (contacts[site.id] ?? site.heardUntil)?.rfc3339,
                // What arrived since the site last claimed its head is at least as far.
                head: claimed.map { max($0.sequence.value, durable?.durable.sequence.value ?? 0) },
                durable: durable?.durable.sequence.value ?? 0,
                backedUp: durable.map { retained[site.id]?.backedUp.marks[$0.durable.epoch]?.value ?? 0 },
                trimmedEarly: retained[site.id]?.trimmedEarly,
                epoch: durable?.durable.epoch.description, lagRecords: lag,
                lagSeconds: link?.vitals.oldestUnacknowledged.map { max(0, Int((now - $0).components.seconds)) },
                diskFree: link?.vitals.diskFree)
        }
    }

    // MARK: The rest

    private func rebuild() async throws -> RebuildReport {
        let (before, after) = try await fold.rebuild()
        return RebuildReport(before: before, after: after, equal: before == after, views: try views.counts())
    }

    private func listRecords(_ request: RecordsRequest) throws -> RecordsPage {
        let logs = try store.storedLogs().filter { request.site == nil || $0.site.text == request.site }
        var page = RecordsPage(records: [], next: nil)
        var skip = request.after.flatMap { $0.split(separator: ":").count == 2 ? $0.split(separator: ":") : nil }
        for log in logs {
            var after = SequenceNumber.zero
            if let place = skip, let number = Int64(place[0]), let sequence = UInt64(place[1]) {
                if log.number < number { continue }
                if log.number == number { after = SequenceNumber(sequence) }
                skip = nil
            }
            while page.records.count < RecordsPage.size {
                let entries = try store.entries(
                    of: log.number, after: after, limit: RecordsPage.size - page.records.count)
                guard let last = entries.last else { break }
                for stored in entries {
                    guard
                        let record = try? Record(
                            stored.entry, site: log.site, epoch: log.durable.epoch, sequence: stored.sequence)
                    else { continue }  // counted as unreadable in the status
                    page.records.append(RecordEntry(record))
                }
                after = last.sequence
            }
            if page.records.count >= RecordsPage.size {
                page.next = "\(log.number):\(after.value)"
                return page
            }
        }
        return page
    }
}

extension DecodingError {
    fileprivate var reason: String {
        switch self {
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            (context.codingPath.map(\.stringValue) + [context.debugDescription]).joined(separator: ": ")
        @unknown default: "malformed"
        }
    }
}
