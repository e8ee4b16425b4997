import Foundation
import Testing

extension EndToEnd {
    /// What needs a person is in the feed in time.
    struct Flags {
        @Test func threeCustomersAtThreeBranchesMakeAHotFlagWithinFiveSeconds() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                var branches: [Branch] = []
                for site in ["east", "north", "west"] {
                    branches.append(try await Branch.start(site, at: headquarters))
                }
                // Something else at each of them, so that it is not all one issue.
                let others = ["食堂的饭菜太贵，希望降价", "宽带安装预约了两周还没有师傅来", "快递柜超时收费不合理"]
                for (index, text) in others.enumerated() {
                    try await branches[index].complain("other-\(index)", text, by: "D00\(index)")
                }
                let words = [
                    "滨江花园三号楼电梯又坏了，老人困在里面半小时，物业没有人管",
                    "滨江花园三号楼的电梯经常故障，今天又困人，请物业马上维修",
                    "滨江花园三号楼电梯故障困人，打物业电话没有人接，电梯什么时候修好",
                ]
                for (index, text) in words.enumerated() {
                    if index == 2 { #expect(try await headquarters.feed().filter(\.isHot).isEmpty) }
                    try await branches[index].complain("lift-\(index)", text, subject: "滨江花园三号楼电梯故障", by: "C00\(index)")
                }
                let flag = try await eventually("a hot flag", within: .seconds(5)) {
                    try await headquarters.feed().last(where: \.isHot)?.flag
                }
                let named = try await headquarters.records().filter { flag.evidence.contains($0.id) }
                #expect(Set(named.map(\.clientID)) == ["lift-0", "lift-1", "lift-2"])
                #expect(flag.complainants == 3)
                #expect(flag.sites == ["east", "north", "west"])
                let issues = try await headquarters.ask("issue", "list", "--hot", "--json").json([Issue].self)
                #expect(issues.map(\.complainants) == [3])
                let digest = try await headquarters.digest(String(named[0].occurredAt.prefix(7)))
                #expect(digest["complaints.grade.hot.end"] == 3)
            }
        }

        private struct Issue: Decodable {
            var complainants: Int
            var id: String
            var title: String
            var occurrences: Int
        }

        @Test func peoplesWordOnIssuesHoldsUntilItIsTakenBack() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("east", at: headquarters)
                for index in 0..<2 {
                    try await branch.complain(
                        "lift-\(index)", "滨江花园三号楼的电梯困人，请物业马上维修", subject: "滨江花园三号楼电梯故障", by: "C00\(index)")
                    try await branch.complain(
                        "bill-\(index)", "The invoice of March shows the wrong amount",
                        subject: "Invoice with a wrong amount",
                        by: "D00\(index)")
                }
                let list = { try await headquarters.ask("issue", "list", "--json").json([Issue].self) }
                let before = try await eventually("two issues") {
                    let issues = try await list()
                    return issues.count == 2 ? issues : nil
                }
                let decided = try await headquarters.ask("issue", "merge", before[0].id, before[1].id).required()
                try await eventually("one issue") { try await list().map(\.occurrences) == [4] ? true : nil }
                let title = "电梯与账单"
                _ = try await headquarters.ask("issue", "rename", try await list()[0].id, title).required()
                try await eventually("the title") { try await list().map(\.title) == [title] ? true : nil }
                let id = try #require(decided.text.firstMatch(of: /undo (\S+)/)?.1)
                _ = try await headquarters.ask("issue", "undo", String(id)).required()
                try await eventually("two issues again") {
                    try await list().map(\.occurrences) == before.map(\.occurrences) ? true : nil
                }
                let decisions = try await headquarters.ask("issue", "decisions").required()
                #expect(decisions.text.contains(title) && !decisions.text.contains("merge"))
                let wrong = try await headquarters.ask("issue", "merge", "ffff", before[0].id)
                #expect(!wrong.succeeded && wrong.errors.contains("no single issue"))
            }
        }

        @Test func oneCustomerWhoComplainsThreeTimesMakesNoHotFlag() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("east", at: headquarters)
                for index in 0..<3 {
                    try await branch.complain("again-\(index)", "三号楼电梯又坏了", subject: "电梯故障", by: "C001")
                }
                _ = try await headquarters.notes(["again-0", "again-1", "again-2"])
                _ = try await headquarters.digest("2019-07")  // answers when everything is counted
                #expect(try await headquarters.feed().filter(\.isHot).isEmpty)
            }
        }

        @Test func theFirstComplaintOfAHotIssueKeepsItsOwnFlag() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("east", at: headquarters)
                for index in 0..<3 {
                    // The issue bears the id of its first complaint, which has a flag of its own.
                    _ = try await branch.ask(
                        "record", "complaint", "--id", "c\(index)", "--subject", "三号楼电梯故障", "--text", "三号楼电梯又坏了，没有人修",
                        "--customer", "C\(index)", "--lawsuit", index == 0 ? "happened" : "none"
                    ).required()
                }
                try await eventually("a hot flag") { try await headquarters.feed().first(where: \.isHot) }
                // One more record makes everything be judged again.
                try await branch.complain("c3", "三号楼电梯又坏了，没有人修", subject: "三号楼电梯故障", by: "C3")
                try await eventually("a larger hot flag") {
                    try await headquarters.feed().last(where: \.isHot)?.flag.complainants == 4 ? true : nil
                }
                let feed = try await headquarters.feed()
                #expect(feed.filter { $0.payload.state == "withdrawn" }.map(\.flag.kind) == [])
                #expect(feed.filter { $0.flag.kind == "grade_raised" && $0.flag.rule == "lawsuit_begun" }.count == 1)
            }
        }

        @Test func aComplaintUnresolvedForMoreThanAMonthIsCriticalInTheFeed() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("east", at: headquarters)
                let day = 86_400.0
                let old = Date(timeIntervalSinceNow: -40 * day).formatted(.iso8601)
                let recent = Date(timeIntervalSinceNow: -20 * day).formatted(.iso8601)
                try await branch.complain("overdue", "屋顶漏水一直没有人修", by: "C001", at: old)
                try await branch.complain("younger", "楼道灯坏了", by: "C002", at: recent)
                let flag = try await eventually("a critical flag", within: .seconds(10)) {
                    try await headquarters.feed().first { $0.flag.kind == "grade_raised" && $0.flag.grade == 4 }?.flag
                }
                let records = try await headquarters.notes(["overdue", "younger"])
                #expect(flag.rule == "open_one_month")
                #expect(flag.evidence == records.filter { $0.clientID == "overdue" }.map(\.id))
                let critical = try await headquarters.feed().filter {
                    $0.flag.grade == 4 && $0.payload.state == "raised"
                }
                #expect(Set(critical.map(\.flag.subject)) == [flag.subject])
            }
        }
    }
}

extension FeedLine {
    fileprivate var isHot: Bool { flag.kind == "hot_issue" && payload.state == "raised" }
}
