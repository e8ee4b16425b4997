import Aggregator
import ArgumentParser
import Foundation
import Records

struct IssueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Recurring issues 同类问题.",

        subcommands: [List.self, Show.self, IssueGroupCommand.self] + IssueDecisionCommands.all)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What recurs, the most recently seen first.",
            discussion: """
                An issue is the same problem at the same place. The same kind of problem at different places is a pattern,
                one place with different kinds of problems a hot spot; neither counts for the hot rule.
                Examples:
                  huiyin issue list --hot --json | jq '.[].title'
                  huiyin issue list --text 门锁 --csv > locks.csv
                  huiyin issue list --patterns
                  huiyin issue list --hot-spots
                """)

        @Flag(help: "Only issues that satisfied the hot rule.")
        var hot = false

        @Flag(help: "The same kind of problem at different places, in the place of issues.")
        var patterns = false

        @Flag(help: "One place with different kinds of problems, in the place of issues.")
        var hotSpots = false

        @Option(help: "Only issues to which a record belongs in which these words occur, as in `huiyin search`.")
        var text: String?

        @Option(help: "How many.")
        var limit = 50

        @Flag(help: "As JSON.")
        var json = false

        @Flag(help: "As CSV.")
        var csv = false

        @OptionGroup var options: AdministratorOptions

        func validate() throws {
            if json, csv { throw ValidationError("--json or --csv, one of them") }
            if text != nil, patterns || hotSpots { throw ValidationError("--text: of issues only") }
            if [hot, patterns, hotSpots].count(where: { $0 }) > 1 {
                throw ValidationError("--hot, --patterns and --hot-spots: one of them")
            }
        }

        func run() throws {
            try options.withLink { link in
                if patterns || hotSpots { return try listRelated(link, patterns ? .patterns : .hotSpots) }
                let request = IssueListRequest(limit: limit, hot: hot, text: text)
                if json {
                    return Console.line(String(decoding: try link.requestData("issue.list", request), as: UTF8.self))
                }
                let issues = try link.request("issue.list", request, as: [IssueReport].self)
                if csv { return Console.csv([IssueSheet.columns] + issues.map(IssueSheet.row)) }
                guard !issues.isEmpty else { return Console.line(Console.say("没有同类问题", "nothing recurs")) }
                var table = TextTable([
                    "id", Console.say("次数", "times"), Console.say("客户", "people"), Console.say("站点", "sites"),
                    Console.say("最近", "last seen"), Console.say("热点", "hot"), Console.say("标题", "title"),
                ])
                for issue in issues {
                    let people = "\(issue.complainants)" + (issue.anonymous > 0 ? "+\(issue.anonymous)" : "")
                    table.add([
                        String(issue.id.description.prefix(18)), String(issue.occurrences), people,
                        issue.sites.joined(separator: " "), String(issue.lastSeen.prefix(10)),
                        issue.hot.isEmpty ? "" : Console.coloured(Console.say("热点", "hot"), .red), issue.title,
                    ])
                }
                for line in table.lines() { Console.line(line) }
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One issue with its evidence.", discussion: "Example:\n  huiyin issue show 0197a3c2-11d0-7")

        @Argument(help: "The issue's id or its beginning.")
        var id: String

        @Flag(help: "As JSON.")
        var json = false

        @OptionGroup var options: AdministratorOptions

        func run() throws {
            try options.withLink { link in
                let request = IssueRequest(id: id)
                if json {
                    return Console.line(String(decoding: try link.requestData("issue.show", request), as: UTF8.self))
                }
                try print(link.request("issue.show", request, as: IssueReport.self))
            }
        }

        private func print(_ issue: IssueReport) {
            Console.line(Console.coloured(issue.title, .bold))
            Console.line("\(issue.id)")
            let people = "\(issue.complainants)" + (issue.anonymous > 0 ? " (+\(issue.anonymous))" : "")
            Console.line(
                Console.say(
                    "\(issue.occurrences) 次，\(people) 名客户，站点 \(issue.sites.joined(separator: "、"))，\(issue.firstSeen) 至 \(issue.lastSeen)",
                    "\(issue.occurrences) times, \(people) people, sites \(issue.sites.joined(separator: ", ")), \(issue.firstSeen) to \(issue.lastSeen)"
                ))
            if !issue.places.isEmpty {
                Console.line(Console.say("地点：", "place: ") + issue.places.joined(separator: " · "))
            }
            if !issue.kinds.isEmpty {
                Console.line(Console.say("问题：", "problem: ") + issue.kinds.joined(separator: " · "))
            }
            for window in issue.hot {
                Console.line(
                    Console.coloured(
                        Console.say(
                            "热点：\(window.from) 起一个月内 \(window.complainants) 名不同客户（匿名 +\(window.anonymous)），\(window.completedAt) 达到",
                            "hot: \(window.complainants) different people (+\(window.anonymous) anonymous) within a month from \(window.from), reached \(window.completedAt)"
                        ),
                        .red))
            }
            if let story = issue.story { for line in IssueStoryText(story).lines { Console.line(line) } }
            if let advice = issue.advice {
                IssueAdviceText(advice, Say.shared.language).lines.forEach(Console.line)
            }
            var table = TextTable([
                Console.say("时间", "when"), Console.say("站点", "site"), Console.say("相似", "score"),
                Console.say("依据", "because of"), Console.say("记录", "record"), Console.say("内容", "words"),
            ])
            for member in issue.members ?? [] {
                table.add([
                    member.occurredAt, member.site, String(format: "%.2f", member.score), because(member),
                    String(member.record.description.prefix(18)), member.text,
                ])
            }
            for line in table.lines() { Console.line(line) }
        }

        /// What it has in common with the others, and what people decided of it.
        private func because(_ member: IssueMember) -> String {
            let decided = (member.decided ?? []).map { decision in
                let what =
                    switch decision.kind {
                    case "merge": Console.say("合并", "merged")
                    case "split": Console.say("拆出", "split off")
                    case "pin": Console.say("指定", "pinned")
                    case "unlike": Console.say("与别的不同", "unlike others")
                    case "confirm": Console.say("确认", "confirmed")
                    default: decision.kind
                    }
                return Console.say(
                    "\(decision.author) \(what)（\(decision.at.prefix(10))）",
                    "\(what) by \(decision.author) (\(decision.at.prefix(10)))")
            }
            return ([member.reason].filter { !$0.isEmpty } + decided).joined(separator: " · ")
        }
    }
}

extension IssueCommand.List {
    fileprivate func listRelated(_ link: AdministratorLink, _ related: IssueListRequest.Related) throws {
        let request = IssueListRequest(limit: limit, hot: nil, related: related)
        if json { return Console.line(String(decoding: try link.requestData("issue.list", request), as: UTF8.self)) }
        let found = try link.request("issue.list", request, as: [RelatedTextsReport].self)
        if csv { return Console.csv([IssueSheet.relatedColumns] + found.map(IssueSheet.row)) }
        guard !found.isEmpty else {
            return Console.line(
                related == .patterns
                    ? Console.say("没有在不同地点出现的同种问题", "no kind of problem is met at different places")
                    : Console.say("没有问题集中的地点", "no place has different kinds of problems"))
        }
        var table = TextTable([
            Console.say("次数", "times"), Console.say("站点", "sites"), Console.say("最近", "last seen"),
            related == .patterns ? Console.say("同种问题", "kind of problem") : Console.say("地点", "place"),
            Console.say("记录", "records"),
        ])
        for one in found {
            table.add([
                String(one.occurrences), one.sites.joined(separator: " "), String(one.lastSeen.prefix(10)),
                one.words.joined(separator: " · "),
                one.records.prefix(3).map { String($0.description.prefix(18)) }.joined(separator: " "),
            ])
        }
        for line in table.lines() { Console.line(line) }
    }
}
