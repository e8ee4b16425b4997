import Aggregator
import ArgumentParser
import Foundation
import Handbooks

struct HandbookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handbook", abstract: "The service handbook 服务手册.", subcommands: [Publish.self, Bundled.self])

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
            let text: String
            do {
                text = try String(contentsOfFile: file, encoding: .utf8)
            } catch {
                throw CommandFailure("\(file) cannot be read as UTF-8: \(error.localizedDescription)")
            }
            try options.withLink { link in
                let answer = try link.request("handbook.publish", PublishRequest(text: text), as: PublishAnswer.self)
                Console.line(
                    Console.say(
                        "服务手册 \(answer.version) 已发布，下发 \(answer.sites) 个站点",
                        "handbook \(answer.version) is published to \(answer.sites) sites"))
            }
        }
    }

    struct Bundled: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a handbook that comes with the program, as a start for your own.",
            discussion: """
                Example:
                  huiyin handbook bundled > handbook.yaml
                """)

        @Argument(help: "\(Handbook.bundledNames.joined(separator: ", ")).")
        var name = Handbook.standard.name

        func run() throws {
            guard let text = Handbook.bundledText(named: name) else {
                throw ValidationError("there is no bundled handbook \(name)")
            }
            print(text, terminator: "")
        }
    }
}
