import Agent
import ArgumentParser
import Foundation
import SwiftProtobuf

/// `huiyin record correct`.
struct RecordCorrectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct", abstract: "Tells a record of this branch anew, 更正.",
        discussion: """
            The record itself stays; a new one says what was wrong. Only the fields that are given change.

            EXAMPLE
              huiyin record correct 2026-0815 --set category=厨卫 --set group_size=3 --reason 录错类别
            """)

    @Argument(help: "The record: its id, or what it was called here.")
    var record: String

    @Option(help: ArgumentHelp("A field of the form and its value; may be repeated.", valueName: "name=value"))
    var set: [String] = []

    @Option(help: ArgumentHelp("A field that is taken away; may be repeated.", valueName: "name"))
    var unset: [String] = []

    @Option(help: "Why.")
    var reason: String

    @Flag(help: "Print the agent's answer as JSON.")
    var printJSON = false

    @OptionGroup var agent: AgentAddress

    func run() async throws {
        let body = Google_Protobuf_Struct(fields: [
            "reason": .init(stringValue: reason),
            "changes": .init(structValue: .init(fields: try FieldChanges(set: set, unset: unset).form)),
        ])
        // Every character that means something in a path is escaped.
        let name = record.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? record
        let answer = try await agent.client().ask(
            "POST", "/v1/records/\(name)/corrections?values=text", body: body.jsonUTF8Data())
        try RecordAnswer(answer).report(asJSON: printJSON)
    }
}

/// Fields that a command changes.
struct FieldChanges {
    let form: [String: Google_Protobuf_Value]

    init(set: [String], unset: [String]) throws {
        var form: [String: Google_Protobuf_Value] = [:]
        for text in set {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw ValidationError("--set \(text): write name=value")
            }
            form[String(text[..<equals])] = Google_Protobuf_Value(
                stringValue: String(text[text.index(after: equals)...]))
        }
        for name in unset {
            var null = Google_Protobuf_Value()
            null.nullValue = .nullValue
            form[name] = null
        }
        self.form = form
    }
}
