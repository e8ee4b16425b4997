import ArgumentParser
import Records

/// `huiyin record complaint`.
struct RecordComplaintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complaint", abstract: "A complaint, 投诉.",
        discussion: """
            EXAMPLE
              huiyin record complaint --subject 厨房漏水 --text "三天没有人来修" --channel 电话 --category 厨卫 --urgent
            """)

    @Option(help: "Its title.")
    var subject: String?

    @Option(help: "phone, counter, letter, email, web, wechat, hotline, authority, media or visit.")
    var channel: String?

    @Option(help: "oral or written.")
    var form: String?

    @Option(help: "before_sale, during_sale or after_sale.")
    var phase: String?

    @Option(help: "A category of the handbook.")
    var category: String?

    @Option(help: "A touchpoint of the handbook.")
    var touchpoint: String?

    @Option(help: "The product, order or place.")
    var product: String?

    @Option(help: "Complainants in the group, 人数.")
    var groupSize: String?

    @Option(help: "none, threatened or happened.")
    var lawsuit: String?

    @Option(help: "none, threatened or happened.")
    var media: String?

    @Option(help: "none, adviser, company or branch.")
    var support: String?

    @Option(help: "respect, compensation or venting.")
    var seeks: String?

    @Flag(help: "Somebody must be on site at once.")
    var urgent = false

    @OptionGroup var common: RecordOptions

    func run() async throws {
        try await common.send(
            .complaint,
            [
                ("subject", subject),
                ("channel", channel),
                ("form", form),
                ("phase", phase),
                ("category", category),
                ("touchpoint", touchpoint),
                ("product", product),
                ("group_size", groupSize),
                ("lawsuit", lawsuit),
                ("media", media),
                ("support", support),
                ("seeks", seeks),
                ("urgent", urgent ? "yes" : nil),
            ])
    }
}
