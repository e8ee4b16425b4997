import Aggregator
import ArgumentParser

extension AggregatorCommand {
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace headquarters' keys, without a visit to any branch.",
            discussion: """
                The key that sites connect to and the one that signs receipts, handbooks and pins are replaced together. The new ones are
                told to every site, signed by the key that it keeps; the first is served on a second port at once (rotation.listen).
                The old ones are good until every site has said that it keeps the new ones and no unused code names the old ones;
                then it is over by itself. What the old key signed still verifies; --status names every key that ever signed, and
                since when. Examples:
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
                defer { describe(report.receiptKeys) }
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

        private func describe(_ keys: [ReceiptKey]) {
            for key in keys {
                Console.line(
                    Console.say(
                        "回执签名公钥 \(key.key)，\(key.since) 起" + (key.until.map { "，至 \($0)" } ?? ""),
                        "receipts: signed by \(key.key) since \(key.since)" + (key.until.map { " until \($0)" } ?? "")))
            }
        }
    }
}
