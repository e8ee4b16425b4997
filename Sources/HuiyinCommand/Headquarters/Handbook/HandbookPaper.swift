import Handbooks
import Records

/// A handbook in words, part by part.
struct HandbookPaper {
    let handbook: Handbook
    let language: Language

    init(_ handbook: Handbook, _ language: Language) {
        self.handbook = handbook
        self.language = language
    }

    func lines(_ part: HandbookShowCommand.Part) -> [String] {
        switch part {
        case .summary: summary
        case .categories: [title("投诉内容与风险特征", "Categories and risk profiles")] + categories
        case .grading: [title("投诉分级", "Grades")] + grading
        case .limits: [title("时限", "Time limits")] + limits
        case .escalation: [title("升级阶梯", "Escalation")] + escalation
        case .visits: [title("回访计划", "Return-visit plan")] + visits
        case .meetings: [title("会议", "Meetings")] + meetings
        case .customers: [title("客户", "Customers")] + customers
        case .blueprint: [title("服务蓝图", "Service blueprint")] + blueprint
        case .guidance: [title("应对指南", "Guidance cards")] + guidance
        case .gaps: [title("服务质量差距", "Service quality gaps")] + gaps
        case .map: [title("影响面 × 掌控度", "Impact × control")] + map
        case .crisis: [title("危机预案", "Crisis plan")] + crisis
        case .standards: [title("服务标准", "Service standards")] + standards
        case .commitments: [title("承诺", "Commitments")] + commitments
        case .benchmarks: [title("标杆", "Benchmarks")] + benchmarks
        case .surveys: [title("满意度调查", "Surveys")] + surveys
        case .all: []
        }
    }

    func say(_ chinese: String, _ english: String) -> String { Term(chinese, english)[language] }

    func title(_ chinese: String, _ english: String) -> String {
        Console.coloured(say(chinese, english), .bold)
    }

    // MARK: What it is

    private var summary: [String] {
        let counts: [(Term, Int)] = [
            (Term("类别", "categories"), handbook.categories.count),
            (Term("接触点", "touchpoints"), handbook.touchpoints.count),
            (Term("分级规则", "grade rules"), handbook.grading.rules.count),
            (Term("时限", "time limits"), handbook.timeLimits.limits.count),
            (Term("回访计划", "plan items"), handbook.visits.items.count),
            (Term("失败点", "fail points"), handbook.blueprint.failPoints.count),
            (Term("服务标准", "standards"), handbook.standards.count),
            (Term("承诺", "commitments"), handbook.commitments.count),
            (Term("问卷", "questionnaires"), handbook.surveys?.questionnaires.count ?? 0),
        ]
        let told = counts.map { "\($0.0[language]) \($0.1)" }.joined(separator: say("，", ", "))
        return [
            title(handbook.title.chinese, handbook.title.english), "\(handbook.version)  \(handbook.zone.name)", told,
        ]
    }

    private var categories: [String] {
        handbook.categories.flatMap { category -> [String] in
            let depth = handbook.lineage(category.code).count - 1
            let indentation = String(repeating: "  ", count: depth)
            let owner = handbook.owner(ofCategory: category.code)?.term[language] ?? "–"
            var lines = ["\(indentation)\(category.term[language]) (\(category.code)) → \(owner)"]
            if let risk = category.risk { lines += risk.lines(language).map { "\(indentation)    \($0)" } }
            return lines
        }
    }

    // MARK: What is done with a complaint

    private var grading: [String] {
        handbook.grading.rules.map { "\($0.grade.term[language])  \($0.term[language]) (\($0.code))" }
    }

    private var limits: [String] {
        handbook.timeLimits.limits.map { limit in
            let hours = limit.clock == .working ? say("（工作时间）", " (working hours)") : ""
            return "\(limit.term[language])  \(limit.within.text(language))\(hours)"
        } + [say("预警", "warning") + "  \(handbook.timeLimits.warnAtPercent) %"]
    }

    private var escalation: [String] {
        handbook.escalation.map { ladder in
            let rungs = ladder.rungs.map { "\($0.after.text(language)) → \($0.term[language])" }
            return "\(ladder.grade.term[language])  " + rungs.joined(separator: say("；", "; "))
        }
    }

    private var map: [String] {
        (handbook.impactControl?.cells ?? []).map { cell in
            let place =
                "\(say("影响面", "impact")) \(cell.impact.term[language]) × \(say("掌控度", "control")) \(cell.control.term[language])"
            return "\(place)  \(cell.kind.term[language])" + (cell.advice.map { say("：", ": ") + $0[language] } ?? "")
        }
    }

    private var crisis: [String] {
        guard let plan = handbook.crisisPlan else { return [] }
        return [
            say("启动：", "in force from: ") + plan.trigger.term[language],
            say("发言人：", "spokesperson: ") + plan.spokesperson[language],
        ] + plan.roles.map { "\($0.term[language])\(say("：", ": "))\($0.duty[language])" }
            + plan.checklist.map { item in
                let role = plan.role(item.role)?.term[language] ?? item.role
                return "□ \(item.within.text(language))  \(item.term[language])  — \(role)"
            }
    }

    private var guidance: [String] {
        handbook.guidance.cards.flatMap { card in
            [card.seeks.term[language]] + card.lines(language).map { "  " + $0 }
        } + handbook.guidance.principles.map { "\($0.term[language])\(say("：", ": "))\($0.advice[language])" }
    }

    // MARK: Plans

    private var visits: [String] {
        var table = TextTable([
            say("序号", "no."), say("客户类型", "customer type"), say("回访时间", "when"), say("回访方式", "method"),
            say("回访内容", "what to ask"),
        ])
        for item in handbook.visits.items {
            let type = item.customerType.map { code in
                handbook.customerTypes.first { $0.code == code }?.term[language] ?? code
            }
            table.add([
                item.number, type ?? say("所有客户", "all"), item.when(language), item.method.term[language],
                item.contents[language],
            ])
        }
        return table.lines()
    }

    private var meetings: [String] {
        handbook.meetings.map { meeting in
            let departments = meeting.departments.compactMap { handbook.department($0)?.term[language] }
            return "\(meeting.number)  \(meeting.when[language])  \(meeting.contents[language])  "
                + departments.joined(separator: say("、", ", "))
        }
    }
}
