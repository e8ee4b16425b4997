import Foundation
import Records
import Storage
import Testing

@testable import Agent

@Suite struct IntakeTests {
    @Test func oneRecordIsSaved() async throws {
        try await withAgent { agent in
            let (status, report) = try await agent.post(#"{"kind":"complaint","subject":"漏水","text":"厨房漏水"}"#)
            #expect(status == 201)
            #expect(report.saved == 1)
            #expect(report.results.first?.sequence == 1)
            #expect(agent.agent.log.head.sequence == SequenceNumber(1))
        }
    }

    @Test func theQueryGivesTheKindThatARecordDoesNotSay() async throws {
        try await withAgent { agent in
            let (status, _) = try await agent.post(#"{"satisfaction":5}"#, "?kind=visit")
            #expect(status == 201)
            let (refused, report) = try await agent.post(#"{"satisfaction":5}"#)
            #expect(refused == 422)
            #expect(report.fields == ["kind"])
        }
    }

    @Test(arguments: [
        (#"[{"kind":"visit"},{"kind":"visit","satisfaction":4}]"#, "application/json"),
        ("{\"kind\":\"visit\"}\n\n{\"kind\":\"visit\",\"satisfaction\":4}\r\n", "application/x-ndjson"),
        ("\u{FEFF}{\"kind\":\"visit\"}\n{\"kind\":\"visit\"}", "application/x-ndjson; charset=utf-8"),
        (#" {"kind":"visit"} {"kind":"visit"}"#, "application/json"),
        ("[\n  {\n    \"kind\": \"visit\"\n  },\n  {\"kind\": \"visit\"}\n]\n", "application/json"),
    ])
    func manyRecordsComeInAnyShape(body: String, type: String) async throws {
        try await withAgent { agent in
            let (status, report) = try await agent.post(body, type: type)
            #expect(status == 201)
            #expect(report.statuses == ["saved", "saved"])
        }
    }

    @Test func goodRowsAreTakenAlthoughOthersAreRefused() async throws {
        try await withAgent { agent in
            let body = """
                {"kind":"visit","satisfaction":4}
                {"kind":"visit","satisfaction":9,"method":"carrier pigeon"}
                not json
                {"kind":"survey","survey":"2026H1"}
                """
            let (status, report) = try await agent.post(body, type: "application/x-ndjson")
            #expect(status == 200)
            #expect(report.statuses == ["saved", "refused", "refused", "saved"])
            #expect(report.results.map(\.line) == [1, 2, 3, 4])
            #expect(Set(report.results[1].faults?.map(\.field) ?? []) == ["satisfaction", "method"])
            let (_, short) = try await agent.post(body, "?results=refused", type: "application/x-ndjson")
            #expect(short.statuses == ["refused", "refused"])
            #expect(short.saved == 2)
        }
    }

    @Test func theSameRecordSentTwiceIsTakenOnce() async throws {
        try await withAgent { agent in
            let body = #"{"id":"K1","kind":"visit","satisfaction":4,"text":"很好"}"#
            let (first, saved) = try await agent.post(body)
            // Written down later, with the fields in another order: still the same.
            agent.clock.set("2026-10-15T10:00:00+08:00")
            let (second, known) = try await agent.post(#"{"text":"很好","satisfaction":4,"kind":"visit","id":"K1"}"#)
            #expect((first, second) == (201, 200))
            #expect(known.known == 1)
            #expect(known.results.first?.id == saved.results.first?.id)
            #expect(agent.agent.log.head.sequence == SequenceNumber(1))
        }
    }

    @Test func anotherRecordUnderTheSameIdIsAConflict() async throws {
        try await withAgent { agent in
            _ = try await agent.post(#"{"id":"K1","kind":"visit","satisfaction":4}"#)
            let (status, report) = try await agent.post(#"{"id":"K1","kind":"visit","satisfaction":1}"#)
            #expect(status == 409)
            #expect(report.fields == ["id"])
            let (mixed, both) = try await agent.post(
                #"[{"id":"K1","kind":"visit","satisfaction":1},{"id":"K2","kind":"visit"}]"#)
            #expect(mixed == 200)
            #expect(both.statuses == ["conflict", "saved"])
        }
    }

    @Test func aDryRunSaysWhatWouldBecomeAndWritesNothing() async throws {
        try await withAgent { agent in
            _ = try await agent.post(#"{"id":"K1","kind":"visit","satisfaction":4}"#)
            let rows =
                #"[{"id":"K1","kind":"visit","satisfaction":4},{"id":"K1","kind":"visit"},{"kind":"visit"},{"kind":"x"}]"#
            let (status, report) = try await agent.post(rows, "?dry_run=true")
            #expect(status == 200)
            #expect(report.statuses == ["known", "conflict", "valid", "refused"])
            #expect(agent.agent.log.head.sequence == SequenceNumber(1))
        }
    }

    @Test func textsAreReadAsASpreadsheetWritesThem() async throws {
        try await withAgent { agent in
            let row =
                #"{"kind":"投诉","subject":"电梯","urgent":"是","group_size":"3","customer.phone":"13800138000","tags":"a；b"}"#
            let (status, report) = try await agent.post(row, "?values=text")
            #expect(status == 201)
            let id = try #require(report.results.first?.id)
            let shown = try await agent.ask("GET", "/v1/records/\(id)")
            let text = String(decoding: shown.body, as: UTF8.self)
            #expect(text.contains(#""group_size":3"#))
            #expect(text.contains(#""tags":["a","b"]"#))
            #expect(text.contains(#""phone":"+8613800138000""#))
        }
    }

    @Test(arguments: [
        ("", 400), ("[]", 400), ("   \n", 400), ("hello", 400), ("[1,2]", 400), (#"{"kind":"visit""#, 400),
        (#"{"kind":"visit",}"#, 400), (#"{"kind":"visit","no_such_field":1}"#, 422),
        (#"{"kind":"visit","occurred_at":"1900-01-01"}"#, 422), (#"{"kind":"visit","occurred_at":"2027-10-15"}"#, 422),
        (#"{"kind":"complaint","text":"x","category":"没有这个类别"}"#, 422), (#"{"kind":"visit","satisfaction":"4"}"#, 422),
        (#"{"kind":"visit","text":7.5}"#, 422), (#"{"kind":"step","step":"resolved"}"#, 422),
    ])
    func aRefusedBodyLeavesNothingBehind(body: String, expected: Int) async throws {
        try await withAgent { agent in
            let (status, report) = try await agent.post(body)
            #expect(status == expected)
            #expect(report.saved == 0)
            #expect(agent.agent.log.head.sequence == .zero)
        }
    }

    @Test func whatFollowsABrokenArrayIsRefusedAndWhatStoodBeforeIsTaken() async throws {
        try await withAgent { agent in
            let (status, report) = try await agent.post("[{\"kind\":\"visit\"}\n{\"kind\":\"visit\"}]")
            #expect(status == 200)
            #expect(report.statuses == ["saved", "refused"])
            #expect(report.results.last?.line == 2)
        }
    }

    @Test func invalidUTF8IsRefusedWithItsLine() async throws {
        try await withAgent { agent in
            var body = Data("{\"kind\":\"visit\",\"text\":\"".utf8)
            body.append(contentsOf: [0xFF, 0xFE])
            body.append(contentsOf: "\"}\n{\"kind\":\"visit\"}\n".utf8)
            let answer = try await agent.client.ask("POST", "/v1/records", body: body, type: "application/x-ndjson")
            let report = try JSONDecoder().decode(Report.self, from: answer.body)
            #expect(report.statuses == ["refused", "saved"])
            #expect(report.results.first?.faults?.first?.reason.contains("UTF-8") == true)
        }
    }

    @Test func aTextOfTenMegabytesIsRefused() async throws {
        try await withAgent { agent in
            let text = String(repeating: "长", count: 10 << 20 / 3)
            let (status, report) = try await agent.post(#"{"kind":"visit","text":"\#(text)"}"#)
            #expect(status == 413)
            #expect(report.refused == 1)
            // On a line of its own it harms no other.
            let lines = "{\"kind\":\"visit\"}\n{\"kind\":\"visit\",\"text\":\"\(text)\"}\n{\"kind\":\"visit\"}"
            let (mixed, rows) = try await agent.post(lines, type: "application/x-ndjson")
            #expect(mixed == 200)
            #expect(rows.statuses == ["saved", "refused", "saved"])
            let (long, faulty) = try await agent.post(#"{"kind":"visit","text":"\#(text.prefix(30_000))"}"#)
            #expect(long == 422)
            #expect(faulty.fields == ["text"])
        }
    }

    @Test func manyRowsAreSavedInTheirOrder() async throws {
        try await withAgent { agent in
            let lines = (1...2600).map { "{\"id\":\"r\($0)\",\"kind\":\"visit\",\"satisfaction\":\($0 % 7)}" }
            let (status, report) = try await agent.post(lines.joined(separator: "\n"), type: "application/x-ndjson")
            #expect(status == 200)
            #expect(report.results.map(\.line) == Array(1...2600))
            #expect(report.refused == 2600 - lines.indices.count { (1...5).contains(($0 + 1) % 7) })
            let sequences = report.results.compactMap(\.sequence)
            #expect(sequences == Array(1...sequences.count))
            let (again, known) = try await agent.post(lines.joined(separator: "\n"), type: "application/x-ndjson")
            #expect(again == 200)
            #expect(known.known == sequences.count)
        }
    }

    @Test func aFullDiskRefusesAndClaimsNothing() async throws {
        try await withAgent(configure: { $0.diskReserve = .max / 2 }) { agent in
            let (status, report) = try await agent.post(#"{"kind":"visit"}"#)
            #expect(status == 507)
            #expect(report.saved == 0)
            #expect(report.error?.code == "disk_full")
            let answer = try await agent.ask("GET", "/v1/status")
            #expect(String(decoding: answer.body, as: UTF8.self).contains(#""takes_records":false"#))
        }
    }
}
