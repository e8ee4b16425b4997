import ArgumentParser
import Records

/// `huiyin record survey`.
struct RecordSurveyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "survey", abstract: "A survey answer, 满意度.",
        discussion: """
            EXAMPLE
              huiyin record survey --survey 2026H1 --mode ivr --satisfaction 5 --field scores.speed=4
            """)

    @Option(help: "The name of the survey.")
    var survey: String?

    @Option(help: "ivr, third_party, web, sms or phone.")
    var mode: String?

    @Option(help: "1 to 5, 5 the best.")
    var satisfaction: String?

    @Option(help: "How long it took.")
    var durationSeconds: String?

    @OptionGroup var common: RecordOptions

    func run() async throws {
        try await common.send(
            .survey,
            [
                ("survey", survey),
                ("mode", mode),
                ("satisfaction", satisfaction),
                ("duration_seconds", durationSeconds),
            ])
    }
}
