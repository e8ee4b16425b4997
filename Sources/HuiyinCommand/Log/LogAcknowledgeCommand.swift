import Agent
import ArgumentParser
import Foundation
import Replication

struct LogAcknowledgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge", abstract: "Give a receipt that was carried back to the branch's agent.",
        discussion: "Example:\n  huiyin log acknowledge /media/usb/north.receipt --config /var/lib/huiyin/agent.yaml")

    @Argument(help: "A file that `huiyin log import --receipt` wrote.")
    var receipt: String

    @Option(help: "Headquarters' receipt key (64 hexadecimal digits), where this branch never spoke to headquarters.")
    var key: String?

    @Flag(help: "Print the agent's answer as JSON.")
    var json = false

    @OptionGroup var address: AgentAddress

    private struct Request: Encodable {
        var receipt: CarriedReceipt
        var key: String?
    }

    private struct Answer: Decodable {
        struct Position: Decodable {
            var epoch: String
            var sequence: UInt64
        }

        var acknowledged: [Position]
    }

    func run() async throws {
        let carried: CarriedReceipt
        do {
            carried = try JSONDecoder().decode(
                CarriedReceipt.self, from: try Data(contentsOf: URL(fileURLWithPath: receipt)))
        } catch {
            throw CommandFailure("\(receipt) is no receipt of `huiyin log import`")
        }
        let body = try JSONEncoder().encode(Request(receipt: carried, key: key))
        let answer = try await address.client().ask("POST", "/v1/receipts", body: body)
        guard answer.isSuccess else { throw CommandFailure(answer.message ?? "the agent answers \(answer.status)") }
        if json { return print(String(decoding: answer.body, as: UTF8.self), terminator: "") }
        for position in try JSONDecoder().decode(Answer.self, from: answer.body).acknowledged {
            Console.line(
                Console.say(
                    "总部已有纪元 \(position.epoch) 至第 \(position.sequence) 条",
                    "headquarters has epoch \(position.epoch) up to \(position.sequence)"))
        }
    }
}
