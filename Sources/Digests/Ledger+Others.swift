import Records

extension FigureLedger {
    /// `sites.…`: how many are expected, and how completely they are heard.
    mutating func addSites(_ sites: [DigestSite]) {
        count("sites.expected", sites.count { $0.state != .notExpected }, from: [])
        for state in DigestSite.State.allCases {
            count(FigureName("sites").adding(state.rawValue), sites.count { $0.state == state }, from: [])
        }
        count("sites.clock_unchecked", sites.count(where: \.clockUnchecked), from: [])
    }

    /// `issues.…` of the month: those with a member in it.
    mutating func addIssues(_ issues: [IssueSummary]) {
        let present = issues.filter { !$0.members.isEmpty }
        count("issues.present", present.map(\.id))
        for status in IssueStatus.allCases {
            let here = present.filter { $0.status == status }
            count(FigureName("issues").adding("status", status.rawValue), here.map(\.id))
        }
        count("issues.hot", present.filter { $0.hot != nil }.map(\.id))
        count("issues.across_sites", present.filter { $0.sites.count > 1 }.map(\.id))
        for issue in present {
            count(FigureName("issues").adding("issue", issue.id.description, "members"), issue.members)
        }
    }

    /// `flags.…`: withdrawn ones are counted apart.
    mutating func addFlags(_ flags: [FlagSummary]) {
        addFlags("flags.raised", flags.filter { !$0.withdrawn })
        addFlags("flags.withdrawn", flags.filter(\.withdrawn))
        for (kind, flags) in Dictionary(grouping: flags.filter { !$0.withdrawn }, by: \.kind) {
            addFlags(FigureName("flags").adding("kind", kind), flags)
        }
    }

    /// `late.…` and `backdated.records`.
    mutating func addLate(_ late: [LateRecord], ofThisMonth: (LateRecord) -> Bool, backdated: [BackdatedRecord]) {
        count("late.this_month", late.filter(ofThisMonth).map(\.id))
        count("late.earlier_months", late.filter { !ofThisMonth($0) }.map(\.id))
        count("backdated.records", backdated.map(\.id))
    }

    /// `comparison.…`, `year_before.…`: this month and an earlier one, over the sites that are complete in both.
    mutating func addComparison(_ comparison: DigestComparison, _ input: DigestInput, as name: FigureName) {
        let sites = Set(comparison.sites)
        let cases = input.cases.filter { sites.contains($0.site) }
        let visits = input.visits.filter { sites.contains($0.site) && $0.reached }
        count(name.adding("sites"), sites.count, from: [])
        count(name.adding("received", "now"), cases.map(\.id))
        count(name.adding("received", "before"), comparison.received, from: [])
        count(name.adding("distinct", "now"), cases.filter { $0.distinctOf == nil }.map(\.id))
        count(name.adding("distinct", "before"), comparison.distinct, from: [])
        count(name.adding("reached", "now"), visits.map(\.id))
        count(name.adding("reached", "before"), comparison.reached, from: [])
    }

    /// `outcomes.…`: what became of what the meetings decided.
    mutating func addOutcomes(_ outcomes: [OutcomeSummary]) {
        count("outcomes.all", outcomes.map(\.id))
        for state in OutcomeSummary.State.allCases {
            count(FigureName("outcomes.state").adding(state.rawValue), outcomes.filter { $0.state == state }.map(\.id))
        }
        for verdict in OutcomeSummary.Verdict.allCases {
            count(
                FigureName("outcomes.effect").adding(verdict.rawValue),
                outcomes.filter { $0.effect?.verdict == verdict }.map(\.id))
        }
    }

    /// `standards.…`: how many are met.
    mutating func addStandards(_ standards: [StandardSummary]) {
        for state in StandardSummary.State.allCases {
            count(
                FigureName("standards.state").adding(state.rawValue), standards.count { $0.state == state }, from: [])
        }
    }

    /// `resolution.within_week`: of the cases that a week was known of, those that were resolved in it. The limit moment is too
    /// late. A case that was closed without resolution before its week was over is neither.
    mutating func addWithinWeek(_ cases: [CaseSummary], sites: [DigestSite], asOf: Timestamp) {
        let known = Dictionary(uniqueKeysWithValues: sites.map { ($0.id, $0.knownUntil(asOf)) })
        let inWeek = { (summary: CaseSummary) in
            summary.state.resolvedAt.map { $0 - summary.madeAt < .days(7) } ?? false
        }
        let decided = cases.filter { summary in
            let watched = [summary.state.closedAt, known[summary.site] ?? asOf].compactMap(\.self).min() ?? asOf
            return inWeek(summary) || watched - summary.madeAt >= .days(7)
        }
        share("resolution.within_week", decided.filter(inWeek).map(\.id), of: decided.map(\.id))
    }

    private mutating func addFlags(_ name: FigureName, _ flags: [FlagSummary]) {
        count(name, flags.count, from: Array(Set(flags.flatMap(\.records))))
    }
}
