import Foundation
import Testing

extension EndToEnd {
    /// Records with faults come back with the field and the reason; the good ones beside them are taken.
    struct RefusedRecords {
        private struct Report: Decodable {
            struct Row: Decodable {
                var line: Int
                var status: String
                var faults: [Fault]?
            }

            struct Fault: Decodable {
                var field: String
                var reason: String
            }

            var saved: Int
            var refused: Int
            var results: [Row]
        }

        @Test func everyFaultyRowIsNamedAndTheGoodOnesAreTaken() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                let nextYear = Calendar(identifier: .gregorian).component(.year, from: Date()) + 1
                let rows: [(json: String, field: String?)] = [
                    (#"{"id":"good-1","kind":"complaint","text":"电梯坏了"}"#, nil),
                    (#"{"kind":"complaint","text":["x"]}"#, "text"),
                    (#"{"kind":"complaint"}"#, "text"),
                    (#"{"kind":"complaint","text":"x","category":"无此类别"}"#, "category"),
                    (#"{"kind":"complaint","text":"x","occurred_at":"1900-01-01"}"#, "occurred_at"),
                    (#"{"kind":"complaint","text":"x","occurred_at":"\#(nextYear)-12-01"}"#, "occurred_at"),
                    (#"{"kind":"complaint","text":"x","occurred_at":"gestern"}"#, "occurred_at"),
                    (#"{"kind":"complaint","text":"x","group_size":0}"#, "group_size"),
                    (#"{"kind":"complaint","text":"x","colour":"red"}"#, "colour"),
                    (#"{"kind":"compliment","text":"x"}"#, "kind"),
                    (#"{"kind":"step","step":"resolved"}"#, "case"),
                    (#"{"kind":"visit","satisfaction":"great"}"#, "satisfaction"),
                    ("{\"kind\":\"complaint\",\"text\":\"half", ""),
                    ("[1,2]", ""),
                    (#"{"id":"good-2","kind":"visit","satisfaction":5}"#, nil),
                ]
                let body = Data(rows.map(\.json).joined(separator: "\n").utf8)
                let answer = try branch.post(body)
                #expect(answer.status == 200)
                let report = try JSONDecoder().decode(Report.self, from: Data(answer.body.utf8))
                #expect(report.saved == 2)
                #expect(report.refused == rows.count - 2)
                for (index, row) in rows.enumerated() {
                    let result = try #require(report.results.first { $0.line == index + 1 }, "row \(index + 1)")
                    #expect(result.status == (row.field == nil ? "saved" : "refused"), "\(row.json)")
                    guard let field = row.field else { continue }
                    #expect(
                        result.faults?.contains { $0.field == field && !$0.reason.isEmpty } == true,
                        "\(row.json): \(answer.body)")
                }
                #expect(try await headquarters.notes(["good-1", "good-2"]).count == 2)
            }
        }

        @Test func tenMegabytesAndBrokenUTF8AreRefusedBesideAGoodRow() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                var body = Data(#"{"id":"large","kind":"complaint","text":""#.utf8)
                body.append(Data(repeating: UInt8(ascii: "x"), count: 10 << 20))
                body.append(Data("\"}\n{\"id\":\"broken\",\"kind\":\"complaint\",\"text\":\"".utf8))
                body.append(Data([0xC3, 0x28, 0xFF]))
                body.append(Data("\"}\n{\"id\":\"good\",\"kind\":\"complaint\",\"text\":\"电梯坏了\"}\n".utf8))
                let answer = try branch.post(body)
                #expect(answer.status == 200, "\(answer.body.prefix(500))")
                let report = try JSONDecoder().decode(Report.self, from: Data(answer.body.utf8))
                #expect(report.saved == 1)
                #expect(report.results.map(\.status) == ["refused", "refused", "saved"])
                #expect(report.results[0].faults?.first?.reason.contains("MiB") == true, "\(answer.body)")
                let place = "byte \(#"{"id":"broken","kind":"complaint","text":""#.utf8.count) of it, 0xC3"
                #expect(report.results[1].faults?.first?.reason.contains(place) == true, "\(answer.body)")
                _ = try await headquarters.notes(["good"])
                let only = try branch.post(body.prefix(10 << 20))
                #expect([400, 413].contains(only.status), "\(only.body.prefix(500))")
            }
        }

        @Test func theCommandLineNamesTheField() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters(in: house)
                let branch = try await Branch("north", of: headquarters)
                try await branch.daemon.start()
                let refused = try await branch.ask(
                    "record", "complaint", "--text", "x", "--category", "无此类别", "--occurred-at", "1900-01-01")
                #expect(refused.exit == .status(1))
                #expect(refused.errors.contains("category") && refused.errors.contains("occurred_at"), "\(refused)")
                try await branch.daemon.stop()
                let alone = try await branch.ask("record", "complaint", "--text", "x")
                #expect(alone.exit == .status(1))
                #expect(alone.errors.contains("is the agent running?"), "\(alone)")
            }
        }

        @Test func connectionsThatEndAtOnceDoNotHarmTheAgent() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters(in: house)
                let branch = try await Branch("north", of: headquarters)
                try await branch.daemon.start()
                for round in 0..<300 {
                    let peer = try HTTPConversation(.socket(branch.socket))
                    if round.isMultiple(of: 3) { try peer.send(Data("POST /v1/records HT".utf8)) }
                    if round % 3 == 1 { try peer.send(Data([0xFF, 0, 0x0D, 0x0A, 0x0D, 0x0A])) }
                    peer.end()
                }
                try await branch.complain("after", "电梯坏了")
                #expect(branch.daemon.isRunning)
            }
        }
    }
}

extension Branch {
    /// Hands in NDJSON by the Unix socket.
    fileprivate func post(_ body: Data) throws -> HTTPConversation.Answer {
        try HTTPConversation.ask(
            .socket(socket), "POST", "/v1/records", headers: ["Content-Type": "application/x-ndjson"], body: body)
    }
}
