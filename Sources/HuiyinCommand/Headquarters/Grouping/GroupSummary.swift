import Agent
import Foundation
import Records

/// What `huiyin issue group` found, in a few lines.
struct GroupSummary {
    private let sheet: TextSheet
    private let result: GroupedSheet
    private let isAlarmed: Bool
    /// The most frequent issues first; of equals the earliest.
    private let issues: [GroupedSheet.Found]

    /// Issues that are listed for people.
    private static let listed = 10
    /// Patterns, and hot spots, that are listed for people; and the greatest number in JSON.
    private static let listedBeside = 3
    private static let mostBeside = 100

    init(_ sheet: TextSheet, _ result: GroupedSheet, isAlarmed: Bool) {
        self.sheet = sheet
        self.result = result
        self.isAlarmed = isAlarmed
        issues = result.found.sorted { ($1.rows.count, $0.rows[0]) < ($0.rows.count, $1.rows[0]) }
    }

    private var alarms: Int { issues.count { !$0.alarm.isEmpty } }

    var words: String {
        let (rows, grouped, alone) = (sheet.rows.count, result.grouped, sheet.rows.count - result.grouped)
        var lines = [
            Console.say(
                "\(rows) 行：\(grouped) 行属于 \(issues.count) 个同类问题，\(alone) 行单独",
                "\(rows) rows: \(grouped) belong to \(issues.count) issues, \(alone) stand alone")
        ]
        if isAlarmed { lines.append(Console.say("热点警示 \(alarms) 个", "\(alarms) alarms of the hot rule")) }
        if sheet.untimed > 0 {
            lines.append(
                Console.say(
                    "\(sheet.untimed) 行没有可读的时间，不计入热点",
                    "\(sheet.untimed) rows have no readable time and count for no alarm"))
        }
        if sheet.unreadable > 0 {
            lines.append(Console.say("\(sheet.unreadable) 行无法读取", "\(sheet.unreadable) rows cannot be read"))
        }
        guard !issues.isEmpty else { return lines.joined(separator: "\n") }
        var table = TextTable([
            Console.say("行数", "rows"), Console.say("客户", "people"), Console.say("站点", "sites"), "issue",
            Console.say("标题", "title"),
        ])
        for issue in issues.prefix(Self.listed) {
            table.add([
                String(issue.rows.count), String(issue.customers), String(issue.sites.count), issue.id,
                String(issue.title.prefix(60)),
            ])
        }
        return (lines + [""] + table.lines() + beside).joined(separator: "\n")
    }

    /// The largest patterns and hot spots.
    private var beside: [String] {
        guard !result.patterns.isEmpty || !result.hotSpots.isEmpty else { return [] }
        let told = { (all: [GroupedSheet.Beside], what: String) in
            all.prefix(Self.listedBeside).map { one in
                Console.say(
                    "\(what)：\(one.words.joined(separator: " · "))，\(one.rows.count) 行",
                    "\(what): \(one.words.joined(separator: " · ")), \(one.rows.count) rows")
            }
        }
        let counts = Console.say(
            "不是同类问题，不计入热点：同种问题在不同地点 \(result.patterns.count) 组，问题集中的地点 \(result.hotSpots.count) 处",
            "no issues, and not counted for the hot rule: \(result.patterns.count) patterns, \(result.hotSpots.count) hot spots"
        )
        return ["", counts] + told(result.patterns, Console.say("同种问题", "pattern"))
            + told(result.hotSpots, Console.say("集中地点", "hot spot"))
    }

    var json: String {
        var text = JSONText()
        text.object { text in
            text.field("rows", sheet.rows.count)
            text.field("unreadable", sheet.unreadable)
            text.field("untimed", sheet.untimed)
            text.field("grouped", result.grouped)
            text.field("alone", sheet.rows.count - result.grouped)
            text.field("alarms", isAlarmed ? alarms : nil)
            text.array("issues") { text in
                for issue in issues {
                    text.object { text in
                        text.field("issue", issue.id)
                        text.field("title", issue.title)
                        text.field("rows", issue.rows.count)
                        text.field("customers", issue.customers)
                        text.array("sites") { text in for site in issue.sites { text.field(nil, site) } }
                        text.field("alarm", !issue.alarm.isEmpty)
                    }
                }
            }
            for (name, all) in [("patterns", result.patterns), ("hot_spots", result.hotSpots)] {
                text.array(name) { text in
                    for one in all.prefix(Self.mostBeside) {
                        text.object { text in
                            text.array("words") { text in for word in one.words { text.field(nil, word) } }
                            text.array("ids") { text in for row in one.rows { text.field(nil, sheet.ids[row]) } }
                        }
                    }
                }
            }
        }
        return text.text
    }
}
