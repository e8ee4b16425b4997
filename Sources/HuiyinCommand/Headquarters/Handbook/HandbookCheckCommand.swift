import ArgumentParser
import Foundation
import Handbooks
import StrictYAML

/// `huiyin handbook check`.
struct HandbookCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say everything that is wrong with a handbook, or weak, by line.",
        discussion: """
            Exit status: 0 when it can be published; 1 when it has faults, or with --strict also when it has warnings; 64 \
            when the command is wrong. Nothing is sent anywhere.
            EXAMPLES
              huiyin handbook check handbook.yaml
              huiyin handbook check --strict --json handbook.yaml
            """)

    @Argument(help: ArgumentHelp(HandbookSource.help, valueName: "handbook"))
    var handbook: String

    @Flag(help: "Warnings are faults: a weak standard, a commitment below the industry's, a leading question.")
    var strict = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var options: AdministratorOptions

    func run() throws {
        let source = try HandbookSource.named(handbook, options)
        let examined = source.examine()
        let faults = YAMLFaults(examined.faults).faults
        let warnings = YAMLFaults(examined.warnings).faults
        if json {
            try Console.json(
                Report(
                    handbook: source.name, version: examined.value?.version, faults: faults.map(Report.Remark.init),
                    warnings: warnings.map(Report.Remark.init)))
        } else {
            for fault in faults { Console.line(Console.coloured(Console.say("错误", "fault"), .red) + " \(fault)") }
            for warning in warnings {
                Console.line(Console.coloured(Console.say("提醒", "warning"), .yellow) + " \(warning)")
            }
            if let handbook = examined.value {
                Console.line(
                    Console.say(
                        "\(handbook.version)：可以发布，\(warnings.count) 条提醒",
                        "\(handbook.version) can be published; warnings: \(warnings.count)"))
            } else {
                Console.line(
                    Console.say(
                        "\(source.name)：\(faults.count) 处错误，不能发布",
                        "\(source.name) cannot be published; faults: \(faults.count)"))
            }
        }
        if !faults.isEmpty || (strict && !warnings.isEmpty) { throw ExitCode.failure }
    }

    private struct Report: Encodable {
        var handbook: String
        /// Left out where there are faults.
        var version: String?
        var faults: [Remark]
        var warnings: [Remark]

        struct Remark: Encodable {
            var line: Int
            var column: Int
            var key: String
            var reason: String

            init(_ fault: YAMLFault) {
                (line, column, key, reason) = (fault.line, fault.column, fault.path, fault.reason)
            }
        }
    }
}

extension Console {
    /// A value as JSON on standard output, in one line, its keys sorted.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        line(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
