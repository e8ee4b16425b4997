import ArgumentParser

/// `huiyin customer`.
struct CustomerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "customer", abstract: "Customers: erase what was written down about one.",
        subcommands: [CustomerEraseCommand.self, CustomerErasuresCommand.self])
}
