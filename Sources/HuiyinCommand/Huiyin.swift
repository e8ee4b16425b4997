import ArgumentParser

@main
struct Huiyin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "huiyin")
}
