import Aggregator
import ArgumentParser

extension AggregatorCommand {
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace headquarters' key, without a visit to any branch.",
            discussion: """
                The new key is served on a second port at once (rotation.listen), and every site is told of it, signed by the key that
                it keeps. The old one is good until every site has said that it keeps the new one and no unused code names the
                old one; then it is over by itself. Run it again to see who is waited for. Examples:
                  huiyin aggregator rotate
                  huiyin aggregator rotate --status
                """)

        @Flag(help: "Only say how far it is.")
        var status = false

        @Flag(help: "End it now; sites that wait must then enrol anew.")
        var finish = false

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                let request = RotationRequest(begin: !status && !finish, finish: finish)
                let report = try link.request("headquarters.rotate", request, as: RotationReport.self)
                guard report.isUnderWay else {
                    return Console.line(
                        Console.say(
                            "没有正在进行的更换；总部公钥 \(report.headquartersKey)",
                            "nothing is under way; headquarters' key is \(report.headquartersKey)"))
                }
                let waiting = report.waitingSites + report.waitingCodes
                Console.line(
                    waiting.isEmpty
                        ? Console.say("各站点均已收到新密钥，即将完成", "every site has the new key; it will be over in a moment")
                        : Console.say(
                            "更换进行中，尚待：\(waiting.joined(separator: ", "))",
                            "under way; waiting for \(waiting.joined(separator: ", "))"))
            }
        }
    }
}
