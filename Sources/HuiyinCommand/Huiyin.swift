import ArgumentParser
import Foundation

/// Huiyin 回音: what customers said at the branches, at headquarters.
@main
struct Huiyin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "huiyin",
        abstract: "Customer feedback from every branch, none of it lost; what recurs, found; the month, told truly.",
        version: ProgramVersion.text,
        groupedSubcommands: [
            CommandGroup(
                name: "At a branch",
                subcommands: [
                    AgentCommand.self, RecordCommand.self, ImportCommand.self, InboxCommand.self, ActionCommand.self,
                    SealCommand.self,
                ]),
            CommandGroup(
                name: "At headquarters",
                subcommands: [
                    AggregatorCommand.self, SiteCommand.self, AdministratorCommand.self, StatusCommand.self,
                    TailCommand.self, SearchCommand.self, IssueCommand.self, DecideCommand.self, HandbookCommand.self,
                    LoadCommand.self,
                    ServiceCommand.self, CorrectCommand.self, RetractCommand.self, DigestCommand.self,
                    MeetingCommand.self, DeliveryCommand.self,
                    RecordsCommand.self, RebuildCommand.self,
                    BackupCommand.self, RestoreCommand.self,
                ]),
            CommandGroup(
                name: "At either side",
                subcommands: [TodayCommand.self, CaseCommand.self, VisitCommand.self, CustomerCommand.self]),
            CommandGroup(name: "Anywhere", subcommands: [LogCommand.self, ProveCommand.self]),
        ])
}
