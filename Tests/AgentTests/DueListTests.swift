import Foundation
import Handbooks
import Records
import Testing

@testable import Agent

@Suite struct DueListTests {
    struct List: Decodable {
        struct Visit: Decodable {
            var plan_item: String
            var status: String
            var attempts: Int
            var customer: [String: String]?
            var `case`: String?
        }

        var visits: [Visit]
    }

    private func list(_ agent: RunningAgent, _ query: String = "") async throws -> [List.Visit] {
        let answer = try await agent.ask("GET", "/v1/visits/due" + query)
        return try JSONDecoder().decode(List.self, from: answer.body).visits
    }

    @Test func aResolvedCaseAsksForAVisitUntilItIsMade() async throws {
        let item = try #require(
            Handbook.standard.visits.items.first { $0.event == .caseResolved && $0.customerType == nil })
        try await withAgent { agent in
            _ = try await agent.post(
                """
                [{"id":"c","kind":"complaint","subject":"漏水","customer":{"phone":"13800138000","name":"王"},
                  "occurred_at":"2026-10-01"},
                 {"kind":"step","case":"c","step":"resolved","occurred_at":"2026-10-02"}]
                """)
            let upcoming = try await list(agent, "?upcoming=true")
            #expect(upcoming.map(\.plan_item).contains(item.number))
            agent.clock.set("2027-10-15T09:00:00+08:00")
            let due = try #require(try await list(agent).first { $0.plan_item == item.number })
            #expect(due.status == "overdue")
            #expect(due.customer?["name"] == "王")
            #expect(due.case != nil)
            _ = try await agent.post(#"{"kind":"visit","case":"c","satisfaction":4,"confirms_resolution":true}"#)
            let left = try await list(agent)
            #expect(!left.contains { $0.plan_item == item.number && $0.case != nil })
        }
    }

    @Test func aReopenedCaseAsksForNone() async throws {
        try await withAgent { agent in
            _ = try await agent.post(
                """
                [{"id":"c","kind":"complaint","subject":"漏水","customer":"C1","occurred_at":"2026-09-01"},
                 {"kind":"step","case":"c","step":"resolved","occurred_at":"2026-09-02"},
                 {"kind":"step","case":"c","step":"reopened","occurred_at":"2026-09-03"}]
                """)
            let visits = try await list(agent, "?upcoming=true")
            #expect(visits.allSatisfy { $0.case == nil })
        }
    }
}
