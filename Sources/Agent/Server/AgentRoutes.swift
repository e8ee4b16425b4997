import Foundation
import Hummingbird
import Logging
import NIOCore
import Platform
import Records
import struct Records.Record
package import Storage
import SwiftProtobuf

/// What the agent answers.
package struct AgentRoutes: Sendable {
    let intake: Intake
    private let status: AgentStatus
    private let sealing: Sealing
    let book: SiteBook
    let receipts: Receipts
    let inbox: InboxLog
    /// Nil when there is no headquarters.
    private let rotation: KeyRotation?

    package init(
        intake: Intake, status: AgentStatus, sealing: Sealing, book: SiteBook, inbox: InboxLog,
        replicator: Replicator? = nil, rotation: KeyRotation? = nil
    ) {
        self.inbox = inbox
        self.rotation = rotation
        self.intake = intake
        receipts = Receipts(log: intake.log, replicator: replicator)
        self.status = status
        self.sealing = sealing
        self.book = book
    }

    func add(to router: Router<AgentContext>) {
        router.get("/healthz") { _, _ in
            var json = JSONText()
            json.object { $0.field("status", "ok") }
            return Response(json)
        }
        router.post("/v1/records") { request, context in try await accept(request, context) }
        router.get("/v1/records") { request, context in try list(request, context) }
        router.get("/v1/records/:id") { request, context in try show(request, context) }
        router.post("/v1/records/:id/corrections") { request, context in try await correct(request, context) }
        router.get("/v1/inbox") { request, context in try listInbox(request, context) }
        router.post("/v1/seals") { request, context in try await seal(request, context) }
        router.post("/v1/receipts") { request, context in try await takeReceipt(request, context) }
        router.get("/v1/status") { _, context in
            _ = try context.user()
            return Response(try await status.json())
        }
        router.post("/v1/keys/rotation") { _, context in
            _ = try context.user(may: \.maySeal)
            guard let rotation else {
                throw Refusal(.conflict, "alone", "this agent has no headquarters that would know its new keys")
            }
            try await rotation.begin()
            var json = JSONText()
            json.object { $0.field("status", "under way") }
            return Response(json, status: .accepted)
        }
        router.get("/metrics") { _, context in
            _ = try context.user()
            let text = try await status.metrics().text
            return Response(
                status: .ok, headers: [.contentType: MetricsText.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        router.get("/v1/visits/due") { request, context in
            _ = try context.user(may: \.seesPersonal)
            let query = try Query(request, allowed: ["upcoming"])
            let includesUpcoming = try query.truth("upcoming") ?? false
            return Response(try await book.dueVisits(at: intake.now, includesUpcoming: includesUpcoming))
        }
        router.get("/v1/cases") { request, context in try await listCases(request, context) }
        router.get("/v1/cases/:id") { request, context in try await showCase(request, context) }
        router.get("/v1/customers") { request, context in try await listCustomers(request, context) }
        router.get("/v1/customers/:id") { request, context in try await showCustomer(request, context) }
        router.get("/v1/visits") { request, context in try await listVisits(request, context) }
        router.get("/v1/today") { request, context in try await today(request, context) }
    }

    // MARK: Taking records

    private func accept(_ request: Request, _ context: AgentContext) async throws -> Response {
        let user = try context.user(may: \.mayWrite)
        let query = try Query(request, allowed: ["dry_run", "kind", "values", "results"])
        let isLines = try Self.isLines(request.headers[.contentType])
        var order = Intake.Order(author: user.name, role: user.role.inRecords)
        order.isDryRun = try query.truth("dry_run") ?? false
        order.kind = try query.choice("kind", of: RecordKind.allCases.map { ($0.rawValue, $0) })
        order.source = try query.choice("values", of: [("json", .json), ("text", .text)]) ?? .json
        let detail = try query.choice("results", of: IntakeReport.Detail.allCases.map { ($0.rawValue, $0) }) ?? .all
        if let length = request.headers[.contentLength].flatMap(Int.init), length > Intake.bodyLimit {
            let failure = IntakeFailure.tooLarge(limit: Intake.bodyLimit)
            throw Refusal(.contentTooLarge, "too_large", failure.description)
        }
        let report = try await intake.take(request.body, order, detail: detail, isLines: isLines)
        if let failure = report.failure {
            context.logger.error("taking records", metadata: ["error": "\(failure.description)"])
        }
        var json = JSONText()
        report.write(to: &json)
        return Response(json, status: .init(code: report.status))
    }

    /// Whether the body is lines; a type that a web form could send is refused.
    private static func isLines(_ contentType: String?) throws(Refusal) -> Bool {
        guard let contentType else { return false }
        let type = contentType.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        switch type {
        case "application/json": return false
        case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines": return true
        default:
            throw Refusal(
                .unsupportedMediaType, "media_type",
                "send application/json (one object or an array) or application/x-ndjson (one object a line)")
        }
    }

    // MARK: Reading back

    private func list(_ request: Request, _ context: AgentContext) throws -> Response {
        let user = try context.user()
        let query = try Query(request, allowed: ["before", "limit"])
        let before = try query.integer("before", in: 1...Int.max).map { SiteLog.Place(number: UInt64($0)) }
        let limit = try query.integer("limit", in: 1...500) ?? 50
        let records = try intake.log.newest(before: before, limit: limit)
        var json = JSONText()
        json.object { json in
            json.array("records") { json in
                for placed in records {
                    RecordText(placed.record, zone: intake.zone, showsPersonal: user.role.seesPersonal).write(to: &json)
                }
            }
            let isMore = records.count == limit && records.last.map { $0.place.number > 1 } == true
            json.field("next_before", isMore ? records.last?.place.number : nil)
        }
        return Response(json)
    }

    private func show(_ request: Request, _ context: AgentContext) throws -> Response {
        let user = try context.user()
        let record = try record(context)
        var json = JSONText()
        RecordText(record, zone: intake.zone, showsPersonal: user.role.seesPersonal).write(to: &json)
        return Response(json)
    }

    /// The record that the path names. People know it by what they called it, too.
    func record(_ context: AgentContext) throws -> Record {
        let text = context.parameters.get("id") ?? ""
        let id = RecordID(text) ?? RecordID(site: intake.log.site, clientID: text.removingPercentEncoding ?? text)
        guard let record = try intake.log.record(id) else {
            throw Refusal(.notFound, "not_found", "no record of that id was written down here")
        }
        return record
    }

    // MARK: Sealing

    private func seal(_ request: Request, _ context: AgentContext) async throws -> Response {
        let user = try context.user(may: \.maySeal)
        let body = try await request.body.collect(upTo: 4096)
        let form: FormObject
        do throws(FormFaults) {
            form = try FormFaults.object(json: Data(body.readableBytesView))
        } catch {
            throw Refusal(.badRequest, "malformed", "\(error)")
        }
        guard case .stringValue(let text)? = form["month"]?.kind, form.count == 1, let month = Month(text) else {
            throw Refusal(.unprocessableContent, "month", #"send {"month": "2026-10"} and nothing else"#)
        }
        let sealed = try await sealing.seal(month, by: user.name)
        var json = JSONText()
        sealed.write(to: &json)
        return Response(json, status: sealed.isNew ? .created : .ok)
    }
}
