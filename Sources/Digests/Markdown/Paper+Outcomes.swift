import Records

extension MarkdownPaper {
    /// What the meetings decided, whether it is done, and whether it worked.
    var outcomes: [String] {
        let outcomes = digest.outcomes ?? []
        guard !outcomes.isEmpty else { return [] }
        var table = MarkdownTable(
            words.say("决定", "Decided"), words.say("内容", "What"), words.say("负责", "Owner"), words.say("期限", "Due"),
            words.say("状态", "State"), words.say("效果", "Did it work"))
        for outcome in outcomes {
            table.add([
                outcome.month.flatMap(Month.init).map(words.month) ?? words.day(outcome.decided),
                escaped(DisplayWidth.cut(outcome.text, to: 48)), owner(of: outcome),
                outcome.due.map(words.day) ?? "—", state(of: outcome), words.effect(outcome.effect),
            ])
        }
        let states = OutcomeSummary.State.allCases.map { state in
            "\(state.term[words.language]) \(figure(FigureName("outcomes.state").adding(state.rawValue)))"
        }
        return section("历次会议结果的落实", "What came of the meetings' outcomes")
            + [words.list(states) + words.say("。", "."), ""] + table.lines(words)
            + [
                "",
                words.say(
                    "效果：该同类问题之后与之前的发生率之比，附 95% 区间；不含引发行动的高峰。",
                    "Did it work: the issue's rate after by the rate before, with its 95 % interval, the peak that led to it left out."
                ),
            ]
    }

    private func owner(of outcome: OutcomeSummary) -> String {
        let sites = words.list(outcome.sites.prefix(3).map(siteName)) + (outcome.sites.count > 3 ? "…" : "")
        let department = outcome.department.map { escaped(DisplayWidth.cut($0[words.language], to: 16)) }
        return [department, sites.isEmpty ? nil : sites].compactMap(\.self).joined(separator: " · ")
    }

    private func state(of outcome: OutcomeSummary) -> String {
        let term = outcome.state.term[words.language]
        return outcome.doneAt.map { "\(term) \(words.short($0, year: digest.period.month.year))" } ?? term
    }

    /// One line for the summary; nil when there is nothing to follow up.
    var outcomeLine: String? {
        guard digest.count("outcomes.all") > 0 else { return nil }
        let count = { (name: String) in digest.count(FigureName("outcomes").adding("state", name)) }
        let (done, late) = (count("done") + count("done_late"), count("overdue"))
        let worked = digest.count("outcomes.effect.worked")
        return words.say(
            "**会议结果**：\(digest.count("outcomes.all")) 项，已完成 \(done) 项，逾期 \(late) 项；判断为有效 \(worked) 项。",
            "**Outcomes of the meetings**: \(digest.count("outcomes.all")), \(done) done, \(late) overdue; \(worked) seen to have worked."
        )
    }
}

extension Wording {
    /// Whether something worked, with its estimate.
    func effect(_ effect: OutcomeSummary.Effect?) -> String {
        guard let effect else { return "—" }
        let term = effect.verdict.term[language]
        guard let ratio = effect.ratio, let low = effect.low, let high = effect.high else { return term }
        return term
            + bracketed(
                "×\(decimal(ratio, places: 2))\(say("，", ", "))\(decimal(low, places: 2))–\(decimal(high, places: 2))")
    }
}
