import Agent
import ArgumentParser
import SwiftProtobuf

/// `huiyin record retract`.
struct RecordRetractCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retract", abstract: "Says that a record does not count, 撤销.",
        discussion: """
            A clerk retracts what they wrote themselves, the branch's manager any record of the branch, headquarters any record.
            From anybody else it is a proposal: headquarters sees it, and it changes nothing.

            EXAMPLE
              huiyin record retract 2026-0815 --reason 重复录入
            """)

    @Argument(help: "The record: its id, or what it was called here.")
    var record: String

    @Option(help: "Why.")
    var reason: String

    @Flag(help: "Print the agent's answer as JSON.")
    var printJSON = false

    @OptionGroup var agent: AgentAddress

    func run() async throws {
        let form = Google_Protobuf_Struct(fields: [
            "record": .init(stringValue: record), "reason": .init(stringValue: reason),
        ])
        let answer = try await agent.client().ask(
            "POST", "/v1/records?kind=retraction&values=text", body: form.jsonUTF8Data())
        try RecordAnswer(answer).report(asJSON: printJSON)
    }
}
