import Foundation
import Glibc
import Records
import Storage
import SwiftProtobuf
import Testing

@testable import Agent

@Suite struct AgentServerTests {
    private static let token = "a-token-of-some-length"

    private func configure(_ configuration: inout AgentConfiguration) {
        configuration.listening = AgentConfiguration.Listening(host: "127.0.0.1", port: 0)
        configuration.users = [
            AgentUser(name: "李", role: .clerk, tokenDigest: AgentUser.digest(ofToken: Self.token)),
            AgentUser(name: "reader", role: .readOnly, tokenDigest: AgentUser.digest(ofToken: "another-token-indeed")),
        ]
    }

    @Test func theAuthorIsWhoAuthenticated() async throws {
        try await withAgent(configure: configure) { agent in
            let client = try agent.tcp(token: Self.token)
            let body = #"{"id":"a","kind":"visit","text":"很好","customer":"C1"}"#
            #expect(try await agent.ask("POST", "/v1/records", body, client: client).status == 201)
            #expect(try await agent.ask("POST", "/v1/records", #"{"id":"b","kind":"visit"}"#).status == 201)
            let record = try await agent.ask("GET", "/v1/records/a", client: client)
            #expect(record.fields["author"]?.stringValue == "李")
            #expect(record.fields["text"]?.stringValue == "很好")
            let login = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) }
            #expect(try await agent.ask("GET", "/v1/records/b").fields["author"]?.stringValue == login)
        }
    }

    @Test func readersSeeNoNamesAndWriteNothing() async throws {
        try await withAgent(configure: configure) { agent in
            let body = #"{"id":"a","kind":"complaint","subject":"s","text":"t","customer":{"name":"王"},"urgent":true}"#
            _ = try await agent.post(body)
            let reader = try agent.tcp(token: "another-token-indeed")
            let shown = String(decoding: try await agent.ask("GET", "/v1/records", client: reader).body, as: UTF8.self)
            #expect(shown.contains("urgent"))
            #expect(!shown.contains("王") && !shown.contains("subject"))
            #expect(try await agent.ask("POST", "/v1/records", body, client: reader).status == 403)
            #expect(
                try await agent.ask(
                    "POST", "/v1/seals", #"{"month":"2026-09"}"#, client: try agent.tcp(token: Self.token)
                ).status == 403)
        }
    }

    @Test func aWrongTokenIsRefused() async throws {
        try await withAgent(configure: configure) { agent in
            let wrong = try agent.tcp(token: "a-token-of-some-lengtH")
            #expect(try await agent.ask("GET", "/v1/status", client: wrong).status == 401)
            let none = try await agent.ask(
                "GET", "/v1/status", client: wrong, headers: [("Authorization", "Basic YTpi")])
            #expect(none.status == 401)
            #expect(try await agent.ask("POST", "/v1/records", "{}", client: wrong).status == 401)
            #expect(agent.agent.log.head.sequence == .zero)
        }
    }

    @Test(arguments: [
        ("Host", "evil.example"), ("Host", "127.0.0.1:1"), ("Origin", "https://evil.example"), ("Origin", "null"),
    ])
    func foreignPagesAreRefused(name: String, value: String) async throws {
        try await withAgent(configure: configure) { agent in
            let client = try agent.tcp(token: Self.token)
            let answer = try await agent.ask("GET", "/v1/status", client: client, headers: [(name, value)])
            #expect(answer.status == 403)
            let health = try await agent.ask("GET", "/healthz", client: client, headers: [(name, value)])
            #expect(health.status == 403)
        }
    }

    @Test func itsOwnOriginIsNotForeign() async throws {
        try await withAgent(configure: configure) { agent in
            let client = try agent.tcp(token: Self.token)
            let port = try #require(agent.port)
            let own = [("Origin", "http://localhost:\(port)"), ("Host", "localhost:\(port)")]
            #expect(try await agent.ask("GET", "/v1/status", client: client, headers: own).status == 200)
            #expect(try await agent.ask("GET", "/v1/status", headers: [("Origin", "http://localhost")]).status == 403)
        }
    }

    @Test func aPeerWhoIsNobodysUserIsRefused() async throws {
        try await withAgent(trusted: [4711]) { agent in
            #expect(try await agent.ask("GET", "/v1/status").status == 403)
            let answer = try await agent.ask("POST", "/v1/records", #"{"kind":"visit"}"#)
            #expect(answer.status == 403)
            #expect(answer.message?.contains("user id \(geteuid())") == true)
        }
    }

    @Test func aPeerOfTheConfigurationIsItsUser() async throws {
        try await withAgent(
            trusted: [], configure: { $0.users = [AgentUser(name: "柜台", role: .clerk, uid: geteuid())] }
        ) { agent in
            _ = try await agent.post(#"{"id":"a","kind":"visit"}"#)
            #expect(try await agent.ask("GET", "/v1/records/a").fields["author"]?.stringValue == "柜台")
        }
    }

    @Test func formsOfWebPagesAreNoRecords() async throws {
        try await withAgent { agent in
            let answer = try await agent.ask(
                "POST", "/v1/records", "kind=visit", type: "application/x-www-form-urlencoded")
            #expect(answer.status == 415)
            #expect(try await agent.ask("POST", "/v1/records?dryrun=true", "{}").status == 400)
            #expect(try await agent.ask("POST", "/v1/records?results=some", "{}").status == 400)
            #expect(try await agent.ask("GET", "/v1/records?limit=0").status == 400)
            #expect(try await agent.ask("GET", "/v1/nothing").status == 404)
        }
    }

    @Test func ownRecordsComeNewestFirstInPages() async throws {
        try await withAgent { agent in
            let lines = (1...5).map { "{\"id\":\"r\($0)\",\"kind\":\"visit\"}" }.joined(separator: "\n")
            _ = try await agent.post(lines, type: "application/x-ndjson")
            let first = try await agent.ask("GET", "/v1/records?limit=3")
            #expect(first.fields["next_before"]?.numberValue == 3)
            let last = try await agent.ask("GET", "/v1/records?limit=3&before=3")
            guard case .listValue(let list)? = last.fields["records"]?.kind else { throw TestError() }
            #expect(list.values.map { $0.structValue.fields["client_id"]?.stringValue } == ["r2", "r1"])
            #expect(last.fields["next_before"]?.kind == .nullValue(.nullValue))
        }
    }

    @Test func everyKindIsShownAsItWasGiven() async throws {
        try await withAgent { agent in
            let body = """
                [{"id":"c","kind":"complaint","subject":"s","text":"t","channel":"电话","lawsuit":"threatened","group_size":3,
                  "our_responsibility":true,"attachments":[{"reference":"p.jpg","sha256":"\(String(repeating: "0f", count: 32))"}]},
                 {"id":"v","kind":"visit","method":"phone","satisfaction":2,"recommendation":0,"case":"c","tags":["x"],
                  "confirms_resolution":false,"problems":[{"text":"p"}],"follow_up_at":"2026-10-20"},
                 {"id":"s","kind":"step","case":"c","step":"root_cause","causes":["rules"],"gap":2,"whys":["a","b"],"urgent":true},
                 {"id":"q","kind":"survey","survey":"h1","mode":"ivr","scores":{"speed":4.5},"duration_seconds":60},
                 {"id":"p","kind":"customer","customer":{"number":"1","email":"a@b.cn"},"figures":{"arpu":12},"key_account":true}]
                """
            let (status, _) = try await agent.post(body)
            #expect(status == 201)
            for id in ["c", "v", "s", "q", "p"] {
                let record = try await agent.ask("GET", "/v1/records/\(id)")
                #expect(record.status == 200)
                #expect(record.fields["client_id"]?.stringValue == id)
            }
            let visit = try await agent.ask("GET", "/v1/records/v")
            #expect(visit.fields["case"] == (try await agent.ask("GET", "/v1/records/c")).fields["id"])
            #expect(visit.fields["follow_up_at"]?.stringValue == "2026-10-20T00:00:00+08:00")
            #expect(try await agent.ask("GET", "/v1/records/none").status == 404)
        }
    }
}

struct TestError: Error {}
