import ArgumentParser
import Records

/// `huiyin record customer`.
struct RecordCustomerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "customer", abstract: "A customer profile, 客户.",
        discussion: """
            EXAMPLE
              huiyin record customer --customer C0042 --name 王芳 --phone 13800138000 --type owner --key-account
            """)

    @Option(help: "The type, 客户类型.")
    var type: String?

    @Option(help: "The tier.")
    var tier: String?

    @Option(help: "The login name of who looks after the customer.")
    var owner: String?

    @Option(help: "The brand.")
    var brand: String?

    @Flag(help: "A key account.")
    var keyAccount = false

    @OptionGroup var common: RecordOptions

    func run() async throws {
        try await common.send(
            .customer,
            [
                ("type", type),
                ("tier", tier),
                ("owner", owner),
                ("brand", brand),
                ("key_account", keyAccount ? "yes" : nil),
            ])
    }
}
