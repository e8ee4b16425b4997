import Foundation
import Testing

extension EndToEnd {
    /// What a daemon says when it may not or cannot start.
    struct Starts {
        @Test func aSecondAgentOnTheSameFolderIsRefusedAndHarmsNothing() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                let second = Daemon(house, log: "second", ["agent", "run", "--config", branch.config]) { _ in false }
                let (exit, text) = try await second.startInVain()
                #expect(exit == .status(1))
                #expect(text.contains(branch.folder) && text.contains("another huiyin process"), "\(text)")
                try await branch.complain("c1", "电梯坏了")
                _ = try await headquarters.notes(["c1"])
            }
        }

        @Test func aPortInUseIsNamed() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch("north", of: headquarters, listening: headquarters.port)
                let (exit, text) = try await branch.daemon.startInVain()
                #expect(exit == .status(1))
                #expect(text.contains("127.0.0.1:\(headquarters.port)") && text.contains("in use"), "\(text)")

                let other = house.folder + "/other"
                _ = try await house.run(["aggregator", "init", "--folder", other, "--listen", headquarters.endpoint])
                    .required()
                let second = Daemon(
                    house, log: "second", ["aggregator", "run", "--config", other + "/aggregator.yaml"]
                ) { _ in false }
                let (code, words) = try await second.startInVain()
                #expect(code == .status(1))
                #expect(words.contains(headquarters.endpoint), "\(words)")
                #expect(words.contains("in use"), "\(words)")
            }
        }

        @Test func aConfigurationWithATypoIsRefusedWithItsLine() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters(in: house)
                let branch = try await Branch("north", of: headquarters)
                for (config, command) in [
                    (branch.config, "agent"), (headquarters.folder + "/aggregator.yaml", "aggregator"),
                ] {
                    let lines = house.text(of: config).split(separator: "\n", omittingEmptySubsequences: false)
                    let typo = try #require(lines.firstIndex { $0.hasPrefix("folder:") })
                    var broken = lines.map(String.init)
                    broken[typo] = broken[typo].replacing("folder", with: "floder")
                    broken.insert("log-level: chatty", at: typo)
                    let file = try house.write("broken.yaml", Data(broken.joined(separator: "\n").utf8))
                    let output = try await house.run([command, "run", "--config", file], limit: .seconds(10))
                    #expect(output.exit == .status(1))
                    // Both faults at once, each with its line, and what was meant.
                    let faults = output.errors.split(separator: "\n")
                    for (line, words) in [(typo + 1, "log-level: must be one of"), (typo + 2, "is folder meant?")] {
                        #expect(faults.contains { $0.contains("\(file):\(line):") && $0.contains(words) }, "\(output)")
                    }
                }
            }
        }

        @Test func anAgentIsNotMadeTwiceInOneFolder() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters(in: house)
                let branch = try await Branch("north", of: headquarters)
                let key = house.text(of: branch.folder + "/keys/curve")
                let again = try await house.run(["agent", "init", "--site", "north", "--folder", branch.folder])
                #expect(!again.succeeded)
                #expect(again.errors.contains("is there already"), "\(again)")
                #expect(house.text(of: branch.folder + "/keys/curve") == key)
                let other = try await house.run(["aggregator", "init", "--folder", headquarters.folder])
                #expect(!other.succeeded)
                #expect(house.text(of: headquarters.folder + "/aggregator.yaml").contains(headquarters.endpoint))
            }
        }
    }
}
