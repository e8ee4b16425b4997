import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// Administrators follow the feed.
    struct Tails {
        @Test func aTailThatIsCutGoesOnWithoutLossOrRepetition() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                let output = house.folder + "/tail.log"
                let tail = try house.start(
                    ["tail", "--since", "0", "--json", "--admin", headquarters.admin], log: output)
                try await branch.sue(3, from: 0)
                try await eventually("three flags in the tail") { house.text(of: output).flags.count == 3 ? true : nil }

                await headquarters.daemon.kill()
                try await branch.sue(2, from: 3)
                try await headquarters.daemon.start()
                try await branch.sue(2, from: 5)
                try await eventually("seven flags in the tail") { house.text(of: output).flags.count >= 7 ? true : nil }
                #expect(tail.ended == nil)
                tail.send(SIGTERM)
                _ = await tail.exit(within: .seconds(10))
                let feed = try await headquarters.feed().map(\.sequence)
                let printed = try house.text(of: output).split(separator: "\n").filter { $0.hasPrefix("{") }.map {
                    try JSONDecoder().decode(FeedLine.self, from: Data($0.utf8)).sequence
                }
                #expect(printed == Array(feed.prefix(printed.count)))
                #expect(Set(feed).count == feed.count)
            }
        }

        @Test func aTailIntoHeadEndsQuietly() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                try await branch.sue(3, from: 0)
                try await headquarters.flags(3)
                let script = "\"$0\" tail --since 0 --json --admin \"$1\" | head -1"
                let output = try await house.run(
                    ["-c", script, Executable.huiyin(), headquarters.admin], limit: .seconds(10), program: "/bin/sh")
                #expect(output.succeeded, "\(output)")
                #expect(output.lines.count == 1)
                #expect(output.errors.isEmpty, "\(output.errors)")
            }
        }

        @Test func aTailBeginsWithTheLastTenEntriesWhenNothingIsSaid() async throws {
            try await House.open { house in
                let headquarters = try await Headquarters.start(in: house)
                let branch = try await Branch.start("north", at: headquarters)
                try await branch.sue(12, from: 0)
                try await headquarters.flags(12)
                let all = try await headquarters.feed().map(\.sequence)
                let last = try await headquarters.ask("tail", "--no-follow", "--json", limit: .seconds(10))
                #expect(try last.jsonLines(FeedLine.self).map(\.sequence) == all.suffix(10))
                let wanted = try await headquarters.ask(
                    "tail", "--no-follow", "--since", "0", "--site", "elsewhere", "--json", limit: .seconds(10))
                #expect(try wanted.required().lines.isEmpty)
                let beyond = try await headquarters.ask("tail", "--since", "99999", limit: .seconds(10))
                #expect(!beyond.succeeded)
                #expect(beyond.errors.contains("99999"), "\(beyond)")
            }
        }
    }
}

extension Branch {
    /// Complaints that each bring a flag: a lawsuit has begun.
    fileprivate func sue(_ count: Int, from first: Int) async throws {
        for number in first..<first + count {
            _ = try await ask(
                "record", "complaint", "--id", "suit-\(number)", "--text", "已向法院起诉 \(number)", "--customer",
                "S\(number)", "--lawsuit", "happened"
            ).required()
        }
    }
}

extension Headquarters {
    /// Waits until so many complaints became critical.
    fileprivate func flags(_ count: Int) async throws {
        try await eventually("\(count) flags") {
            try await ask("tail", "--since", "0", "--no-follow", "--json").required().text.flags.count >= count
                ? true : nil
        }
    }
}

extension String {
    /// The complaints that became critical in what a tail printed.
    fileprivate var flags: [Substring] {
        split(separator: "\n").filter { $0.contains("grade_raised") && !$0.contains("withdrawn") }
    }
}
