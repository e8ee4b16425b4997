import Foundation
import Testing

extension EndToEnd {
    /// Cases and customers, the same at a branch and at headquarters.
    struct Cases {
        /// `huiyin case show --json`, as far as tests look at it.
        private struct Case: Decodable {
            struct Detail: Decodable {
                struct Line: Decodable {
                    var kind: String
                    var site: String?
                    var text: String
                    var words: String
                }

                var timeline: [Line]
            }

            var id: String
            var title: String
            var responsibleSite: String
            var state: String
            var detail: Detail?
        }

        private func cases(at branch: Branch) async throws -> [Case] {
            try await branch.ask("case", "list", "--open", "--json").json([Case].self)
        }

        @Test func aCaseIsDispatchedRefusedTwiceAndToldFromEverySite() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                let south = try await Branch.start("south", at: headquarters)
                let west = try await Branch.start("west", at: headquarters)
                try await north.complain("c1", "单元门禁坏了三天没人修", subject: "门禁坏了")
                let id = try await eventually("the case at headquarters") {
                    try await headquarters.ask("case", "list", "--json").json([Case].self).first?.id
                }
                _ = try await headquarters.ask("case", "dispatch", id, "south", "--person", "李工").required()
                try await eventually("the case at south") {
                    try await cases(at: south).contains { $0.id == id } ? true : nil
                }
                // Without a reason nothing is refused.
                #expect(try await !south.ask("case", "refuse", id, "--reason", " ").succeeded)
                _ = try await south.ask("case", "refuse", id, "--reason", "不在本站点辖区").required()
                try await eventually("the refusal at headquarters") {
                    let found = try await headquarters.ask("case", "show", id, "--json").json(Case.self)
                    return found.responsibleSite == "north" ? true : nil
                }
                _ = try await headquarters.ask("case", "transfer", id, "west", "--reason", "门禁归西区").required()
                try await eventually("the case at west") {
                    try await cases(at: west).contains { $0.id == id } ? true : nil
                }
                _ = try await west.ask("case", "refuse", id, "--reason", "没有这个小区").required()
                let flag = try await eventually("the flag that it is passed on") {
                    try await headquarters.feed().map(\.flag).first { $0.kind == "passed_on" }
                }
                #expect(flag.subject == id)
                let told = try await headquarters.ask("case", "show", id, "--json").json(Case.self)
                let timeline = try #require(told.detail?.timeline)
                #expect(Set(timeline.compactMap(\.site)) == ["hq", "north", "south", "west"])
                #expect(timeline.contains { $0.words.contains("不在本站点辖区") })
                struct Today: Decodable { var open: Int }
                #expect(try await headquarters.ask("today", "--json").json(Today.self).open == 1)
            }
        }

        private struct Customer: Decodable {
            var id: String
            var complaints: Int
        }

        @Test func aSitesCustomersAreKnownByWhatAllSitesWrote() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                let south = try await Branch.start("south", at: headquarters)
                try await north.complain("c1", "电梯停了", by: "K1")
                try await north.complain("c2", "路灯不亮", by: "K2")
                try await south.complain("c3", "门禁坏了", by: "K1")
                let all = try await eventually("all complaints") {
                    let found = try await headquarters.ask("customer", "list", "--json").json([Customer].self)
                    return found.map(\.complaints).reduce(0, +) == 3 ? found : nil
                }
                let souths = try await headquarters.ask("customer", "list", "--site", "south", "--json")
                    .json([Customer].self)
                #expect(souths.map(\.id) == all.filter { $0.complaints == 2 }.map(\.id))
                #expect(souths.map(\.complaints) == [2])
            }
        }

        @Test func customersAreMergedAndPartedAgain() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                try await north.complain("c1", "电梯停了", by: "K1")
                try await north.complain("c2", "路灯不亮", by: "K2")
                let customers = { () async throws -> [Customer] in
                    try await headquarters.ask("customer", "list", "--json").json([Customer].self)
                }
                let two = try await eventually("both customers") {
                    let found = try await customers()
                    return found.count == 2 ? found : nil
                }
                _ = try await headquarters.ask(
                    "customer", "merge", two[0].id, two[1].id, "--reason", "同一户的两个编号"
                ).required()
                let one = try await customers()
                #expect(one.map(\.complaints) == [2])
                _ = try await headquarters.ask(
                    "customer", "unmerge", two[0].id, two[1].id, "--reason", "核实为两户"
                ).required()
                #expect(try await customers().map(\.id) == two.map(\.id))
                #expect(try await customers().map(\.complaints) == [1, 1])
                // One customer by exact keys is one for good, and is told so.
                let refused = try await headquarters.ask("customer", "unmerge", two[0].id, two[0].id, "--reason", "两户")
                #expect(refused.errors.contains("cannot be parted"), "\(refused)")
            }
        }
    }
}
