import Aggregator
import ArgumentParser

struct SiteResolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Decide about a copy of a site that was refused.",
        discussion: """
            Two machines wrote one site's log, as after a disk was cloned. Headquarters refuses the second; it goes on \
            taking records. Nobody can tell but you which is real:
              --same-site  its records are this site's; it goes on and sends what it has
              --new-site   it is to become another site; it stays out until it has keys and an id of its own
            """)

    enum Decision: String, EnumerableFlag {
        case sameSite = "same-site"
        case newSite = "new-site"

        static func name(for value: Decision) -> NameSpecification { .customLong(value.rawValue) }
    }

    @Argument(help: "The site's id.")
    var site: String

    @Flag(help: "What the copy that was refused is.")
    var decision: Decision

    @Option(help: "The beginning of the copy's epoch, where several were refused.")
    var epoch: String?

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        let request = SiteResolution(site: site, decision: decision.rawValue, epoch: epoch)
        try options.withLink { link in
            let resolved = try link.request("site.resolve", request, as: SiteResolved.self)
            let copy = "\(resolved.epoch.prefix(8))…"
            switch decision {
            case .sameSite:
                Console.line(
                    Console.say(
                        "副本 \(copy) 就是站点 \(resolved.site)，下次联系时继续上传",
                        "copy \(copy) is site \(resolved.site); it goes on when it next calls"))
            case .newSite:
                Console.line(
                    Console.say(
                        "副本 \(copy) 将成为另一个站点；请为它登记新的站点号和密钥",
                        "copy \(copy) is to become another site; give it an id and keys of its own"))
            }
        }
    }
}
