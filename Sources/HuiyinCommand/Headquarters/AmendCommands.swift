import Aggregator
import ArgumentParser
import Foundation
import Records
import SwiftProtobuf

/// `huiyin correct`.
struct CorrectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct", abstract: "Tell any branch's record anew, 更正.",
        discussion: """
            Cases, grades and digests follow; a closed month is revised. Example:
              huiyin correct 0197a3c2-11d0-7… --set category=厨卫 --reason 类别有误
            """)

    @Argument(help: "The record's id.")
    var record: String

    @Option(help: ArgumentHelp("A field of the form and its value; may be repeated.", valueName: "name=value"))
    var set: [String] = []

    @Option(help: ArgumentHelp("A field that is taken away; may be repeated.", valueName: "name"))
    var unset: [String] = []

    @Option(help: "Why.")
    var reason: String

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        guard let id = RecordID(record) else { throw ValidationError("\(record) is no record id") }
        let changes = try Google_Protobuf_Struct(fields: FieldChanges(set: set, unset: unset).form).jsonString()
        try options.withLink { link in
            let request = CorrectionRequest(record: id, reason: reason, changes: changes)
            OwnRecordLine(try link.request("record.correct", request)).say()
        }
    }
}

/// `huiyin retract`.
struct RetractCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retract", abstract: "Say that any branch's record does not count, 撤销.",
        discussion: """
            A retraction is itself a record, and is undone by retracting it. Example:
              huiyin retract 0197a3c2-11d0-7… --reason 重复录入
            """)

    @Argument(help: "The record's id.")
    var record: String

    @Option(help: "Why.")
    var reason: String

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        try options.write(["kind": "retraction", "record": record, "reason": reason])
    }
}

/// `huiyin decide`.
struct DecideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Write down what headquarters decides: a step of a case, an action item, a lesson.",
        discussion: """
            The fields are those of the form. Examples:
              huiyin decide step case=0197a3c2-11d0-7… step=dispatched to_site=lakeview
              huiyin decide step case=0197a3c2-11d0-7… step=grade_lowered grade=ordinary text=核实后不成立
              huiyin decide action text=更换门锁电池批次 department=quality due_at=2026-12-01 sites=riverside
              huiyin decide lesson subject=门锁没电 text=上门时带备用电池
            """)

    @Argument(help: "step, action or lesson.")
    var kind: String

    @Argument(help: ArgumentHelp("The fields.", valueName: "name=value"))
    var fields: [String] = []

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        var form = ["kind": kind]
        for field in fields {
            guard let equals = field.firstIndex(of: "="), equals > field.startIndex else {
                throw ValidationError("\(field): write name=value")
            }
            form[String(field[..<equals])] = String(field[field.index(after: equals)...])
        }
        try options.write(form)
    }
}

extension AdministratorOptions {
    /// Has headquarters write a record of its own down, given as texts, and says what became of it.
    func write(_ form: [String: String]) throws {
        let text = String(decoding: try JSONEncoder().encode(form), as: UTF8.self)
        try withLink { link in
            OwnRecordLine(try link.request("record.write", OwnRecordRequest(form: text))).say()
        }
    }
}

/// What became of a record of headquarters' own, in a line.
struct OwnRecordLine {
    private let answer: OwnRecordAnswer

    init(_ answer: OwnRecordAnswer) { self.answer = answer }

    func say() {
        let word =
            switch answer.status {
            case "saved": Console.say("已保存", "saved")
            case "known": Console.say("此前已保存", "known already")
            default: Console.say("编号已被另一条记录占用", "another record bears this id")
            }
        Console.line("\(word) \(answer.id)")
    }
}
