import Foundation
import Testing

extension EndToEnd {
    /// Keys are replaced while records flow.
    struct Rotations {
        private struct Sites: Decodable {
            var id: String
            var keyAgeDays: Int?
        }

        /// Writes complaints down, one after the other, until `body` has returned; returns their ids.
        private func underTraffic(_ branch: Branch, _ body: () async throws -> Void) async throws -> Set<String> {
            let traffic = Task {
                var ids: Set<String> = []
                while !Task.isCancelled {
                    let id = "n\(ids.count)"
                    try await branch.complain(id, "电梯又坏了 \(ids.count)")
                    ids.insert(id)
                }
                return ids
            }
            do {
                try await body()
            } catch {
                traffic.cancel()
                _ = try? await traffic.value  // the first failure is the one that tells
                throw error
            }
            traffic.cancel()
            return try await traffic.value
        }

        @Test func aSitesKeysAreReplacedUnderTrafficAndTheOldOnesAreRefusedAfterwards() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.enrol("north", at: headquarters)
                let keys = { ["curve", "signing"].map { house.text(of: branch.folder + "/keys/" + $0) } }
                let before = keys()
                let ids = try await underTraffic(branch) {
                    _ = try await headquarters.ask("site", "rotate", "north").required()
                    try await eventually("new keys at the branch") { keys()[1] != before[1] ? true : nil }
                    try await eventually("a session with the new keys") {
                        house.text(of: headquarters.daemon.log).contains("a site came with its new keys") ? true : nil
                    }
                    let second = keys()
                    _ = try await branch.ask("agent", "rotate").required()
                    try await eventually("keys of the branch's own will") { keys()[1] != second[1] ? true : nil }
                }
                #expect(!ids.isEmpty)
                let records = try await headquarters.notes(ids)
                #expect(records.count == ids.count)
                let status = try await headquarters.status()
                #expect(status.misbehaviour == 0)
                #expect(try await headquarters.records().count { $0.kind == "key_change" } == 2)
                // A copy of the old keys is worth nothing.
                try await branch.daemon.stop()
                for (name, text) in zip(["curve", "signing"], before) {
                    try Data(text.utf8).write(to: URL(filePath: branch.folder + "/keys/" + name))
                    try FileManager.default.removeItem(atPath: branch.folder + "/keys/\(name).previous")
                }
                try await branch.daemon.start()
                try await eventually("a refusal of the old keys") {
                    let status: AgentStatusPaper = try await branch.ask("status", "--json").json()
                    return status.link.last_failure?.contains("does not let this site's key in") == true ? true : nil
                }
            }
        }

        @Test func aKeyChangeSurvivesKillsOfTheAgentAndIsMadeOnce() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.enrol("north", at: headquarters)
                try await branch.complain("before", "电梯坏了")
                _ = try await headquarters.notes(["before"])
                await headquarters.daemon.kill()
                _ = try await branch.ask("agent", "rotate").required()
                try await branch.complain("between", "水管漏了")
                await branch.daemon.kill()
                try await branch.daemon.start()
                try await branch.complain("after", "门禁失灵")
                try await headquarters.daemon.start()
                _ = try await headquarters.notes(["before", "between", "after"])
                try await eventually("the end of the change") {
                    FileManager.default.fileExists(atPath: branch.folder + "/keys/signing.next") ? nil : true
                }
                #expect(try await headquarters.records().count { $0.kind == "key_change" } == 1)
                #expect(try await headquarters.status().misbehaviour == 0)
            }
        }

        @Test func aHeadquartersFromBeforeAKeyChangeLetsTheSiteInAndHearsOfItAgain() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.enrol("north", at: headquarters)
                try await branch.complain("before", "电梯坏了")
                _ = try await headquarters.notes(["before"])
                try await headquarters.daemon.stop()
                let backup = try Snapshot(of: headquarters.folder)
                try await headquarters.daemon.start()
                let key = house.text(of: branch.folder + "/keys/signing")
                _ = try await branch.ask("agent", "rotate").required()
                try await eventually("new keys at the branch") {
                    house.text(of: branch.folder + "/keys/signing") != key ? true : nil
                }
                try await branch.complain("after", "水管漏了")
                _ = try await headquarters.notes(["before", "after"])
                try await headquarters.daemon.stop()
                try backup.restore(to: headquarters.folder)
                try await headquarters.daemon.start()
                try await branch.complain("later", "门禁失灵")
                _ = try await headquarters.notes(["before", "after", "later"], within: .seconds(40))
                #expect(try await headquarters.records().count { $0.kind == "key_change" } == 1)
                // The agent knows by its files which key signed what, also when it starts anew.
                try await branch.daemon.stop()
                try await branch.daemon.start()
                try await branch.complain("last", "门禁又失灵")
                _ = try await headquarters.notes(["before", "after", "later", "last"])
                #expect(try await headquarters.status().misbehaviour == 0)
            }
        }

        @Test func headquartersKeyIsReplacedUnderTrafficWithoutAVisitToAnyBranch() async throws {
            try await House.open { house in
                let headquarters = try await rotating(in: house)
                let branch = try await Branch.enrol("north", at: headquarters)
                let sleeper = try await Branch.enrol("south", at: headquarters)
                try await sleeper.complain("s1", "电梯坏了")
                _ = try await headquarters.notes(["s1"])
                try await sleeper.daemon.stop()
                let key = house.text(of: headquarters.folder + "/keys/headquarters.curve")
                let signing = house.text(of: headquarters.folder + "/keys/headquarters.signing")
                let before = try await signer(of: headquarters)
                let proof = try house.write("s1.proof", try await proof(of: "s1", at: "south", by: headquarters))
                let ids = try await underTraffic(branch) {
                    let begun = try await headquarters.ask("aggregator", "rotate").required()
                    #expect(begun.text.contains("south"), "\(begun)")
                    // The one that sleeps keeps the old key alive, over a restart too.
                    try await headquarters.daemon.stop()
                    try await headquarters.daemon.start()
                    let waiting = try await eventually("the word of north") {
                        let report = try await headquarters.ask("aggregator", "rotate", "--status").required()
                        return report.text.contains("north") ? nil : report.text
                    }
                    #expect(waiting.contains("south"))
                    #expect(house.text(of: headquarters.folder + "/keys/headquarters.curve") == key)
                    try await sleeper.daemon.start()
                    try await eventually("the end of the rotation", within: .seconds(40)) {
                        let report = try await headquarters.ask("aggregator", "rotate", "--status").required()
                        return report.text.contains("nothing is under way") ? true : nil
                    }
                }
                #expect(house.text(of: headquarters.folder + "/keys/headquarters.curve") != key)
                // From here on there is the new key only; nobody has touched a branch.
                try await headquarters.daemon.stop()
                try await headquarters.daemon.start()
                try await sleeper.complain("s2", "水管漏了")
                _ = try await headquarters.notes(ids.union(["s1", "s2"]), within: .seconds(40))
                // Receipts are signed by another key now, and those of before verify by theirs.
                #expect(house.text(of: headquarters.folder + "/keys/headquarters.signing") != signing)
                let after = try await signer(of: headquarters)
                #expect(before != after)
                let verify = ["prove", "--verify", proof, "--receipt-key"]
                _ = try await house.run(verify + [before]).required()
                #expect(try await house.run(verify + [after]).exit == .status(3))
                let fresh = try house.write("s2.proof", try await self.proof(of: "s2", at: "south", by: headquarters))
                _ = try await house.run(["prove", "--verify", fresh, "--receipt-key", after]).required()
                try await eventually("a receipt of the new key at the branch") {
                    let own = try await house.run(["prove", "s2", "--folder", sleeper.folder, "--json"]).required()
                    return own.text.contains(after) ? true : nil
                }
                #expect(try await headquarters.records().count { $0.kind == "key_change" } == 1)
                #expect(try await headquarters.status().misbehaviour == 0)
                for folder in [headquarters.folder, sleeper.folder, branch.folder] {
                    _ = try await house.run(["log", "verify", folder]).required()
                }
            }
        }

        /// The process ends between the two key files that are replaced at the end.
        @Test func aCrashAmidTheEndOfARotationIsMadeGoodByTheNextStart() async throws {
            try await House.open { house in
                let headquarters = try await rotating(in: house)
                let branch = try await Branch.enrol("north", at: headquarters)
                try await branch.complain("a", "电梯坏了")
                _ = try await headquarters.notes(["a"])
                // A code that nobody uses holds the end up.
                _ = try await headquarters.ask("site", "add", "east").required()
                _ = try await headquarters.ask("aggregator", "rotate").required()
                try await eventually("the word of north") {
                    let report = try await headquarters.ask("aggregator", "rotate", "--status").required()
                    return report.text.contains("north") ? nil : true
                }
                await headquarters.daemon.kill()
                let signing = headquarters.folder + "/keys/headquarters.signing"
                let next = house.text(of: signing + ".next")
                try Data(next.utf8).write(to: URL(filePath: signing))
                try await headquarters.daemon.start()
                try await branch.complain("b", "水管漏了")
                _ = try await headquarters.notes(["a", "b"])
                _ = try await headquarters.ask("site", "revoke", "east").required()
                try await eventually("the end of the rotation", within: .seconds(40)) {
                    let report = try await headquarters.ask("aggregator", "rotate", "--status").required()
                    return report.text.contains("nothing is under way") ? true : nil
                }
                #expect(house.text(of: signing) == next)
                for name in ["curve.next", "signing.next"] {
                    #expect(!FileManager.default.fileExists(atPath: headquarters.folder + "/keys/headquarters." + name))
                }
                try await headquarters.daemon.stop()
                try await headquarters.daemon.start()
                try await branch.complain("c", "门禁失灵")
                _ = try await headquarters.notes(["a", "b", "c"], within: .seconds(40))
                #expect(try await headquarters.status().misbehaviour == 0)
                _ = try await house.run(["log", "verify", headquarters.folder]).required()
            }
        }

        /// A headquarters that has a second port for a new key.
        private func rotating(in house: House) async throws -> Headquarters {
            let headquarters = try await Headquarters(in: house)
            let config = headquarters.folder + "/aggregator.yaml"
            let text = house.text(of: config) + "rotation:\n  listen: tcp://127.0.0.1:\(try Ports.free())\n"
            try Data(text.utf8).write(to: URL(filePath: config))
            try await headquarters.daemon.start()
            return headquarters
        }

        private struct Keys: Decodable {
            struct Key: Decodable { var key: String }
            var receiptKeys: [Key]
        }

        /// The key that signs headquarters' receipts.
        private func signer(of headquarters: Headquarters) async throws -> String {
            let keys: Keys = try await headquarters.ask("status", "--json").json()
            return try #require(keys.receiptKeys.last).key
        }

        private func proof(of record: String, at site: String, by headquarters: Headquarters) async throws -> Data {
            let text = try await eventually("a proof of \(record)") {
                let answer = try await headquarters.ask("prove", record, "--site", site, "--json")
                return answer.succeeded ? answer.text : nil
            }
            return Data(text.utf8)
        }
    }
}
