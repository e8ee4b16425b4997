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
    /// What the sites see.
    let name: String
    let enrolment: EnrolmentDesk
    let rotation: HeadquartersRotation
    /// Makes customers' pseudonyms as the sites do.
    let pseudonyms: CustomerPseudonyms
    let deliveries: DeliveryDesk

    /// What changes nothing; every other method, one that is added tomorrow included, needs full rights.
    static let readingMethods: Set<String> = [
        "status", "site.list", "administrator.list", "issue.list", "issue.show", "digest.show", "digest.list",
        "digest.explain", "action.list", "delivery.status", "records", "customer.erasures", "handbook.versions",
        "handbook.text", "load.report", "service.report",
        "case.list", "case.show", "today", "customer.list", "customer.show", "customer.likely",
        "customer.tiers", "customer.waterfall", "visit.list",
    ]

    func answer(_ request: ExchangeServer.AdministratorRequest) async -> Result<String, RequestFailure> {
        let arguments = Data((request.arguments.isEmpty ? "{}" : request.arguments).utf8)
        guard request.administrator.rights == .full || Self.readingMethods.contains(request.method) else {
            return .failure(
                RequestFailure(
                    "administrator \(request.administrator.name) may read only; \(request.method) needs full rights "
                        + "(`huiyin administrator add \(request.administrator.name) --rights full`, by somebody who has them)"
                ))
        }
        do {
            switch request.method {
            case "status": return try json(await status())
            case "site.add": return try json(try await addSite(decode(arguments)))
            case "site.code": return try json(try await makeCode(decode(arguments)))
            case "site.revoke": return try json(try await revokeSite(decode(arguments)))
            case "site.rotate": return try json(try await rotateSite(decode(arguments)))
            case "site.life": return try json(try changeLife(decode(arguments), by: request.administrator))
            case "site.list": return try json(try await siteStatuses())
            case "headquarters.rotate": return try json(try await rotateHeadquarters(decode(arguments)))
            case "administrator.list": return try json(try listAdministrators())
            case "administrator.revoke": return try json(try revokeAdministrator(decode(arguments)))
            case "site.resolve": return try json(try resolveSite(decode(arguments), by: request.administrator))
            case "administrator.add": return try json(try addAdministrator(decode(arguments)))
            case "issue.list":
                let wanted: IssueListRequest = try decode(arguments)
                if let related = wanted.related { return try json(await listRelated(wanted, related)) }
                return try json(try await listIssues(wanted, by: request.administrator))
            case "issue.show": return try json(try await showIssue(decode(arguments)))
            case "issue.decide":
                return try json(try await decide(decode(arguments), by: request.administrator))
            case "issue.decisions": return try json(await listDecisions())
            case "search": return try json(try await search(decode(arguments), by: request.administrator))
            case "case.list": return try json(try await listCases(decode(arguments), by: request.administrator))
            case "case.show": return try json(try await showCase(decode(arguments), by: request.administrator))
            case "case.give": return try json(try await giveCase(decode(arguments), by: request.administrator))
            case "customer.list":
                return try json(try await listCustomers(decode(arguments), by: request.administrator))
            case "customer.show":
                return try json(try await showCustomer(decode(arguments), by: request.administrator))
            case "customer.likely":
                return try json(try await likelyCustomers(decode(arguments), by: request.administrator))
            case "customer.link":
                return try json(try await linkCustomers(decode(arguments), by: request.administrator))
            case "customer.tiers": return try json(try await tiers(decode(arguments), by: request.administrator))
            case "customer.waterfall": return try json(try await waterfall(decode(arguments)))
            case "visit.list": return try json(try await listVisits(decode(arguments), by: request.administrator))
            case "today": return try json(try await today(decode(arguments), by: request.administrator))
            case "digest.show": return try json(try await showDigest(decode(arguments)))
            case "digest.close": return try json(try await closeDigest(decode(arguments)))
            case "digest.explain": return try json(try await explain(decode(arguments)))
            case "digest.list": return try json(try listDigests())
            case "records": return try json(try listRecords(decode(arguments)))
            case "record.write":
                return try json(try await writeRecord(decode(arguments), by: request.administrator))
            case "backup.start":
                let wanted: BackupRequest = try decode(arguments)
                try backups.start(withKeys: wanted.withKeys)
                return try json(try backups.status())
            case "backup.status": return try json(try backups.status())
            case "prove": return try json(try await prove(decode(arguments)))
            case "log.import": return try json(try await importBatch(decode(arguments)))
            case "log.receipt": return try json(try await receipt(decode(arguments)))
            case "customer.erase":
                return try json(try await eraseCustomer(decode(arguments), by: request.administrator))
            case "customer.erasures": return try json(try await fold.erasureStatuses())
            case "record.correct":
                return try json(try await correctRecord(decode(arguments), by: request.administrator))
            case "handbook.publish":
                return try json(try await publishHandbook(decode(arguments), by: request.administrator))
            case "handbook.versions": return try json(try await listHandbooks())
            case "handbook.text": return try json(try await handbookText(decode(arguments)))
            case "service.report":
                let wanted: ServiceRequest = try decode(arguments)
                guard let month = Month(wanted.month) else {
                    throw RequestFailure("\(wanted.month) is not a month such as 2026-10")
                }
                return try json(try await fold.serviceReport(of: month, at: SystemClock.wall))
            case "load.report": return try json(try await fold.loadReport(at: SystemClock.wall))
            case "action.list": return try json(try await listActions())
            case "delivery.status": return try json(try deliveries.standing())
            case "delivery.test":
                let wanted: DeliveryTestRequest = try decode(arguments)
                return try json(try await deliveries.test(wanted.name))
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
