import Foundation
import Testing

extension EndToEnd {
    /// What was written down wrongly is put right, by those who may.
    struct Amendments {
        @Test func aRetractionByHeadquartersChangesTheDigest() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("east", at: headquarters)
                try await branch.complain("right", "电梯停了三天没有人修", by: "C001")
                try await branch.complain("twice", "地下车库积水没有人管", by: "C002")
                let notes = try await headquarters.notes(["right", "twice"])
                let month = String(notes[0].occurredAt.prefix(7))
                #expect(try await headquarters.digest(month)["complaints.received"] == 2)
                let twice = try #require(notes.first { $0.clientID == "twice" })
                _ = try await headquarters.ask("retract", twice.id, "--reason", "重复录入").required()
                #expect(try await headquarters.digest(month)["complaints.received"] == 1)
                let own = try await headquarters.records(of: "hq")
                #expect(own.map(\.kind) == ["retraction"])
            }
        }

        @Test func aBranchCorrectsItsOwnRecordAndOnlyProposesToAnother() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("east", at: headquarters)
                let other = try await Branch.start("west", at: headquarters)
                _ = try await branch.ask(
                    "record", "complaint", "--id", "many", "--text", "十二户人家没有热水", "--group-size", "12"
                ).required()
                let note = try await headquarters.notes(["many"])[0]
                let month = String(note.occurredAt.prefix(7))
                #expect(try await headquarters.digest(month)["complaints.grade.critical.end"] == 1)
                _ = try await branch.ask("record", "correct", "many", "--set", "group_size=2", "--reason", "录错人数")
                    .required()
                _ = try await other.ask("record", "retract", note.id, "--reason", "不属实").required()
                try await eventually("the grade of two people") {
                    try await headquarters.digest(month)["complaints.grade.critical.end"] ?? 0 == 0 ? true : nil
                }
                let flag = try await eventually("the proposal") {
                    try await headquarters.feed().last { $0.flag.kind == "amendment_proposed" }?.flag
                }
                #expect(flag.sites == ["east", "west"])
                #expect(try await headquarters.digest(month)["complaints.received"] == 1)
            }
        }
    }
}
