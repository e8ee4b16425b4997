import ArgumentParser
import Records

/// `huiyin record load`.
struct RecordLoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "How busy the branch was on a day, 客流.",
        discussion: """
            EXAMPLE
              huiyin record load --visitors 130 --staff 4 --capacity 100 --occurred-at 2026-10-05
            """)

    @Option(help: "Customers who came or called that day.")
    var visitors: String?

    @Option(help: "Staff on duty.")
    var staff: String?

    @Option(help: "How many customers that staff can serve in a day.")
    var capacity: String?

    @OptionGroup var common: RecordOptions

    func run() async throws {
        try await common.send(.load, [("visitors", visitors), ("staff", staff), ("capacity", capacity)])
    }
}
