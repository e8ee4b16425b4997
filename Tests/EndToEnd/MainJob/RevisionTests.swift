import Testing

extension EndToEnd {
    /// A closed month is revised by what comes in late.
    struct Revisions {
        @Test func aLateRecordMakesRevisionTwoThatNamesIt() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                // Until a site was heard, what it did not report is unknown: that changes a digest, too.
                try await eventually("word of the branch") { try await headquarters.status()["north"]?.heardUntil }
                try await branch.complain("in-time", "电梯坏了", by: "C001", at: "2019-07-03T10:00")
                _ = try await headquarters.notes(["in-time"])
                let first = try await headquarters.ask("digest", "close", "2019-07", "--json").json(DigestPaper.self)
                #expect(first.revision == 1)
                #expect(first["complaints.received"] == 1)

                try await branch.complain("late", "水管漏水", by: "C002", at: "2019-07-05T10:00")
                let late = try #require(try await headquarters.notes(["late"]).first)
                _ = try await headquarters.ask("digest", "close", "2019-07").required()
                let second = try await headquarters.digest("2019-07")
                #expect(second.revision == 2)
                #expect(second["complaints.received"] == 2)
                #expect(second.causes == [late.id])
                // What was published stays what it was.
                let kept = try await headquarters.ask("digest", "show", "2019-07", "--revision", "1", "--json")
                #expect(try kept.json(DigestPaper.self)["complaints.received"] == 1)
                let again = try await headquarters.ask("digest", "close", "2019-07", "--json").json(DigestPaper.self)
                #expect(again.revision == 2, "nothing changed since")
                let digests = try await headquarters.feed().filter { $0.kind == "digest" || $0.flag.kind == "digest" }
                #expect(digests.map(\.flag.month) == ["2019-07", "2019-07"])
            }
        }

        @Test func aMonthThatIsNotOverIsNotClosed() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let refused = try await headquarters.ask("digest", "close", "2099-01")
                #expect(!refused.succeeded)
                #expect(refused.errors.contains("2099-01"), "\(refused)")
                let nonsense = try await headquarters.ask("digest", "show", "2019-13")
                #expect(!nonsense.succeeded)
                #expect(nonsense.errors.contains("2019-13"), "\(nonsense)")
            }
        }
    }
}
