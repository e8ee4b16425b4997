import Foundation
import Testing

extension EndToEnd {
    /// Headquarters is backed up while it works, and comes back from a backup without a record lost or doubled.
    struct Backups {
        private struct Manifest: Decodable {
            struct Log: Decodable {
                var site: String
                var sequence: UInt64
            }

            var name: String
            var logs: [Log]
        }

        private struct Restored: Decodable {
            struct Findings: Decodable {
                struct Log: Decodable {
                    var site: String
                    var backup: UInt64
                    var folder: UInt64?
                }

                var logs: [Log]
            }

            var restored: Bool
            var findings: Findings
        }

        /// Visits without words, as CSV: many of them cost no grouping.
        private func sheet(_ site: String, _ count: Int, in house: House) throws -> String {
            let rows = (1...count).map { "\(site)-\($0),C\($0),2026-10-01T09:00:00+08:00,phone,yes" }
            let text = (["id,customer,occurred_at,method,reached"] + rows).joined(separator: "\n") + "\n"
            return try house.write("\(site).csv", Data(text.utf8))
        }

        private func importVisits(_ file: String, at branch: Branch) async throws -> Output {
            try await branch.ask(
                "import", file, "--as", "visit", "--map", "id=id", "--map", "customer.number=customer",
                "--map", "occurred_at=occurred_at", "--map", "method=method", "--map", "reached=reached",
                limit: .seconds(120))
        }

        @Test func aRestoreFromABackupUnderLoadHasEveryRecordOnce() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branches = [
                    try await Branch.start("north", at: headquarters),
                    try await Branch.start("south", at: headquarters),
                ]
                try await branches[0].complain("early", "路灯不亮", by: "C9001")
                _ = try await headquarters.notes(["early"])
                let count = 1500
                let sheets = try branches.map { try sheet($0.site, count, in: house) }
                async let first = importVisits(sheets[0], at: branches[0])
                async let second = importVisits(sheets[1], at: branches[1])
                let manifest: Manifest = try await headquarters.ask("backup", "--json").json()
                _ = try await (first.required(), second.required())
                for branch in branches { try await branch.complain("late-\(branch.site)", "水管漏水", by: "C9002") }
                let ids = Set(["early", "late-north", "late-south"]).union(
                    branches.flatMap { branch in (1...count).map { "\(branch.site)-\($0)" } })
                _ = try await headquarters.notes(ids, within: .seconds(60))

                let backup = headquarters.folder + "/backups/" + manifest.name
                let rehearsal: Restored = try await house.run(
                    ["restore", backup, "--folder", headquarters.folder, "--json"]
                ).json()
                #expect(!rehearsal.restored)
                #expect(rehearsal.findings.logs.contains { $0.backup < $0.folder ?? 0 })
                let inUse = try await house.run(["restore", backup, "--folder", headquarters.folder, "--confirm"])
                #expect(!inUse.succeeded && inUse.errors.contains("stop it first"), "\(inUse)")

                try await headquarters.daemon.stop()
                let done: Restored = try await house.run(
                    ["restore", backup, "--folder", headquarters.folder, "--confirm", "--json"], limit: .seconds(60)
                ).json()
                #expect(done.restored)
                try await headquarters.daemon.start()
                let records = try await headquarters.notes(ids, within: .seconds(60))
                #expect(records.count == ids.count)
                try await branches[0].complain("after", "门禁坏了", by: "C9003")
                _ = try await headquarters.notes(["after"])
                _ = try await house.run(["log", "verify", headquarters.folder]).required()
            }
        }
    }

    /// A branch keeps to its disk budget: what headquarters has goes, what it lacks stays.
    struct Trimming {
        private struct Status: Decodable {
            struct Log: Decodable {
                var head: UInt64
                var first: UInt64
                var acknowledged: UInt64
                var backed_up: UInt64
                var backup_policy: String
                var trimmed_early: UInt64
            }

            var log: Log
        }

        private func status(of branch: Branch) throws -> Status.Log {
            let answer = try HTTPConversation.ask(.socket(branch.socket), "GET", "/v1/status")
            return try JSONDecoder().decode(Status.self, from: Data(answer.body.utf8)).log
        }

        @Test func aSmallBudgetTrimsWhatHeadquartersHasAndNothingElse() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch("north", of: headquarters, settings: "disk-budget: 1MiB")
                try await headquarters.add(branch)
                try await branch.daemon.start()
                let words = String(repeating: "电梯又坏了，没有人修。", count: 30)
                let rows = (1...1200).map { "note-\($0),C\($0),2026-10-01T09:00:00+08:00,电梯,\($0) \(words)" }
                let file = try house.write(
                    "notes.csv",
                    Data((["id,customer,occurred_at,subject,text"] + rows).joined(separator: "\n").utf8))
                _ = try await branch.importComplaints(file).required()
                let trimmed = try await eventually("a log that was trimmed early", within: .seconds(40)) {
                    let log = try status(of: branch)
                    return log.trimmed_early > 0 ? log : nil
                }
                #expect(trimmed.backup_policy == "none")
                try await eventually("a flag that says so") {
                    try await headquarters.feed().contains { $0.flag.kind == "trimmed_early" } ? true : nil
                }
                #expect(trimmed.first > 1 && trimmed.first <= trimmed.acknowledged + 1)

                // What is sent again is known, though it is gone from here; what is new is taken and sent.
                let again = try await branch.importComplaints(file).required()
                #expect(again.text.contains("1200"), "\(again)")
                await headquarters.daemon.kill()
                try await branch.complain("offline", "路灯不亮", by: "C9001")
                await branch.daemon.kill()
                try await branch.daemon.start()
                #expect(try status(of: branch).first >= trimmed.first)
                try await headquarters.daemon.start()
                let ids = Set((1...1200).map { "note-\($0)" }).union(["offline"])
                #expect(try await headquarters.notes(ids, within: .seconds(60)).count == 1201)

                _ = try await headquarters.ask("backup").required()
                let backedUp = try await eventually("word of the backup") {
                    let log = try status(of: branch)
                    return log.backup_policy == "backups" && log.backed_up >= trimmed.acknowledged ? log : nil
                }
                #expect(backedUp.trimmed_early >= trimmed.trimmed_early)
                _ = try await house.run(["log", "verify", branch.folder]).required()
            }
        }
    }
}
