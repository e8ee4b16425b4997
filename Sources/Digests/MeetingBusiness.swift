import Records

/// What a month puts on the meeting's agenda besides the handbook's contents and the issues.
struct MeetingBusiness {
    var sites: [DigestSite]
    var critical: [CriticalCase]
    /// In the handbook's order.
    var limits: [NamedCode]
    var values: [FigureName: FigureValue]
    var surveyDuty: SurveyDuty?

    /// One line for each matter that there is.
    var items: [Term] {
        var items: [Term] = []
        if !critical.isEmpty {
            let open = critical.count(where: \.open)
            items.append(
                Term(
                    "重大投诉 \(critical.count) 件（未解决 \(open) 件）",
                    "Critical complaints: \(critical.count) (\(open) still open)"))
        }
        for limit in limits {
            let missed = count(FigureName("limits").adding(limit.code, "missed"))
            guard missed > 0 else { continue }
            items.append(
                Term(
                    "超时限：\(limit.term.chinese)，\(missed) 件",
                    "Limit missed: \(limit.term.english), complaints: \(missed)"))
        }
        let silent = count("key_accounts.out_of_touch")
        if silent > 0 {
            items.append(
                Term("久未联系的重点客户 \(silent) 位", "Key accounts out of touch for too long: \(silent)"))
        }
        if surveyDuty?.isOverdue == true {
            items.append(Term("第三方满意度调查已逾期", "The third-party survey is overdue"))
        }
        let unheard = sites.filter { [.partial, .gap, .silent].contains($0.state) }
        if !unheard.isEmpty {
            let names = Term(
                unheard.map(\.name.chinese).joined(separator: "、"), unheard.map(\.name.english).joined(separator: ", "))
            items.append(Term("数据不完整的网点：\(names.chinese)", "Sites not complete: \(names.english)"))
        }
        if count("hints.under_reporting") > 0 {
            items.append(Term("可能漏报的网点", "Sites that may be under-reporting"))
        }
        return items
    }

    private func count(_ name: FigureName) -> Int {
        guard case .count(let count) = values[name] else { return 0 }
        return count
    }
}
