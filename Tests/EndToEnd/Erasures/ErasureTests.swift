import Foundation
import Testing

extension EndToEnd {
    /// A customer's words go from headquarters and from every branch, also one that was out of reach, and no backup brings
    /// them back.
    struct Erasures {
        private static let name = "欧阳修远"
        private static let phone = "13800138000"

        private struct Answer: Decodable {
            var erasures: [String]
            var records: Int
            var complaints: Int
            var sites: [String: Int]
        }

        private struct Line: Decodable {
            var id: String
            var records: Int
            var pending: [String]
        }

        private struct Manifest: Decodable {
            var name: String
        }

        private func complain(_ id: String, _ text: String, at branch: Branch) async throws {
            _ = try await branch.ask(
                "record", "complaint", "--id", id, "--text", text, "--customer", "C1024", "--phone", Self.phone,
                "--name",
                Self.name
            ).required()
        }

        /// The files below a folder in which the customer's name stands; journals that a running daemon empties itself included.
        private func traces(in folder: String) -> [String] {
            let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
            return files.filter { file in
                let bytes = FileManager.default.contents(atPath: folder + "/" + file) ?? Data()
                return bytes.range(of: Data(Self.name.utf8)) != nil
            }.sorted()
        }

        private func erase(_ headquarters: Headquarters, confirm: Bool) async throws -> Answer {
            try await headquarters.house.run(
                [
                    "customer", "erase", "--phone", Self.phone, "--reason", "客户依法申请", "--json", "--admin",
                    headquarters.admin,
                ]
                    + (confirm ? ["--confirm"] : [])
            ).json()
        }

        private func pending(_ headquarters: Headquarters) async throws -> [[String]] {
            try await headquarters.ask("customer", "erasures", "--json").json([Line].self).map(\.pending)
        }

        private func gone(at branch: Branch) async throws {
            try await eventually("nothing of the customer at \(branch.site)", within: .seconds(30)) {
                traces(in: branch.folder).isEmpty ? true : nil
            }
            _ = try await branch.house.run(["log", "verify", branch.folder]).required()
        }

        @Test func aCustomerIsErasedEverywhereAndNoBackupBringsThemBack() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                let south = try await Branch.start("south", at: headquarters)
                try await complain("n1", "\(Self.name)反映门锁没电", at: north)
                try await complain("s1", "\(Self.name)反映电梯停运", at: south)
                try await north.complain("n2", "路灯不亮", by: "C7")
                _ = try await headquarters.notes(["n1", "s1", "n2"])
                let backup: Manifest = try await headquarters.ask("backup", "--json").json()

                // South is out of reach, and writes on.
                await headquarters.daemon.kill()
                try await complain("s2", "\(Self.name)又来投诉", at: south)
                try await south.daemon.stop()
                try await headquarters.daemon.start()
                let rehearsal = try await erase(headquarters, confirm: false)
                #expect((rehearsal.records, rehearsal.complaints, rehearsal.erasures) == (2, 2, []))
                #expect(rehearsal.sites == ["north": 1, "south": 1])
                #expect(!traces(in: headquarters.folder).isEmpty)

                let answer = try await erase(headquarters, confirm: true)
                #expect((answer.records, answer.erasures.count) == (2, 1))
                try await gone(at: north)
                try await eventually("south alone is pending") {
                    try await pending(headquarters) == [["south"]] ? true : nil
                }
                #expect(!traces(in: south.folder).isEmpty)
                #expect(traces(in: headquarters.folder).allSatisfy { $0.hasPrefix("backups/") })
                try await south.daemon.start()
                try await gone(at: south)
                let notes = try await headquarters.notes(["n1", "s1", "s2", "n2"])
                #expect(notes.count == 4)
                try await eventually("nobody is pending") { try await pending(headquarters) == [[]] ? true : nil }
                try await eventually("what came later is erased, too") {
                    traces(in: headquarters.folder).allSatisfy { $0.hasPrefix("backups/") } ? true : nil
                }

                // Yesterday's backup has everything, and it is gone before anybody can ask.
                try await headquarters.daemon.stop()
                _ = try await house.run(["log", "verify", headquarters.folder]).required()
                let path = headquarters.folder + "/backups/" + backup.name
                _ = try await house.run(["restore", path, "--folder", headquarters.folder, "--confirm"]).required()
                #expect(traces(in: headquarters.folder).contains("log.sqlite"))
                try await headquarters.daemon.start()
                _ = try await headquarters.notes(["n1", "s1", "s2", "n2"], within: .seconds(60))
                #expect(
                    traces(in: headquarters.folder).allSatisfy { $0.hasPrefix("backups/") || $0.hasPrefix("replaced-") }
                )
                #expect(try await headquarters.feed().allSatisfy { $0.flag.kind != "entry_withheld" })

                // Whoever comes again is a customer like any other.
                try await complain("n3", "\(Self.name)办理入住", at: north)
                _ = try await headquarters.notes(["n3"])
                #expect(!traces(in: north.folder).isEmpty)
                await headquarters.daemon.kill()
                _ = try await house.run(["log", "verify", headquarters.folder]).required()
            }
        }

        @Test func aBranchsOwnOldCopyIsErasedWhenItComesBack() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                try await complain("n1", "\(Self.name)反映门锁没电", at: north)
                _ = try await headquarters.notes(["n1"])
                try await north.daemon.stop()
                let copy = house.folder + "/copy"
                try FileManager.default.copyItem(atPath: north.folder, toPath: copy)
                try await north.daemon.start()
                _ = try await erase(headquarters, confirm: true)
                try await gone(at: north)
                try await north.daemon.stop()
                for name in try FileManager.default.contentsOfDirectory(atPath: north.folder)
                where name.contains(".sqlite") {
                    try FileManager.default.removeItem(atPath: north.folder + "/" + name)
                    try? FileManager.default.copyItem(atPath: copy + "/" + name, toPath: north.folder + "/" + name)
                }
                #expect(!traces(in: north.folder).isEmpty)
                try await north.daemon.start()
                try await gone(at: north)
                try await north.complain("n2", "路灯不亮", by: "C7")
                _ = try await headquarters.notes(["n1", "n2"])
                #expect(traces(in: headquarters.folder).isEmpty)
            }
        }

        @Test func onlyAnAdministratorWithFullRightsErasesAndOnlyWhoIsThere() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let north = try await Branch.start("north", at: headquarters)
                try await complain("n1", "\(Self.name)反映门锁没电", at: north)
                _ = try await headquarters.notes(["n1"])
                let unknown = try await headquarters.ask("customer", "erase", "C9999", "--reason", "试", "--confirm")
                #expect(!unknown.succeeded && unknown.errors.contains("no record of such a customer"), "\(unknown)")
                let nobody = try await headquarters.ask("customer", "erase", "--reason", "试", "--confirm")
                #expect(!nobody.succeeded)
                _ = try await headquarters.ask("customer", "erase", "C1024", "--reason", "依法", "--confirm").required()
                let again = try await headquarters.ask("customer", "erase", "C1024", "--reason", "依法", "--confirm")
                #expect(!again.succeeded && again.errors.contains("erased before"), "\(again)")
                let erasure = try #require(
                    try await headquarters.ask("customer", "erasures", "--json").json([Line].self).first)
                let undone = try await headquarters.ask("retract", erasure.id, "--reason", "反悔")
                #expect(!undone.succeeded && undone.errors.contains("cannot be brought back"), "\(undone)")
            }
        }
    }
}
