import ArgumentParser
import Records

/// `huiyin record visit`.
struct RecordVisitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "visit", abstract: "A return visit, 回访.",
        discussion: """
            EXAMPLE
              huiyin record visit --phone 13800138000 --method 电话 --satisfaction 4 --text "很满意" --plan-item 1
            """)

    @Option(help: "phone, on_site, sms, wechat, email, letter or panel.")
    var method: String?

    @Option(help: "Whether the customer was reached: yes (default) or no.")
    var reached: String?

    @Option(help: "1 (very dissatisfied) to 5 (very satisfied).")
    var satisfaction: String?

    @Option(help: "0 to 10.")
    var recommendation: String?

    @Option(help: "dissatisfied, satisfied, exceeded, delighted or unforgettable.")
    var expectation: String?

    @Option(help: "What the customer uses.")
    var uses: String?

    @Option(help: "What the customer was told, 告知事项.")
    var told: String?

    @Option(help: "Help that the customer needs; may be repeated.")
    var helpNeeded: [String] = []

    @Option(help: "The number of a plan item that the visit fulfils; may be repeated.")
    var planItem: [String] = []

    @Option(help: "When a follow-up was promised.")
    var followUpAt: String?

    @Option(
        name: .customLong("case"), help: "The complaint that the visit follows up: its id here, or what it was called.")
    var caseID: String?

    @Option(help: "yes or no: does the customer call the case resolved?")
    var confirmsResolution: String?

    @Option(help: "A problem that the customer met, in words.")
    var problem: String?

    @Option(help: "The category of the problem.")
    var category: String?

    @Option(help: "The touchpoint of the problem.")
    var touchpoint: String?

    @Option(help: "The product or place of the problem.")
    var product: String?

    @OptionGroup var common: RecordOptions

    func run() async throws {
        try await common.send(
            .visit,
            [
                ("method", method),
                ("reached", reached),
                ("satisfaction", satisfaction),
                ("recommendation", recommendation),
                ("expectation", expectation),
                ("uses", uses),
                ("told", told),
                ("help_needed", helpNeeded.isEmpty ? nil : helpNeeded.joined(separator: ";")),
                ("plan_items", planItem.isEmpty ? nil : planItem.joined(separator: ";")),
                ("follow_up_at", followUpAt),
                ("case", caseID),
                ("confirms_resolution", confirmsResolution),
                ("problem", problem),
                ("category", category),
                ("touchpoint", touchpoint),
                ("product", product),
            ])
    }
}
