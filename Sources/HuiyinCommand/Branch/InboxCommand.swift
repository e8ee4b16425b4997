import Agent
import ArgumentParser
import Foundation
import Records

/// `huiyin inbox`.
struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox",
        abstract:
            "What headquarters handed on to this branch: action items, lessons, cases, handbooks; the newest first.",
        discussion: """
            Works without a link: what arrived is here. EXAMPLES
              huiyin inbox
              huiyin inbox --kind action --json | jq '.items[].record.text'
            """)

    @Option(help: "Only records of this kind: action, lesson, handbook, complaint, step, visit …")
    var kind: String?

    @Option(help: "Greatest number of records that are listed, 1 to 500.")
    var limit = 50

    @Option(help: ArgumentHelp("Only what arrived before this number; see next_before of --json.", valueName: "number"))
    var before: Int?

    @Flag(help: "Print the agent's answer as JSON.")
    var json = false

    @OptionGroup var address: AgentAddress

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit: 1 to 500") }
    }

    func run() async throws {
        try await InboxListing(kind: kind, limit: limit, before: before, json: json).show(address.client())
    }
}

/// What `inbox` and `action list` print.
struct InboxListing {
    var kind: String?
    var limit: Int
    var before: Int?
    var json: Bool

    func show(_ client: AgentClient) async throws {
        var path = "/v1/inbox?limit=\(limit)"
        if let before { path += "&before=\(before)" }
        if let kind { path += "&kind=\(kind.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
        let answer = try await client.ask("GET", path)
        guard answer.isSuccess else {
            throw AgentClient.Failure(description: answer.message ?? "the agent answers \(answer.status)")
        }
        if json { return print(String(decoding: answer.body, as: UTF8.self), terminator: "") }
        let items = try JSONDecoder().decode(Answer.self, from: answer.body).items
        guard !items.isEmpty else { return print(Say.shared("headquarters handed nothing on", "总部没有下发内容")) }
        var table = TextTable([
            Console.say("序号", "no."), Console.say("收到", "received"), Console.say("来自", "from"),
            Console.say("种类", "kind"), Console.say("内容", "what"), "id",
        ])
        for item in items {
            table.add([
                String(item.number), String(item.received_at.prefix(16)), item.from, item.record.kind,
                String(item.record.words.prefix(60)), item.record.id,
            ])
        }
        for line in table.lines() { print(line) }
    }

    /// What of the agent's answer is shown; the names are those of `Protocol/http.yaml`.
    private struct Answer: Decodable {
        struct Item: Decodable {
            var number: Int64
            var from: String
            var received_at: String
            var record: Shown
        }

        struct Shown: Decodable {
            var id: String
            var kind: String
            var subject: String?
            var text: String?
            var version: String?
            var step: String?
            var due_at: String?

            var words: String {
                [subject, text, version, step, due_at.map { "≤ \($0.prefix(10))" }].compactMap(\.self)
                    .joined(separator: " · ").replacingOccurrences(of: "\n", with: " ")
            }
        }

        var items: [Item]
    }
}
