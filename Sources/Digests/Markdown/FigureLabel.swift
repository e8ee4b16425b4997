import Records

/// Says a figure's name in words, from the segments of the name and the handbook's terms.
struct FigureLabel {
    let digest: Digest
    let words: Wording

    /// For example `complaints.site.A1.distinct` → "投诉 · 城东店 · 去重".
    func of(_ name: FigureName) -> String {
        var parts: [String] = []
        var rest = name.segments[...]
        var isFirst = true
        while let segment = rest.popFirst() {
            if let segment, let kind = isFirst ? (segment == "limits" ? "limits" : nil) : segment, takesCode(kind, rest)
            {
                if isFirst { parts.append(term(segment)) }
                let code = rest.popFirst() ?? nil
                let title = Self.titles[kind].map { $0[words.language] + " " } ?? ""
                parts.append(title + meaning(of: code, kind: kind))
                if kind == "survey", let mode = rest.popFirst() ?? nil { parts.append(modeName(mode)) }
            } else {
                parts.append(segment.map(term) ?? words.say("未说明", "not stated"))
            }
            isFirst = false
        }
        return parts.joined(separator: " · ")
    }

    private static let kindsWithCode: Set<String> = [
        "site", "category", "touchpoint", "channel", "grade", "rise", "limits", "delay", "survey", "status", "issue",
        "kind", "score", "day", "impact", "control", "state", "effect",
        "from", "to", "tier", "stage", "gap", "cause", "element",
    ]

    /// What stands before a code whose meaning could be taken for that of another kind.
    private static let titles: [String: Term] = [
        "category": Term("类别", "category"), "touchpoint": Term("触点", "touchpoint"), "channel": Term("渠道", "channel"),
        "impact": Term("影响面", "impact"),
        "control": Term("掌控度", "control"), "rise": Term("升级", "rise"), "delay": Term("延误", "delay"),
        "status": Term("状态", "status"), "from": Term("从", "from"), "to": Term("到", "to"), "stage": Term("阶段", "stage"),
        "cause": Term("原因", "cause"),
    ]

    private func takesCode(_ kind: String, _ rest: ArraySlice<String?>) -> Bool {
        Self.kindsWithCode.contains(kind) && !rest.isEmpty
    }

    private func meaning(of code: String?, kind: String) -> String {
        guard let code else {
            return kind == "from" ? words.say("首次测得", "first measured") : words.say("未说明", "not stated")
        }
        switch kind {
        case "from", "to": return (digest.waterfall?.states ?? []).term(code, words)
        case "survey": return digest.surveyName(code, words)
        case "tier": return (digest.tiers?.tiers ?? []).term(code, words)
        case "stage": return digest.stageName(code, words)
        case "gap": return (digest.names.gaps ?? []).term(code, words)
        case "cause": return CaseStep.Cause.named(code).map { $0.term[words.language] } ?? code
        case "element": return (digest.names.elements ?? []).term(code, words)
        case "site": return digest.siteName(code, words)
        case "category": return digest.categoryName(code, words)
        case "touchpoint": return digest.names.touchpoints.term(code, words)
        case "limits": return digest.names.limits.term(code, words)
        case "rise": return digest.names.rules.term(code, words)
        case "kind": return digest.names.flags.term(code, words)
        case "channel": return Complaint.Channel.named(code).map { $0.term[words.language] } ?? unnamed(code)
        case "grade": return Grade.named(code).map { $0.term[words.language] } ?? unnamed(code)
        case "delay": return DelayCause.named(code).map { $0.term[words.language] } ?? unnamed(code)
        case "status": return IssueStatus(rawValue: code).map { $0.term[words.language] } ?? unnamed(code)
        case "issue":
            return digest.issues.first { $0.id.description == code }.map { DisplayWidth.cut($0.title, to: 40) } ?? code
        case "day": return words.say("\(digest.period.month.month)月\(Int(code) ?? 0)日", "day \(Int(code) ?? 0)")
        case "impact": return Complaint.Impact.named(code).map { $0.term[words.language] } ?? unnamed(code)
        case "control": return Complaint.Control.named(code).map { $0.term[words.language] } ?? unnamed(code)
        case "state":
            let place = digest.waterfall?.states.first { $0.code == code }?.term
            return
                (OutcomeSummary.State(rawValue: code)?.term ?? StandardSummary.State(rawValue: code)?.term ?? place)?[
                    words.language] ?? code
        case "effect": return OutcomeSummary.Verdict(rawValue: code).map { $0.term[words.language] } ?? code
        case "score": return words.say("\(code) 分", "score \(code)")
        default: return code
        }
    }

    private func modeName(_ code: String) -> String {
        SurveyAnswer.Mode.named(code).map { $0.term[words.language] } ?? unnamed(code)
    }

    private func unnamed(_ code: String) -> String { code == "unspecified" ? words.say("未说明", "not stated") : code }

    private func term(_ word: String) -> String {
        Self.terms[word].map { $0[words.language] } ?? word.replacing("_", with: " ")
    }

    private static let terms: [String: Term] = [
        "sites": Term("网点", "sites"), "expected": Term("应报", "expected"), "complete": Term("完整", "complete"),
        "partial": Term("部分", "partial"), "gap": Term("有缺口", "with gaps"), "silent": Term("失联", "silent"),
        "not_expected": Term("不应报", "not expected"), "clock_unchecked": Term("时钟未核对", "clock unchecked"),
        "complaints": Term("投诉", "complaints"), "received": Term("收到", "received"), "distinct": Term("去重", "distinct"),
        "complainants": Term("不同投诉人", "different complainants"), "anonymous": Term("匿名", "anonymous"),
        "urgent": Term("紧急", "urgent"), "group": Term("群体", "groups"), "end": Term("期末", "at period end"),
        "peak": Term("峰值", "at peak"), "limits": Term("时限", "limits"), "cohort": Term("全部", "cohort"),
        "met": Term("达成", "met"), "missed": Term("超时", "missed"), "not_yet_due": Term("未到期", "not yet due"),
        "unknown": Term("未知", "unknown"), "kept": Term("达成率", "share met"), "resolution": Term("解决", "resolution"),
        "open": Term("未解决", "open"), "resolved": Term("已解决", "resolved"),
        "closed": Term("未解决而结案", "closed unresolved"), "median": Term("中位用时", "median time"),
        "answer": Term("回复", "answer"), "visits": Term("回访", "visits"), "attempts": Term("次数", "attempts"),
        "reached": Term("联系上", "reached"), "not_reached": Term("未联系上", "not reached"),
        "problems": Term("问题", "problems"), "planned": Term("计划内", "planned"), "unplanned": Term("计划外", "unplanned"),
        "reach": Term("联系率", "reach rate"), "satisfaction": Term("满意度", "satisfaction"),
        "mean": Term("均值", "mean"), "satisfied": Term("满意率", "share satisfied"),
        "recommendation": Term("推荐度", "recommendation"), "help": Term("帮助", "help"),
        "needed": Term("客户需要", "needed"), "surveys": Term("调查", "surveys"), "answers": Term("答卷", "answers"),
        "issues": Term("同类问题", "issues"), "present": Term("本月出现", "present"), "hot": Term("热点", "hot"),
        "across_sites": Term("跨网点", "across sites"), "members": Term("本月条数", "this month"),
        "flags": Term("警示", "flags"), "raised": Term("发出", "raised"), "withdrawn": Term("撤销", "withdrawn"),
        "late": Term("迟到", "late"), "this_month": Term("属本月", "of this month"),
        "earlier_months": Term("属以前月份", "of earlier months"), "backdated": Term("补记", "backdated"),
        "records": Term("记录", "records"), "comparison": Term("可比网点", "comparable sites"),
        "now": Term("本月", "now"), "before": Term("上月", "before"), "hints": Term("提示", "hints"),
        "year_before": Term("与去年同月相比", "against the year before"), "touchpoints": Term("关键时刻", "touchpoints"),
        "matrix": Term("影响面与掌控度", "impact and control"), "outcomes": Term("会议结果", "outcomes"),
        "standards": Term("服务标准", "standards"), "within_week": Term("一周内解决", "resolved within a week"),
        "waterfall": Term("客户服务瀑布", "waterfall"), "customers": Term("客户", "customers"),
        "measured": Term("实测", "measured"), "decayed": Term("自然下滑", "fallen without contact"),
        "rose": Term("上升", "rose"), "fell": Term("下降", "fell"), "stayed": Term("未动", "stayed"),
        "first_measured": Term("首次测得", "first measured"), "below_satisfied": Term("不满意及以下", "below satisfied"),
        "recovery": Term("补救成功", "won back"), "loyal": Term("忠诚客户", "loyal customers"), "lost": Term("流失", "lost"),
        "won": Term("赢得", "won"), "tiers": Term("客户分级", "grades of customers"), "core": Term("核心客户", "core customers"),
        "up": Term("升级", "up"), "down": Term("降级", "down"), "same": Term("未变", "unchanged"),
        "first_graded": Term("首次分级", "graded for the first time"), "key_accounts": Term("重点客户", "key accounts"),
        "known": Term("全部", "all"), "contacted": Term("本月联系过", "contacted this month"),
        "in_touch": Term("保持联系", "in touch"), "out_of_touch": Term("久未联系", "out of touch for too long"),
        "lapsed": Term("本月起久未联系", "out of touch since this month"), "critical": Term("重大投诉", "critical complaints"),
        "cases": Term("件数", "complaints"), "causes": Term("根本原因", "root causes"),
        "elements": Term("服务五要素", "five elements"), "expectation": Term("期望", "expected"),
        "perception": Term("感知", "perceived"), "difference": Term("差距", "gap"),
        "at_start": Term("月初", "at the beginning"),
        "load": Term("负荷", "load"), "days": Term("有记录的天数", "days told of"),
        "overloaded": Term("超负荷", "overloaded"), "visitors": Term("来客", "visitors"),
        "reaction": Term("首次反应", "first reaction"), "quicker": Term("较快一半的满意度", "satisfaction of the quicker half"),
        "slower": Term("较慢一半的满意度", "satisfaction of the slower half"),
        "all": Term("全部", "all"), "under_reporting": Term("可能漏报", "under-reporting?"),
    ]
}

extension Digest {
    /// What people call a site.
    func siteName(_ id: String, _ words: Wording) -> String {
        sites.first { $0.id.text == id }.map { $0.name[words.language] } ?? id
    }

    /// What people call a category, with those above it.
    func categoryName(_ code: String?, _ words: Wording) -> String {
        guard let code else { return words.say("未分类", "no category") }
        return names.path(of: code).map { $0[words.language] } ?? code
    }
}

extension [NamedCode] {
    /// What people call a code; the code itself when the handbook does not know it.
    func term(_ code: String?, _ words: Wording) -> String {
        guard let code else { return words.say("未说明", "not stated") }
        return first { $0.code == code }.map { $0.term[words.language] } ?? code
    }
}
