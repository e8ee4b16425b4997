import Foundation
import Testing

extension EndToEnd {
    /// What headquarters decides is at the branches that it concerns, whatever dies meanwhile.
    struct Downlink {
        /// `huiyin inbox --json`, as far as tests look at it.
        private struct Inbox: Decodable {
            struct Item: Decodable {
                var number: Int
                var reason: String
                var from: String
                var record: Shown
            }

            struct Shown: Decodable {
                var id: String
                var kind: String
                var text: String?
                var version: String?
                var step: String?
            }

            var items: [Item]
        }

        private func inbox(_ branch: Branch, kind: String? = nil) async throws -> [Inbox.Item] {
            let arguments = ["inbox", "--json", "--limit", "500", "--config", branch.config]
            let output = try await branch.house.run(arguments + (kind.map { ["--kind", $0] } ?? []))
            return try output.json(Inbox.self).items
        }

        private func arrived(_ text: String, at branch: Branch) async throws -> Inbox.Item {
            try await eventually("\(text) at \(branch.site)") {
                try await inbox(branch).first { $0.record.text == text }
            }
        }

        /// Publishes the bundled handbook under a number of its own; returns its version.
        private func publish(_ number: Int, at headquarters: Headquarters) async throws -> String {
            let house = headquarters.house
            let bundled = try await house.run(["handbook", "bundled"]).required().text
            let file = try house.write(
                "handbook-\(number).yaml", Data(bundled.replacing("\nnumber: 1\n", with: "\nnumber: \(number)\n").utf8))
            let answer = try await headquarters.ask("handbook", "publish", file).required()
            return try #require(answer.text.firstMatch(of: /property-management@\d+-[0-9a-f]+/).map { String($0.0) })
        }

        private struct Sites: Decodable {
            struct Site: Decodable {
                var id: String
                var hasHandbook: Bool?
                var outboxHead: UInt64?
                var outboxAcknowledged: UInt64?
            }

            var sites: [Site]
        }

        private func sitesBehind(_ headquarters: Headquarters) async throws -> [String] {
            try await headquarters.ask("status", "--json").json(Sites.self).sites.filter { $0.hasHandbook != true }
                .map(\.id)
        }

        private func handbook(at branch: Branch) throws -> String? {
            try HTTPConversation.ask(.socket(branch.socket), "GET", "/v1/status").body
                .firstMatch(of: /"handbook":"([^"]+)"/).map { String($0.1) }
        }

        @Test func whatIsDecidedIsAtTheSitesThatItNames() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                _ = try await headquarters.ask(
                    "decide", "action", "text=更换门锁电池", "department=engineering", "sites=north"
                ).required()
                _ = try await headquarters.ask("decide", "lesson", "subject=门锁", "text=上门时带备用电池").required()
                let action = try await arrived("更换门锁电池", at: north)
                #expect((action.reason, action.from, action.record.kind) == ("addressed", "hq", "action"))
                #expect(try await arrived("上门时带备用电池", at: north).record.kind == "lesson")
                // A site that joins later gets what every site got, and nothing that was meant for another one.
                let south = try await Branch.start("south", at: headquarters)
                _ = try await arrived("上门时带备用电池", at: south)
                #expect(try await inbox(south).count == 1)
                #expect(try await inbox(north, kind: "action").map(\.record.id) == [action.record.id])
                let table = try await north.ask("inbox").required()
                #expect(table.text.contains("更换门锁电池"))
                // Nobody is called so: said at once, as it would go nowhere.
                let misspelt = try await headquarters.ask("decide", "action", "text=x", "sites=nroth")
                #expect(!misspelt.succeeded)
                #expect(misspelt.errors.contains("nroth"))
                // What arrived is there without a link.
                await headquarters.daemon.kill()
                try await north.daemon.stop()
                try await north.daemon.start()
                #expect(try await inbox(north).count == 2)
            }
        }

        @Test func aPublishedHandbookIsInForceAtEverySiteAndStatusSaysWhereNot() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                let south = try await Branch.start("south", at: headquarters)
                let second = try await publish(2, at: headquarters)
                try await eventually("the handbook in force everywhere") {
                    try handbook(at: north) == second && handbook(at: south) == second ? true : nil
                }
                try await eventually("headquarters knows") {
                    try await sitesBehind(headquarters).isEmpty ? true : nil
                }
                try await south.daemon.stop()
                let third = try await publish(3, at: headquarters)
                try await eventually("north has it") { try handbook(at: north) == third ? true : nil }
                try await eventually("south is behind") {
                    try await sitesBehind(headquarters) == ["south"] ? true : nil
                }
                let text = try await headquarters.ask("status").required().text
                #expect(text.contains(third) && text.contains("south"))
                try await south.daemon.start()
                try await eventually("south has it") { try handbook(at: south) == third ? true : nil }
                // Still in force after a restart of either without the other.
                await headquarters.daemon.kill()
                await south.daemon.kill()
                try await south.daemon.start()
                #expect(try handbook(at: south) == third)
                try await headquarters.daemon.start()
                #expect(try await headquarters.ask("status").required().text.contains(third))
                let older = try await headquarters.ask("handbook", "publish", house.folder + "/handbook-2.yaml")
                #expect(!older.succeeded)
            }
        }

        @Test func aCaseThatWasGivenToAnotherSiteIsThereAndItsStepsComeBack() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                let south = try await Branch.start("south", at: headquarters)
                try await north.complain("c1", "地下车库积水没有人管", by: "C001")
                try await north.complain("c2", "电梯停运", by: "C002")
                let notes = try await headquarters.notes(["c1", "c2"])
                let given = try #require(notes.first { $0.clientID == "c1" }).id
                _ = try await headquarters.ask(
                    "decide", "step", "case=\(given)", "step=transferred", "to_site=south"
                ).required()
                let complaint = try await arrived("地下车库积水没有人管", at: south)
                #expect((complaint.record.id, complaint.reason, complaint.from) == (given, "case_given", "north"))
                _ = try await south.ask("record", "step", "--case", given, "--step", "arrived").required()
                try await eventually("south's step at north") {
                    try await inbox(north).contains { $0.from == "south" && $0.record.step == "arrived" } ? true : nil
                }
                // The other complaint is nobody else's business.
                #expect(try await !inbox(south).contains { $0.record.text == "电梯停运" })
            }
        }

        @Test func nothingIsLostOrDoubledOnItsWayDownThroughAStormOfKills() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                let victims = [
                    north.daemon, headquarters.daemon, headquarters.daemon, north.daemon, headquarters.daemon,
                ]
                var decided: Set<String> = []
                for (round, victim) in victims.enumerated() {
                    for number in 0..<4 {
                        let text = "行动 \(round)-\(number)"
                        _ = try await headquarters.ask("decide", "action", "text=\(text)", "sites=north").required()
                        decided.insert(text)
                    }
                    await victim.kill()
                    try await victim.start()
                }
                let items = try await eventually("all of them", within: .seconds(30)) {
                    let items = try await inbox(north)
                    return items.count >= decided.count ? items : nil
                }
                #expect(items.compactMap(\.record.text).sorted() == decided.sorted())
                #expect(items.map(\.number) == Array((1...decided.count).reversed()))
                try await eventually("headquarters knows") {
                    let sites = try await headquarters.ask("status", "--json").json(Sites.self).sites
                    return sites.allSatisfy { $0.outboxHead == $0.outboxAcknowledged } ? true : nil
                }
            }
        }

        @Test func aSiteWithANewDiskGetsItsOpenCasesAndDueVisitsBack() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                try await north.complain("open", "厨房漏水三天没有人来", by: "C001")
                try await north.complain("done", "电梯停运", by: "C002", at: "2026-09-01T10:00")
                _ = try await north.ask(
                    "record", "step", "--case", "done", "--step", "resolved", "--occurred-at", "2026-09-02T10:00"
                ).required()
                _ = try await headquarters.notes(["open", "done"])
                try await eventually("the step is there") {
                    try await headquarters.records().contains { $0.kind == "step" } ? true : nil
                }
                try await north.daemon.stop()
                let names = try FileManager.default.contentsOfDirectory(atPath: north.folder)
                for name in names where name.contains(".sqlite") {
                    try FileManager.default.removeItem(atPath: north.folder + "/" + name)
                }
                try await north.daemon.start()
                let complaint = try await arrived("厨房漏水三天没有人来", at: north)
                #expect((complaint.reason, complaint.from) == ("returned", "north"))
                try await eventually("the follow-up visit is due") {
                    let due = try HTTPConversation.ask(.socket(north.socket), "GET", "/v1/visits/due?upcoming=true")
                    return due.body.contains("C002") ? true : nil
                }
                // Writing on and being given back doubles nothing at headquarters.
                try await north.complain("next", "楼道灯不亮", by: "C003")
                _ = try await headquarters.notes(["open", "done", "next"])
                #expect(try await headquarters.records().filter { $0.kind == "complaint" }.count == 3)
            }
        }

        @Test func bothSidesFromOldCopiesComeToTheSame() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                _ = try await headquarters.ask("decide", "action", "text=第一", "sites=north").required()
                _ = try await arrived("第一", at: north)
                try await north.daemon.stop()
                try await headquarters.daemon.stop()
                let (oldHeadquarters, oldNorth) = (
                    try Snapshot(of: headquarters.folder), try Snapshot(of: north.folder)
                )
                try await headquarters.daemon.start()
                try await north.daemon.start()
                _ = try await headquarters.ask("decide", "action", "text=第二", "sites=north").required()
                _ = try await arrived("第二", at: north)
                try await north.complain("c1", "电梯停运", by: "C001")
                _ = try await headquarters.notes(["c1"])
                // The site goes back: what it lost comes again.
                try await north.daemon.stop()
                try oldNorth.restore(to: north.folder)
                try await north.daemon.start()
                _ = try await arrived("第二", at: north)
                // Headquarters goes back: what is decided from now on arrives, what is there stays.
                try await headquarters.daemon.stop()
                try oldHeadquarters.restore(to: headquarters.folder)
                try await headquarters.daemon.start()
                _ = try await headquarters.ask("decide", "action", "text=第三", "sites=north").required()
                _ = try await arrived("第三", at: north)
                let actions = try await inbox(north, kind: "action").compactMap(\.record.text)
                #expect(actions.sorted() == ["第一", "第三", "第二"].sorted())
            }
        }
    }
}
