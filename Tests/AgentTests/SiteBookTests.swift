import Foundation
import Records
import Rules
import Synchronization
import Testing

@testable import Agent
@testable import Handbooks

/// What a branch sees of its own, without a link.
@Suite struct SiteBookTests {
    private struct Cases: Decodable { var cases: [CaseReport] }
    private struct Customers: Decodable { var customers: [CustomerReport] }

    private func read<Value: Decodable>(_ agent: RunningAgent, _ path: String) async throws -> Value {
        let answer = try await agent.ask("GET", path)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: answer.body)
    }

    private static let rows = """
        [{"id":"c1","kind":"complaint","subject":"楼道漏水","customer":{"phone":"13800138000","name":"王芳"},
          "category":"leaks","occurred_at":"2026-10-01T08:00:00+08:00"},
         {"kind":"step","case":"c1","step":"investigation_begun","occurred_at":"2026-10-01T08:30:00+08:00","text":"已到现场查看"},
         {"id":"c2","kind":"complaint","subject":"门锁没电","customer":{"phone":"13800138001"},
          "occurred_at":"2026-10-01T09:00:00+08:00"},
         {"kind":"step","case":"c2","step":"resolved","occurred_at":"2026-10-01T10:00:00+08:00"}]
        """

    @Test func openCasesAreListedWithTheirCountdown() async throws {
        try await withAgent { agent in
            _ = try await agent.post(Self.rows)
            agent.clock.set("2026-10-02T07:00:00+08:00")
            var open: Cases = try await read(agent, "/v1/cases?open=true&language=en")
            #expect(open.cases.map(\.title) == ["楼道漏水"])
            #expect(open.cases.first?.next?.code == "answer")
            #expect(open.cases.first?.next?.status == "due_soon")
            #expect(open.cases.first?.next?.secondsLeft == 3600)
            #expect(open.cases.first?.isOverdue == false)
            agent.clock.set("2026-10-02T08:00:00+08:00")
            open = try await read(agent, "/v1/cases?overdue=true&category=engineering")
            #expect(open.cases.map(\.title) == ["楼道漏水"])
            let none: Cases = try await read(agent, "/v1/cases?overdue=true&category=sales")
            #expect(none.cases.isEmpty)
        }
    }

    @Test func aCaseIsShownByWhatItWasCalledWithItsTimeline() async throws {
        try await withAgent { agent in
            _ = try await agent.post(Self.rows)
            agent.clock.set("2026-10-09T08:00:00+08:00")
            let found: CaseReport = try await read(agent, "/v1/cases/c1")
            #expect(found.grade == .hot)
            let detail = try #require(found.detail)
            #expect(detail.timeline.map(\.kind).prefix(2) == [.complaint, .step])
            #expect(detail.timeline.contains { $0.words == "已到现场查看" })
            #expect(detail.timeline.contains { $0.kind == .rise && $0.text.contains("一周") })
            #expect(!detail.advice.isEmpty)
        }
    }

    @Test func aHandbookThatComesIntoForceJudgesWhatWasListedBefore() async throws {
        try await withAgent { agent in
            _ = try await agent.post(Self.rows)
            let handbook = Mutex(Handbook.standard)
            let book = SiteBook(
                log: agent.agent.log, handbook: handbook.withLock { $0 },
                zone: try #require(TimeZoneRules("Asia/Shanghai")))
            let now = try #require(Timestamp("2026-10-01T09:00:00+08:00", in: .utc))
            let overdue = CaseFilter(isOverdue: true)
            #expect(try await book.cases(overdue, showsWords: true, at: now).isEmpty)
            handbook.withLock { handbook in
                handbook.version += "-2"
                for index in handbook.timeLimits.limits.indices {
                    handbook.timeLimits.limits[index].within = .duration(.seconds(600))
                }
            }
            #expect(try await book.cases(overdue, showsWords: true, at: now).count == 1)
        }
    }

    @Test func aLateProfileSaysByWhichLimitACaseGoes() async throws {
        try await withAgent { agent in
            _ = try await agent.post(Self.rows)
            var changed = Handbook.standard
            for index in changed.timeLimits.limits.indices {
                changed.timeLimits.limits[index].tiers = [
                    TimeLimit.TierSpan(tier: "vip", within: .duration(.seconds(600)))
                ]
            }
            let handbook = changed
            let book = SiteBook(
                log: agent.agent.log, handbook: handbook, zone: try #require(TimeZoneRules("Asia/Shanghai")))
            let now = try #require(Timestamp("2026-10-01T09:00:00+08:00", in: .utc))
            let overdue = CaseFilter(isOverdue: true)
            #expect(try await book.cases(overdue, showsWords: true, at: now).isEmpty)
            _ = try await agent.post(
                #"{"kind":"customer","customer":{"phone":"13800138000"},"tier":"vip","occurred_at":"2026-09-01"}"#)
            #expect(try await book.cases(overdue, showsWords: true, at: now).map(\.title) == ["楼道漏水"])
        }
    }

    @Test func todayTellsWhatIsOverdueAndWhomToVisit() async throws {
        try await withAgent { agent in
            _ = try await agent.post(Self.rows)
            agent.clock.set("2026-10-03T08:00:00+08:00")
            let today: TodayReport = try await read(agent, "/v1/today?language=en")
            #expect(today.open == 1)
            #expect(today.overdue.map(\.title) == ["楼道漏水"])
            #expect(today.visits.contains { $0.complaint != nil && $0.status == "due" })
        }
    }

    @Test func aKeyAccountsPurchasePutsAFirstVisitAtTheHead() async throws {
        try await withAgent { agent in
            _ = try await agent.post(
                """
                [{"kind":"customer","customer":{"number":"K1","name":"明远物业"},"type":"大客户","key_account":true,"event":"购买",
                  "figures":{"annual_sales":120000},"occurred_at":"2026-10-01T08:00:00+08:00"},
                 {"kind":"visit","customer":{"number":"K2"},"satisfaction":5,"recommendation":10,"occurred_at":"2026-01-05"}]
                """)
            agent.clock.set("2026-10-02T08:00:00+08:00")
            let customers: Customers = try await read(agent, "/v1/customers?key_account=true&language=en")
            #expect(customers.customers.map(\.label) == ["明远物业"])
            #expect(customers.customers.first?.figures["annual_sales"] == 120_000)
            struct Visits: Decodable { var visits: [VisitReport] }
            let visits: Visits = try await read(agent, "/v1/visits")
            #expect(visits.visits.first?.isFirstVisit == true)
            #expect(visits.visits.first?.customer == "明远物业")
            let fallen: CustomerReport = try await read(agent, "/v1/customers/K2")
            #expect(fallen.state == "very_satisfied")
            #expect(fallen.isDecayed == true)
        }
    }
}
