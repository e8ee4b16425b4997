import Foundation
import Testing

extension EndToEnd {
    /// Words are found from the command line, in forms that people and programs read.
    struct Searches {
        private struct Answer: Decodable {
            struct Hit: Decodable {
                var record: String
                var complaint: String?
                var site: String
                var snippet: String
                var marks: [[Int]]
            }

            var hits: [Hit]
            var hasMore: Bool
        }

        private struct Case: Decodable { var id: String }

        @Test func wordsOfAllBranchesAreFoundAndACorrectionIsFollowed() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                let south = try await Branch.start("south", at: headquarters)
                try await north.complain("c1", "=智能门锁没电后打不开")
                try await south.complain("c2", "The door locks keep failing")
                let search = { (words: [String]) async throws -> Answer in
                    try await headquarters.house.run(["search"] + words + ["--json", "--admin", headquarters.admin])
                        .json(Answer.self)
                }
                let found = try await eventually("what north said") {
                    try await search(["门锁"]).hits.first
                }
                #expect(found.site == "north")
                #expect(found.complaint == found.record)
                #expect(found.snippet == "=智能门锁没电后打不开")
                #expect(found.marks == [[3, 5]])
                let locks = try await eventually("what south said") {
                    try await search(["failed", "lock"]).hits.first
                }
                #expect(try await search(["failed lock -door"]).hits.isEmpty)
                #expect(try await search(["locks", "--site", "north"]).hits.isEmpty)
                let cases = try await headquarters.ask("case", "list", "--text", "locking", "--json").json([Case].self)
                #expect(cases.map(\.id) == [locks.record])

                // Marked as UTF-8, and nothing that a spreadsheet program would take for a formula.
                for command in [["search", "门锁"], ["case", "list", "--text", "门锁"], ["today"], ["issue", "list"]] {
                    let sheet = try await headquarters.house.run(
                        command + ["--csv", "--admin", headquarters.admin]
                    ).required()
                    #expect(sheet.text.unicodeScalars.first == "\u{FEFF}", "\(command)")
                    #expect(!sheet.text.contains(",=智能") && !sheet.text.contains("\"=智能"), "\(sheet)")
                    #expect(["today", "issue"].contains(command[0]) || sheet.text.contains("'=智能门锁"), "\(sheet)")
                }
                let empty = try await headquarters.ask("search", "😡 --")
                #expect(empty.exit != .status(0), "\(empty)")
                #expect(empty.errors.contains("at least one word"), "\(empty)")

                _ = try await headquarters.house.run([
                    "correct", found.record, "--set", "text=猫眼黑屏", "--reason", "记错了", "--admin", headquarters.admin,
                ]).required()
                #expect(try await search(["猫眼"]).hits.map(\.record) == [found.record])
                #expect(try await search(["门锁"]).hits.isEmpty)
            }
        }
    }
}
