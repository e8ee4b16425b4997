import Foundation
import Handbooks
import Hummingbird
import NIOCore
import Records
import Rules

/// The branch's own view of its cases, without a link.
extension AgentRoutes {
    func listCases(_ request: Request, _ context: AgentContext) async throws -> Response {
        let user = try context.user()
        let query = try Query(
            request, allowed: ["grade", "site", "category", "open", "overdue", "language", "limit"])
        var filter = CaseFilter(limit: try query.integer("limit", in: 1...10_000) ?? 50)
        filter.grade = try query.choice("grade", of: Grade.vocabulary.map { ($0.code, $0.value) })
        filter.site = query.text("site")
        filter.category = query.text("category").map { intake.policy.categories[$0.lowercased()] ?? $0 }
        filter.isOpen = try query.truth("open")
        filter.isOverdue = try query.truth("overdue")
        filter.language = try language(query)
        let reports = try await book.cases(filter, showsWords: user.role.seesPersonal, at: intake.now)
        return try Response(encoding: CaseList(cases: reports))
    }

    func showCase(_ request: Request, _ context: AgentContext) async throws -> Response {
        let user = try context.user()
        let query = try Query(request, allowed: ["language"])
        let name = context.parameters.get("id") ?? ""
        let report = try await book.showCase(
            name.removingPercentEncoding ?? name, language: try language(query), showsWords: user.role.seesPersonal,
            at: intake.now)
        guard let report else {
            throw Refusal(
                .notFound, "not_found", "no single complaint of that id is known here; see GET /v1/cases")
        }
        return try Response(encoding: report)
    }

    func today(_ request: Request, _ context: AgentContext) async throws -> Response {
        let user = try context.user()
        let query = try Query(request, allowed: ["language"])
        return try Response(
            encoding: try await book.today(
                language: try language(query), showsWords: user.role.seesPersonal, at: intake.now))
    }

    func language(_ query: Query) throws(Refusal) -> String? {
        try query.choice("language", of: Language.allCases.map { ($0.rawValue, $0.rawValue) })
    }
}

/// The answer to `GET /v1/cases`.
private struct CaseList: Encodable {
    var cases: [CaseReport]
}

extension Response {
    /// JSON with its keys in snake case, as everything that the agent says.
    init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        var bytes = Array(try encoder.encode(value))
        bytes.append(0x0A)
        self.init(
            status: .ok, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
