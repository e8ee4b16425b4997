import ArgumentParser
import Handbooks
import StrictYAML

/// `huiyin handbook diff`.
struct HandbookDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "What two handbooks say differently, rule by rule.",
        discussion: """
            Compares meaning, not text: comments, order and spelling do not matter. Exit status: 0 when they say the same, \
            1 when they differ.
            EXAMPLES
              huiyin handbook diff property-management handbook.yaml
              huiyin handbook diff in-force handbook.yaml --json
            """)

    @Argument(help: ArgumentHelp(HandbookSource.help, valueName: "before"))
    var before: String

    @Argument(help: ArgumentHelp(HandbookSource.help, valueName: "after"))
    var after: String

    @Flag(help: "Print JSON: one object for each difference, without `before` or `after` where there is none.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        let sources = try [before, after].map { try HandbookSource.named($0, options) }
        let differences = try HandbookDifference.between(
            YAMLOutline.read(sources[0].text, file: sources[0].name),
            YAMLOutline.read(sources[1].text, file: sources[1].name))
        if json {
            try Console.json(differences)
        } else {
            for difference in differences {
                if let before = difference.before {
                    Console.line(Console.coloured("- \(difference.key): \(before)", .red))
                }
                if let after = difference.after {
                    Console.line(Console.coloured("+ \(difference.key): \(after)", .green))
                }
            }
            if differences.isEmpty { Console.line(Console.say("内容相同", "they say the same")) }
        }
        if !differences.isEmpty { throw ExitCode.failure }
    }
}

/// One value that two handbooks do not share.
struct HandbookDifference: Encodable {
    /// For example `grading.rules[open_one_week].after`.
    var key: String
    /// Nil where the first has none.
    var before: String?
    /// Nil where the second has none.
    var after: String?

    /// All of them, in the order of the first handbook, then what only the second has.
    static func between(_ before: YAMLOutline, _ after: YAMLOutline) -> [HandbookDifference] {
        let (old, new) = (before.leaves(), after.leaves())
        // A path is given once by each: keys are unique, and elements are named apart.
        let newValues = Dictionary(new.map { ($0.path, $0.value) }) { first, _ in first }
        let oldPaths = Set(old.map(\.path))
        let changed = old.compactMap { path, value -> HandbookDifference? in
            let other = newValues[path]
            return other == value ? nil : HandbookDifference(key: path, before: value, after: other)
        }
        let added = new.filter { !oldPaths.contains($0.path) }
        return changed + added.map { HandbookDifference(key: $0.path, before: nil, after: $0.value) }
    }
}
