import Aggregator
import ArgumentParser
import Foundation
import Records

/// Giving a case away, and taking or refusing it: 派单, 转派, 接受, 拒绝.
enum CaseGivingCommands {
    static var all: [any ParsableCommand.Type] { [Dispatch.self, Transfer.self, Accept.self, Refuse.self] }

    struct Dispatch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dispatch", abstract: "Give a case to a branch, 派单; its records go there.",
            discussion: """
                The branch accepts it or refuses it with a reason; its clocks keep running. Example:
                  huiyin case dispatch 0197a3c2-11d0-7 lakeview --person 李工
                """)

        @OptionGroup var giving: Giving

        func run() async throws { try giving.give() }
    }

    struct Transfer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "transfer", abstract: "Give a case that a branch has to another, 转派.",
            discussion: "Example:\n  huiyin case transfer 0197a3c2-11d0-7 oldtown --reason 不属该站点辖区")

        @OptionGroup var giving: Giving

        func run() async throws { try giving.give() }
    }

    struct Giving: ParsableArguments {
        @Argument(help: "The case's id or its beginning.")
        var id: String

        @Argument(help: "The site that is to have it.")
        var site: String

        @Option(help: "Who is to have it there.")
        var person = ""

        @Option(help: "Why.")
        var reason = ""

        @OptionGroup var options: AdministratorOptions

        func give() throws {
            try options.withLink { link in
                let request = CaseGivingRequest(id: id, site: site, person: person, reason: reason)
                OwnRecordLine(try link.request("case.give", request)).say()
            }
        }
    }

    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "accept", abstract: "At a branch: take a case that was given to it, 接受.",
            discussion: "Example:\n  huiyin case accept 0197a3c2-11d0-7 --person 李工")

        @Argument(help: "The case's id or its beginning.")
        var id: String

        @Option(help: "Who has it now; by default who says so.")
        var person: String?

        @OptionGroup var side: SideOptions

        func run() async throws {
            try await side.answer(id, with: .accepted, person.map { ["to_person": $0] } ?? [:])
        }
    }

    struct Refuse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "refuse", abstract: "At a branch: refuse a case that was given to it, 拒绝, with a reason.",
            discussion: """
                It goes back to who gave it. Refused twice it is flagged, 推诿. Example:
                  huiyin case refuse 0197a3c2-11d0-7 --reason 不在本站点辖区
                """)

        @Argument(help: "The case's id or its beginning.")
        var id: String

        @Option(help: "Why.")
        var reason: String

        @OptionGroup var side: SideOptions

        func run() async throws { try await side.answer(id, with: .refused, ["text": reason]) }
    }
}

extension SideOptions {
    /// Has the agent write down what this branch does with a case.
    fileprivate func answer(_ id: String, with step: CaseStep.Kind, _ further: [String: String]) async throws {
        let language = Say.shared.language.rawValue
        let name = id.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? id
        let found = try await ask("/v1/cases/\(name)", [("language", language)], as: CaseName.self)
        try await write(["kind": "step", "case": found.id.description, "step": step.code].merging(further) { $1 })
    }

    private struct CaseName: Decodable { var id: RecordID }
}
