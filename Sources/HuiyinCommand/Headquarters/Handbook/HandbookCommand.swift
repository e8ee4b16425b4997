import Aggregator
import ArgumentParser
import Foundation
import Handbooks
import Records
import StrictYAML

struct HandbookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handbook", abstract: "The service handbook 服务手册.",
        subcommands: [
            HandbookCheckCommand.self, HandbookShowCommand.self, HandbookDiffCommand.self, HandbookTryCommand.self,
            Publish.self, Versions.self, Bundled.self,
        ])

    struct Publish: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a handbook in force at headquarters and at every site.",
            discussion: """
                It is checked whole first; one with faults is not published. A site that is offline gets it when it comes back. \
                Example:
                  huiyin handbook publish handbook.yaml
                """)

        @Argument(help: "The handbook, a YAML file.")
        var file: String

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            let source = try HandbookSource.file(file)
            let examined = source.examine()
            for warning in YAMLFaults(examined.warnings).faults {
                Console.note(Console.say("提醒：", "warning: ") + warning.description)
            }
            for line in (examined.value?.surveys).map(Self.checklist) ?? [] { Console.note(line) }
            try options.withLink { link in
                let answer = try link.request(
                    "handbook.publish", PublishRequest(text: source.text), as: PublishAnswer.self)
                Console.line(
                    Console.say(
                        "服务手册 \(answer.version) 已发布，下发 \(answer.sites) 个站点",
                        "handbook \(answer.version) is published to \(answer.sites) sites"))
            }
        }

        /// What each question is to be held against. (domain: surveys, "a checklist at publication".)
        private static func checklist(_ surveys: SurveyPolicy) -> [String] {
            guard !surveys.questionnaires.isEmpty, !surveys.checklist.isEmpty else { return [] }
            return [Console.say("问卷核对：", "Hold the questionnaires against this:")]
                + surveys.checklist.map { "  □ " + $0[Say.shared.language] }
        }
    }

    struct Versions: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every handbook that was published, the newest first.",
            discussion: """
                Any of them can be shown and compared by its version. Example:
                  huiyin handbook versions
                  huiyin handbook diff property-management@1-0a1b2c3d handbook.yaml
                """)

        @Flag(help: "Print JSON.")
        var json = false

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            let versions = try options.withLink { link in
                try link.request("handbook.versions", NoArguments(), as: [HandbookVersionReport].self)
            }
            if json { return try Console.json(versions) }
            var table = TextTable([
                Console.say("版本", "version"), Console.say("发布时间", "published"), Console.say("发布人", "by"), "",
            ])
            for version in versions {
                let mark = version.inForce ? Console.say("现行", "in force") : ""
                table.add([version.version, version.publishedAt, version.by, mark])
            }
            table.lines().forEach(Console.line)
        }
    }

    struct Bundled: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a handbook that comes with the program, as a start for your own.",
            discussion: """
                Example:
                  huiyin handbook bundled vehicle-service > handbook.yaml
                """)

        @Argument(help: "\(Handbook.bundledNames.joined(separator: ", ")).")
        var name = Handbook.standard.name

        func run() throws {
            guard let text = Handbook.bundledText(named: name) else {
                let names = Handbook.bundledNames.joined(separator: ", ")
                throw ValidationError("there is no bundled handbook \(name); there is \(names)")
            }
            print(text, terminator: "")
        }
    }
}
