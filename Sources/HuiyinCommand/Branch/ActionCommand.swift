import Agent
import ArgumentParser
import Foundation
import Records
import SwiftProtobuf

/// `huiyin action`.
struct ActionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "action", abstract: "What headquarters' meeting gave this branch to do, 行动项.",
        subcommands: [List.self, Progress.self, Done.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The action items of this branch, the newest first.", discussion: "EXAMPLE\n  huiyin action list")

        @Flag(help: "Print the agent's answer as JSON.")
        var json = false

        @OptionGroup var address: AgentAddress

        func run() async throws {
            try await InboxListing(kind: "action", limit: 500, before: nil, json: json).show(address.client())
        }
    }

    struct Progress: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell headquarters how far an action item is, or that it cannot be done here.",
            discussion: """
                EXAMPLES
                  huiyin action progress 0197a3c2 已订购新电池
                  huiyin action progress 0197a3c2 供应商停产 --impossible
                """)

        @Argument(help: "The action item: its id or the beginning; `huiyin action list` shows it.")
        var action: String

        @Argument(help: "In words.")
        var text: String

        @Flag(help: "It cannot be done here.")
        var impossible = false

        @OptionGroup var address: AgentAddress

        func run() async throws {
            try await ActionCommand.report(action, impossible ? .impossible : .underWay, text, address)
        }
    }

    struct Done: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell headquarters that an action item is done here.",
            discussion: "EXAMPLE\n  huiyin action done 0197a3c2 三号楼已全部更换")

        @Argument(help: "The action item: its id or the beginning; `huiyin action list` shows it.")
        var action: String

        @Argument(help: "In words.")
        var text: String?

        @OptionGroup var address: AgentAddress

        func run() async throws { try await ActionCommand.report(action, .done, text, address) }
    }

    private static func report(
        _ action: String, _ state: ActionProgress.State, _ text: String?, _ address: AgentAddress
    ) async throws {
        let client = try address.client()
        let inbox = try await client.ask("GET", "/v1/inbox?limit=500&kind=action")
        guard inbox.isSuccess else {
            throw AgentClient.Failure(description: inbox.message ?? "the agent answers \(inbox.status)")
        }
        let known = try JSONDecoder().decode(Inbox.self, from: inbox.body).items.map(\.record.id)
        let id = try RecordPrefix(action).pick(from: known)
        var form = Google_Protobuf_Struct(fields: [
            "action": .init(stringValue: id.description), "state": .init(stringValue: state.code),
        ])
        if let text { form.fields["text"] = .init(stringValue: text) }
        let answer = try await client.ask(
            "POST", "/v1/records?kind=progress&values=text", body: try form.jsonUTF8Data())
        try RecordAnswer(answer).report(asJSON: false)
    }

    private struct Inbox: Decodable {
        struct Item: Decodable { var record: Shown }
        struct Shown: Decodable { var id: RecordID }
        var items: [Item]
    }
}
