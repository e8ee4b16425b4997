import Aggregator
import Foundation
import Records

/// An issue's history, sites and actions in words.
struct IssueStoryText {
    private let story: IssueStory

    init(_ story: IssueStory) { self.story = story }

    var lines: [String] {
        var lines = [state, weeks]
        lines += story.regressions.map { regression in
            Console.coloured(
                Console.say(
                    "复发：\(day(regression.fixedAt)) 全部解决，\(day(regression.at)) 又出现",
                    "came back: all resolved on \(day(regression.fixedAt)), again on \(day(regression.at))"), .yellow)
        }
        lines += story.sites.map { site in
            Console.say(
                "站点 \(site.site)：\(site.occurrences) 次，\(day(site.firstSeen)) 至 \(day(site.lastSeen))",
                "site \(site.site): \(site.occurrences) times, \(day(site.firstSeen)) to \(day(site.lastSeen))")
        }
        for action in story.actions { lines += told(action) }
        lines += story.related.map(related)
        lines += story.doubts.map { doubt in
            let sure = String(format: "%.0f %%", doubt.confidence * 100)
            let record = doubt.record.description.prefix(18)
            return Console.say(
                "可能也属于（\(sure)，不确定）：\(record) \(doubt.text)",
                "may belong here (\(sure), not sure): \(record) \(doubt.text)")
        }
        return lines
    }

    /// What is like it and does not count for it.
    private func related(_ other: RelatedTextsReport) -> String {
        let (words, sites) = (
            other.words.joined(separator: " · "), other.sites.joined(separator: Console.say("、", ", "))
        )
        return other.kind == "pattern"
            ? Console.say(
                "别处的同种问题（不计入热点）：\(words)，\(other.occurrences) 次，站点 \(sites)",
                "same kind elsewhere (does not count for the hot rule): \(words), \(other.occurrences) times, sites \(sites)"
            )
            : Console.say(
                "此处的其他问题（不计入热点）：\(words)，\(other.occurrences) 次，站点 \(sites)",
                "same place, other kinds (does not count for the hot rule): \(words), \(other.occurrences) times, sites \(sites)"
            )
    }

    private var state: String {
        let word =
            switch story.state {
            case "new": Console.say("新", "new")
            case "recurring": Console.say("反复", "recurring")
            case "assigned": Console.say("已派", "assigned")
            case "fixed": Console.say("已解决", "fixed")
            case "regressed": Console.say("复发", "regressed")
            case "closed": Console.say("已关闭", "closed")
            default: story.state
            }
        return Console.say("状态：\(word)", "state: \(word)")
    }

    private static let bars = Array("▁▂▃▄▅▆▇█")

    /// A bar for each week; weeks without any have a dot.
    private var weeks: String {
        let most = max(1, story.weeks.max() ?? 1)
        let line = story.weeks.map { count in
            count == 0 ? "·" : String(Self.bars[(count * (Self.bars.count - 1) + most - 1) / most])
        }.joined()
        return Console.say(
            "近 \(story.weeks.count) 周：\(line)（每周最多 \(most) 次）",
            "last \(story.weeks.count) weeks: \(line) (at most \(most) a week)")
    }

    private func told(_ action: IssueAction) -> [String] {
        let place =
            action.sites.isEmpty
            ? Console.say("所有站点", "all sites") : action.sites.joined(separator: Console.say("、", ", "))
        let owner = action.department.isEmpty ? "" : " \(action.department)"
        return [
            Console.say(
                "措施（\(day(action.inForceFrom)) 起，\(place)\(owner)）：\(action.text)",
                "action (from \(day(action.inForceFrom)), \(place)\(owner)): \(action.text)"),
            "  " + verdict(action),
        ]
    }

    private func verdict(_ action: IssueAction) -> String {
        let word =
            switch action.verdict {
            case "worked": Console.coloured(Console.say("有效", "it worked"), .green)
            case "worse": Console.coloured(Console.say("反而更多", "more than before"), .red)
            case "no_difference": Console.say("看不出差别", "no difference to be seen")
            default: Console.say("还不能判断", "cannot tell yet")
            }
        let rates = Console.say(
            "此前 \(rate(action.before))，此后 \(rate(action.after))",
            "before \(rate(action.before)), after \(rate(action.after))")
        guard let ratio = action.ratio, let low = action.low, let high = action.high else { return "\(word): \(rates)" }
        let elsewhere =
            action.elsewhereBefore.flatMap { before in
                action.elsewhereAfter.map { after in
                    Console.say(
                        "；未采取措施的站点 \(rate(before))，\(rate(after))",
                        "; at sites without it \(rate(before)), \(rate(after))")
                }
            } ?? Console.say("；没有可比的站点", "; no sites to compare with")
        let interval = String(format: "%.2f (95 %% %.2f–%.2f)", ratio, low, high)
        return Console.say(
            "\(word)：比率 \(interval)；\(rates)（不计高峰与无记录的日子）\(elsewhere)",
            "\(word): ratio \(interval); \(rates) (without the peak and days without records)\(elsewhere)")
    }

    private func rate(_ rate: IssueRate) -> String {
        let per = rate.siteDays == 0 ? 0 : 100 * Double(rate.occurrences) / Double(rate.siteDays)
        return Console.say(
            "\(rate.occurrences) 次/\(rate.siteDays) 站日", "\(rate.occurrences) in \(rate.siteDays) site days")
            + String(format: " (%.1f %%)", per)
    }

    private func day(_ moment: String) -> String { String(moment.prefix(10)) }
}
