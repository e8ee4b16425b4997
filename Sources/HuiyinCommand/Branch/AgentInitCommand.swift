import Agent
import ArgumentParser
import Foundation
import Records

/// `huiyin agent init`.
struct AgentInitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Makes the folder, keys and configuration of a new agent.",
        discussion: """
            Prints the public keys that headquarters needs for `huiyin site add`. Replaces nothing. Every site of an
            organisation needs the same organisation key: give the file of the first one to the others.

            EXAMPLES
              huiyin agent init --site A0 --folder /var/lib/huiyin
              huiyin agent init --site A1 --folder /var/lib/huiyin --time-zone Asia/Shanghai \\
                  --headquarters tcp://hq.example:7410 --key 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7' \\
                  --organisation-key ./organisation
            """)

    @Option(help: "The site's id: letters, digits, . _ -")
    var site: String

    @Option(help: "The folder to make.")
    var folder: String

    @Option(help: "The site's zone, for example Asia/Shanghai; by default the handbook's.")
    var timeZone: String?

    @Option(help: "Headquarters' endpoint, for example tcp://hq.example:7410.")
    var headquarters: String?

    // Taken as it is, since a key may begin with a hyphen.
    @Option(parsing: .unconditional, help: "Headquarters' public CURVE key in Z85; see `huiyin aggregator`.")
    var key: String?

    @Option(help: "A file with the organisation's key; without it a new one is made.")
    var organisationKey: String?

    func validate() throws {
        if (headquarters == nil) != (key == nil) {
            throw ValidationError("--headquarters and --key belong together")
        }
        if let timeZone, TimeZoneRules(timeZone) == nil {
            throw ValidationError("\(timeZone) is no zone of the time zone database; an example is Asia/Shanghai")
        }
    }

    func run() async throws {
        let folder = URL(fileURLWithPath: folder).path
        var setup = AgentSetup(site: try SiteID(site), folder: folder)
        setup.zone = timeZone.flatMap { TimeZoneRules($0) }
        setup.organisationKey = organisationKey
        if let headquarters, let key { setup.headquarters = ([headquarters], key) }
        let made = try setup.make()
        let say = Say.shared
        print(
            say("made \(folder): configuration, keys and a token", "已建立 \(folder)：配置、密钥和令牌"),
            "\n  " + made.configuration, "\n  " + made.token)
        print(say("at headquarters, register this site:", "请在总部登记本站点："))
        print("  huiyin site add \(site) --curve '\(made.curve)' --signing \(made.signing)")
        if made.isOrganisationKeyNew {
            print(
                say(
                    "the organisation's key is new; give \(folder)/keys/organisation to the other sites (--organisation-key)",
                    "组织密钥是新建的；请把 \(folder)/keys/organisation 交给其他站点（--organisation-key）"))
        }
        print(say("start it:", "启动："), "huiyin agent run --config \(made.configuration)")
    }
}
