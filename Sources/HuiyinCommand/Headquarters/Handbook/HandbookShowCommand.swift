import ArgumentParser
import Handbooks
import Records
import StrictYAML

/// `huiyin handbook show`.
struct HandbookShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "What a handbook says, in words.",
        discussion: """
            EXAMPLES
              huiyin handbook show in-force
              huiyin handbook show vehicle-service --part blueprint
              huiyin handbook show handbook.yaml --json | jq '.grading.rules[].code'
            """)

    /// What is shown.
    enum Part: String, CaseIterable, ExpressibleByArgument {
        case summary, categories, grading, limits, escalation, visits, meetings, customers, blueprint, guidance, gaps,
            map
        case crisis, standards, commitments, benchmarks, surveys, all
    }

    @Argument(help: ArgumentHelp(HandbookSource.help, valueName: "handbook"))
    var handbook = "in-force"

    @Option(help: "\(Part.allCases.map(\.rawValue).joined(separator: ", ")).")
    var part = Part.summary

    @Flag(help: "Print the whole handbook as JSON, its keys those of the YAML.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        let source = try HandbookSource.named(handbook, options)
        let handbook = try source.read()
        if json {
            var text = JSONText()
            try YAMLOutline.read(source.text, file: source.name).write(to: &text)
            return Console.line(text.text)
        }
        let paper = HandbookPaper(handbook, Say.shared.language)
        let parts = part == .all ? Part.allCases.filter { $0 != .all } : [part]
        for (index, part) in parts.enumerated() {
            if index > 0 { Console.line("") }
            paper.lines(part).forEach(Console.line)
        }
    }
}

extension YAMLOutline {
    /// The same as JSON.
    fileprivate func write(_ name: String? = nil, to json: inout JSONText) {
        switch self {
        case .text(let text): json.field(name, text)
        case .plain("true"): json.field(name, true)
        case .plain("false"): json.field(name, false)
        case .plain(let number): json.field(name, Double(number))
        case .list(let elements): json.array(name) { json in for element in elements { element.write(to: &json) } }
        case .map(let fields):
            json.object(name) { json in for field in fields { field.value.write(field.key, to: &json) } }
        }
    }
}
