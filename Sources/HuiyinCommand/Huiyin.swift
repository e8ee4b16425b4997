import ArgumentParser
import Foundation

/// Huiyin 回音: what customers said at the branches, at headquarters.
@main
struct Huiyin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "huiyin",
        abstract: "Customer feedback from every branch, none of it lost; what recurs, found; the month, told truly.",
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Headquarters",
                subcommands: [
                    AggregatorCommand.self, SiteCommand.self, StatusCommand.self, TailCommand.self, IssueCommand.self,
                    DigestCommand.self, RecordsCommand.self, RebuildCommand.self,
                ])
        ])
}

/// This program's version.
enum Version {
    static let text = "0.1.0"
}
