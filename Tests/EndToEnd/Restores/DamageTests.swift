import Foundation
import Testing

extension EndToEnd {
    /// Bits that flip on a disk: found, told, fetched from the other side where it has them, certified where nobody has.
    struct Damage {
        private struct Sites: Decodable {
            struct Site: Decodable {
                var id: String
                var lost: Int?
            }

            var sites: [Site]
        }

        private struct Agent: Decodable {
            struct Log: Decodable {
                var lag_records: Int
                var damaged: Int
            }

            var log: Log
        }

        private struct Verification: Decodable { var whole: Bool }

        /// Flips one bit of every copy of a text in a database whose daemon is stopped.
        private func flip(_ text: String, in database: String) throws {
            let url = URL(filePath: database)
            var bytes = try Data(contentsOf: url)
            var copies = 0
            while let place = bytes.range(of: Data(text.utf8)) {
                bytes[place.lowerBound] ^= 1
                copies += 1
            }
            try #require(copies > 0, "\(text) is not in \(database)")
            try bytes.write(to: url)
        }

        private func isWhole(_ folder: String, _ house: House) async throws -> Bool {
            let output = try await house.run(["log", "verify", folder, "--json"])
            return try JSONDecoder().decode(Verification.self, from: Data(output.text.utf8)).whole
        }

        @Test func whatNobodyHasIsCertifiedAndTheDigestSaysSo() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("riverside", at: headquarters)
                try await branch.complain("before", "路灯不亮", by: "C1")
                _ = try await headquarters.notes(["before"])
                await headquarters.daemon.kill()
                try await branch.complain("rotten", "rotten words", by: "C2")
                try await branch.complain("behind", "电梯故障", by: "C3")
                try await branch.daemon.stop()
                try flip("rotten words", in: branch.folder + "/log.sqlite")
                #expect(try await !isWhole(branch.folder, house))
                try await branch.daemon.start()
                try await headquarters.daemon.start()
                _ = try await headquarters.notes(["before", "behind"])
                try await branch.complain("fresh", "水管漏水", by: "C4")
                _ = try await headquarters.notes(["fresh"])
                try await eventually("the certificate") {
                    try await headquarters.records().contains { $0.kind == "gap" } ? true : nil
                }
                #expect(try await headquarters.records().count { $0.clientID == "rotten" } == 0)
                try await eventually("the flag") {
                    try await headquarters.feed().contains { $0.flag.kind == "entries_lost" } ? true : nil
                }
                let status: Sites = try await headquarters.ask("status", "--json").json()
                #expect(status.sites.map(\.lost) == [1])
                #expect(try await headquarters.status().misbehaviour == 0)

                let month = try await headquarters.month()
                let chinese = try await headquarters.ask("digest", "show", month, "--language", "zh-CN").required().text
                let english = try await headquarters.ask("digest", "show", month, "--language", "en").required().text
                #expect(chinese.contains("riverside 有缺口：日志第 2 条已永久丢失"), "\(chinese)")
                #expect(
                    english.contains("riverside has a gap: entry 2 of its log is lost for good, recorded after"),
                    "\(english)")

                // Certified damage is no reason to distrust a backup, and is certified once.
                _ = try await headquarters.ask("backup").required()
                try await branch.daemon.stop()
                try await branch.daemon.start()
                try await eventually("nothing that waits at the branch") {
                    let agent: Agent = try await branch.ask("status", "--json").json()
                    return agent.log.lag_records == 0 && agent.log.damaged == 0 ? true : nil
                }
                #expect(try await headquarters.records().count { $0.kind == "gap" } == 1)
            }
        }

        @Test func whatHeadquartersHasIsFetchedFromThere() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("riverside", at: headquarters)
                try await branch.complain("a", "rotten words", by: "C1")
                try await branch.complain("b", "电梯故障", by: "C2")
                _ = try await headquarters.notes(["a", "b"])
                try await branch.daemon.stop()
                try flip("rotten words", in: branch.folder + "/log.sqlite")
                try await branch.daemon.start()
                try await eventually("the entry is whole again", within: .seconds(40)) {
                    try await isWhole(branch.folder, house) ? true : nil
                }
                #expect(try await !headquarters.records().contains { $0.kind == "gap" })
            }
        }

        @Test func whatHeadquartersLostIsFetchedFromTheSite() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("riverside", at: headquarters)
                try await branch.complain("a", "rotten words", by: "C1")
                try await branch.complain("b", "电梯故障", by: "C2")
                _ = try await headquarters.notes(["a", "b"])
                try await headquarters.daemon.stop()
                try flip("rotten words", in: headquarters.folder + "/log.sqlite")
                try await headquarters.daemon.start()
                try await eventually("a session") {
                    try await headquarters.status()["riverside"]?.state == "connected" ? true : nil
                }
                let backup = try await headquarters.ask("backup")
                #expect(backup.errors.contains("damaged") || backup.text.contains("damaged"), "\(backup)")
                try await eventually("the entry is whole again", within: .seconds(40)) {
                    try await isWhole(headquarters.folder, house) ? true : nil
                }
                // Backups are named by their second.
                try await eventually("a whole backup") {
                    try await headquarters.ask("backup").succeeded ? true : nil
                }
            }
        }
    }
}

extension Headquarters {
    /// The present month where the sites are.
    fileprivate func month() async throws -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "Asia/Shanghai"))
        let parts = calendar.dateComponents([.year, .month], from: Date())
        let (year, month) = (try #require(parts.year), try #require(parts.month))
        return "\(year)-\(month < 10 ? "0" : "")\(month)"
    }
}
