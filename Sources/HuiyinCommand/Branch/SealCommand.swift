import Agent
import ArgumentParser
import Foundation
import Records

/// `huiyin seal`: says that a month is complete.
struct SealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal", abstract: "Says that everything dated into a month is written down here.",
        discussion: """
            What is dated into a sealed month afterwards is late. The agent seals a month by itself 24 hours after its end.

            EXAMPLE
              huiyin seal 2026-10
            """)

    @Argument(help: "The month, for example 2026-10.")
    var month: String

    @Flag(help: "Print the agent's answer as JSON.")
    var json = false

    @OptionGroup var address: AgentAddress

    func validate() throws {
        guard Month(month) != nil else { throw ValidationError("\(month) is no month; write 2026-10") }
    }

    func run() async throws {
        let answer = try await address.client().ask("POST", "/v1/seals", body: Data(#"{"month":"\#(month)"}"#.utf8))
        guard answer.isSuccess else {
            throw AgentClient.Failure(description: answer.message ?? "the agent answers \(answer.status)")
        }
        if json { return print(String(decoding: answer.body, as: UTF8.self), terminator: "") }
        let isNew = answer.status == 201
        print(
            Say.shared(
                isNew ? "\(month) is sealed" : "\(month) was sealed before", isNew ? "\(month) 已封账" : "\(month) 此前已封账"))
    }
}
