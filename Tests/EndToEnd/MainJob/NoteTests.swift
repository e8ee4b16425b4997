import Foundation
import Testing

extension EndToEnd {
    /// A note written down at a branch is in headquarters' monthly digest.
    struct Notes {
        @Test func notesFromTheCommandLineAndByHTTPAreInTheDigest() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let port = try Ports.free()
                let branch = try await Branch("north", of: headquarters, listening: port)
                try await headquarters.add(branch)
                try await branch.daemon.start()

                try await branch.complain(
                    "c1", "厨房水管漏水，三天没有人来修", subject: "厨房漏水", by: "C001", at: "2019-07-03T10:00")
                let visit = Data(
                    #"{"id":"v1","kind":"visit","customer":"C002","occurred_at":"2019-07-31T23:59:59","satisfaction":4}"#
                        .utf8)
                let answer = try HTTPConversation.ask(
                    .port(port), "POST", "/v1/records", headers: branch.credentials, body: visit)
                #expect(answer.status == 201, "\(answer.body)")

                let records = try await headquarters.notes(["c1", "v1"])
                #expect(Set(records.map(\.kind)) == ["complaint", "visit"])
                #expect(records.allSatisfy { $0.site == "north" })
                let digest = try await headquarters.digest("2019-07")
                #expect(digest["complaints.site.north.received"] == 1)
                #expect(digest["complaints.site.north.distinct"] == 1)
                #expect(digest["visits.site.north.attempts"] == 1)
                #expect(try await headquarters.digest("2019-08")["complaints.site.north.received"] == 0)
            }
        }

        @Test func theSameNoteSentTwiceIsTakenOnceAndAnotherUnderItsIdIsRefused() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                try await branch.complain("c1", "电梯坏了", by: "C001", at: "2019-07-03T10:00")
                try await branch.complain("c1", "电梯坏了", by: "C001", at: "2019-07-03T10:00")
                let other = try await branch.ask("record", "complaint", "--id", "c1", "--text", "水管坏了")
                #expect(!other.succeeded)
                #expect(other.errors.contains("id"))
                try await branch.complain("c2", "停水了")
                let records = try await headquarters.notes(["c1", "c2"])
                #expect(records.count == 2)
            }
        }

        @Test func httpTakesNothingFromStrangersAndForeignPages() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters(in: house)
                let port = try Ports.free()
                let branch = try await Branch("north", of: headquarters, listening: port)
                try await branch.daemon.start()
                let note = Data(#"{"kind":"complaint","text":"x"}"#.utf8)
                let attempts: [(headers: [String: String], status: Int)] = [
                    ([:], 401), (["Authorization": "Bearer guess"], 401),
                    (["Origin": "https://evil.example"], 403), (["Host": "evil.example:\(port)"], 403),
                ]
                for attempt in attempts {
                    // The right token does not help a foreign page.
                    let headers = (attempt.status == 403 ? branch.credentials : ["Content-Type": "application/json"])
                        .merging(attempt.headers) { _, new in new }
                    let answer = try HTTPConversation.ask(
                        .port(port), "POST", "/v1/records", headers: headers, body: note)
                    #expect(answer.status == attempt.status, "\(attempt.headers): \(answer.body)")
                }
                let list = try HTTPConversation.ask(.socket(branch.socket), "GET", "/v1/records")
                #expect(list.body.contains(#""records":[]"#), "\(list.body)")
            }
        }
    }
}
