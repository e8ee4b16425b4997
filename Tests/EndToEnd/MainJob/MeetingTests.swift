import Foundation
import Testing

extension EndToEnd {
    /// What the meeting decides goes down, is done, and comes back into the next paper.
    struct Meetings {
        private struct Action: Decodable {
            var id: String
            var text: String
            var state: String
            var sites: [String]
        }

        private func actions(_ headquarters: Headquarters) async throws -> [Action] {
            try await headquarters.ask("meeting", "list", "--all", "--json").json()
        }

        @Test func anOutcomeGoesDownIsDoneAndStandsInTheNextPaper() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                try await branch.complain("a", "门锁没电", by: "C001", at: "2026-10-03T10:00")
                _ = try await headquarters.notes(["a"])

                // The paper's own table, filled in.
                let paper = try await headquarters.ask("digest", "show", "2026-10", "--language", "en").required().text
                let lines = paper.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
                    var cells = line.components(separatedBy: "|")
                    guard cells.count == 8, cells[1].trimmingCharacters(in: .whitespaces) == "1" else {
                        return String(line)
                    }
                    (cells[4], cells[6]) = (" change the batteries ", " 2026-12-24 ")
                    return cells.joined(separator: "|")
                }
                let file = try house.write("paper.md", Data(lines.joined(separator: "\n").utf8))
                for _ in 1...2 { _ = try await headquarters.ask("meeting", "import", "2026-10", file).required() }
                // What a department that nobody has should do, nobody does.
                let nobody = try await headquarters.ask("meeting", "action", "x", "--department", "nobody")
                #expect(!nobody.succeeded && nobody.errors.contains("nobody"), "\(nobody)")
                _ = try await headquarters.ask(
                    "meeting", "outcome", "2026-10", "上门带备用电池", "--sites", "north", "--lesson"
                ).required()
                let decided = try await actions(headquarters)
                #expect(decided.map(\.text) == ["change the batteries", "上门带备用电池"])
                let order = try #require(decided.last)
                #expect(order.sites == ["north"] && order.state == "open")

                try await eventually("the order at the branch") {
                    try await house.run(["action", "list", "--json", "--config", branch.config]).text.contains(order.id)
                        ? true : nil
                }
                _ = try await house.run(["action", "done", order.id, "已带", "--config", branch.config]).required()
                try await eventually("the branch's word at headquarters") {
                    try await actions(headquarters).last?.state == "done" ? true : nil
                }
                // A paper whose numbers may be those of another agenda is refused.
                _ = try await headquarters.ask("digest", "close", "2026-10").required()
                let hash = try #require(lines.first { $0.contains("hash `") }?.split(separator: "`").dropFirst().first)
                let other = lines.joined(separator: "\n").replacing(hash, with: "0123456789ab")
                let foreign = try await headquarters.ask(
                    "meeting", "import", "2026-10", try house.write("other.md", Data(other.utf8)))
                #expect(!foreign.succeeded && foreign.errors.contains("--revision"), "\(foreign)")
                let next = try await headquarters.ask("digest", "preview", "2026-11", "--language", "en").required()
                #expect(next.text.contains("上门带备用电池") && next.text.contains("done 1"), "\(next.text)")
            }
        }

        @Test func aDigestComesInEveryFormAndTellsItsRecords() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                try await branch.complain("a", "<script>alert(1)</script>", by: "C001", at: "2026-10-03T10:00")
                let note = try #require(try await headquarters.notes(["a"]).first)
                let explained = try await headquarters.ask(
                    "digest", "explain", "2026-10", "complaints.received", "--json"
                ).required()
                #expect(explained.text.contains(note.id))
                let unknown = try await headquarters.ask("digest", "explain", "2026-10", "complaints.recei")
                #expect(!unknown.succeeded && unknown.errors.contains("complaints.received"), "\(unknown)")
                let page = try await headquarters.ask("digest", "export", "2026-10", "--format", "html").required()
                #expect(page.text.contains("north") && !page.text.contains("<script"))
                #expect(page.errors.contains("preview") || page.errors.contains("预览"), "\(page.errors)")
                let workbook = house.folder + "/d.xlsx"
                _ = try await headquarters.ask("digest", "export", "2026-10", "--format", "xlsx", "--output", workbook)
                    .required()
                #expect(try Data(contentsOf: URL(filePath: workbook)).prefix(2) == Data("PK".utf8))
                let table = try await headquarters.ask(
                    "digest", "export", "2026-10", "--format", "csv", "--table", "sites", "--language", "en"
                ).required().text
                #expect(table.contains("north"))
            }
        }
    }
}
