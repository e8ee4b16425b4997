import ArgumentParser
import Records

/// `huiyin record step`.
struct RecordStepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step", abstract: "What happened to a complaint, 处理.",
        discussion: """
            EXAMPLE
              huiyin record step --case 2026-0815 --step answered --text "已电话答复"
            """)

    @Option(name: .customLong("case"), help: "The complaint: its id here, or what it was called.")
    var caseID: String?

    @Option(help: "For example arrived, investigation_begun, answered, resolved, confirmed, reopened, transferred.")
    var step: String?

    @Option(help: "Why it is still open: ours, customer, third_party, force_majeure.")
    var delayCause: String?

    @Option(help: "latent, outbreak, handling or aftermath.")
    var stage: String?

    @Option(help: "The site that the case goes to.")
    var toSite: String?

    @Option(help: "The person that the case goes to.")
    var toPerson: String?

    @OptionGroup var common: RecordOptions

    func run() async throws {
        try await common.send(
            .step,
            [
                ("case", caseID),
                ("step", step),
                ("delay_cause", delayCause),
                ("stage", stage),
                ("to_site", toSite),
                ("to_person", toPerson),
            ])
    }
}
