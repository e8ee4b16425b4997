import Aggregator
import ArgumentParser
import Foundation
import Handbooks
import Platform
import Records
import Rules

struct TailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Follow flags and digests as they come.",
        discussion: """
            Resumes by itself after a cut and misses nothing. Without --since it begins with the last ten entries. Examples:
              huiyin tail
              huiyin tail --since 0 --kind flag --site riverside
              huiyin tail --since 120 --json | jq -c '{sequence, kind}'
              huiyin tail --since 2026-11-01 --grade hot --department engineering
            """)

    @Option(
        help:
            "Begin after this number of the feed, 0 is the beginning; or at this time, 2026-11-01 or 2026-11-01T08:00.")
    var since: String?

    @Option(help: "Only these kinds, with commas: flag, digest.")
    var kind: String?

    @Option(help: "Only what is about these sites, with commas.")
    var site: String?

    @Option(help: "Only what has this grade at least: important, hot, critical.")
    var grade: String?

    @Option(help: "Only these categories and those below them, with commas; codes or words of the handbook.")
    var category: String?

    @Option(help: "Only what these departments own, with commas; codes or words of the handbook.")
    var department: String?

    @ArgumentParser.Flag(help: "One JSON object a line.")
    var json = false

    @ArgumentParser.Flag(help: "End when everything that is there was printed.")
    var noFollow = false

    @OptionGroup var options: AdministratorOptions

    /// How many entries are asked for at a time.
    private static let credit: UInt32 = 500
    /// How often the wish is repeated, which also shows a dead link.
    private static let refresh: Duration = .seconds(10)
    /// How often it is looked whether anybody still reads.
    private static let glance: Duration = .milliseconds(300)

    func validate() throws {
        for kind in kinds where kind != "flag" && kind != "digest" {
            throw ValidationError("--kind \(kind): there are flag and digest")
        }
        if let grade, Grade.named(grade) == nil {
            throw ValidationError("--grade \(grade): there are \(Grade.codes)")
        }
        if let since, UInt64(since) == nil, Self.moment(since) == nil {
            throw ValidationError("--since \(since): write a number of the feed, or a time such as 2026-11-01T08:00")
        }
    }

    private var kinds: [String] { Self.list(kind) }

    private static func list(_ text: String?) -> [String] { (text ?? "").split(separator: ",").map(String.init) }

    /// A time with its offset, or one in the zone of this machine.
    private static func moment(_ text: String) -> Timestamp? {
        TimeZoneRules(TimeZone.current.identifier).flatMap { Timestamp(text, in: $0) }
    }

    func run() throws {
        let configuration = try AdministratorConfiguration.read(
            options.admin ?? AdministratorConfiguration.standardFile)
        var place = Place(
            after: since.flatMap { UInt64($0) }, since: since.flatMap { UInt64($0) == nil ? Self.moment($0) : nil },
            epoch: Data())
        var failures = 0
        while true {
            do {
                let link = try AdministratorLink.open(configuration)
                defer { link.close() }
                failures = 0
                if try follow(link, &place) { return }
            } catch let fault as AdministratorLink.Fault {
                if case .refused = fault { throw fault }
                if noFollow { throw fault }
                if failures == 0 { Console.note("\(fault); " + Console.say("继续尝试", "trying on")) }
                failures += 1
                Thread.sleep(forTimeInterval: min(5, 0.2 * Double(1 << min(failures, 5))))
            }
        }
    }

    private struct Place {
        /// Everything up to here was printed or was not wanted; nil before the first answer.
        var after: UInt64?
        /// Where to begin, until the first answer.
        var since: Timestamp?
        var epoch: Data
    }

    /// Follows until the connection ends. True when everything was printed and no more is wanted.
    private func follow(_ link: AdministratorLink, _ place: inout Place) throws -> Bool {
        try ask(link, place)
        var nextRefresh = ContinuousClock.now + Self.refresh
        while true {
            if StandardOutput.isAbandoned { return true }
            let patience = min(nextRefresh, ContinuousClock.now + Self.glance)
            if case .feed(let feed) = try link.receive(until: patience)?.body {
                guard feed.refused.isEmpty else {
                    throw CommandFailure("\(feed.refused); use --since 0 to read from the beginning")
                }
                place.epoch = feed.feedEpoch
                if let after = place.after {
                    // What crossed with a repeated wish was printed already.
                    for entry in feed.entries where entry.sequence > after { try show(entry) }
                    place.after = max(after, feed.progress)
                    if noFollow, feed.progress >= feed.head { return true }
                } else if place.since != nil {
                    for entry in feed.entries { try show(entry) }
                    (place.after, place.since) = (feed.progress, nil)
                    if noFollow, feed.progress >= feed.head { return true }
                } else {
                    // The first answer only told where the end is: begin ten entries before it.
                    place.after = feed.head > 10 ? feed.head - 10 : 0
                }
            } else if ContinuousClock.now < nextRefresh {
                continue
            }
            try ask(link, place)
            nextRefresh = ContinuousClock.now + Self.refresh
        }
    }

    private func ask(_ link: AdministratorLink, _ place: Place) throws {
        var message = Exchange()
        message.tail.feedEpoch = place.epoch
        message.tail.after = place.after ?? 0
        message.tail.since = place.since?.milliseconds ?? 0
        message.tail.fromEnd = place.after == nil && place.since == nil
        message.tail.kinds = kinds
        message.tail.sites = Self.list(site)
        message.tail.leastGrade = UInt32(grade.flatMap(Grade.named)?.rawValue ?? 0)
        message.tail.categories = Self.list(category)
        message.tail.departments = Self.list(department)
        message.tail.credit = message.tail.fromEnd ? 0 : Self.credit
        try link.send(message)
    }

    private func show(_ entry: FeedEntry) throws {
        Console.line(json ? try Self.json(entry) : Self.words(entry))
    }

    private static func json(_ entry: FeedEntry) throws -> String {
        let payload = try JSONSerialization.jsonObject(with: Data(entry.payload.utf8))
        let object: [String: Any] = [
            "sequence": entry.sequence, "kind": entry.kind, "sites": entry.sites,
            "at": Timestamp(milliseconds: entry.appendedAt).rfc3339, "payload": payload,
        ]
        let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    private static func words(_ entry: FeedEntry) -> String {
        let handbook = Handbook.standard
        let time = Timestamp(milliseconds: entry.appendedAt).text(in: handbook.zone)
        guard let payload = try? FlagPayload(json: entry.payload) else {
            return "\(entry.sequence)  \(time)  \(entry.payload)"
        }
        let language: Language = Console.isChinese ? .chinese : .english
        var text = payload.flag.kind.term[language] + "  " + payload.flag.text(language, handbook: handbook)
        if let title = payload.title { text += " — \(title)" }
        switch payload.state {
        case .raised: break
        case .withdrawn: text = Console.say("撤销：", "withdrawn: ") + text
        case .passed: text = Console.say("已过：", "over: ") + text
        }
        let colour: Console.Colour =
            payload.state != .raised
            ? .dim
            : payload.flag.grade == .critical || payload.flag.kind == .hotIssue
                ? .red : entry.kind == "digest" ? .cyan : .yellow
        return "\(entry.sequence)  \(time.prefix(19))  " + Console.coloured(text, colour)
    }
}
