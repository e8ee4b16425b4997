import Foundation
import Handbooks
import Hummingbird
import Records
import Rules

/// The branch's own view of its customers, without a link.
extension AgentRoutes {
    func listCustomers(_ request: Request, _ context: AgentContext) async throws -> Response {
        let user = try context.user()
        let query = try Query(request, allowed: ["key_account", "silent", "state", "language", "limit"])
        let filter = CustomerFilter(
            isKeyAccount: try query.truth("key_account"), isSilent: try query.truth("silent"),
            state: try query.choice("state", of: Waterfall.State.allCases.map { ($0.rawValue, $0.rawValue) }),
            language: try language(query), limit: try query.integer("limit", in: 1...10_000) ?? 50)
        let found = try await book.customers(filter, showsWords: user.role.seesPersonal, at: intake.now)
        return try Response(encoding: CustomerList(customers: found))
    }

    func showCustomer(_ request: Request, _ context: AgentContext) async throws -> Response {
        // Who asks for somebody by name knows the name.
        _ = try context.user(may: \.seesPersonal)
        let query = try Query(request, allowed: ["language"])
        let name = context.parameters.get("id") ?? ""
        let found = try await book.showCustomer(
            name.removingPercentEncoding ?? name, language: try language(query), showsWords: true, at: intake.now)
        guard let found else {
            throw Refusal(
                .notFound, "not_found", "no single customer of that name is known here; see GET /v1/customers")
        }
        return try Response(encoding: found)
    }

    func listVisits(_ request: Request, _ context: AgentContext) async throws -> Response {
        let user = try context.user()
        let query = try Query(request, allowed: ["listing", "language"])
        let listing = try query.choice("listing", of: VisitListing.allCases.map { ($0.rawValue, $0) }) ?? .due
        return try Response(
            encoding: VisitList(
                visits: try await book.visits(
                    listing, language: try language(query), showsWords: user.role.seesPersonal, at: intake.now)))
    }
}

/// The answer to `GET /v1/customers`.
private struct CustomerList: Encodable {
    var customers: [CustomerReport]
}

/// The answer to `GET /v1/visits`.
private struct VisitList: Encodable {
    var visits: [VisitReport]
}
