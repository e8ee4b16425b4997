import Agent
import ArgumentParser
import Foundation
import Records
import SwiftProtobuf

/// What all kinds of record have in common.
struct RecordOptions: ParsableArguments {
    @Option(help: "What you call the record; sent twice, it is taken once.")
    var id: String?

    @Option(help: "When it happened, for example 2026-10-05T09:30 (site's time); by default now.")
    var occurredAt: String?

    @Option(help: "The customer's number.")
    var customer: String?

    @Option(help: "The customer's telephone number.")
    var phone: String?

    @Option(help: "The customer's e-mail address.")
    var email: String?

    @Option(help: "The customer's name.")
    var name: String?

    @Option(help: "The customer's address.")
    var address: String?

    @Option(help: "Free text; - reads it from standard input.")
    var text: String?

    @Option(help: "A tag; may be repeated.")
    var tag: [String] = []

    @Option(help: ArgumentHelp("Any other field of the form; may be repeated.", valueName: "name=value"))
    var field: [String] = []

    @Option(
        help: ArgumentHelp("A whole record as a JSON object, from a file or - for standard input.", valueName: "file"))
    var json: String?

    @Flag(help: "Check only; nothing is written down.")
    var dryRun = false

    @Flag(help: "Print the agent's answer as JSON.")
    var printJSON = false

    @OptionGroup var agent: AgentAddress

    /// Sends the record.
    /// - Parameter fields: the options of its kind.
    func send(_ kind: RecordKind, _ fields: [(name: String, value: String?)]) async throws {
        let path = "/v1/records?kind=\(kind.rawValue)" + (dryRun ? "&dry_run=true" : "")
        let body: Data
        if let json {
            guard try form(fields).isEmpty else {
                throw ValidationError("--json gives the whole record; leave the other fields out")
            }
            body = try Self.read(json)
        } else {
            body = try Google_Protobuf_Struct(fields: form(fields)).jsonUTF8Data()
        }
        let answer = try await agent.client().ask(
            "POST", path + (json == nil ? "&values=text" : ""), body: body)
        try RecordAnswer(answer).report(asJSON: printJSON)
    }

    private func form(_ fields: [(name: String, value: String?)]) throws -> FormObject {
        var form: FormObject = [:]
        let common: [(String, String?)] = [
            ("id", id), ("occurred_at", occurredAt), ("customer.number", customer), ("customer.phone", phone),
            ("customer.email", email), ("customer.name", name), ("customer.address", address),
            ("text", try text.map { $0 == "-" ? String(decoding: try Self.read("-"), as: UTF8.self) : $0 }),
            ("tags", tag.isEmpty ? nil : tag.joined(separator: ";")),
        ]
        for (name, value) in common + fields.map({ ($0.name, $0.value) }) where value != nil {
            form[name] = Google_Protobuf_Value(stringValue: value ?? "")
        }
        for text in field {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw ValidationError("--field \(text): write name=value")
            }
            let name = String(text[..<equals])
            guard form[name] == nil else { throw ValidationError("--field \(name): this field has a value already") }
            form[name] = Google_Protobuf_Value(stringValue: String(text[text.index(after: equals)...]))
        }
        return form
    }

    private static func read(_ path: String) throws -> Data {
        if path != "-" { return try Data(contentsOf: URL(fileURLWithPath: path)) }
        return try FileHandle.standardInput.readToEnd() ?? Data()
    }
}

/// What the agent says of a record, in people's words.
struct RecordAnswer {
    private let answer: AgentClient.Answer

    init(_ answer: AgentClient.Answer) { self.answer = answer }

    /// Prints what became of the record; throws when it was not taken.
    func report(asJSON: Bool) throws {
        if asJSON { print(String(decoding: answer.body, as: UTF8.self), terminator: "") }
        guard case .listValue(let results)? = answer.fields["results"]?.kind, answer.message == nil else {
            throw AgentClient.Failure(description: answer.message ?? "the agent answers \(answer.status)")
        }
        var faults: [String] = []
        for case .structValue(let result) in results.values.compactMap(\.kind) {
            let status = result.fields["status"]?.stringValue ?? ""
            if case .listValue(let list)? = result.fields["faults"]?.kind {
                for case .structValue(let fault) in list.values.compactMap(\.kind) {
                    let field = fault.fields["field"]?.stringValue ?? ""
                    let reason = fault.fields[Say.shared("reason", "reason_zh")]?.stringValue ?? ""
                    faults.append((field.isEmpty ? "" : field + ": ") + reason)
                }
            } else if !asJSON {
                print(Self.words(status), result.fields["id"]?.stringValue ?? "")
                Self.advice(result).forEach { print($0) }
            }
        }
        if !faults.isEmpty {
            throw AgentClient.Failure(
                description: Say.shared("not taken", "未接收") + ":\n  " + faults.joined(separator: "\n  "))
        }
    }

    /// What the handbook says to whoever takes the complaint in.
    private static func advice(_ result: Google_Protobuf_Struct) -> [String] {
        guard case .structValue(let advice)? = result.fields["advice"]?.kind else { return [] }
        let language = Say.shared.language.rawValue
        let parts = [
            ("risk", Say.shared("What to look out for", "风险特征")), ("guidance", Say.shared("How to talk", "应对指南")),
            ("principles", Say.shared("Principles", "原则")),
        ]
        var told = parts.flatMap { name, title -> [String] in
            guard case .structValue(let texts)? = advice.fields[name]?.kind,
                case .listValue(let lines)? = texts.fields[language]?.kind, !lines.values.isEmpty
            else { return [] }
            return [title] + lines.values.map { "  " + $0.stringValue }
        }
        if case .structValue(let gap)? = advice.fields["suspected_gap"]?.kind {
            let name = gap.fields[language]?.stringValue ?? ""
            told.append(Say.shared("Suspected gap: ", "疑似差距：") + name)
        }
        return told
    }

    private static func words(_ status: String) -> String {
        switch status {
        case "saved": Say.shared("saved", "已保存")
        case "known": Say.shared("known already", "此前已保存")
        case "valid": Say.shared("would be taken", "可以接收")
        default: status
        }
    }
}
