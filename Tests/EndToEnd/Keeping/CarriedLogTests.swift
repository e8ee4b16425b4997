import Foundation
import Testing

extension EndToEnd {
    /// A branch without a link: its log goes to headquarters on a stick, and a receipt comes back.
    struct CarriedLogs {
        private struct Imported: Decodable {
            var new: Int
            var known: Int
        }

        private struct Receipt: Decodable { var receiptKey: String }

        private struct Verified: Decodable {
            struct Log: Decodable {
                struct Finding: Decodable {
                    var damage: String
                    var first: UInt64
                    var last: UInt64
                }

                var intact: UInt64
                var damaged: UInt64
                var findings: [Finding]
            }

            var whole: Bool
            var logs: [Log]
        }

        private struct AgentStatus: Decodable {
            struct Log: Decodable {
                var head: UInt64
                var acknowledged: UInt64
            }

            var log: Log
        }

        private func status(of branch: Branch) throws -> AgentStatus.Log {
            let answer = try HTTPConversation.ask(.socket(branch.socket), "GET", "/v1/status")
            return try JSONDecoder().decode(AgentStatus.self, from: Data(answer.body.utf8)).log
        }

        @Test func aLogThatIsCarriedCountsOnceAndItsReceiptCounts() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch("island", of: headquarters)
                try await headquarters.add(branch)
                try await headquarters.daemon.stop()
                try await branch.daemon.start()
                for number in 1...5 {
                    try await branch.complain("note-\(number)", "电梯又坏了 \(number)", by: "C00\(number)")
                }
                let file = house.folder + "/island.huiyinlog"
                _ = try await house.run(["log", "export", branch.folder, file, "--unacknowledged"]).required()
                try await branch.daemon.stop()
                _ = try await house.run(["log", "verify", file]).required()

                try await headquarters.daemon.start()
                let receipt = house.folder + "/island.receipt"
                let first: Imported = try await headquarters.ask("log", "import", file, "--receipt", receipt, "--json")
                    .json()
                #expect(first.new >= 5 && first.known == 0)
                let again: Imported = try await headquarters.ask("log", "import", file, "--json").json()
                #expect((again.new, again.known) == (0, first.new))
                let ids = Set((1...5).map { "note-\($0)" })
                _ = try await headquarters.notes(ids)
                try await headquarters.daemon.stop()

                try await branch.daemon.start()
                let unknown = try await branch.ask("log", "acknowledge", receipt)
                #expect(!unknown.succeeded && unknown.errors.contains("--key"), "\(unknown)")
                let key = try JSONDecoder().decode(Receipt.self, from: Data(house.text(of: receipt).utf8)).receiptKey
                _ = try await branch.ask("log", "acknowledge", receipt, "--key", key).required()
                #expect(try status(of: branch).acknowledged == UInt64(first.new))

                // The link comes, too: what was carried is there once, and what is new follows it.
                try await headquarters.daemon.start()
                try await branch.complain("note-6", "路灯不亮", by: "C006")
                let records = try await headquarters.notes(ids.union(["note-6"]))
                #expect(records.count == 6)

                // Where one of them is, by both sides; the proof verifies without either.
                let proof = try await eventually("a proof of headquarters'") {
                    let answer = try await headquarters.ask("prove", "note-3", "--site", "island", "--json")
                    return answer.succeeded ? answer.text : nil
                }
                let path = try house.write("note-3.proof", Data(proof.utf8))
                _ = try await house.run(
                    ["prove", "--verify", path, "--receipt-key", key, "--site-key", branch.signingKey]
                ).required()
                let stranger = String(repeating: "ab", count: 32)
                #expect(try await house.run(["prove", "--verify", path, "--receipt-key", stranger]).exit == .status(3))
                let here = try await house.run(["prove", "note-3", "--folder", branch.folder]).required()
                #expect(here.text.contains("island"))
            }
        }

        @Test func aFlippedBitIsLocatedAtTheBranchAndRefusedAtHeadquarters() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch("island", of: headquarters)
                try await headquarters.add(branch)
                try await headquarters.daemon.stop()
                try await branch.daemon.start()
                for number in 1...5 {
                    try await branch.complain("note-\(number)", "marker-\(number)-end", by: "C00\(number)")
                }
                try await branch.daemon.stop()
                let file = house.folder + "/island.huiyinlog"
                _ = try await house.run(["log", "export", branch.folder, file]).required()

                try flip("marker-3-end", in: branch.folder + "/log.sqlite")
                let damaged = try await house.run(["log", "verify", branch.folder, "--json"])
                #expect(damaged.exit == .status(3))
                let found = try JSONDecoder().decode(Verified.self, from: Data(damaged.text.utf8))
                let log = try #require(found.logs.first)
                #expect((found.whole, log.damaged, log.findings.count) == (false, 1, 1))
                #expect(log.findings.contains { $0.damage == "content" && $0.first == $0.last })

                try flip("marker-3-end", in: file)
                #expect(try await house.run(["log", "verify", file]).exit == .status(3))
                try await headquarters.daemon.start()
                let refused = try await headquarters.ask("log", "import", file)
                #expect(!refused.succeeded && refused.errors.contains("damaged"), "\(refused)")
                #expect(try await headquarters.records().isEmpty)
            }
        }

        /// Flips one bit where a text stands in a file.
        private func flip(_ text: String, in path: String) throws {
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            try #require(bytes.range(of: Data(text.utf8)) != nil)
            while let place = bytes.range(of: Data(text.utf8)) { bytes[place.lowerBound] ^= 1 }
            try bytes.write(to: URL(fileURLWithPath: path))
        }
    }
}
